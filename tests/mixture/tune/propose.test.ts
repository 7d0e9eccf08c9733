import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { fitSwarm } from '#src/mixture/tune/fit.js';
import { ProposalObjective } from '#src/mixture/tune/propose-objective.js';
import { searchMinimum } from '#src/mixture/tune/propose-search.js';
import { proposeMixture } from '#src/mixture/tune/propose.js';
import type { Law, Weights } from '#src/mixture/tune/types.js';
import { keyedNumbers, logLinear, swarmOf } from './synthetic.js';

const { normal, mixture, uniform } = keyedNumbers('propose');
const mixtures = (n: number, k: number, from = 0): number[][] => Array.from({ length: n }, (_, i) => mixture(from + i, k, 2));
const evenly = (n: number): Float64Array => new Float64Array(n).fill(1 / n);
const even = (n: number): Weights => Object.fromEntries(Array.from({ length: n }, (_, d) => [`s${d}`, 1 / n]));
const distance = (a: Weights, b: Weights): number => Object.keys(b).reduce((sum, source) => sum + Math.abs(a[source]! - b[source]!), 0) / 2;
const grid = (n: number, resolution: number, left = resolution): number[][] => (n === 1 ? [[left / resolution]]
  : Array.from({ length: left + 1 }, (_, i) => grid(n - 1, resolution, left - i).map((rest) => [i / resolution, ...rest])).flat());
const logLinearLaw = (k: number): fc.Arbitrary<Law> => fc.record({ kind: fc.constant('log-linear' as const), c: fc.double({ min: 0, max: 3, noNaN: true }), t: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: k, maxLength: k }) });
const ridgeLaw = (k: number): fc.Arbitrary<Law> => {
  const numbers = (size: number) => fc.array(fc.double({ min: -size, max: size, noNaN: true }), { minLength: k, maxLength: k });
  return fc.record({ kind: fc.constant('ridge' as const), intercept: fc.constant(2), linear: numbers(1), log: numbers(0.1), epsilon: fc.constant(1e-3) });
};
const capsFor = (k: number) => fc.array(fc.integer({ min: 0, max: 20 }), { minLength: k, maxLength: k })
  .filter((steps) => steps.reduce((a, b) => a + b) >= 20).map((steps) => Float64Array.from(steps, (step) => step / 20));

/** Mirror descent with tiny steps: slow, simple, and nothing that it shares with what it checks. */
function descended(objective: ProposalObjective, caps: Float64Array): number {
  let w = Float64Array.from(caps, (cap) => cap / caps.reduce((a, b) => a + b));
  for (let i = 0; i < 8000; i++) {
    const slopes = objective.gradient(w.map((share) => Math.max(share, 1e-12)));
    const moved = w.map((share, d) => (caps[d] === 0 ? 0 : Math.max(share, 1e-12) * Math.exp(-0.05 * slopes[d]!)));
    let [low, high] = [0, 1e9]; // the factor that makes capped shares sum to 1, by bisection
    for (let j = 0; j < 60; j++) {
      const factor = (low + high) / 2;
      if (moved.reduce((sum, x, d) => sum + Math.min(caps[d]!, factor * x), 0) < 1) low = factor;
      else high = factor;
    }
    w = moved.map((x, d) => Math.min(caps[d]!, high * x));
  }
  return objective.value(w);
}

describe('the minimum of log-linear laws', () => {
  test('is below every mixture of a grid that keeps the caps, and is certified to a hundred-millionth', () => {
    fc.assert(fc.property(fc.array(logLinearLaw(3), { minLength: 1, maxLength: 3 }), capsFor(3), fc.constantFrom(0, 0.01, 0.1, 1), (laws, caps, lambda) => {
      const objective = new ProposalObjective(laws.map((law) => ({ law, weight: 1 / laws.length })), evenly(3), lambda);
      const { weights, value, optimality } = searchMinimum(objective, caps, [], lambda);
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      for (const [d, share] of weights.entries()) expect(share).toBeLessThanOrEqual(caps[d]! + 1e-12);
      if (optimality.kind !== 'certified') throw new Error('expected a certificate');
      expect(optimality.gap).toBeLessThan(1e-8);
      for (const other of grid(3, 20)) if (other.every((share, d) => share <= caps[d]! + 1e-12)) expect(objective.value(Float64Array.from(other))).toBeGreaterThan(value - 1e-9);
    }), { numRuns: 150 });
  });

  test.each([[6, 0], [6, 0.1], [40, 0.02]])('of %i sources with lambda %d is what slow descent comes to', (k, lambda) => {
    const laws = Array.from({ length: 4 }, (_, i) => ({ weight: 0.25, law: { kind: 'log-linear' as const, c: 0, t: Array.from({ length: k }, (_, d) => normal(i, d)) } }));
    const caps = Float64Array.from({ length: k }, (_, d) => Math.min(1, 6 * uniform(d, 40) / k));
    const objective = new ProposalObjective(laws, evenly(k), lambda);
    const { value, optimality } = searchMinimum(objective, caps, [], lambda);
    expect(optimality).toEqual({ kind: 'certified', gap: expect.closeTo(0, 8) });
    const slow = descended(objective, caps);
    expect(value).toBeLessThanOrEqual(slow + 1e-9);
    expect(value).toBeGreaterThan(slow - 1e-3);
  });

  test('is the prior where lambda is large, and the source that is best where there is neither lambda nor cap', () => {
    const law = { law: { kind: 'log-linear' as const, c: 0, t: [0.3, -0.2, 0.1] }, weight: 1 };
    const prior = Float64Array.of(0.5, 0.2, 0.3);
    const ones = Float64Array.of(1, 1, 1);
    for (const [d, share] of searchMinimum(new ProposalObjective([law], prior, 1e6), ones, [], 1e6).weights.entries()) expect(share).toBeCloseTo(prior[d]!, 5);
    expect([...searchMinimum(new ProposalObjective([law], prior, 0), ones, [], 0).weights]).toEqual([0, 1, 0]);
  });

  test('of caps that sum to 1 is the caps', () => {
    const objective = new ProposalObjective([{ law: { kind: 'log-linear', c: 0, t: [1, -1] }, weight: 1 }], evenly(2), 0.1);
    expect([...searchMinimum(objective, Float64Array.of(0.7, 0.3), [], 0.1).weights]).toEqual([0.7, 0.3]);
  });
});

