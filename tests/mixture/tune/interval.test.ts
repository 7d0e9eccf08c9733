import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { studentQuantile } from '#src/mixture/student.js';
import { meanInterval, pairedInterval } from '#src/mixture/tune/interval.js';

describe("Student's quantile for 95 %", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: upper critical values at .975
  it.each([[1, 12.706], [2, 4.303], [3, 3.182], [4, 2.776], [5, 2.571], [6, 2.447], [9, 2.262], [10, 2.228], [29, 2.045], [30, 2.042], [60, 2.000], [100, 1.984]])(
    'is the published one at %i degrees of freedom', (degrees, published) => {
      expect(studentQuantile(degrees)).toBeCloseTo(published, 3);
    });

  it('comes to the normal 1.95996 with many', () => {
    expect(studentQuantile(100_000)).toBeCloseTo(1.95999, 4);
  });

  it.each([0, -1, 1.5, NaN])('refuses %d degrees of freedom', (degrees) => {
    expect(() => studentQuantile(degrees)).toThrow(/degrees of freedom/);
  });
});

describe('an interval', () => {
  it('is the mean with t times the standard error of 1, 2, 3', () => {
    const { mean, low, high } = meanInterval([1, 2, 3]);
    expect(mean).toBe(2);
    expect(high - mean).toBeCloseTo(0.95 / Math.sqrt(2 * 0.975 * 0.025) / Math.sqrt(3), 12); // the closed form of t at 2 degrees
    expect(mean - low).toBeCloseTo(high - mean, 12);
  });

  it('has no width where nothing varies', () => {
    expect(meanInterval([1.5, 1.5, 1.5])).toEqual({ mean: 1.5, low: 1.5, high: 1.5 });
  });

  it.each([[[]], [[1]], [[1, NaN]], [[1, 2, Infinity]]])('is refused of %j', (values) => {
    expect(() => meanInterval(values)).toThrow(/two or more finite/);
  });

  it('moves and grows with its values, and is the same in any order', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 12 });
    fc.assert(fc.property(values, fc.integer({ min: -50, max: 50 }), (list, shift) => {
      const [plain, moved, reversed] = [meanInterval(list), meanInterval(list.map((value) => 2 * value + shift)), meanInterval([...list].reverse())];
      expect(moved.low).toBeCloseTo(2 * plain.low + shift, 6);
      expect(moved.high).toBeCloseTo(2 * plain.high + shift, 6);
      expect(reversed.low).toBeCloseTo(plain.low, 9);
    }));
  });

  it('of pairs does not feel what moves both of a pair', () => {
    expect(pairedInterval([1.1, 5.1, 9.1], [1, 5, 9]).mean).toBeCloseTo(0.1, 12);
    expect(pairedInterval([1.1, 5.1, 9.1], [1, 5, 9]).high).toBeCloseTo(0.1, 12);
    expect(() => pairedInterval([1, 2], [1, 2, 3])).toThrow(/2 and 3/);
  });
});
