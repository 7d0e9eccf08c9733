/**
 * The removable share of a data set from documents drawn out of it. Each drawn document is compared with all the others; one with n similar documents
 * stands in a cluster of 1 + n, of which one stays, so its share of what is removable is 1 - 1 / (1 + n). Over all documents of a cluster of s these
 * add up to s - 1. In a cluster whose members are not all similar to each other it is an upper estimate: a greedy choice keeps at least
 * the sum of 1 / (1 + n) (Caro 1979, Wei 1981).
 */
import { candidateProbability, type LshSetting } from './lsh.js';
import { betaQuantile } from './quantiles.js';

export interface Draw {
  /** Of each drawn document: the similarities, at `level` or above, of the other documents found to resemble it; 1 for equal text. */
  readonly neighbours: Iterable<ArrayLike<number>>;
  /** Documents that were drawn from, uniformly, without replacement: at least as many as were drawn. */
  readonly documents: number;
  readonly level: number;
  readonly setting: LshSetting;
}

export interface SampledRate {
  /** Documents drawn. */
  readonly drawn: number;
  /** Removable share, by what was found. */
  readonly rate: number;
  /** The same, corrected for what the LSH misses. */
  readonly corrected: number;
  readonly lshRecall: number;
  /** 95 %: the lower end without the correction, the upper end with it. */
  readonly interval: readonly [low: number, high: number];
}

/** The estimate and its interval. Memory: 16 bytes a drawn document. */
export function estimateSampledRate({ neighbours, documents, level, setting }: Draw): SampledRate {
  const found: number[] = [];
  const corrected: number[] = [];
  for (const similarities of neighbours) {
    const share = drawnShare(similarities, setting);
    found.push(share.found);
    corrected.push(share.corrected);
  }
  const worst = candidateProbability(level, setting);
  const raw = boundMean(found, documents, 1);
  const whole = boundMean(corrected, documents, 1 / worst);
  return {
    drawn: found.length, rate: raw.mean, corrected: Math.min(1, whole.mean), lshRecall: raw.mean === 0 ? worst : raw.mean / whole.mean,
    interval: [raw.low, Math.min(1, whole.high)],
  };
}

/**
 * A drawn document's share. For the correction it stands for 1 / p documents, p the probability that any of its neighbours is found, each of which
 * stands for as many as are found or missed beside it. Exact for one neighbour; for more it is low by less than 1 % where .9 of pairs are found.
 */
export function drawnShare(similarities: ArrayLike<number>, setting: LshSetting): { readonly found: number; readonly corrected: number } {
  if (similarities.length === 0) return { found: 0, corrected: 0 };
  const probabilities = Array.from(similarities, (jaccard) => candidateProbability(jaccard, setting));
  const any = 1 - probabilities.reduce((product, p) => product * (1 - p), 1);
  const all = probabilities.reduce((sum, p) => sum + any / p, 0);
  return { found: 1 - 1 / (1 + similarities.length), corrected: (1 - 1 / (1 + all)) / any };
}

export interface BoundedMean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;

/**
 * The mean of `values` (0 to `most`) and an interval of 95 % for the mean of the `documents` values they were drawn from. Each end is a quantile of the
 * beta variable whose mean and variance are those of the values and one more at that end of the scale, as if weighed by a flat Dirichlet (Gaffke 2005;
 * for values of 0 and 1 alone it is Clopper and Pearson's interval). That stays honest with few or no values above 0, where a normal interval is
 * empty, and uses that the variance of shares is small, which bounds for any [0, 1] variable do not: where a fifth of the documents stand in pairs and
 * 2,000 are drawn it is .020 wide, a bound by relative entropy .045, by empirical Bernstein .041. Of the documents that were not drawn only the mean is
 * uncertain, so with all drawn the interval is one point. Coverage by simulation: tests/dedup/sampled-rate.test.ts.
 */
export function boundMean(values: readonly number[], documents: number, most: number): BoundedMean {
  const drawn = values.length;
  const left = documents - drawn;
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value ** 2, 0);
  const end = (extreme: number, tail: number): number => {
    const mean = (sum + extreme) / (drawn + 1);
    const variance = Math.max(0, (squares + extreme ** 2) / (drawn + 1) - mean ** 2) / (drawn + 2);
    const rest = left === 0 ? 0 : left * most * scaledQuantile(tail, mean / most, (variance / most ** 2) * (documents / left));
    const whole = extreme === 0 ? rest - most : rest + most; // the rest is a sum of few values, the quantile one of a continuum
    return (sum + Math.min(left * most, Math.max(0, whole))) / documents;
  };
  if (drawn === 0) return { mean: 0, low: 0, high: documents === 0 ? 0 : most };
  return { mean: sum / drawn, low: end(0, TAIL), high: end(most, 1 - TAIL) };
}

/** Of the beta variable with this mean and variance; an end of [0, 1] where there is none so spread. */
function scaledQuantile(probability: number, mean: number, variance: number): number {
  if (mean <= 0 || mean >= 1) return mean;
  if (variance === 0) return mean;
  const weight = (mean * (1 - mean)) / variance - 1;
  if (weight <= 0) return probability < 0.5 ? 0 : 1;
  return betaQuantile(probability, mean * weight, (1 - mean) * weight);
}