describe('the minimum of ridge laws', () => {
  test('is as low as the best of a grid, and says that it is local where the laws are not convex', () => {
    fc.assert(fc.property(fc.array(ridgeLaw(3), { minLength: 1, maxLength: 2 }), capsFor(3), fc.constantFrom(0, 0.05), (laws, caps, lambda) => {
      const objective = new ProposalObjective(laws.map((law) => ({ law, weight: 1 / laws.length })), evenly(3), lambda);
      const corners = [0, 1, 2].map((d) => Float64Array.of(d === 0 ? 1 : 0, d === 1 ? 1 : 0, d === 2 ? 1 : 0));
      const { weights, value, optimality } = searchMinimum(objective, caps, corners, lambda);
      expect(optimality.kind).toBe(objective.isConvex || caps.reduce((a, b) => a + b) <= 1 + 1e-9 || caps.filter((cap) => cap > 0).length === 1 ? 'certified' : 'local');
      for (const [d, share] of weights.entries()) expect(share).toBeLessThanOrEqual(caps[d]! + 1e-12);
      for (const other of grid(3, 20)) if (other.every((share, d) => share <= caps[d]! + 1e-12)) expect(objective.value(Float64Array.from(other))).toBeGreaterThan(value - 1e-4);
    }), { numRuns: 80 });
  });
});

