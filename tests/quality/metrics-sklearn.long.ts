/**
 * The oracle: scikit-learn's metrics and calibration and scipy's rank correlation, in Python, on scores with and without ties, weights, one-sided classes
 * and extremes. pip installs them into a temporary folder; where it cannot, the test says so and is skipped.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { fitIsotonic, isotonicAt } from '#src/quality/calibrate-isotonic.js';
import { fitPlatt, logit } from '#src/quality/calibrate-platt.js';
import { equalWidthBins } from '#src/quality/calibrate-bins.js';
import { evaluateLabels } from '#src/quality/label-metrics.js';
import { thresholdCounts } from '#src/quality/metric-counts.js';
import { curvesOf } from '#src/quality/metric-curve.js';
import { brierScore, logLoss } from '#src/quality/metric-probability.js';
import { averagePrecision, rocAuc } from '#src/quality/metric-ranking.js';
import { bestF1, metricsAt } from '#src/quality/metric-threshold.js';
import { spearman } from '#src/quality/rank-correlation.js';
import { PythonOracle } from '../python-oracle.js';

const SCRIPT = `
import json, sys, warnings
import numpy as np
from scipy.stats import spearmanr
from sklearn import metrics
from sklearn.calibration import _SigmoidCalibration, calibration_curve
from sklearn.isotonic import IsotonicRegression

warnings.simplefilter("ignore")
answers = []
for case in json.load(open(sys.argv[1])):
    y, s, w, other, logits = (np.array(case[name], dtype=float) for name in ("positive", "scores", "weights", "other", "logits"))
    fpr, tpr, thresholds = metrics.roc_curve(y, s, drop_intermediate=False)
    precision, recall, at = metrics.precision_recall_curve(y, s)
    f1 = [metrics.f1_score(y, s >= t) for t in np.unique(s)]
    shares, means = calibration_curve(y, s, n_bins=15)
    platt = _SigmoidCalibration().fit(logits, y)
    grid = np.linspace(0, 1, 101)
    answers.append({
        "auc": metrics.roc_auc_score(y, s), "ap": metrics.average_precision_score(y, s),
        "weightedAuc": metrics.roc_auc_score(y, s, sample_weight=w), "weightedAp": metrics.average_precision_score(y, s, sample_weight=w),
        "logLoss": metrics.log_loss(y, np.clip(s, 1e-15, 1 - 1e-15)), "brier": float(np.mean((s - y) ** 2)),
        "half": [metrics.precision_score(y, s >= .5, zero_division=0), metrics.recall_score(y, s >= .5), metrics.f1_score(y, s >= .5), metrics.accuracy_score(y, s >= .5)],
        "bestF1": max(f1), "roc": list(zip(fpr, tpr)), "pr": list(zip(recall, precision)),
        "bins": list(zip(means, shares)), "spearman": spearmanr(s, other).statistic,
        "platt": [platt.a_, platt.b_],
        "isotonic": IsotonicRegression(out_of_bounds="clip").fit(s, y).predict(grid).tolist(),
    })
json.dump(answers, sys.stdout)
`;

interface Answer {
  readonly auc: number;
  readonly ap: number;
  readonly weightedAuc: number;
  readonly weightedAp: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly half: readonly number[];
  readonly bestF1: number;
  readonly roc: readonly (readonly [number, number])[];
  readonly pr: readonly (readonly [number, number])[];
  readonly bins: readonly (readonly [number, number])[];
  readonly spearman: number;
  readonly platt: readonly [number, number];
  readonly isotonic: readonly number[];
}

const PACKAGES = ['scikit-learn==1.7.2', 'numpy<2.4', 'scipy<1.17', 'joblib', 'threadpoolctl'];
const python = new PythonOracle();
let missing: string | undefined;
let answers: readonly Answer[] = [];
beforeAll(async () => {
  missing = await python.install(PACKAGES);
  if (missing === undefined) answers = await askSklearn([...CASES, { scores: DRAWN.scores, positive: DRAWN.labels.map(({ positive }) => (positive ? 1 : 0)), weights: DRAWN.weights, other: DRAWN.weights }]);
}, 240_000);
afterAll(() => python.remove());

async function askSklearn(cases: readonly Case[]): Promise<Answer[]> {
  return await python.ask(SCRIPT, cases.map((one) => ({ ...one, logits: one.scores.map(logit) }))) as Answer[]; // written by SCRIPT
}

interface Case {
  readonly scores: readonly number[];
  readonly positive: readonly number[];
  readonly weights: readonly number[];
  readonly other: readonly number[];
}

/** `scoreOf` gives a score from the class and a uniform number. */
function makeCase(name: string, length: number, share: number, scoreOf: (positive: number, uniform: number) => number): Case {
  const key = hashKey(1, name);
  const draw = (i: number, index: number): number => keyedUniform(key, i, 0, index);
  const positive = Array.from({ length }, (_, i) => (i < 1 || (i > 1 && draw(i, 0) < share) ? 1 : 0)); // both classes are there
  const scores = positive.map((is, i) => scoreOf(is, draw(i, 1)));
  return { scores, positive, weights: scores.map((_, i) => 1 + Math.floor(10 * draw(i, 2))), other: scores.map((score, i) => Math.round(8 * (score + draw(i, 3))) / 8) };
}

