import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawDirichlet, KeyedStream, logGamma } from '#src/mixture/tune/dirichlet.js';
import { drawSwarm } from '#src/mixture/tune/swarm.js';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));
const sumOf = (weights: Readonly<Record<string, number>>): number => Object.values(weights).reduce((sum, weight) => sum + weight, 0);

test.each([0.05, 0.5, 1, 3.7])('gamma variates of shape %d have its mean and its variance', (shape) => {
  const draws = Array.from({ length: 20_000 }, (_, run) => Math.exp(logGamma(shape, new KeyedStream(1, 'gamma', run, 0))));
  const error = Math.sqrt(shape / draws.length); // of the mean: the variance of a gamma variate is its shape
  expect(Math.abs(mean(draws) - shape)).toBeLessThan(5 * error);
  const kurtosis = 3 + 6 / shape;
  expect(Math.abs(variance(draws) - shape)).toBeLessThan(5 * shape * Math.sqrt((kurtosis - 1) / draws.length));
});

test('Dirichlet draws have the mean and the variance that their concentrations give', () => {
  const concentrations = { a: 0.3, b: 1.2, c: 4 };
  const draws = Array.from({ length: 20_000 }, (_, run) => drawDirichlet(concentrations, (name) => new KeyedStream(3, name, run, 0)));
  const all = sumOf(concentrations);
  for (const name of ['a', 'b', 'c'] as const) {
    const share = concentrations[name] / all;
    const values = draws.map((draw) => draw[name]!);
    const expected = (share * (1 - share)) / (all + 1);
    expect(Math.abs(mean(values) - share)).toBeLessThan(5 * Math.sqrt(expected / draws.length));
    expect(Math.abs(variance(values) / expected - 1)).toBeLessThan(0.05);
  }
});

test('a concentration so small that its gamma variates underflow still gives shares that sum to 1', () => {
  const draw = drawDirichlet({ a: 1e-6, b: 1e-6, c: 1e-6 }, (name) => new KeyedStream(0, name, 0, 0));
  expect(sumOf(draw)).toBeCloseTo(1, 12);
});

const sizes = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 }).map((all) => Object.fromEntries(all.map((size, i) => [`s${i}`, size])));

test('weights sum to 1, none is above 15 times its share before the rest is dropped, and none is between 0 and 2e-4', () => {
  fc.assert(fc.property(sizes, fc.integer({ min: 0, max: 99 }), (some, seed) => {
    const all = sumOf(some);
    for (const { weights } of drawSwarm({ sizes: some, runs: 8, seed, name: 'x' }).runs) {
      expect(sumOf(weights)).toBeCloseTo(1, 12);
      for (const [source, weight] of Object.entries(weights)) {
        expect(weight).toBeLessThanOrEqual((15 * some[source]!) / all * (1 + 12 * 2e-4 * 1.01) + 1e-12); // dropping makes the others larger
        expect(weight === 0 || weight >= 2e-4).toBe(true);
      }
    }
  }), { numRuns: 40 });
});

test('a run depends on seed, index and the names of the sources: not on how many runs there are, nor on the order of the sources', () => {
  const options = { sizes: { web: 900, books: 80, wiki: 20 }, seed: 7, name: 'x' };
  const few = drawSwarm({ ...options, runs: 5 });
  const many = drawSwarm({ ...options, runs: 20 });
  expect(many.runs.slice(0, 5)).toEqual(few.runs);
  expect(drawSwarm({ ...options, sizes: { wiki: 20, web: 900, books: 80 }, runs: 5 }).runs).toEqual(few.runs);
  expect(drawSwarm({ ...options, seed: 8, runs: 5 }).runs).not.toEqual(few.runs);
  expect(new Set(many.runs.map(({ weights }) => JSON.stringify(weights))).size).toBeGreaterThan(15); // some are of one source alone
});

test('runs lie around the root of the sizes, some near one source and some near all', () => {
  const { runs } = drawSwarm({ sizes: { a: 100, b: 100, c: 100, d: 100 }, runs: 400, seed: 1, name: 'x' });
  for (const name of ['a', 'b', 'c', 'd']) expect(Math.abs(mean(runs.map(({ weights }) => weights[name]!)) - 0.25)).toBeLessThan(0.08);
  const largest = runs.map(({ weights }) => Math.max(...Object.values(weights)));
  expect(largest.filter((weight) => weight > 0.95).length).toBeGreaterThan(40);
  expect(largest.filter((weight) => weight < 0.6).length).toBeGreaterThan(40);
});

test('with hundreds of small sources, of which every draw gives one too much, a mixture is cut to what is allowed, and that is counted', () => {
  const tiny = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`tiny${i}`, 1]));
  const { runs, cut } = drawSwarm({ sizes: { large: 300, ...tiny }, runs: 8, seed: 2, name: 'x' });
  expect(cut).toBeGreaterThan(0);
  expect(cut).toBeLessThan(8);
  for (const { weights } of runs) {
    expect(sumOf(weights)).toBeCloseTo(1, 12);
    expect(Math.max(...Object.entries(weights).filter(([source]) => source !== 'large').map(([, weight]) => weight))).toBeLessThan((15 / 600) * 1.1);
  }
});

test('one source has weight 1, and each of forty is in many mixtures', () => {
  expect(drawSwarm({ sizes: { only: 5 }, runs: 2, seed: 0, name: 'x' }).runs.map(({ weights }) => weights)).toEqual([{ only: 1 }, { only: 1 }]);
  const forty = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`s${i}`, 1 + (i % 7)]));
  const { runs, cut } = drawSwarm({ sizes: forty, runs: 320, seed: 5, name: 'x' });
  expect(cut).toBe(0);
  for (const source of Object.keys(forty)) expect(runs.filter(({ weights }) => weights[source]! > 0).length).toBeGreaterThan(30);
});
