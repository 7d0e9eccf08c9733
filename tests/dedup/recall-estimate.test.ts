import { describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { estimateRecall, type RecallEstimate } from '#src/dedup/recall-estimate.js';
import { randomOf, tolerated } from './simulation.js';

const FINEWEB = { bands: 14, rows: 8 };
const TRIALS = 600;
const DOCUMENTS = 10_000;

function estimateOf(similarities: readonly number[], options: { level: number; setting?: typeof FINEWEB; certain?: number }): RecallEstimate {
  const histogram = new Float64Array(1000);
  for (const jaccard of similarities) histogram[Math.min(999, Math.floor(jaccard * 1000))]!++;
  return estimateRecall({ similarities: histogram, certain: 0, documents: DOCUMENTS, setting: FINEWEB, ...options });
}

const POPULATIONS: readonly (readonly [name: string, similarities: (level: number, random: () => number) => number[]])[] = [
  ['spread evenly above it', (level, random) => Array.from({ length: 500 }, () => level + (1 - level) * random())],
  ['just at it', (level) => Array.from({ length: 500 }, () => level + 1e-6)],
  ['five of them, just at it', (level) => Array.from({ length: 5 }, () => level + 1e-6)],
  ['one of them, just at it', (level) => [level + 1e-6]],
  ['nearly equal, but for a few just at it', (level, random) => Array.from({ length: 1000 }, () => (random() < 0.98 ? 0.999 : level + 5e-4))],
];

describe.each([[FINEWEB, 0.5], [FINEWEB, 0.7], [FINEWEB, 0.8], [{ bands: 20, rows: 5 }, 0.5], [{ bands: 9, rows: 13 }, 0.8]])(
  'duplicates found by %o at a level of %d', (setting, level) => {
    it.each(POPULATIONS)('are corrected without bias, and counted within the interval 95 times of 100: %s', (_, make) => {
      const random = randomOf(level * 1000 + setting.bands);
      let outside = 0;
      let sum = 0;
      let variance = 0;
      let truth = 0;
      for (let trial = 0; trial < TRIALS; trial++) {
        const all = make(level, random);
        const found = all.filter((jaccard) => random() < candidateProbability(jaccard, setting));
        const estimate = estimateOf(found, { level, setting });
        expect(estimate.interval[0] * DOCUMENTS).toBeCloseTo(found.length, 6);
        if (estimate.interval[1] * DOCUMENTS < all.length - 1e-6) outside++;
        sum += estimate.corrected;
        variance += all.reduce((total, jaccard) => total + 1 / candidateProbability(jaccard, setting) - 1, 0);
        truth += all.length;
      }
      expect(outside).toBeLessThanOrEqual(tolerated(TRIALS, 0.05));
      // Classes are .001 wide: at the steepest place that moves p by 1 %, which the correction of a document there carries.
      expect(Math.abs(sum - truth)).toBeLessThanOrEqual(3.5 * Math.sqrt(variance) + 0.01 * truth);
    });
  });

describe('estimateRecall', () => {
  it('has the variance that simulation shows', () => {
    const random = randomOf(9);
    const estimates = Array.from({ length: 4000 }, () => estimateOf(Array.from({ length: 200 }, () => 0.7505).filter(() => random() < candidateProbability(0.7505, FINEWEB)), { level: 0.7 }));
    const mean = estimates.reduce((sum, { corrected }) => sum + corrected, 0) / estimates.length;
    const shown = estimates.reduce((sum, { corrected }) => sum + (corrected - mean) ** 2, 0) / (estimates.length - 1);
    const stated = estimates.reduce((sum, { variance }) => sum + variance, 0) / estimates.length;
    expect(Math.abs(stated / shown - 1)).toBeLessThan(0.1);
  });

  it('bounds the misses by the rule of three where nothing was found', () => {
    const { found, corrected, lshRecall, interval } = estimateOf([], { level: 0.5 });
    const p = candidateProbability(0.5, FINEWEB);
    expect([found, corrected, lshRecall]).toEqual([0, 0, p]);
    expect(interval[0]).toBe(0);
    expect(interval[1] * DOCUMENTS).toBeGreaterThanOrEqual(Math.log(0.05) / Math.log1p(-p)); // more would have shown one 95 times of 100
    expect(interval[1] * DOCUMENTS).toBeLessThan(1.05 * (3 / p));
  });

  it('takes equal texts as they are', () => {
    const alone = estimateOf([0.8, 0.85, 0.95], { level: 0.8 });
    const beside = estimateOf([0.8, 0.85, 0.95], { level: 0.8, certain: 1000 });
    expect(beside.found).toBe(1003);
    expect(beside.corrected - alone.corrected).toBeCloseTo(1000, 9);
    expect(beside.variance).toBe(alone.variance);
    expect(beside.lshRecall).toBeGreaterThan(alone.lshRecall);
  });

  it('is exact where the LSH misses nothing, and 0 where there are no documents', () => {
    expect(estimateOf([1, 1], { level: 1 })).toMatchObject({ found: 2, corrected: expect.closeTo(2, 9), interval: [2 / DOCUMENTS, 2 / DOCUMENTS] });
    expect(estimateRecall({ similarities: [], certain: 0, documents: 0, level: 0.8, setting: FINEWEB }).interval).toEqual([0, 0]);
  });

  it('never has a rate above 1', () => {
    const similarities = new Float64Array(1000);
    similarities[500] = 600;
    expect(estimateRecall({ similarities, certain: 0, documents: 1000, level: 0.5, setting: FINEWEB }).interval[1]).toBe(1);
  });
});
