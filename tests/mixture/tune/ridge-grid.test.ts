import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchGrid } from '#src/mixture/tune/ridge-grid.js';

describe('the search of a grid', () => {
  test('finds the least of scores that fall and then rise, and looks at about half of a grid of 15', () => {
    fc.assert(fc.property(fc.nat(14), fc.double({ min: 0.2, max: 3, noNaN: true }), (best, power) => {
      const candidates = Array.from({ length: 15 }, (_, i) => i);
      let asked = 0;
      const found = searchGrid(candidates, (i) => {
        asked++;
        return { i, score: Math.abs(i - best) ** power };
      });
      expect(found.i).toBe(best);
      expect(asked).toBeLessThanOrEqual(9);
    }));
  });

  test('is never worse than every third, and takes a single candidate', () => {
    fc.assert(fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 }), (scores) => {
      const { score } = searchGrid(scores, (value) => ({ score: value }));
      scores.forEach((other, i) => { if (i % 3 === 0) expect(score).toBeLessThanOrEqual(other); });
    }));
    expect(searchGrid([7], () => ({ score: Infinity }))).toEqual({ score: Infinity });
  });
});
