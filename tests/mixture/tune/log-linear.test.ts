import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lossAt } from '#src/mixture/tune/law.js';
import { fitLogLinear } from '#src/mixture/tune/log-linear.js';
import { errorOn, keyedNumbers, logLinear, observe } from './synthetic.js';

const { normal, mixture } = keyedNumbers('log-linear');
const mixtures = (n: number, k: number, from = 0): number[][] => Array.from({ length: n }, (_, i) => mixture(from + i, k, 2));
const slopes = (k: number, at: number): number[] => Array.from({ length: k }, (_, d) => -0.5 + normal(at, d));

describe('the log-linear law', () => {
  test.each([2, 6, 12])('of %i sources is recovered, parameter by parameter, where there is no noise', (k) => {
    const t = slopes(k, k);
    const law = fitLogLinear(observe(mixtures(8 * k, k), logLinear(1.5, t)));
    if (law.kind !== 'log-linear') throw new Error('expected a log-linear law');
    expect(law.c).toBeCloseTo(1.5, 4);
    for (const [d, slope] of t.entries()) expect(law.t[d]).toBeCloseTo(slope, 3);
  });

  test.each([[6, 64, 0.01], [6, 64, 0.05], [24, 128, 0.02], [40, 320, 0.02]])('of %i sources is known from %i runs better than their noise of %d', (k, n, noise) => {
    const truth = logLinear(0.8, slopes(k, 100 + k));
    const law = fitLogLinear(observe(mixtures(n, k), (w, i) => truth(w) + noise * normal(5000 + i, k)));
    expect(errorOn(mixtures(300, k, 9000), (w) => lossAt(law, w), truth)).toBeLessThan(0.6 * noise);
  });

  test('holds where one run of ten is far off', () => {
    const truth = logLinear(0.8, slopes(6, 7));
    const law = fitLogLinear(observe(mixtures(80, 6), (w, i) => truth(w) + 0.01 * normal(6000 + i) + (i % 10 === 3 ? 3 : 0)));
    expect(errorOn(mixtures(300, 6, 9000), (w) => lossAt(law, w), truth)).toBeLessThan(0.03);
  });

  test('is nearly straight where losses are', () => {
    const truth = (w: readonly number[]): number => 3 + 0.5 * w[0]! - 0.3 * w[1]!;
    const law = fitLogLinear(observe(mixtures(64, 4), truth));
    expect(errorOn(mixtures(300, 4, 9000), (w) => lossAt(law, w), truth)).toBeLessThan(0.007);
  });

  test('gives a source that no run has the mean of the others', () => {
    const law = fitLogLinear(observe(mixtures(40, 3).map((w) => [...w, 0]), (w) => logLinear(1, [0.4, -0.2, 0.1, 0])(w)));
    if (law.kind !== 'log-linear') throw new Error('expected a log-linear law');
    expect(law.t[3]).toBeGreaterThan(-0.2);
    expect(law.t[3]).toBeLessThan(0.4);
  });

  test.each([[[2, 2, 2, 2, 2, 2, 2, 2], 2], [[-3, -3, -3, -3, -3, -3, -3, -3], -3], [[0, 0, 0, 0, 0, 0, 0, 0], 0]])('of equal losses %j is that constant', (losses, constant) => {
    const law = fitLogLinear(observe(mixtures(8, 3), (_, i) => losses[i]!));
    for (const w of mixtures(5, 3, 50)) expect(lossAt(law, w)).toBeCloseTo(constant, 12);
  });

  test('of one source is a constant near the middle of the losses', () => {
    const law = fitLogLinear(observe(Array.from({ length: 9 }, () => [1]), (_, i) => 2 + i / 10));
    expect(lossAt(law, [1])).toBeCloseTo(2.4, 1);
  });

  test('predicts the same in any unit, and with any constant added below which losses stay positive', () => {
    const truth = logLinear(0.8, slopes(4, 9));
    const losses = (w: readonly number[], i: number): number => truth(w) + 0.02 * normal(7000 + i);
    const [plain, scaled] = [fitLogLinear(observe(mixtures(48, 4), losses)), fitLogLinear(observe(mixtures(48, 4), (w, i) => 1000 * losses(w, i)))];
    for (const w of mixtures(20, 4, 9000)) expect(lossAt(scaled, w) / 1000).toBeCloseTo(lossAt(plain, w), 6);
  });

  test('is finite whatever the losses', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), { minLength: 4, maxLength: 20 }), (rows) => {
      const law = fitLogLinear(observe(rows.map(([a, b]) => [a / (a + b + 1), b / (a + b + 1), 1 / (a + b + 1)]), (_, i) => rows[i]![2]));
      for (const w of mixtures(5, 3)) expect(Number.isFinite(lossAt(law, w))).toBe(true);
    }), { numRuns: 60 });
  });
});