const CASES: readonly Case[] = [
  makeCase('well told apart', 800, 0.3, (is, u) => (is === 1 ? 1 - 0.7 * u ** 2 : 0.8 * u ** 3)),
  makeCase('chance', 500, 0.5, (_, u) => u),
  makeCase('worse than chance', 300, 0.1, (is, u) => (is === 1 ? 0.4 * u : u)),
  makeCase('many ties', 600, 0.4, (is, u) => Math.round(5 * (is === 1 ? u ** 0.5 : u)) / 5),
  makeCase('overconfident, with exact 0 and 1', 400, 0.5, (is, u) => (u < 0.1 ? 1 - is : is === 1 ? Math.min(1, 0.7 + u / 2) : Math.max(0, 0.3 - u / 2))),
  makeCase('few', 5, 0.5, (_, u) => u),
];

/** Labels of 20 documents of each decile. */
const DRAWN = (() => {
  const key = hashKey(2, 'deciles');
  const labels = Array.from({ length: 200 }, (_, i) => {
    const decile = 1 + (i % 10);
    return { text: '', positive: keyedUniform(key, i, 0) < decile / 11, stratum: { source: 'web', decile, population: 100 * decile + 7 } };
  });
  return { labels, scores: labels.map(({ stratum }, i) => stratum.decile / 20 + keyedUniform(key, i, 1) / 2), weights: labels.map(({ stratum }) => stratum.population / 20) };
})();

it('ranking, threshold, probability and calibration metrics equal those of scikit-learn', (context) => {
  context.skip(missing !== undefined, missing);
  answers.slice(0, CASES.length).forEach((expected, c) => {
    const one = CASES[c]!;
    const { scores, positive } = one;
    const plain = thresholdCounts({ scores, positive });
    const weighted = thresholdCounts(one);
    const near = (found: number, wanted: number): void => expect(found).toBeCloseTo(wanted, 10);
    near(rocAuc(plain), expected.auc);
    near(averagePrecision(plain), expected.ap);
    near(rocAuc(weighted), expected.weightedAuc);
    near(averagePrecision(weighted), expected.weightedAp);
    near(logLoss(one), expected.logLoss);
    near(brierScore(one), expected.brier);
    const half = metricsAt(plain, 0.5);
    [half.precision, half.recall, half.f1, half.accuracy].forEach((found, i) => near(found, expected.half[i]!));
    near(bestF1(plain).f1, expected.bestF1);
    near(spearman(one.scores, one.other)!, expected.spearman);

    const filled = equalWidthBins(one).filter(({ documents }) => documents > 0);
    expect(filled.length).toBe(expected.bins.length);
    const onEdge = one.scores.some((score) => score > 0 && score < 1 && Number.isInteger(Math.round(score * 15 * 1e9) / 1e9)); // they put an edge into the lower bin
    if (!onEdge) filled.forEach((bin, i) => [bin.meanScore!, bin.positiveShare!].forEach((found, axis) => near(found, expected.bins[i]![axis]!)));

    const points = fitIsotonic(one, Infinity);
    expected.isotonic.forEach((wanted, i) => near(isotonicAt(points, i / 100), wanted));
    const platt = fitPlatt(one);
    const spread = Math.max(1, Math.abs(expected.platt[0]), Math.abs(expected.platt[1]));
    expect(Math.abs(platt.slope + expected.platt[0]) / spread).toBeLessThan(1e-3); // their optimiser stops earlier, and theirs is exp(a x + b)
    expect(Math.abs(platt.intercept + expected.platt[1]) / spread).toBeLessThan(1e-3);
  });
});

it('every point of a thinned curve is a point of the whole one, and none lies far from those that stay', (context) => {
  context.skip(missing !== undefined, missing);
  const plain = CASES.map(({ scores, positive }) => ({ scores, positive }));
  answers.slice(0, CASES.length).forEach((expected, c) => {
    const { roc, pr } = curvesOf(thresholdCounts(plain[c]!));
    for (const [ours, theirs] of [
      [roc.map((point) => [point.falsePositiveRate, point.truePositiveRate] as const), expected.roc],
      [pr.map((point) => [point.recall, point.precision] as const), expected.pr],
    ] as const) {
      const distance = (a: readonly [number, number], b: readonly [number, number]): number => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
      const way = theirs.reduce((sum, point, i) => sum + (i === 0 ? 0 : distance(point, theirs[i - 1]!)), 0);
      expect(ours.length).toBeLessThanOrEqual(200);
      for (const point of ours) expect(Math.min(...theirs.map((other) => distance(point, other)))).toBeLessThan(1e-12);
      for (const point of theirs) expect(Math.min(...ours.map((other) => distance(point, other)))).toBeLessThan(2 * (way / 199) + 1e-12);
    }
  });
});

it('labels weighed by their decile give the AUC and the average precision that scikit-learn gives with sample weights', (context) => {
  context.skip(missing !== undefined, missing);
  const expected = answers.at(-1)!;
  const found = evaluateLabels(DRAWN.labels, DRAWN.scores, 'labels.jsonl');
  expect(found.auc).toBeCloseTo(expected.auc, 12);
  expect(found.population!.auc).toBeCloseTo(expected.weightedAuc, 12);
  expect(found.population!.prAuc).toBeCloseTo(expected.weightedAp, 12);
});
