import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { crossValidate, dealFolds } from '#src/mixture/tune/cross-validate.js';
import { parseFit, fitText } from '#src/mixture/tune/fit-file.js';
import { correlationOf, fitSwarm, predictsNothing } from '#src/mixture/tune/fit.js';
import { lossAt } from '#src/mixture/tune/law.js';
import { fitRidge } from '#src/mixture/tune/ridge.js';
import { errorOn, keyedNumbers, logLinear, observe, swarmOf } from './synthetic.js';

const { normal, mixture, uniform } = keyedNumbers('fit');
const mixtures = (n: number, k: number, from = 0): number[][] => Array.from({ length: n }, (_, i) => mixture(from + i, k, 2));
const web = logLinear(1, [0.5, -0.5, 0.2, -0.1]);
const books = logLinear(0.7, [-0.3, 0.6, 0, -0.4]);
const noisy = (law: typeof web, at: number) => (w: readonly number[], i: number): number => law(w) + 0.01 * normal(i, at);

describe('a fit', () => {
  const swarm = swarmOf(mixtures(48, 4), { web: noisy(web, 1), books: noisy(books, 2), flat: () => 3 });
  const fit = fitSwarm(swarm);

  test('ranks unseen runs of a known law nearly as the truth does, and knows its error', () => {
    for (const target of fit.targets.slice(0, 2)) {
      expect(target.law.kind).toBe('log-linear');
      expect(correlationOf(target).low).toBeGreaterThan(0.9);
      expect(target.error).toBeGreaterThan(0.007);
      expect(target.error).toBeLessThan(0.015);
      expect(predictsNothing(target)).toBe(false);
    }
  });

  test('of a constant metric is that constant, and says that there is nothing to learn', () => {
    const flat = fit.targets[2]!;
    expect(correlationOf(flat)).toEqual({ value: 0, low: -1, high: 1 });
    expect(lossAt(flat.law, [0.1, 0.2, 0.3, 0.4])).toBeCloseTo(3, 12);
    expect(predictsNothing(flat)).toBe(true);
    expect(fit.warnings).toEqual(['flat is 3 in every run: there is nothing to learn from it']);
  });

  test('is the same, to the byte, in any order of the rows', () => {
    const order = swarm.runs.map((_, i) => i).sort((a, b) => uniform(a, 9) - uniform(b, 9));
    const shuffled = { ...swarm, runs: order.map((i) => swarm.runs[i]!), metrics: [...swarm.metrics].reverse() };
    expect(fitText(fitSwarm(shuffled))).toBe(fitText(fit));
  });

  test('comes back from its file, and a file of something else is refused with the key', () => {
    expect(parseFit(fitText(fit), 'fit.json')).toEqual(fit);
    expect(() => parseFit('{', 'fit.json')).toThrow(new ConfigError('fit.json: found no JSON, expected what sluice tune fit writes'));
    expect(() => parseFit(fitText({ ...fit, sources: ['a', 'b', 'c', 'd'] }), 'fit.json')).toThrow('fit.json: r0: found no share of a, expected one of every source');
    expect(() => parseFit(fitText({ ...fit, sources: fit.sources.slice(1) }), 'fit.json')).toThrow(/fit\.json: web: found 4 numbers in log-linear t, expected one a source, 3/);
    expect(() => parseFit('{"kind":"sluice-proposal"}', 'p.json')).toThrow(/^p\.json: kind: /);
  });

  test('of too few runs is refused, and one of few is doubted', () => {
    expect(() => fitSwarm({ ...swarm, runs: swarm.runs.slice(0, 3) })).toThrow(new ConfigError('found 3 runs with both shares and losses, expected 4 at least, and 12 for 4 sources'));
    expect(predictsNothing(fitSwarm({ ...swarm, runs: swarm.runs.slice(0, 4) }).targets[0]!)).toBe(true);
    expect(fitSwarm({ ...swarm, targets: ['web'], runs: swarm.runs.slice(0, 11) }).warnings).toContain('11 runs for 4 sources: expected 12 at least (3 a source; 8 are good)');
  });

  test('names sources that no run has, and says that one source leaves nothing to tune', () => {
    const unused = fitSwarm(swarmOf(mixtures(30, 3).map((w) => [...w, 0]), { web: (w, i) => web(w) + 0.01 * normal(i) }));
    expect(unused.warnings).toContain('s3 has no share in any run: its effect is taken to be that of the mean source');
    const alone = fitSwarm(swarmOf(Array.from({ length: 12 }, () => [1]), { web: (_, i) => 2 + 0.1 * normal(i) }));
    expect(alone.warnings[0]).toBe('one source (s0) has one mixture: there is nothing to tune');
    expect(predictsNothing(alone.targets[0]!)).toBe(true);
  });

  test('of losses that repeat has the ranks of ties', () => {
    const tied = fitSwarm(swarmOf(mixtures(48, 4), { web: (w) => Math.round(10 * web(w)) / 10 }));
    expect(correlationOf(tied.targets[0]!).value).toBeGreaterThan(0.8);
  });
});

