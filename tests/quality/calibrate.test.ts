import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalMassBins, equalWidthBins, expectedCalibrationError, maximumCalibrationError } from '#src/quality/calibrate-bins.js';
import { fitIsotonic, isotonicAt } from '#src/quality/calibrate-isotonic.js';
import { fitPlatt, logit, plattAt } from '#src/quality/calibrate-platt.js';
import { correctedProbability, oddsFactor } from '#src/quality/calibrate-prior.js';
import { calibrationOf, type CalibratedDocument } from '#src/quality/evaluate-calibration.js';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { createHash } from 'node:crypto';

describe('reliability bins', () => {
  it('put a score on an edge into the upper bin, and 1 into the last', () => {
    const bins = equalWidthBins({ scores: [0, 0.0666, 0.2, 0.9999, 1], positive: [0, 0, 1, 1, 1] }, 5);
    expect(bins.map(({ documents }) => documents)).toEqual([2, 1, 0, 0, 2]);
    expect(bins[2]).toEqual({ from: 0.4, to: 0.6, documents: 0, meanScore: null, positiveShare: null });
  });

  it('of equal mass never part equal scores, and hold every document once', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 1, maxLength: 60 }), (rows) => {
      const bins = equalMassBins({ scores: rows.map(([score]) => score / 8), positive: rows.map(([, is]) => (is ? 1 : 0)) }, 5);
      expect(bins.length).toBeLessThanOrEqual(5);
      expect(bins.reduce((sum, { documents }) => sum + documents, 0)).toBe(rows.length);
      bins.forEach((bin, i) => { if (i > 0) expect(bin.from).toBeGreaterThan(bins[i - 1]!.to); });
    }));
  });

  it('of equal mass hold a fifteenth each where nothing ties', () => {
    const scores = Array.from({ length: 150 }, (_, i) => i / 150);
    expect(equalMassBins({ scores, positive: scores.map(() => 1) }).map(({ documents }) => documents)).toEqual(new Array(15).fill(10));
  });

  it('give the calibration errors of a case counted by hand', () => {
    const bins = equalWidthBins({ scores: [0.1, 0.1, 0.1, 0.1, 0.9, 0.9], positive: [0, 0, 0, 1, 1, 0] }, 2);
    expect(expectedCalibrationError(bins)).toBeCloseTo((4 * 0.15 + 2 * 0.4) / 6, 12);
    expect(maximumCalibrationError(bins)).toBeCloseTo(0.4, 12);
    expect(expectedCalibrationError(equalWidthBins({ scores: [], positive: [] }))).toBe(0);
  });
});

describe('isotonic map', () => {
  it('rises, stays between 0 and 1, and has the least squared error of all rising steps (by brute force)', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 1, maxLength: 12 }), (rows) => {
      const scores = rows.map(([score]) => score / 5);
      const positive = rows.map(([, is]) => (is ? 1 : 0));
      const points = fitIsotonic({ scores, positive });
      points.forEach((point, i) => { if (i > 0) expect(point.probability).toBeGreaterThanOrEqual(points[i - 1]!.probability); });
      const error = (at: (score: number) => number): number => scores.reduce((sum, score, i) => sum + (at(score) - positive[i]!) ** 2, 0);
      const best = error((score) => isotonicAt(points, score));
      expect(leastError(scores, positive, [...new Set(scores)].sort((a, b) => a - b))).toBeCloseTo(best, 9);
    }), { numRuns: 60 });
  });

  it('is constant beyond its ends, linear between, and has nothing to say of nothing', () => {
    const points = [{ score: 0.2, probability: 0.1 }, { score: 0.4, probability: 0.5 }];
    expect([0, 0.2, 0.3, 0.4, 1].map((score) => isotonicAt(points, score))).toEqual([0.1, 0.1, expect.closeTo(0.3, 12), 0.5, 0.5]);
    expect(() => isotonicAt([], 0.5)).toThrow('found no points');
  });
});

