import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSpikes, isSpike, lengthRange, mergeSpikes, rangeWidth } from '#src/dedup/length-spikes.js';

/** Sorted [bytes, row] records of documents with these lengths. */
const recordsOf = (lengths: readonly number[]): Uint32Array => Uint32Array.from([...lengths].map((bytes, row) => [bytes, row] as const).sort(([a, i], [b, j]) => a - b || i - j).flat());

describe('length spikes', () => {
  it('ranges ascend, and each holds as many lengths as it says', () => {
    const counts = new Map<number, number>();
    let last = 0;
    for (let bytes = 0; bytes < 1 << 17; bytes++) {
      const range = lengthRange(bytes);
      expect(range === last || range === last + 1).toBe(true);
      last = range;
      counts.set(range, (counts.get(range) ?? 0) + 1);
    }
    counts.delete(lengthRange(1 << 17)); // would be cut
    for (const [range, width] of counts) expect([range, rangeWidth(range)]).toEqual([range, width]);
  });

  it('a spike begins at five documents, three times the expected, and six deviations', () => {
    expect([isSpike(4, 0), isSpike(5, 0)]).toEqual([false, true]);
    expect([isSpike(10, 4), isSpike(11, 4), isSpike(16, 4)]).toEqual([false, false, true]); // 4 + 6 * 2
    expect([isSpike(299, 100), isSpike(300, 100)]).toEqual([false, true]);
  });

  it('finds pages of one template among pages of all lengths, with how many the lengths around have', () => {
    const lengths = [...Array.from({ length: 3000 }, (_, i) => 1024 + ((i * 7919) % 1024)), ...new Array<number>(60).fill(1500)];
    const [spike, ...others] = findSpikes([recordsOf(lengths)]);
    const around = lengths.filter((bytes) => lengthRange(bytes) === lengthRange(1500) && bytes !== 1500).length;
    const at = lengths.filter((bytes) => bytes === 1500).length;
    expect(others).toEqual([]);
    expect(spike).toEqual({ bytes: 1500, documents: at, expected: around / (rangeWidth(lengthRange(1500)) - 1), row: lengths.indexOf(1500) });
  });

  it('agrees with a count of every length, however ranges are dealt out to tasks', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(40, 90, 250)), { maxLength: 200 }), fc.integer({ min: 1, max: 4 }), (lengths, tasks) => {
      const counts = new Map<number, number>();
      for (const bytes of lengths) counts.set(bytes, (counts.get(bytes) ?? 0) + 1);
      const expected = [...counts].flatMap(([bytes, documents]) => {
        const inRange = lengths.filter((other) => lengthRange(other) === lengthRange(bytes)).length;
        const mean = (inRange - documents) / (rangeWidth(lengthRange(bytes)) - 1);
        return isSpike(documents, mean) ? [{ bytes, documents, expected: mean, row: lengths.indexOf(bytes) }] : [];
      }).sort((a, b) => b.documents - a.documents || a.bytes - b.bytes).slice(0, 20);
      const parts = Array.from({ length: tasks }, (_, task) => {
        const records = lengths.map((bytes, row) => [bytes, row] as const).filter(([bytes]) => lengthRange(bytes) % tasks === task);
        return findSpikes([Uint32Array.from(records.sort(([a, i], [b, j]) => a - b || i - j).flat())]);
      });
      expect(mergeSpikes(parts)).toEqual(expected);
    }));
  });
});
