/**
 * What the line filters ask of a character: the tests of Python's str (isupper, isdigit, isalnum) and re (\d, \W), because the filters' published
 * code is Python. Classes are read from line-characters.json (made by line-characters-generate.ts), one byte a code point, in a table of two
 * levels.
 */
import { createRequire } from 'node:module';
import { buildPageTable, byteOf, type PageTable } from '../core/page-table.js';
import type file from './line-characters.json';

export const CharacterClass = {
  /** str.isupper. */
  upper: 1,
  /** str.isalnum: letters and numbers. */
  alphanumeric: 2,
  /** str.isdigit: superscripts and circled digits too. */
  digit: 4,
  /** `\d` of re: general category Nd. */
  decimal: 8,
  /** General category P. */
  punctuation: 16,
  /** General category Ll. */
  lower: 32,
  /** General category So. */
  icon: 64,
} as const;

let table: PageTable | undefined;

/** CharacterClass bits of a code point. The first call reads the table (about 50 KB). */
export function characterClass(codePoint: number): number {
  table ??= buildPageTable((createRequire(import.meta.url)('./line-characters.json') as typeof file).runs, 'line-characters.json'); // the compiler copies the file beside this one
  return byteOf(table, codePoint);
}

/** Bytes of the UTF-8 sequence that begins with a byte; the text is valid, so the byte is no continuation. */
export function sequenceLength(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The code point of valid UTF-8 that begins at a position. */
export function codePointAt(text: Uint8Array, at: number): number {
  const first = text[at]!;
  if (first < 0x80) return first;
  const second = text[at + 1]! & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = text[at + 2]! & 0x3f;
  if (first < 0xf0) return ((first & 0xf) << 12) | (second << 6) | third;
  return ((first & 7) << 18) | (second << 12) | (third << 6) | (text[at + 3]! & 0x3f);
}

/** Where the code point that ends at `end` begins; `end` is above `start`. */
export function previousStart(text: Uint8Array, start: number, end: number): number {
  let at = end - 1;
  while (at > start && (text[at]! & 0xc0) === 0x80) at--;
  return at;
}
