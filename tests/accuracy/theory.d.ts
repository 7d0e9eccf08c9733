import type { LshSetting } from '#src/dedup/lsh.js';

/** Probability that two documents of this Jaccard similarity are candidates and estimated at `least` or above. `least` 0: candidates. */
export function foundProbability(jaccard: number, setting: LshSetting, least: number): number;
/** Least estimate that is looked at where the texts decide: three standard deviations below the threshold. */
export function marginBelow(threshold: number, setting: LshSetting): number;
/** Trials with these probabilities: how many are expected to come out true, and between what counts it can be chance (3.3 standard deviations: 1 in 1,000). */
export function expectation(
  probabilities: readonly number[], options?: { readonly sigmas?: number; readonly dependence?: number },
): { readonly expected: number; readonly low: number; readonly high: number };
