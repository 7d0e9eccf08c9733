import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noRepeatTotals, repeatedParagraphs, type RepeatRule } from '#src/dedup/repeated-paragraphs.js';
import { sortRecords } from './deduplicate.js';

const cutsOf = (chunks: Iterable<Uint32Array>, rule: RepeatRule, totals = noRepeatTotals()): number[] => [...repeatedParagraphs(chunks, rule, totals)].flatMap((records) => [...records]);

describe('repeatedParagraphs', () => {
  it('cuts a paragraph from all documents but the first once enough hold it', () => {
    const records = Uint32Array.of(1, 0, 5, 1, 0, 7, 1, 0, 9, 2, 2, 1, 2, 2, 5);
    const totals = noRepeatTotals();
    expect(cutsOf([records], { documents: 3, keepFirst: true }, totals)).toEqual([7, 1, 0, 9, 1, 0]);
    expect(totals).toEqual({ records: 5, paragraphs: 2, repeated: 1, cuts: 2 });
    expect(cutsOf([records], { documents: 3, keepFirst: false })).toEqual([5, 1, 0, 7, 1, 0, 9, 1, 0]);
    expect(cutsOf([records], { documents: 2, keepFirst: true })).toEqual([7, 1, 0, 9, 1, 0, 5, 2, 2]);
    expect(cutsOf([records], { documents: 4, keepFirst: false })).toEqual([]);
  });

  it('counts a document that repeats itself once', () => {
    const totals = noRepeatTotals();
    expect(cutsOf([Uint32Array.of(1, 0, 5, 1, 0, 5, 1, 0, 5)], { documents: 2, keepFirst: false }, totals)).toEqual([]);
    expect(totals).toEqual({ records: 3, paragraphs: 1, repeated: 0, cuts: 0 });
  });

  it('is what counting documents by hand gives, however the records are cut', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 12 })), { maxLength: 60 });
    const rule = fc.record({ documents: fc.integer({ min: 2, max: 5 }), keepFirst: fc.boolean() });
    fc.assert(fc.property(pairs, rule, fc.integer({ min: 1, max: 7 }), (held, how, size) => {
      const records = sortRecords(Uint32Array.from(held.flatMap(([paragraph, row]) => [paragraph >> 1, paragraph & 1, row])), 3);
      const chunks = Array.from({ length: Math.ceil(records.length / 3 / size) }, (_, i) => records.slice(3 * size * i, 3 * size * (i + 1)));
      const expected = [0, 1, 2, 3, 4, 5].flatMap((paragraph) => {
        const rows = [...new Set(held.filter(([own]) => own === paragraph).map(([, row]) => row))].sort((a, b) => a - b);
        return rows.length < how.documents ? [] : rows.slice(how.keepFirst ? 1 : 0).flatMap((row) => [row, paragraph >> 1, paragraph & 1]);
      });
      expect(cutsOf(chunks, how)).toEqual(expected);
    }), { numRuns: 500, seed: 8 });
  });

  it('refuses records that are out of order', () => {
    expect(() => cutsOf([Uint32Array.of(1, 0, 5, 1, 0, 4)], { documents: 2, keepFirst: true })).toThrow(/\[1, 0, 4\] after \[1, 0, 5\]: not sorted/);
  });
});
