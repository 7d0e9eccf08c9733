/**
 * Judges scores by labels that people gave. Exported documents are as many from each tenth of the scores, so figures of the population need weights: a
 * document stands for its tenth's documents divided by the labels there.
 */
import { ConfigError } from '../core/errors.js';
import type { LabelledText } from './label-file.js';
import { thresholdCounts } from './metric-counts.js';
import { averagePrecision, rocAuc } from './metric-ranking.js';

/** Field names of the JSON that `sluice quality evaluate --labels` prints. */
export interface LabelEvaluation {
  /** Area under the ROC curve, equal scores counting one half. */
  readonly auc: number;
  /** Average precision. */
  readonly prAuc: number;
  /** Labelled texts, and the positive ones of them. */
  readonly n: number;
  readonly positives: number;
  /** Texts without a label. */
  readonly skipped: number;
  /** Only of files with `decile` and `population`: by source, then worst scores first. */
  readonly deciles?: readonly LabelledDecile[];
  /** Likewise, and absent too where the labels that are there have no population: the same figures of the documents that the deciles were drawn from. */
  readonly population?: {
    readonly auc: number;
    readonly prAuc: number;
    /** Estimated share of positive documents. */
    readonly positiveShare: number;
    /** Share of the documents whose decile has a label; the figures speak of these alone. */
    readonly covered: number;
  };
}

export interface LabelledDecile {
  readonly source: string;
  readonly decile: number;
  /** Documents of the crawl that the decile holds. */
  readonly population: number;
  readonly labelled: number;
  readonly positives: number;
  /** null where nothing is labelled. */
  readonly positiveShare: number | null;
}

/** `scores[i]` is that of `labels[i]`, labelled or not. Errors: ConfigError naming `file` where a class is missing or populations of a decile differ. */
export function evaluateLabels(labels: readonly LabelledText[], scores: ArrayLike<number>, file: string): LabelEvaluation {
  const rows = labels.flatMap(({ positive }, i) => (positive === undefined ? [] : [i]));
  const ours = rows.map((i) => scores[i]!);
  const positive = rows.map((i) => (labels[i]!.positive === true ? 1 : 0));
  const positives = positive.filter((is) => is === 1).length;
  const skipped = labels.length - rows.length;
  if (positives === 0 || positives === rows.length) {
    const unlabelled = skipped === 0 ? '' : `, and ${skipped} without a label`;
    const found = `${positives} positive and ${rows.length - positives} negative labels${unlabelled}`;
    throw new ConfigError(`${file}: found ${found}, expected some of both: ranking needs two classes`);
  }
  const counts = thresholdCounts({ scores: ours, positive });
  const evaluation = { auc: rocAuc(counts), prAuc: averagePrecision(counts), n: rows.length, positives, skipped };
  if (labels.some(({ stratum }) => stratum === undefined)) return evaluation;
  const deciles = decilesOf(labels, file);
  const decileOf = (i: number): LabelledDecile => {
    const own = labels[i]!.stratum!; // all have one
    return deciles.find(({ source, decile }) => source === own.source && decile === own.decile)!; // made of these
  };
  const weights = rows.map((i) => decileOf(i).population / decileOf(i).labelled);
  const weighed = thresholdCounts({ scores: ours, positive, weights });
  const all = deciles.reduce((sum, { population }) => sum + population, 0);
  const covered = weighed.positives + weighed.negatives;
  return {
    ...evaluation, deciles,
    population: { auc: rocAuc(weighed), prAuc: averagePrecision(weighed), positiveShare: weighed.positives / covered, covered: Math.min(1, covered / all) },
  };
}

function decilesOf(labels: readonly LabelledText[], file: string): readonly LabelledDecile[] {
  const found = new Map<string, { source: string; decile: number; population: number; labelled: number; positives: number }>();
  for (const { positive, stratum } of labels) {
    const { source, decile, population } = stratum!; // the caller has looked
    const key = `${decile}\0${source}`;
    const entry = found.get(key) ?? { source, decile, population, labelled: 0, positives: 0 };
    if (entry.population !== population) {
      const name = `decile ${decile}${source === '' ? '' : ` of ${source}`}`;
      throw new ConfigError(`${file}: ${name}: found populations ${entry.population} and ${population}, expected one: are these two exports?`);
    }
    if (positive !== undefined) entry.labelled += 1;
    if (positive === true) entry.positives += 1;
    found.set(key, entry);
  }
  return [...found.values()]
    .sort((a, b) => (a.source === b.source ? a.decile - b.decile : a.source < b.source ? -1 : 1))
    .map((entry) => ({ ...entry, positiveShare: entry.labelled === 0 ? null : entry.positives / entry.labelled }));
}
