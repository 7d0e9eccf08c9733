import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weightsByRule, type WeightRule } from '#src/mixture/rules.js';

interface Pile { readonly sources: readonly { readonly name: string; readonly raw: number; readonly weight: number; readonly epochs: number }[] }
const { pile } = JSON.parse(readFileSync(new URL('published.json', import.meta.url), 'utf8')) as { pile: Pile };

const of = (rule: WeightRule, sizes: Readonly<Record<string, number>>, budget: number | 'max' = 1000, maxEpochs = 4) => (
  weightsByRule(rule, sizes, { budget, maxEpochs: Object.fromEntries(Object.keys(sizes).map((name) => [name, maxEpochs])) }));
const PROPORTIONAL = { kind: 'proportional' } as const;
const UNIMAX = { kind: 'unimax' } as const;
const temperature = (value: number) => ({ kind: 'temperature', temperature: value }) as const;

const sizes = fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 8 }).filter((some) => some.some((size) => size > 0))
  .map((some) => Object.fromEntries(some.map((size, i) => [`s${i}`, size])));
const sum = (weights: Readonly<Record<string, number>>) => Object.values(weights).reduce((a, b) => a + b, 0);

describe('by size', () => {
  test('proportional weights are shares of what there is, and an empty source has none', () => {
    expect(of(PROPORTIONAL, { a: 300, b: 100, c: 0 })).toEqual({ weights: { a: 0.75, b: 0.25, c: 0 }, warnings: [] });
  });

  test('a temperature of 2 is the square root of size, of 1 proportional, and a very large one nearly equal', () => {
    expect(of(temperature(2), { a: 900, b: 100, c: 0 }).weights).toEqual({ a: 0.75, b: 0.25, c: 0 });
    expect(of(temperature(1), { a: 900, b: 100 }).weights).toEqual(of(PROPORTIONAL, { a: 900, b: 100 }).weights);
    const { a, b, c } = of(temperature(1000), { a: 9e12, b: 1, c: 0 }).weights;
    expect(Math.abs(a! - b!)).toBeLessThan(0.015);
    expect(c).toBe(0);
  });

  test('temperatures are the closed form n^(1/T) / sum n^(1/T)', () => {
    fc.assert(fc.property(sizes, fc.double({ min: 1, max: 100, noNaN: true }), (some, t) => {
      const total = Object.values(some).reduce((all, size) => all + (size === 0 ? 0 : size ** (1 / t)), 0);
      const { weights } = of(temperature(t), some);
      for (const [name, size] of Object.entries(some)) expect(weights[name]).toBeCloseTo(size === 0 ? 0 : size ** (1 / t) / total, 10);
    }), { numRuns: 200 });
  });
});

describe('by epochs', () => {
  const weights = of({ kind: 'epochs', epochs: Object.fromEntries(pile.sources.map(({ name, epochs }) => [name, epochs])) }, Object.fromEntries(pile.sources.map(({ name, raw }) => [name, raw * 100]))).weights;

  test('The Pile\'s sizes and epochs give its 22 weights to the printed digit, as far as the sizes are printed', () => {
    const effective = pile.sources.reduce((all, { raw, epochs }) => all + raw * epochs, 0);
    for (const { name, weight, epochs } of pile.sources) {
      // A weight is printed to 1e-4, which is half of that either way; a size to .01 GiB, whose half goes through epochs and total: .8e-5 at most.
      expect(Math.abs(weights[name]! - weight), name).toBeLessThanOrEqual(5e-5 + (0.005 * epochs) / effective);
    }
  });

  test('20 of them to 5e-5, and the other two to 5.3e-5: their printed sizes are too coarse for more', () => {
    const off = pile.sources.filter(({ name, weight }) => Math.abs(weights[name]! - weight) > 5e-5);
    expect(off.map(({ name }) => name)).toEqual(['PubMed Central', 'YoutubeSubtitles']);
    for (const { name, weight } of off) expect(Math.abs(weights[name]! - weight)).toBeLessThan(5.3e-5);
  });
});