/** Max-min formula's way: every partition of the distinct scores into runs, each with its mean, if the means rise. */
function leastError(scores: readonly number[], positive: readonly number[], distinct: readonly number[]): number {
  const runError = (from: number, to: number): { mean: number; error: number } => {
    const rows = scores.flatMap((score, i) => (score >= distinct[from]! && score <= distinct[to]! ? [positive[i]!] : []));
    const mean = rows.reduce((sum, value) => sum + value, 0) / rows.length;
    return { mean, error: rows.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
  };
  const best = (from: number, atLeast: number): number => {
    if (from === distinct.length) return 0;
    return Math.min(...distinct.slice(from).map((_, i) => {
      const { mean, error } = runError(from, from + i);
      return mean < atLeast ? Infinity : error + best(from + i + 1, mean);
    }));
  };
  return best(0, -Infinity);
}

describe("Platt's map", () => {
  it('finds the line that classes were drawn from', () => {
    const key = hashKey(3, 'platt');
    const scores = Array.from({ length: 20_000 }, (_, i) => keyedUniform(key, i, 0));
    const positive = scores.map((score, i) => (keyedUniform(key, i, 1) < plattAt({ slope: 0.6, intercept: -1 }, score) ? 1 : 0));
    const { slope, intercept } = fitPlatt({ scores, positive });
    expect([slope, intercept]).toEqual([expect.closeTo(0.6, 1), expect.closeTo(-1, 1)]);
  });

  it('stays finite where the classes do not overlap, where scores are 0 and 1, and where they are all the same', () => {
    for (const scores of [[0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], [0.7, 0.7, 0.7, 0.7]]) {
      const map = fitPlatt({ scores, positive: [0, 0, 1, 1] });
      for (const score of [0, 0.3, 0.7, 1]) expect(plattAt(map, score)).toBeGreaterThanOrEqual(0);
      expect([Number.isFinite(map.slope), Number.isFinite(map.intercept)]).toEqual([true, true]);
    }
    expect(plattAt(fitPlatt({ scores: [0.7, 0.7, 0.7, 0.7], positive: [0, 0, 1, 1] }), 0.7)).toBeCloseTo(0.5, 6);
    expect([logit(0.5), Number.isFinite(logit(0)), Number.isFinite(logit(1))]).toEqual([0, true, true]);
  });
});

describe('prior shift', () => {
  it('multiplies odds', () => {
    expect(oddsFactor(0.5, 0.1)).toBeCloseTo(1 / 9, 12);
    expect(correctedProbability(0.5, 1 / 9)).toBeCloseTo(0.1, 12);
    expect(correctedProbability(0.9, oddsFactor(0.5, 0.5))).toBeCloseTo(0.9, 12);
    expect(correctedProbability(correctedProbability(0.3, 5), 1 / 5)).toBeCloseTo(0.3, 12);
  });
  it('refuses shares of 0 and 1', () => {
    expect(() => oddsFactor(0.5, 1)).toThrow('found 1');
    expect(() => oddsFactor(0, 0.5)).toThrow('found 0');
  });
});

describe('calibration of documents', () => {
  const key = hashKey(4, 'calibration');
  const documents = Array.from({ length: 4000 }, (_, i): CalibratedDocument => {
    const truth = keyedUniform(key, i, 0);
    return { content: createHash('sha256').update(String(i)).digest('hex'), score: truth ** 3, positive: keyedUniform(key, i, 1) < truth };
  });

  it('fits on one half and judges on the other, and both maps repair scores that were bent', () => {
    const { fitted, judged, raw, isotonic, platt, prior } = calibrationOf(documents, undefined);
    expect(fitted + judged).toBe(4000);
    expect(Math.abs(fitted - judged)).toBeLessThan(250);
    expect(raw.ece).toBeGreaterThan(0.15);
    expect(isotonic!.ece).toBeLessThan(0.05);
    expect(platt!.ece).toBeLessThan(0.06);
    expect(isotonic!.logLoss).toBeLessThan(raw.logLoss);
    expect([prior.given, prior.oddsFactor, prior.examples]).toEqual([null, null, []]);
    expect(raw.bins.reduce((sum, bin) => sum + bin.documents, 0)).toBe(judged);
  });

  it('does not depend on the order of documents', () => {
    expect(calibrationOf([...documents].reverse(), 0.1)).toEqual(calibrationOf(documents, 0.1));
  });

  it('states the prior shift at tenths of the score', () => {
    const { prior } = calibrationOf(documents, 0.1);
    expect(prior.oddsFactor).toBeCloseTo((0.1 / 0.9) / (prior.measured / (1 - prior.measured)), 12);
    expect(prior.examples).toHaveLength(11);
    for (const { calibrated, corrected } of prior.examples.slice(1, -1)) expect(corrected).toBeLessThan(calibrated);
  });

  it('has no maps where one half lacks a class', () => {
    expect(calibrationOf(documents.filter(({ positive }) => positive).slice(0, 50), undefined)).toMatchObject({ isotonic: null, platt: null });
  });
});
