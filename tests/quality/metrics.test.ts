/** Cases made by hand: ties, constant scores, one class, NaN, no document over a threshold. The values of ordinary cases are metrics-sklearn.long.ts's. */
import { describe, expect, it } from 'vitest';
import { thresholdCounts } from '#src/quality/metric-counts.js';
import { curvesOf, thin } from '#src/quality/metric-curve.js';
import { brierScore, logLoss } from '#src/quality/metric-probability.js';
import { averagePrecision, rocAuc } from '#src/quality/metric-ranking.js';
import { bestF1, metricsAt } from '#src/quality/metric-threshold.js';
import { ranksOf, sharedTop, spearman } from '#src/quality/rank-correlation.js';

const counts = (scores: readonly number[], positive: readonly number[], weights?: readonly number[]) => thresholdCounts({ scores, positive, ...(weights && { weights }) });

describe('ranking metrics', () => {
  it.each([
    ['the right order', [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 1, 1],
    ['the wrong order', [0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0], 0, (1 / 3 + 2 / 4) / 2],
    ['constant scores', [0.5, 0.5, 0.5, 0.5, 0.5], [1, 0, 0, 1, 0], 0.5, 0.4],
    ['a tie across classes', [0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.875, 0.5 + 0.5 * (2 / 3)],
  ] as const)('%s', (_, scores, positive, auc, ap) => {
    expect(rocAuc(counts(scores, positive))).toBeCloseTo(auc, 12);
    expect(averagePrecision(counts(scores, positive))).toBeCloseTo(ap, 12);
  });

  it('do not depend on the order of documents, ties included', () => {
    const scores = [0.5, 0.1, 0.5, 0.9, 0.5, 0.1];
    const positive = [1, 0, 0, 1, 1, 1];
    const turned = counts([...scores].reverse(), [...positive].reverse());
    expect(turned).toEqual(counts(scores, positive));
  });

  it('a document of weight 3 counts as three documents of weight 1, and one of weight 0 as none', () => {
    const weighted = counts([0.9, 0.6, 0.6, 0.3, 0.2], [1, 0, 1, 1, 0], [1, 3, 1, 0, 2]);
    const repeated = counts([0.9, 0.6, 0.6, 0.6, 0.6, 0.2, 0.2], [1, 0, 0, 0, 1, 0, 0]);
    expect(rocAuc(weighted)).toBeCloseTo(rocAuc(repeated), 12);
    expect(averagePrecision(weighted)).toBeCloseTo(averagePrecision(repeated), 12);
  });

  it.each([
    ['no negative', [0.1, 0.2], [1, 1], 'found 2 positive and 0 negative'],
    ['no positive', [0.1, 0.2], [0, 0], 'found 0 positive and 2 negative'],
    ['no document', [], [], 'found 0 positive and 0 negative'],
    ['NaN', [0.1, NaN], [1, 0], 'score 1: found NaN'],
    ['fewer classes than scores', [0.1, 0.2], [1], 'found 2 scores and 1 classes'],
  ] as const)('refuse %s', (_, scores, positive, message) => {
    expect(() => counts(scores, positive)).toThrow(message);
  });

  it('refuse a negative weight', () => expect(() => counts([0.1, 0.2], [1, 0], [1, -1])).toThrow('weight 1: found -1'));
});

describe('threshold metrics', () => {
  const some = counts([0.9, 0.7, 0.5, 0.3], [1, 0, 1, 0]);

  it('call a score at the threshold positive, and one below it not', () => {
    expect(metricsAt(some, 0.5)).toMatchObject({ precision: 2 / 3, recall: 1, accuracy: 0.75 });
    expect(metricsAt(some, 0.500001)).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, accuracy: 0.5 });
  });

  it('are 0 above every score, not NaN', () => expect(metricsAt(some, 0.95)).toEqual({ threshold: 0.95, precision: 0, recall: 0, f1: 0, accuracy: 0.5 }));

  it('find the highest of the thresholds with the greatest F1', () => {
    expect(bestF1(some)).toMatchObject({ threshold: 0.5, f1: 0.8 });
    expect(bestF1(counts([0.9, 0.8, 0.7, 0.6], [1, 0, 0, 1]))).toMatchObject({ threshold: 0.9, f1: 2 / 3 }); // .6 gives 2/3 too
  });
});

describe('probability metrics', () => {
  it('charge a sure mistake 34.5 nats, and a sure hit next to nothing', () => {
    expect(logLoss({ scores: [0], positive: [1] })).toBeCloseTo(15 * Math.LN10, 6);
    expect(logLoss({ scores: [1, 0], positive: [1, 0] })).toBeLessThan(1e-14);
    expect(logLoss({ scores: [0.5, 0.5], positive: [1, 0] })).toBeCloseTo(Math.LN2, 12);
  });
  it('Brier: the mean squared distance', () => expect(brierScore({ scores: [1, 0.5, 0], positive: [1, 1, 1] })).toBeCloseTo(1.25 / 3, 12));
});

describe('curves', () => {
  it('begin above every score and end with everything called positive', () => {
    const { roc, pr } = curvesOf(counts([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]));
    expect(roc).toEqual([
      { falsePositiveRate: 0, truePositiveRate: 0, threshold: null }, { falsePositiveRate: 0, truePositiveRate: 0.5, threshold: 0.9 },
      { falsePositiveRate: 0.5, truePositiveRate: 1, threshold: 0.5 }, { falsePositiveRate: 1, truePositiveRate: 1, threshold: 0.1 },
    ]);
    expect(pr.map(({ recall, precision }) => [recall, precision])).toEqual([[0, 1], [0.5, 1], [1, 2 / 3], [1, 0.5]]);
  });

  it('are left alone at 200 points, and thinned to at most 200 from 201 on', () => {
    const line = (length: number): number[] => Array.from({ length }, (_, i) => i);
    const axes = (i: number): [number, number] => [i, 0];
    expect(thin(line(200), axes)).toHaveLength(200);
    for (const length of [201, 399, 5000]) {
      const thinned = thin(line(length), axes);
      expect([thinned.length <= 200, thinned.length > 150, thinned[0], thinned.at(-1)]).toEqual([true, true, 0, length - 1]);
    }
  });
});

describe('rank correlation', () => {
  it('shares ranks among equal values', () => expect([...ranksOf([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]));
  it('is 1 of any rising function, -1 of any falling one, and null where nothing varies', () => {
    expect(spearman([1, 2, 3, 10], [0.1, 0.2, 0.3, 0.31])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3, 10], [5, 4, 3, -100])).toBeCloseTo(-1, 12);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(spearman([], [])).toBeNull();
  });
  it('refuses NaN and lists of two lengths', () => {
    expect(() => spearman([1, NaN], [1, 2])).toThrow('value 1: found NaN');
    expect(() => spearman([1], [1, 2])).toThrow('found 1 and 2 values');
  });
  it('counts what two orders have in common at the top', () => {
    const up = Array.from({ length: 20 }, (_, i) => i);
    expect(sharedTop(up, up, 0.1)).toBe(1);
    expect(sharedTop(up, up.map((value) => -value), 0.1)).toBe(0);
    expect(sharedTop(up, up.map((value) => (value === 19 ? -1 : value)), 0.1)).toBe(0.5);
    expect(sharedTop(up.slice(0, 9), up.slice(0, 9), 0.1)).toBeNull();
  });
});
