import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { rankCorrelation, ranksOf } from '#src/mixture/tune/rank.js';

/** Standard normal, keyed. */
const normal = (purpose: string, i: number, j = 0): number => {
  const key = hashKey(7, purpose);
  return Math.sqrt(-2 * Math.log(1 - keyedUniform(key, i, j, 0))) * Math.cos(2 * Math.PI * keyedUniform(key, i, j, 1));
};

describe('rank correlation', () => {
  test('gives equal values their mean rank', () => {
    expect([...ranksOf([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
  });

  test.each([ // scipy.stats.spearmanr 1.14
    [[1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8207826816681233],
    [[106, 86, 100, 101, 99, 103, 97, 113, 112, 110], [7, 0, 27, 50, 28, 29, 20, 12, 6, 17], -0.17575757575757575],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(rankCorrelation(a, b).value).toBeCloseTo(expected, 12);
  });

  test('has Bonett and Wright\'s interval', () => {
    const { value, low, high } = rankCorrelation([106, 86, 100, 101, 99, 103, 97, 113, 112, 110], [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]);
    const margin = 1.959964 * Math.sqrt((1 + value ** 2 / 2) / 7);
    expect([low, high]).toEqual([expect.closeTo(Math.tanh(Math.atanh(value) - margin), 6), expect.closeTo(Math.tanh(Math.atanh(value) + margin), 6)]);
  });

  test('is 1, with a low end short of it, where all is in order, and unknown where a side is constant or there are three pairs', () => {
    const perfect = rankCorrelation([1, 2, 3, 4, 5, 6, 7, 8], [10, 20, 30, 40, 50, 60, 70, 80]);
    expect(perfect.value).toBe(1);
    expect(perfect.low).toBeLessThan(1);
    expect(perfect.high).toBeLessThanOrEqual(1);
    for (const [a, b] of [[[1, 1, 1, 1, 1], [1, 2, 3, 4, 5]], [[1, 2, 3], [1, 2, 3]]]) expect(rankCorrelation(a!, b!)).toEqual({ value: 0, low: -1, high: 1 });
  });

  test('does not change under monotone changes of a side', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), { minLength: 4 }), (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      expect(rankCorrelation(a, b.map((y) => Math.exp(y / 10)))).toEqual(rankCorrelation(a, b));
    }));
  });

  test.each([0, 0.5, 0.9])('covers the true value 95 times of 100 where pairs are normal with correlation %d', (r) => {
    const truth = (6 / Math.PI) * Math.asin(r / 2); // Spearman's of a normal pair
    const n = 64;
    const samples = 800;
    let covered = 0;
    for (let s = 0; s < samples; s++) {
      const x = Array.from({ length: n }, (_, i) => normal('x', s, i));
      const y = x.map((value, i) => r * value + Math.sqrt(1 - r * r) * normal('y', s, i));
      const { low, high } = rankCorrelation(x, y);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / samples).toBeGreaterThan(0.93);
    expect(covered / samples).toBeLessThan(0.975);
  });
});
