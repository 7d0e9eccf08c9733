import { describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { boundMean, drawnShare, estimateSampledRate } from '#src/dedup/sampled-rate.js';
import { randomOf, tolerated } from './simulation.js';

const FINEWEB = { bands: 14, rows: 8 };

/** Cluster sizes by name: documents that stand in clusters, and of how many. */
const POPULATIONS: readonly (readonly [name: string, size: (random: () => number) => number])[] = [
  ['almost no duplicates', (random) => (random() < 0.0005 ? 2 : 1)],
  ['a pair in fifty', (random) => (random() < 0.02 ? 2 : 1)],
  ['a third in pairs', (random) => (random() < 0.2 ? 2 : 1)],
  ['clusters of all sizes', (random) => (random() < 0.05 ? 2 + Math.floor(-3 * Math.log(1 - random())) : 1)],
  ['a few huge clusters', (random) => (random() < 0.01 ? 2 + Math.floor(60 * random()) : 1)],
  ['nothing but clusters of twenty', () => 20],
];

/** The cluster of each document; sizes as drawn, the last one cut. */
function clustersOf(documents: number, size: (random: () => number) => number, random: () => number): number[] {
  const cluster: number[] = [];
  for (let id = 0; cluster.length < documents; id++) {
    const members = Math.min(size(random), documents - cluster.length);
    for (let i = 0; i < members; i++) cluster.push(id);
  }
  return cluster;
}

/** The first `drawn` of a shuffle that goes on from `order` as it is. */
function draw(order: Uint32Array, drawn: number, random: () => number): Uint32Array {
  for (let i = 0; i < drawn; i++) {
    const j = i + Math.floor(random() * (order.length - i));
    const row = order[i]!;
    order[i] = order[j]!;
    order[j] = row;
  }
  return order.subarray(0, drawn);
}

describe.each([[10_000, 200, 500], [10_000, 1000, 150], [5000, 4500, 40], [1000, 30, 800], [300, 299, 100]])(
  'of %d documents, %d drawn', (documents, drawn, trials) => {
    it.each(POPULATIONS)('the interval holds the removable share of all 95 times of 100: %s', (_, size) => {
      const random = randomOf(documents + drawn);
      const cluster = clustersOf(documents, size, random);
      const sizes = new Map<number, number>();
      for (const id of cluster) sizes.set(id, (sizes.get(id) ?? 0) + 1);
      const truth = 1 - sizes.size / documents;
      const order = Uint32Array.from({ length: documents }, (__, row) => row);
      let outside = 0;
      for (let trial = 0; trial < trials; trial++) {
        const neighbours = Array.from(draw(order, drawn, random), (row) => new Float64Array(sizes.get(cluster[row]!)! - 1).fill(1));
        const { interval: [low, high], rate, lshRecall } = estimateSampledRate({ neighbours, documents, level: 0.95, setting: { bands: 50, rows: 2 } });
        if (low > truth + 1e-9 || high < truth - 1e-9) outside++;
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
        expect(lshRecall).toBeCloseTo(1, 6);
      }
      expect(outside).toBeLessThanOrEqual(tolerated(trials, 0.05));
    });
  });

describe('with an LSH that misses', () => {
  it.each([[0.8, 2], [0.8, 5], [0.75, 2], [0.6, 2]])('at %d, in clusters of %d, the upper end holds the share, and the corrected rate is right', (jaccard, size) => {
    const documents = 10_000;
    const drawn = 1000;
    const trials = 400;
    const random = randomOf(size);
    const p = candidateProbability(jaccard, FINEWEB);
    const clustered = 0.3;
    const truth = clustered * (1 - 1 / size);
    const order = Uint32Array.from({ length: documents }, (_, row) => row);
    let outside = 0;
    let sum = 0;
    for (let trial = 0; trial < trials; trial++) {
      const neighbours = Array.from(draw(order, drawn, random), (row) =>
        (row < clustered * documents ? Array.from({ length: size - 1 }, () => jaccard).filter(() => random() < p) : []));
      const { interval: [low, high], corrected } = estimateSampledRate({ neighbours, documents, level: jaccard, setting: FINEWEB });
      if (low > truth || high < truth) outside++;
      sum += corrected;
    }
    expect(outside).toBeLessThanOrEqual(tolerated(trials, 0.05));
    expect(Math.abs(sum / trials / truth - 1)).toBeLessThan(0.015);
  });
});

describe('drawnShare', () => {
  it('of clusters adds up to their members less one', () => {
    for (const size of [1, 2, 3, 50]) {
      const { found } = drawnShare(new Float64Array(size - 1).fill(1), FINEWEB);
      expect(size * found).toBeCloseTo(size - 1, 9);
    }
  });

  it('stands for 1 / p where one neighbour was found', () => {
    expect(drawnShare([0.8], FINEWEB).corrected).toBeCloseTo(0.5 / candidateProbability(0.8, FINEWEB), 12);
    expect(drawnShare([], FINEWEB)).toEqual({ found: 0, corrected: 0 });
  });
});

describe('boundMean', () => {
  it('is one point where every document was drawn', () => {
    expect(boundMean([0, 0.5, 0.5, 0], 4, 1)).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
  });

  it('is near Clopper and Pearson’s interval for values of 0 and 1 out of very many', () => {
    const { low, high } = boundMean([...Array.from({ length: 2 }, () => 1), ...Array.from({ length: 8 }, () => 0)], 1e9, 1);
    expect(low).toBeCloseTo(0.0252, 3);
    expect(high).toBeCloseTo(0.5561, 3);
  });

  it('leaves three documents in N open where none of N has a duplicate', () => {
    const { mean, low, high } = boundMean(new Array<number>(1000).fill(0), 1e9, 1);
    expect([mean, low]).toEqual([0, 0]);
    expect(high).toBeCloseTo(1 - 0.025 ** (1 / 1000), 5);
  });

  it('leaves everything open where nothing was drawn', () => {
    expect(boundMean([], 10, 1)).toEqual({ mean: 0, low: 0, high: 1 });
    expect(boundMean([], 0, 1)).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