describe('a proposal', () => {
  const laws = { web: logLinear(1, [0.8, -0.6, 0.3, -0.1]), books: logLinear(0.7, [-0.5, 0.9, 0.2, 0.1]), code: logLinear(0.5, [0.3, 0.4, -1.2, 0.2]) };
  const measured = Object.fromEntries(Object.entries(laws).map(([target, law], at) => [target, (w: readonly number[], i: number) => law(w) + 0.01 * normal(i, at)]));
  const swarm = swarmOf(mixtures(64, 4), measured);
  const fit = fitSwarm(swarm);
  const targetWeights = { web: 1, books: 2, code: 1 };
  const objectiveOf = (w: readonly number[]): number => 0.25 * laws.web(w) + 0.5 * laws.books(w) + 0.25 * laws.code(w);
  const best = grid(4, 50).reduce((low, w) => (objectiveOf(w) < objectiveOf(low) ? w : low));

  test('finds the optimum of known laws from noisy runs, to a total variation of .05', () => {
    const proposal = proposeMixture({ fit, targetWeights, prior: even(4), lambda: 0, caps: {} });
    expect(distance(proposal.weights, Object.fromEntries(best.map((share, d) => [`s${d}`, share])))).toBeLessThan(0.05);
    expect(proposal.targetWeights).toEqual({ web: 0.25, books: 0.5, code: 0.25 });
    expect(proposal.optimality.kind).toBe('certified');
    expect(proposal.predicted['books']!).toBeCloseTo(laws.books(best), 1);
  });

  test('keeps caps, and is refused with the figures where they leave no mixture', () => {
    const proposal = proposeMixture({ fit, targetWeights, prior: even(4), lambda: 0, caps: { s0: 0.3, s2: 0.1, s3: 0.7 } });
    expect(proposal.weights['s0']).toBeLessThanOrEqual(0.3);
    expect(proposal.weights['s2']).toBeCloseTo(0.1, 6);
    expect(() => proposeMixture({ fit, targetWeights, prior: even(4), lambda: 0, caps: { s0: 0.1, s1: 0.1, s2: 0.1, s3: 0.1 } })).toThrow(ConfigError);
  });

  test('comes nearer to the prior as lambda grows, and gives nothing to a source that the prior has not', () => {
    const prior = { s0: 0.1, s1: 0.2, s2: 0.7, s3: 0 };
    const away = [0.001, 0.01, 0.1, 1, 10].map((lambda) => proposeMixture({ fit, targetWeights, prior, lambda, caps: {} }));
    const distances = away.map(({ weights }) => distance(weights, prior));
    expect(distances).toEqual([...distances].sort((a, b) => b - a));
    expect(distances[4]).toBeLessThan(0.05);
    for (const { weights, warnings } of away) {
      expect(weights['s3']).toBe(0);
      expect(warnings).toContain('s3 has no share in the prior, so the proposal gives it none');
    }
  });

  test('gives two halves of a source together what the whole one gets', () => {
    const halves = mixtures(80, 5, 500);
    const whole = halves.map(([a, b, c, d, e]) => [a! + b!, c!, d!, e!]);
    const split = swarmOf(halves, Object.fromEntries(Object.entries(laws).map(([target, law], at) => [target, (_: readonly number[], i: number) => law(whole[i]!) + 0.005 * normal(i, 50 + at)])));
    const joined = swarmOf(whole, Object.fromEntries(Object.entries(laws).map(([target, law], at) => [target, (w: readonly number[], i: number) => law(w) + 0.005 * normal(i, 50 + at)])));
    const [ofHalves, ofWhole] = [
      proposeMixture({ fit: fitSwarm(split), targetWeights, prior: { s0: 0.125, s1: 0.125, s2: 0.25, s3: 0.25, s4: 0.25 }, lambda: 0.02, caps: {} }),
      proposeMixture({ fit: fitSwarm(joined), targetWeights, prior: even(4), lambda: 0.02, caps: {} }),
    ];
    const rejoined = { s0: ofHalves.weights['s0']! + ofHalves.weights['s1']!, s1: ofHalves.weights['s2']!, s2: ofHalves.weights['s3']!, s3: ofHalves.weights['s4']! };
    expect(distance(rejoined, ofWhole.weights)).toBeLessThan(0.02);
  });

  test('of one source is that source', () => {
    const alone = fitSwarm(swarmOf(Array.from({ length: 10 }, () => [1]), { web: (_, i) => 2 + normal(i) }));
    expect(proposeMixture({ fit: alone, targetWeights: { web: 1 }, prior: { s0: 1 }, lambda: 0.1, caps: {} }).weights).toEqual({ s0: 1 });
  });

  test('of shuffled losses says that there is no improvement', () => {
    const order = mixtures(64, 4).map((_, i) => i).sort((a, b) => uniform(a, 3) - uniform(b, 3));
    const shuffled = fitSwarm(swarmOf(mixtures(64, 4), { web: (_, i) => laws.web(mixture(order[i]!, 4, 2)) }));
    const { warnings } = proposeMixture({ fit: shuffled, targetWeights: { web: 1 }, prior: even(4), lambda: 0.1, caps: {} });
    expect(warnings[0]).toBe('no improvement: no law of these targets predicts anything on unseen runs, so the proposal is as good as chance: keep the prior');
  });

  test('says where it leaves the swarm', () => {
    const near = fitSwarm(swarmOf(mixtures(64, 4).map((w) => w.map((share) => 0.8 * 0.25 + 0.2 * share)), measured));
    const { warnings, distanceToSwarm } = proposeMixture({ fit: near, targetWeights: { web: 1, books: 0, code: 0 }, prior: even(4), lambda: 0, caps: {} });
    expect(distanceToSwarm).toBeGreaterThan(0.3);
    expect(warnings.join('\n')).toMatch(/far from the swarm: 0\.\d+ \(total variation\) from its nearest run, where 95 % of the runs have a neighbour within 0\.\d+/);
    expect(warnings.join('\n')).toMatch(/more than any run of the swarm had: s1 \d\.\d+ \(at most 0\.\d+\)/);
  });

  test('of 40 sources takes all of them into account', () => {
    const t = Array.from({ length: 40 }, (_, d) => normal(d, 99));
    const many = fitSwarm(swarmOf(mixtures(160, 40), { web: (w, i) => logLinear(1, t)(w) + 0.01 * normal(i, 98) }));
    const { weights, optimality } = proposeMixture({ fit: many, targetWeights: { web: 1 }, prior: even(40), lambda: 0.05, caps: Object.fromEntries(t.map((_, d) => [`s${d}`, 0.1])) });
    expect(optimality.kind).toBe('certified');
    const lowest = t.map((slope, d) => ({ slope, d })).sort((a, b) => a.slope - b.slope).slice(0, 8);
    expect(lowest.reduce((sum, { d }) => sum + weights[`s${d}`]!, 0)).toBeGreaterThan(0.6);
  });
});
