import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { minimaxMixture } from '#src/mixture/tune/minimax.js';
import type { ConditionalCounts } from '#src/mixture/tune/types.js';

/** One context: sources are the inputs of a channel, symbols its outputs. */
const channel = (rows: readonly (readonly number[])[]): ConditionalCounts => ({
  sources: rows.map((_, d) => `s${d}`), contexts: 1, contextOf: new Uint32Array(rows[0]!.length), joint: rows.map((row) => Float64Array.from(row)),
});
const entropy = (p: number): number => (p === 0 || p === 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p));
const information = (counts: ConditionalCounts, weights: readonly number[]): number => {
  const { contextOf, contexts, joint } = counts;
  const conditional = (p: Float64Array): number => {
    const context = new Float64Array(contexts);
    p.forEach((mass, e) => { context[contextOf[e]!]! += mass; });
    return p.reduce((bits, mass, e) => (mass > 0 ? bits - mass * Math.log2(mass / context[contextOf[e]!]!) : bits), 0);
  };
  const mixed = joint[0]!.map((_, e) => joint.reduce((sum, p, d) => sum + weights[d]! * p[e]!, 0));
  return conditional(mixed) - joint.reduce((sum, p, d) => sum + weights[d]! * conditional(p), 0);
};
const worth = (found: ReturnType<typeof minimaxMixture>): number => Object.keys(found.weights).reduce((sum, source) => sum + (found.weights[source]! > 0 ? found.weights[source]! * found.excess[source]! : 0), 0);
/** Every mixture of n sources in steps of 1/resolution. */
const grid = (n: number, resolution: number, left = resolution): number[][] => (n === 1 ? [[left / resolution]]
  : Array.from({ length: left + 1 }, (_, i) => grid(n - 1, resolution, left - i).map((rest) => [i / resolution, ...rest])).flat());

/** Joint distributions of 2 or 3 sources over 2 contexts of 3 symbols, some events unseen. */
const jointCounts = fc.array(fc.array(fc.nat(20), { minLength: 6, maxLength: 6 }).filter((row) => row.some((n) => n > 0)), { minLength: 2, maxLength: 3 })
  .map((rows): ConditionalCounts => ({
    sources: rows.map((_, d) => `s${d}`), contexts: 2, contextOf: Uint32Array.from([0, 0, 0, 1, 1, 1]),
    joint: rows.map((row) => Float64Array.from(row, (n) => n / row.reduce((a, b) => a + b))),
  }));

