/**
 * Lines that are nothing but a counter of a social site: "3 likes", "1,024 comments", "12.5K views". The form is DCLM's
 * (baselines/mappers/modifiers.py): a number, perhaps with k, m or b behind it, white space and the word, whatever the case, with nothing but signs
 * around them.
 */
import { characterClass, CharacterClass, codePointAt, sequenceLength } from './line-characters.js';
import { skipSpace } from './line-white-space.js';

const UNDERSCORE = 0x5f;
const KELVIN = 0x212a;

/** Whether `text[start .. end)` is a counter of one of `words` (lower-case ASCII). */
export function isCounter(text: Uint8Array, start: number, end: number, words: readonly string[]): boolean {
  let at = skipSigns(text, start, end);
  const digits = at;
  while (at < end && (isDecimal(text, at) || (at > digits && isPointOrComma(text[at]!)))) at += sequenceLength(text[at]!);
  if (at === digits || at === end) return false;
  if ('kmb'.includes(lowered(text, at))) at += sequenceLength(text[at]!);
  const word = skipSpace(text, at, end);
  if (word === at) return false;
  return words.some((name) => {
    const behind = matches(text, word, end, name);
    return behind >= 0 && skipSigns(text, behind, end) === end;
  });
}

/** Where the first letter, number or underscore is; `end` where none is. */
function skipSigns(text: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = codePointAt(text, at);
    if (code === UNDERSCORE || (characterClass(code) & CharacterClass.alphanumeric) !== 0) break;
    at += sequenceLength(text[at]!);
  }
  return at;
}

const isPointOrComma = (byte: number): boolean => byte === 0x2c || byte === 0x2e;
const isDecimal = (text: Uint8Array, at: number): boolean => (characterClass(codePointAt(text, at)) & CharacterClass.decimal) !== 0;

/** The lower-case ASCII letter at a position, the Kelvin sign taken for k; '-' for anything else. */
function lowered(text: Uint8Array, at: number): string {
  const code = codePointAt(text, at);
  if (code === KELVIN) return 'k';
  const lower = code | 0x20;
  return code < 0x80 && lower >= 0x61 && lower <= 0x7a ? String.fromCharCode(lower) : '-';
}

/** The position behind `word`, if it stands at `at`; else -1. */
function matches(text: Uint8Array, at: number, end: number, word: string): number {
  for (const letter of word) {
    if (at >= end || lowered(text, at) !== letter) return -1;
    at += sequenceLength(text[at]!);
  }
  return at;
}
