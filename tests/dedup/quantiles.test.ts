import { describe, expect, it } from 'vitest';
import { betaDistribution, betaQuantile, gammaDistribution, gammaQuantile } from '#src/dedup/quantiles.js';

/** P(X >= k), X Poisson: what a gamma variable of whole shape k is at or below the mean with. */
function poissonAtLeast(k: number, mean: number): number {
  let below = 0;
  for (let i = 0, term = Math.exp(-mean); i < k; term *= mean / ++i) below += term;
  return 1 - below;
}

/** P(X >= k) of n trials: what a beta variable (k, n - k + 1) is at or below the probability with. */
function binomialAtLeast(k: number, n: number, p: number): number {
  let sum = 0;
  for (let i = k; i <= n; i++) {
    let term = 1;
    for (let j = 1; j <= i; j++) term *= ((n - i + j) / j) * p;
    sum += term * (1 - p) ** (n - i);
  }
  return sum;
}

describe('gammaDistribution', () => {
  it('of a whole shape is a sum of Poisson probabilities', () => {
    for (const k of [1, 2, 5, 30]) {
      for (const x of [0.01, 0.5, 1, 4.9, 5, 5.1, 25, 40]) expect(gammaDistribution(x, k)).toBeCloseTo(poissonAtLeast(k, x), 12);
    }
  });

  it('has tabled values for shapes that are none', () => {
    expect(gammaDistribution(3.841458820694124 / 2, 0.5)).toBeCloseTo(0.95, 12); // chi-squared of one degree
    expect(gammaDistribution(7.814727903251179 / 2, 1.5)).toBeCloseTo(0.95, 12); // of three
    expect(gammaDistribution(0, 2)).toBe(0);
  });
});

describe('betaDistribution', () => {
  it('of whole parameters is a sum of binomial probabilities', () => {
    for (const [k, n] of [[1, 1], [1, 10], [3, 10], [10, 10], [20, 50]] as const) {
      for (const p of [0.001, 0.1, 0.3, 0.5, 0.9, 0.999]) expect(betaDistribution(p, k, n - k + 1)).toBeCloseTo(binomialAtLeast(k, n, p), 11);
    }
  });

  it('of halves is the arcsine law', () => {
    for (const x of [0.01, 0.3, 0.5, 0.98]) expect(betaDistribution(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
  });
});

describe('quantiles', () => {
  it('are where the distribution has the probability', () => {
    for (const probability of [0.025, 0.05, 0.5, 0.95, 0.975]) {
      for (const shape of [0.08, 1, 3.7, 1e3, 1e7]) expect(gammaDistribution(gammaQuantile(probability, shape), shape)).toBeCloseTo(probability, 8);
      for (const [a, b] of [[0.5, 3], [1, 2000], [160.5, 1840.5], [1e4, 1e7]] as const) {
        expect(betaDistribution(betaQuantile(probability, a, b), a, b)).toBeCloseTo(probability, 8);
      }
    }
  });

  it('give the rule of three and Clopper and Pearson’s tabled bounds', () => {
    expect(gammaQuantile(0.95, 1)).toBeCloseTo(-Math.log(0.05), 12);
    expect(betaQuantile(0.95, 1, 300)).toBeCloseTo(1 - 0.05 ** (1 / 300), 12);
    expect(betaQuantile(0.025, 2, 9)).toBeCloseTo(0.0252, 4); // 2 of 10
    expect(betaQuantile(0.975, 3, 8)).toBeCloseTo(0.5561, 4);
  });
});
