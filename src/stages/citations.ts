/**
 * Citation marks as Wikipedia has them, which C4 takes out of lines: a number or nothing in square brackets, `[edit]`, `[citation needed]`; as
 * written.
 */
import { characterClass, CharacterClass, codePointAt, sequenceLength } from './line-characters.js';

const OPEN = 0x5b;
const CLOSE = 0x5d;
const WORDS = ['edit]', 'citation needed]'].map((word) => new TextEncoder().encode(word));

/** Bytes of the citation mark that begins at a position; 0 where there is none. */
function citationAt(text: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end && isDecimal(text, next)) next += sequenceLength(text[next]!);
  if (next < end && text[next] === CLOSE) return next + 1 - at;
  for (const word of WORDS) {
    let i = 0;
    while (i < word.length && at + 1 + i < end && text[at + 1 + i] === word[i]) i++;
    if (i === word.length) return word.length + 1;
  }
  return 0;
}

/** Digits of any script, as `\d` has them. */
function isDecimal(text: Uint8Array, at: number): boolean {
  const first = text[at]!;
  if (first < 0x80) return first >= 0x30 && first <= 0x39;
  return (characterClass(codePointAt(text, at)) & CharacterClass.decimal) !== 0;
}

/**
 * The parts of `text[start .. end)` that are left when citation marks go, as pairs of positions: written to `parts`, whose length is set to them.
 * False, with `parts` as it was, where there is no mark.
 */
export function withoutCitations(text: Uint8Array, start: number, end: number, parts: number[]): boolean {
  let from = start;
  let found = false;
  for (let at = start; at < end;) {
    const bytes = text[at] === OPEN ? citationAt(text, at, end) : 0;
    if (bytes === 0) {
      at++;
      continue;
    }
    if (!found) parts.length = 0;
    found = true;
    if (at > from) parts.push(from, at);
    at += bytes;
    from = at;
  }
  if (found && end > from) parts.push(from, end);
  return found;
}
