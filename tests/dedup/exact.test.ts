import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyEdges } from '#src/dedup/exact.js';
import { sortRecords } from './deduplicate.js';

const one = new Uint32Array(Float32Array.of(1).buffer)[0]!;

/** Edges of records of few different hashes, read in chunks. */
function edgesOf(hashes: readonly number[], words: number, cut: number): number[][] {
  const record = (hash: number, row: number): number[] => [hash >> 1, ...new Array<number>(words - 3).fill(0), hash & 1, row];
  const records = sortRecords(Uint32Array.from(hashes.flatMap(record)), words);
  const keys = new KeyEdges(words);
  const found: number[] = [];
  for (let at = 0; at < records.length; at += words * cut) {
    const chunk = records.slice(at, at + words * cut);
    found.push(...keys.add(chunk));
    chunk.fill(0); // the caller may reuse its buffer
  }
  expect([keys.records, keys.repeated]).toEqual([hashes.length, found.length / 3]);
  return Array.from({ length: found.length / 3 }, (_, i) => found.slice(3 * i, 3 * i + 3));
}

describe('KeyEdges', () => {
  it('links every row to the first of its key, with similarity 1, however the stream is cut', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 30 }), fc.constantFrom(3, 5), fc.integer({ min: 1, max: 8 }), (hashes, words, cut) => {
      const groups = [0, 1, 2, 3, 4, 5, 6].map((hash) => hashes.flatMap((h, row) => (h === hash ? [row] : [])));
      expect(edgesOf(hashes, words, cut)).toEqual(groups.flatMap(([first, ...others]) => others.map((row) => [first, row, one])));
    }));
  });

  it('refuses records that are out of order', () => {
    const keys = new KeyEdges(5);
    keys.add(Uint32Array.of(2, 0, 0, 0, 1));
    expect(() => keys.add(Uint32Array.of(1, 0, 0, 0, 2))).toThrow(/not sorted/);
  });
});
