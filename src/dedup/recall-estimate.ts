/**
 * How many documents a level of similarity has when the LSH found so many: what was found, corrected for what it misses. A document whose nearest kept
 * one is at J is found with probability p(J) = 1 - (1 - J^r)^b at least, so each found one stands for 1 / p(J) (Horvitz and Thompson 1952). Two things are
 * assumed. Each has one chance: where a document resembles several it has more, and the correction is too large rather than too small. Finds are
 * independent: they are not within a group of copies, but a group that is missed loses one removal only, since its members still find each other.
 * On real documents against brute force both hold (tests/dedup/brute-force.test.ts).
 */
import { candidateProbability, type LshSetting } from './lsh.js';
import { gammaQuantile } from './quantiles.js';

export interface FoundDuplicates {
  /** Removals by similarity to the kept document: `similarities.length` equal classes from 0 to 1. */
  readonly similarities: ArrayLike<number>;
  /** Removals that need no LSH: equal text, equal address. */
  readonly certain: number;
  /** Documents looked at; none: every rate is 0. */
  readonly documents: number;
  /** Least similarity of what is counted. */
  readonly level: number;
  readonly setting: LshSetting;
}

export interface RecallEstimate {
  /** Removals, `certain` ones included. */
  readonly found: number;
  readonly corrected: number;
  /** Of `corrected`. */
  readonly variance: number;
  /** found / corrected; p(level), the worst case, where nothing was found. */
  readonly lshRecall: number;
  /** Of the rate: the lower end is what was found, the upper end is not exceeded with 95 % confidence. */
  readonly interval: readonly [low: number, high: number];
}

const CONFIDENCE = 0.95;

/**
 * The estimate and its interval. What was found is there, so only the misses are uncertain: behind f documents found with probability p stand misses of
 * mean f q / p and variance f q / p^2 (negative binomial, q = 1 - p). The upper end is a quantile of the gamma variable with the mean and variance of
 * all misses and of one more find at the worst p, which is what makes it hold for few finds or none (after Fay and Feuer 1997, who bound weighted
 * Poisson counts so): with none it is the rule of three, 3 / p misses. Coverage by simulation: tests/dedup/recall-estimate.test.ts.
 */
export function estimateRecall({ similarities, certain, documents, level, setting }: FoundDuplicates): RecallEstimate {
  const worst = candidateProbability(level, setting);
  let found = certain;
  let misses = 0;
  let variance = 0;
  for (let i = 0; i < similarities.length; i++) {
    const count = similarities[i]!;
    if (count === 0) continue;
    const p = candidateProbability(Math.max(level, (i + 0.5) / similarities.length), setting);
    found += count;
    misses += (count * (1 - p)) / p;
    variance += (count * (1 - p)) / p ** 2;
  }
  const high = found + mostMisses(misses + (1 - worst) / worst, variance + (1 - worst) / worst ** 2);
  const corrected = found + misses;
  return {
    found, corrected, variance, lshRecall: found === 0 ? worst : found / corrected,
    interval: documents === 0 ? [0, 0] : [found / documents, Math.min(1, high / documents)],
  };
}

function mostMisses(mean: number, variance: number): number {
  if (!(mean > 0)) return 0; // worst is 1: nothing is missed
  const scale = variance / mean;
  return Math.ceil(scale * gammaQuantile(CONFIDENCE, mean / scale));
}
