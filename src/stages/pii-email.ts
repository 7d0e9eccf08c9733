/**
 * Finds e-mail addresses as datatrove's PIIFormatter does: the same spans as its regular expression, by one scan from each '@' to both sides, so that time is
 * linear in any text. It takes "b@c.com" of "a@b@c.com", and of "a@b" nothing, as the host has no dot. Word boundaries are those of word-list-lower-case.ts.
 */
import { isWordCharacterAt, isWordCharacterBefore } from './word-list-lower-case.js';
import { lastOctetEnd, octetEnd } from './pii-address.js';

const AT = 0x40;
const DOT = 0x2e;
const HYPHEN = 0x2d;

const LABEL = 1;
const LOCAL = 2;
/** ASCII letters and digits are both; the other signs that the local part may have are `LOCAL` alone. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (/[A-Za-z0-9]/.test(String.fromCharCode(byte))) return LABEL | LOCAL;
  return "!#$%&'*+/=?^_`{|}~-".includes(String.fromCharCode(byte)) ? LOCAL : 0;
});
const isLabel = (byte: number | undefined): boolean => byte !== undefined && (CLASSES[byte]! & LABEL) !== 0;
const isLocal = (byte: number | undefined): boolean => byte !== undefined && (CLASSES[byte]! & LOCAL) !== 0;

/** Appends start and end of each address in `text`, a whole document, to `spans`: ascending, apart from each other. */
export function findEmails(text: Uint8Array, spans: number[]): void {
  let from = 0;
  for (let at = text.indexOf(AT); at >= 0; at = text.indexOf(AT, at + 1)) {
    if (at < from) continue;
    const end = text[at + 1] === 0x5b ? addressLiteralEnd(text, at + 1) : hostEnd(text, at + 1);
    const start = end < 0 ? -1 : localStart(text, at, from);
    if (start < 0) continue;
    spans.push(start, end);
    from = end;
  }
}

/**
 * The leftmost place, not before `from`, where a local part that reaches to `at` can begin: characters of a local part with single dots between
 * them, at a word boundary. -1: none.
 */
function localStart(text: Uint8Array, at: number, from: number): number {
  let first = at;
  while (first > from && (isLocal(text[first - 1]) || (text[first - 1] === DOT && first < at && isLocal(text[first])))) first--;
  for (let i = first; i < at; i++) {
    if (text[i] !== DOT && isWordCharacterBefore(text, i, 0) !== isWordCharacterAt(text, i)) return i;
  }
  return -1;
}

/** The end of the longest host name of at least two labels that begins at `from`, or -1. A label begins and ends with a letter or digit. */
function hostEnd(text: Uint8Array, from: number): number {
  let end = -1;
  for (let start = from; isLabel(text[start]);) {
    let run = start;
    let labelEnd = start;
    for (; isLabel(text[run]) || text[run] === HYPHEN; run++) if (text[run] !== HYPHEN) labelEnd = run + 1;
    if (start > from) end = labelEnd;
    if (labelEnd < run || text[run] !== DOT) break;
    start = run + 1;
  }
  return end;
}

/** The end of an address in brackets that begins at `from`, or -1: three numbers with dots, then one more number, or as in datatrove a word and a colon. */
function addressLiteralEnd(text: Uint8Array, from: number): number {
  let i = from + 1;
  for (let octet = 0; octet < 3; octet++) {
    i = octetEnd(text, i);
    if (i < 0 || text[i] !== DOT) return -1;
    i++;
  }
  const number = lastOctetEnd(text, i);
  if (number >= 0 && text[number] === 0x5d) return number + 1;
  let word = i;
  while (isLabel(text[word]) || text[word] === HYPHEN) word++;
  return word > i && text[word - 1] !== HYPHEN && text[word] === 0x3a && text[word + 1] === 0x5d ? word + 2 : -1;
}