describe('shuffled losses', () => {
  const swarms = 24;
  const targets = Object.fromEntries(Array.from({ length: swarms }, (_, s) => {
    const order = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => uniform(a, 100 + s) - uniform(b, 100 + s));
    const losses = mixtures(64, 6).map((w) => logLinear(1, [0.5, -0.5, 0.2, -0.1, 0.3, -0.4])(w));
    return [`t${s}`, (_: readonly number[], i: number) => losses[order[i]!]!];
  }));
  const fit = fitSwarm(swarmOf(mixtures(64, 6), targets));
  const values = fit.targets.map((target) => correlationOf(target).value);

  test('have a rank correlation about 0, spread as that of chance is', () => {
    const mean = values.reduce((a, b) => a + b) / swarms;
    expect(Math.abs(mean)).toBeLessThan(3 * (1 / Math.sqrt(63)) / Math.sqrt(swarms) + 0.02);
    for (const value of values) expect(Math.abs(value)).toBeLessThan(0.45);
  });

  test('predict nothing, but for about one in forty', () => {
    expect(fit.targets.filter((target) => !predictsNothing(target)).length).toBeLessThanOrEqual(3);
    expect(fit.warnings.filter((warning) => /no improvement can be found: the law predicts nothing \(rank correlation/.test(warning)).length).toBeGreaterThanOrEqual(swarms - 3);
  });

  test('do not seem to be ranked backwards by a law that has learned their mean alone', () => {
    const observations = observe(mixtures(40, 3), (_, i) => normal(i, 77));
    const mean = crossValidate(observations, dealFolds(Array.from({ length: 40 }, (_, i) => `r${i}`)), ({ losses, rows }) => ({
      kind: 'ridge', intercept: losses.reduce((a, b) => a + b) / rows, linear: [0, 0, 0], log: [0, 0, 0], epsilon: 1e-3,
    }));
    expect(mean.correlation).toEqual({ value: 0, low: -1, high: 1 });
  });
});

describe('folds', () => {
  test('hold every run once, are equally large up to one, and do not depend on the order of names', () => {
    const names = Array.from({ length: 43 }, (_, i) => `run-${i}`);
    const folds = dealFolds(names);
    expect(folds.flat().sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
    expect(new Set(folds.map(({ length }) => length))).toEqual(new Set([4, 5]));
    const back = dealFolds([...names].reverse());
    expect(back.map((fold) => fold.map((i) => names[42 - i]))).toEqual(folds.map((fold) => fold.map((i) => names[i])));
  });

  test('of fewer runs than folds are one run each', () => {
    expect(dealFolds(['a', 'b', 'c'])).toHaveLength(3);
  });
});

describe('ridge regression', () => {
  test('learns what the log-linear law cannot: returns that turn', () => {
    const turning = (w: readonly number[]): number => 2 + 1.5 * w[0]! - 0.4 * Math.log(w[0]! + 1e-3) + 0.1 * w[1]!;
    const swarm = swarmOf(mixtures(80, 3), { turning });
    const [target] = fitSwarm(swarm).targets;
    expect(target!.law.kind).toBe('ridge');
    expect(correlationOf(target!).value).toBeGreaterThan(target!.crossValidated['log-linear'].value + 0.1);
    expect(errorOn(mixtures(200, 3, 900), (w) => lossAt(target!.law, w), turning)).toBeLessThan(0.01);
  });

  test('shrinks to the mean where there is nothing to learn', () => {
    const law = fitRidge(observe(mixtures(64, 6), (_, i) => 2 + normal(i, 55)));
    expect(errorOn(mixtures(200, 6, 900), (w) => lossAt(law, w), () => 2)).toBeLessThan(0.45);
  });
});
