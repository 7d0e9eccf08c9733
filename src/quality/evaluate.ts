/**
 * Judges a quality model by documents of known class: every figure, slice, solver and warning of a QualityEvaluation. Pure: the documents have been read
 * and scored (evaluate-sample.ts), and nothing here depends on the order in which they were.
 */
import { ConfigError } from '../core/errors.js';
import { calibrationOf } from './evaluate-calibration.js';
import { applyKeepRule, keptOf, topCut, type WeightedScores } from './evaluate-keep.js';
import type { JudgedDocument } from './evaluate-sample.js';
import { retentionOf, slicesOf } from './evaluate-slices.js';
import { warningsOf } from './evaluate-warnings.js';
import type {
  EvaluatedModel, FeatureWeights, KeepRuleSpec, LengthBaseline, MarkerCheck, MarkerDocument, QualityEvaluation, QualityMetrics, RankStability,
  SolvedRules,
} from './evaluation.js';
import { keptShare, matchAlpha, scoreDistance, scoreHistogram, solveAlpha, type ScoreHistogram } from './keep-solvers.js';
import { thresholdCounts, type ThresholdCounts } from './metric-counts.js';
import { curvesOf } from './metric-curve.js';
import { brierScore, logLoss } from './metric-probability.js';
import { averagePrecision, rocAuc } from './metric-ranking.js';
import { bestF1, metricsAt } from './metric-threshold.js';
import { sharedTop, spearman } from './rank-correlation.js';

export interface JudgedSource {
  readonly name: string;
  readonly positive: boolean;
  readonly read: number;
  /** Documents that the chosen ones stand for. */
  readonly heldOut: number;
  readonly documents: readonly JudgedDocument[];
}

/** `match`: Pareto with the alpha that matches the reference. `share`: Pareto with the alpha for this share of the crawl. */
export type KeepRequest = KeepRuleSpec | { readonly kind: 'match' } | { readonly kind: 'share'; readonly keepShare: number };

export interface EvaluationRequest {
  readonly model: EvaluatedModel;
  readonly seed: number;
  readonly heldOutOnly: boolean;
  /** Names are distinct. */
  readonly sources: readonly JudgedSource[];
  readonly keep: KeepRequest;
  /** Share of positives where the model will be used, strictly between 0 and 1. */
  readonly prior?: number | undefined;
  /** Share of the crawl that is wanted, in (0, 1]. */
  readonly keepShare?: number | undefined;
  /** The seed of the model behind `otherScore`; needed where documents have one. */
  readonly otherSeed?: number | undefined;
  /** Both are given excerpts of all documents (JudgedDocument). */
  readonly checkMarkers?: ((documents: readonly MarkerDocument[]) => MarkerCheck) | undefined;
  readonly featureWeights?: ((texts: readonly string[]) => FeatureWeights | null) | undefined;
}

interface Document extends JudgedDocument {
  readonly source: string;
  readonly positive: boolean;
}

/** Errors: ConfigError where a class has no documents. */
export function evaluate(request: EvaluationRequest): QualityEvaluation {
  const sources = [...request.sources.filter(({ positive }) => positive), ...request.sources.filter(({ positive }) => !positive)];
  const { documents, inBothClasses } = documentsOf(sources);
  const scores = documents.map(({ score }) => score);
  const positive = documents.map(({ positive: is }) => (is ? 1 : 0));
  const positives = documents.filter(({ positive: is }) => is).length;
  const negatives = documents.length - positives;
  if (positives === 0 || negatives === 0) {
    const which = request.heldOutOnly ? ' held-out ones (a tenth of all)' : '';
    throw new ConfigError(`documents to judge by: found ${positives} positive and ${negatives} negative${which}, expected some of both`);
  }
  const counts = thresholdCounts({ scores, positive });
  const crawl = classScores(documents, sources, false);
  const crawlHistogram = histogramOf(crawl);
  const reference = histogramOf(classScores(documents, sources, true));
  const keep = applyKeepRule(resolveRule(request.keep, crawlHistogram, reference), crawl);
  const named = sources.map(({ name }) => name);
  const evaluation: Omit<QualityEvaluation, 'warnings'> = {
    format: 'sluice-quality-evaluation/1',
    model: request.model, seed: request.seed, heldOutOnly: request.heldOutOnly,
    sources: sources.map(({ name, positive: is, read, heldOut }) => {
      const own = documents.filter(({ source }) => source === name);
      return { name, positive: is, read, heldOut, documents: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) };
    }),
    documents: documents.length, positives, negatives, inBothClasses,
    metrics: metricsOf(scores, positive, counts),
    curves: curvesOf(counts),
    calibration: calibrationOf(documents, request.prior),
    keep,
    solved: solve(crawl, crawlHistogram, reference, request.keepShare),
    slices: slicesOf(documents, named, keep),
    retention: retentionOf(documents, named, keep),
    lengthBaseline: lengthBaseline(documents, positive),
    stability: request.otherSeed === undefined ? null : stabilityOf(documents, positive, request.otherSeed),
    markers: request.checkMarkers?.(documents.map(({ source, positive: is, excerpt }) => ({ source, positive: is, text: excerpt }))) ?? null,
    features: request.featureWeights?.(documents.map(({ excerpt }) => excerpt)) ?? null,
  };
  return { ...evaluation, warnings: warningsOf(evaluation) };
}

