/**
 * What was measured of each candidate, as intervals: losses by target and the objective, and their differences to UniMax, paired by seed. Pure arithmetic over
 * losses that the proxies measured; `sluice tune verify` trains them.
 */
import { objectiveOf, type Candidate } from './candidates.js';
import { meanInterval, pairedInterval, type Interval } from './interval.js';
import type { GroupedBits } from './types.js';
import { heldOutInterval } from './verify-held-out.js';
import { judge, type Verdict } from './verdict.js';

/** Fewer seeds say nothing: at two, an interval is 3.6 times as wide as at three for the same spread. */
export const FEWEST_SEEDS = 3;

export interface CandidateLosses extends Candidate {
  /** By target, one loss a seed in the order of the seeds. Smaller is better. */
  readonly losses: Readonly<Record<string, readonly number[]>>;
  /** By target, bits of groups of its held-out documents: means over the seeds. Of every target, or of none. */
  readonly groups?: Readonly<Record<string, GroupedBits>>;
}

export interface Measured {
  readonly bySeed: readonly number[];
  readonly interval: Interval;
  /** This minus UniMax, paired by seed; null of UniMax itself. */
  readonly delta: Interval | null;
  /** The same difference and what other held-out documents would make of it (verify-held-out.ts); null where that is not known. */
  readonly heldOut: Interval | null;
}

export interface MeasuredCandidate extends Candidate {
  /** Weighted mean over the targets. */
  readonly objective: Measured;
  readonly targets: Readonly<Record<string, Measured>>;
}

export interface Verification {
  readonly seeds: readonly number[];
  /** Summing to 1. A target of weight 0 is measured and is not in the objective. */
  readonly targetWeights: Readonly<Record<string, number>>;
  readonly candidates: readonly MeasuredCandidate[];
  readonly verdict: Verdict;
}

/**
 * Candidates must have the proposal and UniMax among them, and a loss for every target and seed; anything else is a RangeError. `blind`: the fit that the
 * proposal came from predicts nothing (verdict.ts).
 */
export function compareCandidates(
  candidates: readonly CandidateLosses[], targetWeights: Readonly<Record<string, number>>, seeds: readonly number[], blind = false,
): Verification {
  if (seeds.length < FEWEST_SEEDS) throw new RangeError(`verification: found ${seeds.length} seeds, expected ${FEWEST_SEEDS} or more`);
  const baseline = candidates.find(({ names }) => names.includes('unimax'));
  if (baseline === undefined) throw new RangeError('verification: found no candidate unimax, expected one');
  for (const { names, losses } of candidates) {
    for (const target of Object.keys(targetWeights)) {
      const found = losses[target]?.length ?? 0;
      if (found !== seeds.length) throw new RangeError(`verification: ${names[0]}: found ${found} losses of ${target}, expected ${seeds.length}, one a seed`);
    }
  }
  const objectives = (losses: CandidateLosses['losses']): number[] => seeds.map((_, seed) =>
    objectiveOf(Object.fromEntries(Object.entries(losses).map(([target, bySeed]) => [target, bySeed[seed]!])), targetWeights)); // one a seed, as checked
  const overDocuments = ({ groups }: CandidateLosses, weights: Readonly<Record<string, number>>): Interval | null => {
    const others = baseline.groups;
    if (groups === undefined || others === undefined) return null;
    return heldOutInterval(Object.entries(weights).map(([target, weight]) => ({ weight, ...groups[target]!, others: others[target]!.bits }))); // of every target
  };
  const baselineObjectives = objectives(baseline.losses);
  const measured = candidates.map((candidate): MeasuredCandidate => {
    const isBaseline = candidate === baseline;
    const against = (bySeed: readonly number[], others: readonly number[], weights: Readonly<Record<string, number>>): Measured => ({
      bySeed, interval: meanInterval(bySeed),
      delta: isBaseline ? null : pairedInterval(bySeed, others), heldOut: isBaseline ? null : overDocuments(candidate, weights),
    });
    const { names, weights, losses } = candidate;
    return {
      names, weights, objective: against(objectives(losses), baselineObjectives, targetWeights),
      targets: Object.fromEntries(Object.keys(targetWeights).map((target) => (
        [target, against(losses[target]!, baseline.losses[target]!, { [target]: 1 })]))), // as checked
    };
  });
  return { seeds, targetWeights, candidates: measured, verdict: judge(measured, blind) };
}
