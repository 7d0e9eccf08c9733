/**
 * Properties of code points for finding words, read from unicode-words.json (made by unicode-words-generate.ts): one byte each, in a table of two
 * levels. The data ship with the package, because the Unicode version of Node's own Intl varies with Node.
 */
import { createRequire } from 'node:module';
import { buildPageTable, type PageTable } from '../core/page-table.js';
import type file from './unicode-words.json';

/** Values of Word_Break (UAX #29, table 3); a code point's value is its place in this list. */
export const WORD_BREAKS = [
  'Other', 'CR', 'LF', 'Newline', 'Extend', 'ZWJ', 'Format', 'Regional_Indicator', 'Katakana', 'Hebrew_Letter', 'ALetter', 'Single_Quote',
  'Double_Quote', 'MidNumLet', 'MidLetter', 'MidNum', 'Numeric', 'ExtendNumLet', 'WSegSpace',
] as const;

/** Bits of a code point's byte: its Word_Break value and three flags. */
export const WordProperty = { wordBreak: 31, pictographic: 32, alphabetic: 64, number: 128 } as const;

let table: PageTable | undefined;

/** The table, built at first use: about 60 KB. */
export function wordTable(): PageTable {
  table ??= buildPageTable((createRequire(import.meta.url)('./unicode-words.json') as typeof file).runs, 'unicode-words.json'); // the compiler copies the file beside this one
  return table;
}
