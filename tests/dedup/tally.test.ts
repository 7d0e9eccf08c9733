import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRepeats, compareGroups, FirstFew, MOST_SHOWN, tallyGroups, tallyRepeats } from '#src/dedup/tally.js';

/** Records sorted by all their words, cut into chunks of some records. */
function chunks(records: readonly (readonly number[])[], words: number, size: number): Uint32Array[] {
  const sorted = [...records].sort((a, b) => a.reduce((order, word, i) => order || word - b[i]!, 0));
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, i) => Uint32Array.from(sorted.slice(i * size, (i + 1) * size).flat())).filter((chunk) => chunk.length % words === 0);
}

/** Counted by maps and sets: documents and records by key. */
function byKey(records: readonly (readonly number[])[]): Map<string, { documents: Set<number>; records: number }> {
  const found = new Map<string, { documents: Set<number>; records: number }>();
  for (const record of records) {
    const key = record.slice(0, -1).join();
    const group = found.get(key) ?? { documents: new Set<number>(), records: 0 };
    group.documents.add(record.at(-1)!);
    group.records += 1;
    found.set(key, group);
  }
  return found;
}

const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 7, 0xffff_ffff), fc.integer({ min: 0, max: 12 })), { maxLength: 60 });

describe('tally', () => {
  it('finds in any chunks the groups that maps and sets find', () => {
    fc.assert(fc.property(records, fc.integer({ min: 1, max: 9 }), (given, size) => {
      const expected = byKey(given);
      const groups = [...tallyGroups(chunks(given, 3, size), 3)];
      expect(groups.map(({ key }) => key.join())).toEqual([...new Set(groups.map(({ key }) => key.join()))]);
      expect(groups.length).toBe(expected.size);
      for (const { key, row, documents, records: count } of groups) {
        const group = expected.get(key.join())!;
        expect({ row, documents, count }).toEqual({ row: Math.min(...group.documents), documents: group.documents.size, count: group.records });
      }
    }));
  });

  it('counts a key as repeated only where two documents have it, and then all its records but one', () => {
    const given = [[5, 5, 1], [5, 5, 1], [6, 10, 1], [6, 10, 2], [6, 10, 2]]; // the first key twice in one document
    expect(tallyRepeats(chunks(given, 3, 2), 3, ([, bytes]) => bytes!)).toMatchObject({ records: 5, repeated: 2, repeatedBytes: 20, largest: [{ key: [6, 10], documents: 2, records: 3, row: 1 }] });
  });

  it('gives the same for one partition as for the sum of several', () => {
    fc.assert(fc.property(records, fc.integer({ min: 1, max: 4 }), (given, partitions) => {
      const parts = Array.from({ length: partitions }, (_, p) => tallyRepeats(chunks(given.filter(([high]) => high % partitions === p), 3, 4), 3));
      expect(addRepeats(parts)).toEqual(tallyRepeats(chunks(given, 3, 4), 3));
    }));
  });

  it('keeps the first few of any order of offers', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 0, maxLength: 80 }), (rows) => {
      const few = new FirstFew(compareGroups);
      const groups = rows.map((row) => ({ key: [row, 0], row, documents: row % 7, records: 9 }));
      for (const group of groups) few.offer(group);
      expect(few.take()).toEqual([...groups].sort(compareGroups).slice(0, MOST_SHOWN));
    }));
  });

  it('refuses records that are not sorted, as two groups would be counted for one key', () => {
    expect(() => [...tallyGroups([Uint32Array.of(2, 0), Uint32Array.of(1, 0)], 2)]).toThrow('not sorted');
    expect(() => [...tallyGroups([Uint32Array.of(2, 4, 2, 3)], 2)]).toThrow('not sorted');
  });
});
