import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capWeights, shrinkToShares } from '#src/mixture/caps-shares.js';
import { waterFill, type CappedClaim } from '#src/mixture/caps.js';
import { MixtureError } from '#src/mixture/errors.js';

const claims = fc.array(
  fc.record({ weight: fc.double({ min: 1e-3, max: 1e3, noNaN: true }), cap: fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(Infinity)) }), { minLength: 1, maxLength: 8 },
).map((some) => some.map((one, i): CappedClaim => ({ name: `s${i}`, ...one })));
const total = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

/** The definition: everyone is filled to one level per weight, or to his cap; the level is found by halving. */
function fillByHalving(some: readonly CappedClaim[], wanted: number): Map<string, number> {
  const at = (level: number) => new Map(some.map(({ name, weight, cap }) => [name, Math.min(cap, level * weight)]));
  let low = 0;
  let high = 1e10;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (sum(at(middle).values()) < wanted) low = middle;
    else high = middle;
  }
  return at(high);
}

describe('water filling', () => {
  test('is filling all to one level, found by halving', () => {
    fc.assert(fc.property(claims, total, (some, wanted) => {
      const expected = fillByHalving(some, Math.min(wanted, sum(some.map(({ cap }) => cap))));
      for (const [name, amount] of waterFill(some, wanted)) expect(Math.abs(amount - expected.get(name)!)).toBeLessThanOrEqual(1e-7 * wanted);
    }), { numRuns: 300 });
  });

  test('fills no one above his cap, and gives all there is to give', () => {
    fc.assert(fc.property(claims, total, (some, wanted) => {
      const given = waterFill(some, wanted);
      for (const { name, cap } of some) expect(given.get(name)).toBeLessThanOrEqual(cap);
      const expected = Math.min(wanted, sum(some.map(({ cap }) => cap)));
      expect(Math.abs(sum(given.values()) - expected)).toBeLessThanOrEqual(1e-9 * wanted);
    }), { numRuns: 300 });
  });

  test('does not depend on the order of the claims, to the last bit', () => {
    fc.assert(fc.property(claims, total, (some, wanted) => {
      const sorted = (given: Map<string, number>) => [...given].sort();
      expect(sorted(waterFill([...some].reverse(), wanted))).toEqual(sorted(waterFill(some, wanted)));
    }), { numRuns: 200 });
  });
});

describe('largest shares', () => {
  test('leave weights alone that keep to them', () => {
    expect(capWeights({ a: 0.6, b: 0.4 }, { a: 0.6 })).toEqual({ weights: { a: 0.6, b: 0.4 } });
  });

  test('cut a weight and give what is cut to the others by weight, and say so', () => {
    const { weights, warning } = capWeights({ web: 0.6, books: 0.3, wiki: 0.1 }, { web: 0.4 });
    expect(weights['web']).toBeCloseTo(0.4, 12);
    expect(weights['books']).toBeCloseTo(0.45, 12);
    expect(weights['wiki']).toBeCloseTo(0.15, 12);
    expect(warning).toBe('web should have 60.00 %, more than its maxShare of 40.00 %; what is cut goes to the others: books 30.00 % -> 45.00 %, wiki 10.00 % -> 15.00 %');
  });

  test('are refused with the figures where the sources with a weight may not have the whole', () => {
    expect(() => capWeights({ a: 0.5, b: 0.5, c: 0 }, { a: 0.3, b: 0.4, c: 1 })).toThrow(MixtureError);
    expect(() => capWeights({ a: 0.5, b: 0.5, c: 0 }, { a: 0.3, b: 0.4, c: 1 })).toThrow(/may have 70\.00 % in all \(a 30\.00 %, b 40\.00 %\), expected 100 %/);
  });

  test('of a smaller corpus are shares of that: amounts shrink to the largest sum that keeps to them', () => {
    expect([...shrinkToShares(new Map([['a', 100], ['b', 80]]), { b: 0.2 })]).toEqual([['a', 100], ['b', 25]]);
    expect([...shrinkToShares(new Map([['a', 0], ['b', 80]]), { b: 0.2 })]).toEqual([['a', 0], ['b', 0]]);
    const amounts = fc.array(fc.record({ amount: fc.double({ min: 0, max: 1e6, noNaN: true }), share: fc.double({ min: 0.01, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(amounts, (some) => {
      const given = new Map(some.map(({ amount }, i) => [`s${i}`, amount]));
      const shares = Object.fromEntries(some.map(({ share }, i) => [`s${i}`, share]));
      const shrunk = shrinkToShares(given, shares);
      const all = sum(shrunk.values());
      for (const [name, amount] of shrunk) expect(amount).toBeLessThanOrEqual(Math.min(given.get(name)!, shares[name]! * all) * (1 + 1e-9) + 1e-9);
      // The largest: cutting every amount to its share of the sum, again and again from the top, never falls below it.
      let top = sum(given.values());
      for (let i = 0; i < 200; i++) top = some.reduce((total, { amount, share }) => total + Math.min(amount, share * top), 0);
      expect(all).toBeLessThanOrEqual(top * (1 + 1e-6) + 1e-6);
    }), { numRuns: 300 });
  });
});
