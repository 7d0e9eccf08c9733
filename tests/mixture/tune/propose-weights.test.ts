import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundWeights } from '#src/mixture/tune/propose-weights.js';

describe('rounded weights', () => {
  test('sum to 1, stay within a millionth per source, and pass no cap', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000_007 }), { minLength: 1, maxLength: 12 }), fc.nat(), (parts, choice) => {
      const sum = parts.reduce((a, b) => a + b);
      const weights = Object.fromEntries(parts.map((part, d) => [`s${d}`, part / sum]));
      const capped = `s${choice % parts.length}`;
      const caps = parts.length === 1 ? {} : { [capped]: weights[capped]! };
      const rounded = roundWeights(weights, caps);
      expect(Object.values(rounded).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      for (const [name, weight] of Object.entries(weights)) expect(Math.abs(rounded[name]! - weight)).toBeLessThanOrEqual(parts.length * 1e-6);
      if (parts.length > 1) expect(rounded[capped]!).toBeLessThanOrEqual(weights[capped]!);
    }));
  });

  test('are left alone where every source is at its cap', () => {
    const thirds = { a: 1 / 3, b: 1 / 3, c: 1 / 3 };
    expect(roundWeights(thirds, thirds)).toEqual(thirds);
  });
});
