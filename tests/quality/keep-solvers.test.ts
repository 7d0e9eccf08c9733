import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { keptShare, matchAlpha, MOST_ALPHA, SCORE_BINS, scoreBin, scoreDistance, scoreHistogram, solveAlpha } from '#src/quality/keep-solvers.js';

const uniform = (name: string, length: number): number[] => {
  const key = hashKey(5, name);
  return Array.from({ length }, (_, i) => keyedUniform(key, i, 0));
};
const histogram = fc.array(fc.tuple(fc.integer({ min: 0, max: SCORE_BINS - 1 }), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 40 }).map((entries) => {
  const counts = new Uint32Array(SCORE_BINS);
  for (const [bin, count] of entries) counts[bin]! += count;
  return counts;
});

describe('score histograms', () => {
  it.each([[0, 0], [1 / 4096, 1], [0.5, 2048], [0.9999999, 4095], [1, 4095]])('put %d into bin %i', (score, bin) => expect(scoreBin(score)).toBe(bin));
  it.each([NaN, -0.1, 1.01])('refuse %d', (score) => expect(() => scoreBin(score)).toThrow(`found ${score}`));
});

describe('solveAlpha', () => {
  it('keeps the wanted share: the smallest alpha that is not above it', () => {
    fc.assert(fc.property(histogram, fc.double({ min: 0.001, max: 1, noNaN: true }), (counts, share) => {
      const alpha = solveAlpha(counts, share);
      if (alpha === MOST_ALPHA) return;
      expect(keptShare(counts, alpha)).toBeLessThanOrEqual(share);
      if (alpha > 0) expect(keptShare(counts, alpha - 2e-6)).toBeGreaterThan(share - 1e-12);
      expect(Math.abs(keptShare(counts, alpha) - share) < 1e-5 || alpha === 0).toBe(true);
    }), { numRuns: 40 });
  });

  it('reproduces the table of the paper: of documents that score 0, 9 keeps .00195 and 3 keeps .125', () => {
    const bottom = scoreHistogram(new Float64Array(1000));
    expect(keptShare(bottom, 9)).toBeCloseTo(0.00195, 5);
    expect(keptShare(bottom, 3)).toBeCloseTo(0.125, 4);
    expect(solveAlpha(bottom, 0.125)).toBeCloseTo(3, 2);
    expect(solveAlpha(scoreHistogram([0.5, 0.5]), 0.026)).toBeCloseTo(9, 1);
  });

  it('gives 0 for everything, and for nothing at all', () => {
    expect(solveAlpha(scoreHistogram(uniform('all', 100)), 1)).toBe(0);
    expect(solveAlpha(new Uint32Array(SCORE_BINS), 0.5)).toBe(0);
    expect(keptShare(new Uint32Array(SCORE_BINS), 5)).toBe(0);
  });

  it('gives 1000 where even that keeps more, and keptShare says how much', () => {
    const top = scoreHistogram([1, 1, 1]);
    expect(solveAlpha(top, 0.01)).toBe(MOST_ALPHA);
    expect(keptShare(top, MOST_ALPHA)).toBeGreaterThan(0.8);
  });

  it.each([0, -0.5, 1.5, NaN])('refuses a share of %d', (share) => expect(() => solveAlpha(scoreHistogram([0.5]), share)).toThrow('share to keep'));
  it('refuses a histogram of another size', () => expect(() => keptShare(new Uint32Array(20), 1)).toThrow('found 20 bins'));
});

describe('matchAlpha', () => {
  it('finds the alpha by which the reference was drawn from the crawl', () => {
    const crawl = uniform('crawl', 200_000).map((value) => value ** 2);
    for (const alpha of [0.5, 3, 9]) {
      const draws = uniform(`reference ${alpha}`, crawl.length);
      const kept = crawl.filter((score, i) => draws[i]! < (2 - score) ** -alpha);
      const found = matchAlpha(scoreHistogram(crawl), scoreHistogram(kept));
      expect(Math.abs(found.alpha - alpha)).toBeLessThan(0.25);
      expect(found.distance).toBeLessThan(0.02);
    }
  });

  it('is as near as the best of many alphas, within .001, and no smaller one is', () => {
    fc.assert(fc.property(histogram, histogram, (crawl, reference) => {
      const { alpha, distance } = matchAlpha(crawl, reference);
      const distanceAt = (at: number): number => scoreDistance(Float64Array.from(crawl, (count, bin) => count * (2 - (bin + 0.5) / SCORE_BINS) ** -at), reference);
      const grid = [0, 0.1, 0.3, 1, 2, 3, 5, 9, 15, 30, 60, 120, 250, 500, 1000].map((at) => [at, distanceAt(at)] as const);
      expect(distance).toBeCloseTo(distanceAt(alpha), 9);
      for (const [, other] of grid) expect(distance).toBeLessThanOrEqual(other + 0.001 + 1e-9);
      for (const [at, other] of grid) if (at < alpha - 1e-5) expect(other).toBeGreaterThanOrEqual(distance - 1e-9);
    }), { numRuns: 40 });
  });

  it('gives 0 and distance 0 for equal distributions, whatever their sizes', () => {
    const scores = uniform('equal', 500);
    expect(matchAlpha(scoreHistogram([...scores, ...scores]), scoreHistogram(scores))).toEqual({ alpha: 0, distance: expect.closeTo(0, 12) });
  });

  it('gives 0 where the crawl already scores higher than the reference', () => {
    expect(matchAlpha(scoreHistogram([0.9, 0.95]), scoreHistogram([0.1, 0.2]))).toEqual({ alpha: 0, distance: 1 });
  });

  it('has nothing to match in an empty crawl, and refuses an empty reference', () => {
    const empty = new Uint32Array(SCORE_BINS);
    expect(matchAlpha(empty, scoreHistogram([0.5]))).toEqual({ alpha: 0, distance: 1 });
    expect(() => matchAlpha(scoreHistogram([0.5]), empty)).toThrow('reference scores: found none');
  });
});