describe('the minimax mixture', () => {
  test.each([0.01, 0.11, 0.3])('of a binary symmetric channel that flips with probability %d is even, and worth 1 - H(p)', (flip) => {
    const found = minimaxMixture(channel([[1 - flip, flip], [flip, 1 - flip]]));
    expect(found.weights['s0']).toBeCloseTo(0.5, 5);
    expect(worth(found)).toBeCloseTo(1 - entropy(flip), 6);
    expect(found.gap).toBeLessThanOrEqual(1e-7);
  });

  test('of an erasure channel is worth 1 - the share erased', () => {
    const found = minimaxMixture(channel([[0.7, 0.3, 0], [0, 0.3, 0.7]]));
    expect(worth(found)).toBeCloseTo(0.7, 6);
  });

  test('of the Z channel gives the silent input its known share', () => {
    const flip = 0.5; // capacity log2(1 + (1 - p) p^(p / (1 - p))), here log2(5 / 4); the noisy input's share is 2 / 5
    const found = minimaxMixture(channel([[1, 0], [flip, 1 - flip]]));
    expect(worth(found)).toBeCloseTo(Math.log2(1.25), 6);
    expect(found.weights['s1']).toBeCloseTo(0.4, 3);
  });

  test('of k sources without a symbol in common is uniform, each exceeding its own model by log2 k bits', () => {
    const found = minimaxMixture(channel([0, 1, 2, 3, 4].map((d) => [0, 1, 2, 3, 4].map((e) => (d === e ? 1 : 0)))));
    for (const source of Object.keys(found.weights)) {
      expect(found.weights[source]).toBeCloseTo(0.2, 6);
      expect(found.excess[source]).toBeCloseTo(Math.log2(5), 6);
    }
  });

  test('sees what is next in a context, not how often contexts are: sources that differ in contexts alone are one', () => {
    const found = minimaxMixture({
      sources: ['a', 'b'], contexts: 2, contextOf: Uint32Array.from([0, 0, 1, 1]),
      joint: [Float64Array.from([0.45, 0.45, 0.05, 0.05]), Float64Array.from([0.05, 0.05, 0.45, 0.45])],
    });
    expect(found.excess).toEqual({ a: expect.closeTo(0, 12), b: expect.closeTo(0, 12) });
  });

  test('of one source is that source', () => {
    expect(minimaxMixture(channel([[0.2, 0.8]]))).toEqual({ weights: { s0: 1 }, excess: { s0: expect.closeTo(0, 12) }, gap: expect.closeTo(0, 12), iterations: 0 });
  });

  test('gives two halves of a source together what the whole one gets', () => {
    const [a, b] = [[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]];
    const [whole, split] = [minimaxMixture(channel([a, b])), minimaxMixture(channel([a, b, b]))];
    expect(split.weights['s1']! + split.weights['s2']!).toBeCloseTo(whole.weights['s1']!, 4);
    expect(worth(split)).toBeCloseTo(worth(whole), 6);
  });

  test('no mixture of a grid is worth more than its worth and gap, and it is worth what the information formula says', () => {
    fc.assert(fc.property(jointCounts, (counts) => {
      const found = minimaxMixture(counts);
      const weights = counts.sources.map((source) => found.weights[source]!);
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(worth(found)).toBeCloseTo(information(counts, weights), 9);
      expect(found.gap).toBeLessThanOrEqual(1e-6);
      for (const other of grid(weights.length, 25)) expect(information(counts, other)).toBeLessThanOrEqual(worth(found) + found.gap + 1e-9);
    }), { numRuns: 60 });
  });

  test('keeps caps, and no capped mixture of a grid is worth more than its worth and gap', () => {
    fc.assert(fc.property(jointCounts, fc.array(fc.integer({ min: 8, max: 25 }), { minLength: 3, maxLength: 3 }), (counts, steps) => {
      const caps = Object.fromEntries(counts.sources.map((source, d) => [source, (steps[d]! * (counts.sources.length === 2 ? 1.6 : 1.1)) / 25]));
      const found = minimaxMixture(counts, caps);
      for (const source of counts.sources) expect(found.weights[source]).toBeLessThanOrEqual(caps[source]! + 1e-12);
      expect(found.gap).toBeLessThanOrEqual(1e-6);
      for (const other of grid(counts.sources.length, 25)) {
        if (other.every((share, d) => share <= caps[counts.sources[d]!]!)) expect(information(counts, other)).toBeLessThanOrEqual(worth(found) + found.gap + 1e-9);
      }
    }), { numRuns: 60 });
  });

  test('a cap of 0 leaves a source out, however badly it is served', () => {
    const found = minimaxMixture(channel([[0.5, 0.5, 0], [0.9, 0.1, 0], [0, 0, 1]]), { s2: 0 });
    expect(found.weights['s2']).toBe(0);
    expect(found.excess['s2']).toBe(Infinity);
    expect(found.gap).toBeLessThanOrEqual(1e-7);
  });

  test('caps that leave no mixture are refused with the figures', () => {
    expect(() => minimaxMixture(channel([[1, 0], [0, 1]]), { s0: 0.25, s1: 0.5 })).toThrow(new ConfigError(
      'caps: found largest shares that sum to 0.75 (s0 0.25, s1 0.5), expected 1 at least: allow more epochs, or plan with 75 % of the budget'));
  });
});
