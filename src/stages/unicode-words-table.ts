/**
 * Properties of code points for finding words, read from unicode-words.json (made by unicode-words-generate.ts): one byte each, in a table of two
 * levels. The data ship with the package, because the Unicode version of Node's own Intl varies with Node.
 */
import { createRequire } from 'node:module';
import type file from './unicode-words.json';

/** Values of Word_Break (UAX #29, table 3); a code point's value is its place in this list. */
export const WORD_BREAKS = [
  'Other', 'CR', 'LF', 'Newline', 'Extend', 'ZWJ', 'Format', 'Regional_Indicator', 'Katakana', 'Hebrew_Letter', 'ALetter', 'Single_Quote',
  'Double_Quote', 'MidNumLet', 'MidLetter', 'MidNum', 'Numeric', 'ExtendNumLet', 'WSegSpace',
] as const;

/** Bits of a code point's byte: its Word_Break value and three flags. */
export const WordProperty = { wordBreak: 31, pictographic: 32, alphabetic: 64, number: 128 } as const;

export interface WordTable {
  /** `pages[codePoint >> 8]` is the page; its byte is `bytes[(page << 8) | (codePoint & 255)]`. */
  readonly pages: Uint8Array;
  readonly bytes: Uint8Array;
}

let table: WordTable | undefined;

/** The table, built at first use: about 60 KB. */
export function wordTable(): WordTable {
  table ??= buildTable((createRequire(import.meta.url)('./unicode-words.json') as typeof file).runs); // the compiler copies the file beside this one
  return table;
}

function buildTable(runs: readonly (readonly number[])[]): WordTable {
  const flat = new Uint8Array(0x110000);
  runs.forEach(([first, byte], i) => flat.fill(byte!, first, runs[i + 1]?.[0] ?? flat.length));
  const pages = new Uint8Array(flat.length >> 8);
  const known = new Map<string, number>();
  const distinct: Uint8Array[] = [];
  for (let page = 0; page < pages.length; page++) {
    const values = flat.subarray(page << 8, (page + 1) << 8);
    const key = values.join();
    let at = known.get(key);
    if (at === undefined) known.set(key, (at = distinct.push(values) - 1));
    pages[page] = at;
  }
  if (distinct.length > 256) throw new Error(`unicode-words.json has ${distinct.length} distinct pages, expected at most 256`);
  return { pages, bytes: Uint8Array.from(distinct.flatMap((values) => [...values])) };
}