/** The documents of all sources but for those whose text is in both classes. */
function documentsOf(sources: readonly JudgedSource[]): { readonly documents: readonly Document[]; readonly inBothClasses: number } {
  const contents = (positive: boolean): ReadonlySet<string> =>
    new Set(sources.filter((source) => source.positive === positive).flatMap(({ documents }) => documents.map(({ content }) => content)));
  const [ours, theirs] = [contents(true), contents(false)];
  const shared = new Set([...ours].filter((content) => theirs.has(content)));
  const documents = sources.flatMap(({ name, positive, documents: own }) => own
    .filter(({ content }) => !shared.has(content))
    .map((document) => ({ ...document, source: name, positive })));
  return { documents, inBothClasses: shared.size };
}

/** Scores of one class; documents of a source that was sampled more thinly weigh as much more. */
function classScores(documents: readonly Document[], sources: readonly JudgedSource[], positive: boolean): WeightedScores {
  const own = documents.filter((document) => document.positive === positive);
  const weight = new Map(sources.map(({ name, heldOut, documents: chosen }) => [name, heldOut / Math.max(1, chosen.length)]));
  return { scores: own.map(({ score }) => score), weights: own.map(({ source }) => weight.get(source)!) }; // of one of these sources
}

const histogramOf = ({ scores, weights }: WeightedScores): ScoreHistogram => scoreHistogram(scores, (i) => weights[i]!);

function resolveRule(rule: KeepRequest, crawl: ScoreHistogram, reference: ScoreHistogram): KeepRuleSpec {
  if (rule.kind === 'match') return { kind: 'pareto', alpha: matchAlpha(crawl, reference).alpha };
  if (rule.kind === 'share') return { kind: 'pareto', alpha: solveAlpha(crawl, rule.keepShare) };
  return rule;
}

function metricsOf(scores: readonly number[], positive: readonly number[], counts: ThresholdCounts): QualityMetrics {
  return {
    rocAuc: rocAuc(counts), prAuc: averagePrecision(counts),
    logLoss: logLoss({ scores, positive }), brier: brierScore({ scores, positive }),
    atHalf: metricsAt(counts, 0.5), bestF1: bestF1(counts),
  };
}

function solve(crawl: WeightedScores, histogram: ScoreHistogram, reference: ScoreHistogram, keepShare: number | undefined): SolvedRules {
  const { alpha, distance } = matchAlpha(histogram, reference);
  return {
    forShare: keepShare === undefined ? null : solveShare(crawl, histogram, keepShare),
    matchReference: { alpha, distance, distanceUnfiltered: scoreDistance(histogram, reference), crawlShare: keptShare(histogram, alpha) },
  };
}

function solveShare(crawl: WeightedScores, histogram: ScoreHistogram, keepShare: number): NonNullable<SolvedRules['forShare']> {
  const threshold = topCut(crawl, keepShare).score;
  const alpha = solveAlpha(histogram, keepShare);
  const thresholdShare = keptOf(applyKeepRule({ kind: 'threshold', threshold }, crawl), crawl) ?? 0;
  return { keepShare, threshold, thresholdShare, alpha, alphaShare: keptShare(histogram, alpha) };
}

function lengthBaseline(documents: readonly Document[], positive: readonly number[]): LengthBaseline {
  const bytes = documents.map((document) => document.bytes);
  return { rocAuc: rocAuc(thresholdCounts({ scores: bytes, positive })), scoreCorrelation: spearman(documents.map(({ score }) => score), bytes) };
}

function stabilityOf(documents: readonly Document[], positive: readonly number[], otherSeed: number): RankStability {
  const others = documents.map(({ otherScore }) => {
    if (otherScore === undefined) throw new Error('rank stability: found a document without a second score, expected one of each');
    return otherScore;
  });
  const ours = documents.map(({ score }) => score);
  const crawl = (scores: readonly number[]): number[] => scores.filter((_, i) => positive[i] === 0);
  return {
    otherSeed, all: spearman(ours, others), negatives: spearman(crawl(ours), crawl(others)),
    otherRocAuc: rocAuc(thresholdCounts({ scores: others, positive })), topTenthShared: sharedTop(crawl(ours), crawl(others), 0.1),
  };
}
