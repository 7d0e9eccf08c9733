/**
 * White space and line ends as Python's str has them (isspace, strip, split, splitlines), told from valid UTF-8. They are not JavaScript's: U+001C to
 * U+001F are white space here and U+FEFF is not.
 */
import { previousStart } from './line-characters.js';

const PLAIN = 0;
const SPACE = 1;
/** White space at which splitlines splits. */
const LINE_END = 2;
/** First byte of a longer sequence that may be white space, and a line end. */
const PERHAPS = 3;

const KINDS = new Uint8Array(256);
KINDS[0x20] = KINDS[0x1f] = KINDS[0x09] = SPACE;
for (const byte of [0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e]) KINDS[byte] = LINE_END;
for (const byte of [0xc2, 0xe1, 0xe2, 0xe3]) KINDS[byte] = PERHAPS;

/** Bytes of the white space that begins at a position, where a character begins; 0 where there is none. */
export function spaceAt(text: Uint8Array, at: number): number {
  const kind = KINDS[text[at]!]!;
  if (kind === PLAIN) return 0;
  return kind === PERHAPS ? longSpaceAt(text, at) : 1;
}

function longSpaceAt(text: Uint8Array, at: number): number {
  const second = text[at + 1]!;
  switch (text[at]) {
    case 0xc2: return second === 0x85 || second === 0xa0 ? 2 : 0; // next line, no-break space
    case 0xe1: return second === 0x9a && text[at + 2] === 0x80 ? 3 : 0; // U+1680
    case 0xe3: return second === 0x80 && text[at + 2] === 0x80 ? 3 : 0; // U+3000
    default: {
      const third = text[at + 2]!;
      if (second === 0x81) return third === 0x9f ? 3 : 0; // U+205F
      return second === 0x80 && (third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf) ? 3 : 0; // U+2000 .. 200A, 2028, 2029, 202F
    }
  }
}

/** Bytes of the line end that begins at a position (CR LF is one); 0 where there is none. */
export function lineEndAt(text: Uint8Array, at: number, end: number): number {
  const first = text[at]!;
  if (KINDS[first] === LINE_END) return first === 0x0d && at + 1 < end && text[at + 1] === 0x0a ? 2 : 1;
  if (first === 0xc2) return text[at + 1] === 0x85 ? 2 : 0;
  return first === 0xe2 && text[at + 1] === 0x80 && (text[at + 2] === 0xa8 || text[at + 2] === 0xa9) ? 3 : 0;
}

/** The first position from `at` on where a line end begins; `end` where none does. */
export function findLineEnd(text: Uint8Array, at: number, end: number): number {
  for (; at < end; at++) {
    if (KINDS[text[at]!]! >= LINE_END && lineEndAt(text, at, end) > 0) break;
  }
  return at;
}

/** The range without white space at its start: the first position of another character, or `end`. */
export function skipSpace(text: Uint8Array, start: number, end: number): number {
  while (start < end) {
    const bytes = spaceAt(text, start);
    if (bytes === 0) break;
    start += bytes;
  }
  return start;
}

/** The range without white space at its end: behind the last other character, or `start`. */
export function trimSpace(text: Uint8Array, start: number, end: number): number {
  while (end > start) {
    const at = previousStart(text, start, end);
    if (spaceAt(text, at) !== end - at) break;
    end = at;
  }
  return end;
}

/** Words between white space, as str.split finds them; counts no further than `most`. */
export function countWords(text: Uint8Array, start: number, end: number, most: number): number {
  let words = 0;
  for (let at = skipSpace(text, start, end); at < end && words < most; at = skipSpace(text, at, end)) {
    words++;
    at = wordEnd(text, at, end);
  }
  return words;
}

/** Whether a word has more than `chars` characters. */
export function hasLongerWord(text: Uint8Array, start: number, end: number, chars: number): boolean {
  for (let at = skipSpace(text, start, end); end - at > chars; at = skipSpace(text, at, end)) { // as many bytes at least
    const from = at;
    at = wordEnd(text, at, end);
    let extra = at - from - chars;
    for (let i = from; i < at && extra > 0; i++) if ((text[i]! & 0xc0) === 0x80) extra--;
    if (extra > 0) return true;
  }
  return false;
}

function wordEnd(text: Uint8Array, at: number, end: number): number {
  while (at < end && (KINDS[text[at]!] === PLAIN || spaceAt(text, at) === 0)) at++;
  return at;
}