describe('UniMax', () => {
  // Sizes of five languages and a budget of 250 billion at 4 epochs; the rule is arXiv:2304.09151's.
  const published = { swe: 179_955_884_499, fas: 184_595_788_282, ekk: 42_541_080_893, isl: 10_027_573_389, fao: 549_707_867 };
  const expected = { swe: 0.27692117, fas: 0.27692117, ekk: 0.27692117, isl: 0.16044117, fao: 0.00879533 };

  test('gives the published vector', () => {
    const { weights } = of(UNIMAX, published, 250e9);
    for (const [name, weight] of Object.entries(expected)) expect(Math.abs(weights[name]! - weight), name).toBeLessThan(1e-8);
  });

  test('shares the budget equally where nothing is scarce, and in proportion to size where all is', () => {
    expect(of(UNIMAX, { a: 1e9, b: 1e8 }, 1000).weights).toEqual({ a: 0.5, b: 0.5 });
    const { weights } = of(UNIMAX, { a: 300, b: 100 }, 1e6);
    expect(weights).toEqual({ a: 0.75, b: 0.25 });
  });

  test('makes the smallest share as large as can be, and then the next: no source can have more without one that has no more losing', () => {
    fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 8 }), (some, budget, epochs) => {
      const all = Object.values(some).reduce((total, size) => total + size * epochs, 0);
      const { weights } = of(UNIMAX, some, budget, epochs);
      const given = Math.min(budget, all);
      const most = Math.max(...Object.values(weights));
      for (const [name, size] of Object.entries(some)) { // max-min fairness: who has less than the most is at his cap
        if (weights[name]! < most * (1 - 1e-9)) expect(Math.abs(weights[name]! * given - size * epochs)).toBeLessThanOrEqual(1e-6 * Math.max(1, given));
        expect(weights[name]! * given).toBeLessThanOrEqual(size * epochs * (1 + 1e-9));
      }
    }), { numRuns: 300 });
  });

  test('keeps to largest shares of the budget, and goes by the epochs of each source', () => {
    const context = { budget: 1000, maxEpochs: { a: 4, b: 2, c: 4 }, maxShare: { c: 0.1 } };
    expect(weightsByRule(UNIMAX, { a: 1e6, b: 100, c: 1e6 }, context).weights).toEqual({ a: 0.7, b: 0.2, c: 0.1 });
  });

  test('with a budget of max takes each as often as it may, and says so', () => {
    const { weights, warnings } = of(UNIMAX, { a: 300, b: 100 }, 'max');
    expect(weights).toEqual({ a: 0.75, b: 0.25 });
    expect(warnings).toEqual([expect.stringContaining('with a number it would share the budget equally')]);
  });
});

describe('every rule', () => {
  const rules: readonly WeightRule[] = [PROPORTIONAL, temperature(2), temperature(3.3), UNIMAX];

  test('gives weights that sum to 1, whatever the order of the sources', () => {
    fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 1e13 }), fc.constantFrom(...rules), (some, budget, rule) => {
      const { weights } = of(rule, some, budget);
      expect(sum(weights)).toBeCloseTo(1, 9);
      expect(of(rule, Object.fromEntries(Object.entries(some).reverse()), budget).weights).toEqual(weights);
    }), { numRuns: 200 });
  });

  test('gives the same weights where all sizes and the budget are so many times larger', () => {
    fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(...rules), fc.integer({ min: 2, max: 1000 }), (some, budget, rule, factor) => {
      const larger = of(rule, Object.fromEntries(Object.entries(some).map(([name, size]) => [name, size * factor])), budget * factor).weights;
      const { weights } = of(rule, some, budget);
      for (const [name, weight] of Object.entries(weights)) expect(larger[name]).toBeCloseTo(weight, 9);
    }), { numRuns: 100 });
  });

  test('that has nothing to share is a bug', () => {
    for (const rule of rules) expect(() => of(rule, { a: 0, b: 0 })).toThrow(RangeError);
  });
});
