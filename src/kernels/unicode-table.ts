/**
 * Character classes of the tokeniser, read from unicode.json (made by unicode-generate.ts): one byte of flags a code point, in a two-level table
 * that both kernels use, and the simple lower-case mappings as two parallel arrays sorted by code point.
 */
import { readFileSync } from 'node:fs';
import { buildPageTable } from '../core/page-table.js';

export const UnicodeClass = {
  space: 1,
  /** Taken off both ends of a word. */
  stripped: 2,
  letter: 4,
  digit: 8,
  /** Scripts without spaces between words: every such code point is a word. */
  unspaced: 16,
  /** Has a lower-case mapping. */
  upper: 32,
  /** Punctuation, as datatrove has it (punctuation.json). */
  symbol: 64,
  /** Pictures: a word wherever they stand. */
  icon: 128,
} as const;

export interface UnicodeTable {
  /** `pages[codePoint >> 8]` is the page; its class is `classes[(page << 8) | (codePoint & 255)]`. */
  readonly pages: Uint8Array;
  readonly classes: Uint8Array;
  readonly lowerFrom: Uint32Array;
  readonly lowerTo: Uint32Array;
}

interface UnicodeFile {
  readonly classes: readonly (readonly [number, number])[];
  readonly lower: readonly (readonly [number, number])[];
}

let table: UnicodeTable | undefined;

/** The table, built once: about 60 KB. */
export function unicodeTable(): UnicodeTable {
  table ??= buildTable(JSON.parse(readFileSync(new URL('./unicode.json', import.meta.url), 'utf8')) as UnicodeFile); // our own shipped file
  return table;
}

function buildTable(file: UnicodeFile): UnicodeTable {
  const { pages, bytes: classes } = buildPageTable(file.classes, 'unicode.json');
  return { pages, classes, lowerFrom: Uint32Array.from(file.lower, ([from]) => from), lowerTo: Uint32Array.from(file.lower, ([, to]) => to) };
}

/** The class flags of a code point. */
export function classOf({ pages, classes }: UnicodeTable, codePoint: number): number {
  return classes[(pages[codePoint >> 8]! << 8) | (codePoint & 255)]!;
}

/** Simple lower case of a code point. */
export function lowerCase({ lowerFrom, lowerTo }: UnicodeTable, codePoint: number): number {
  let low = 0;
  let high = lowerFrom.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lowerFrom[middle]! < codePoint) low = middle + 1;
    else high = middle;
  }
  return lowerFrom[low] === codePoint ? lowerTo[low]! : codePoint;
}
