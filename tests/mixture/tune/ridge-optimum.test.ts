import { describe, expect, it } from 'vitest';
import { lossAt, type Observations } from '#src/mixture/tune/law.js';
import { fitRidge } from '#src/mixture/tune/ridge.js';
import { drawSwarm } from '#src/mixture/tune/swarm.js';
import { bestOfThree, chainOf, exactLoss, randomStream } from './markov.js';

const SOURCES = ['a', 'b', 'c'];
const { runs } = drawSwarm({ sizes: { a: 100, b: 200, c: 300 }, runs: 64, seed: 1, name: 'made' });
const weights = Float64Array.from(runs.flatMap(({ weights: own }) => SOURCES.map((source) => own[source] ?? 0)));

/** The mixture of a grid of 1 / 200 that a law likes best. */
function bestOf(loss: (weights: readonly number[]) => number): readonly number[] {
  let best: { weights: readonly number[]; loss: number } = { weights: [], loss: Infinity };
  for (let i = 0; i <= 200; i++) {
    for (let j = 0; i + j <= 200; j++) {
      const mixture = [i / 200, j / 200, (200 - i - j) / 200];
      const found = loss(mixture);
      if (found < best.loss) best = { weights: mixture, loss: found };
    }
  }
  return best.weights;
}
const apart = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, share, i) => sum + Math.abs(share - b[i]!), 0) / 2;
const observe = (losses: readonly number[]): Observations => ({ rows: runs.length, columns: 3, weights, losses: Float64Array.from(losses) });

describe('the lowest point of a ridge law of Markov sources, whose losses are known exactly', () => {
  const cases = [1.5, 2.5, 4].flatMap((contrast) => [[0.5, 0.3, 0.2], [0.7, 0.3, 0], [0.1, 0.3, 0.6]].map((target) => [contrast, target] as const));

  it.each(cases)('is within .05 of the true one: contrast %d, target of %j', (contrast, target) => {
    const chains = [chainOf(1, contrast), chainOf(2, contrast), chainOf(3, contrast)] as const;
    const truth = bestOfThree([...chains], target.map((weight, i) => [weight, chains[i]!]));
    expect(apart(truth, target)).toBeLessThan(0.01); // the best model of a mixture is its own
    const losses = runs.map((_, run) => target.reduce((sum, weight, i) => sum + weight * exactLoss(chains, [...weights.subarray(3 * run, 3 * run + 3)], chains[i]!), 0));
    const law = fitRidge(observe(losses));
    expect(apart(bestOf((mixture) => lossAt(law, mixture)), truth)).toBeLessThanOrEqual(0.05);
  });

  it('is not looked for in a few lucky runs where losses are mostly noise', () => {
    const random = randomStream(3);
    const chains = [chainOf(1, 2.5), chainOf(2, 2.5), chainOf(3, 2.5)] as const;
    const exact = runs.map((_, run) => exactLoss(chains, [...weights.subarray(3 * run, 3 * run + 3)], chains[0]));
    const spread = Math.max(...exact) - Math.min(...exact);
    const law = fitRidge(observe(exact.map((loss) => loss + 0.3 * spread * (random() + random() - 1))));
    const error = Math.sqrt(exact.reduce((sum, loss, run) => sum + (lossAt(law, weights, 3 * run) - loss) ** 2, 0) / runs.length);
    expect(error).toBeLessThan(0.08 * spread); // noise of .12
  });
});
