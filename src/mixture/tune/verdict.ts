/**
 * Whether a proposal beat UniMax: by the 95 % interval of the difference of their measured losses, nothing softer. The words claim what was measured, the
 * loss of proxies on these targets, and nothing about models.
 */
import { predictsNothing } from './fit.js';
import { pairedInterval, type Interval } from './interval.js';
import type { CandidateName } from './candidates.js';
import type { Fit } from './types.js';
import type { MeasuredCandidate } from './verify.js';

/** The interval of proposal minus UniMax lies below 0, above 0, or holds 0; or both are one mixture. */
export type Outcome = 'lower' | 'higher' | 'undecided' | 'same';

export interface Verdict {
  readonly outcome: Outcome;
  /** What `--strict` asks for: the outcome is `lower`, and the fit is not blind. */
  readonly improved: boolean;
  /** For no target of the objective does the fit rank unseen runs better than chance: then whatever the proposal measures is not its doing. */
  readonly blind: boolean;
  /** Objective of the proposal minus that of UniMax; null where they are one mixture. */
  readonly delta: Interval | null;
  /** The same difference over other held-out documents; null where that is not known. It does not decide: the claim is about these targets as they are held out. */
  readonly heldOut: Interval | null;
  /** Names of the candidate with the lowest mean objective, */
  readonly lowest: readonly CandidateName[];
  /** and the proposal's objective minus its; null where the proposal is it. */
  readonly deltaToLowest: Interval | null;
  /** Targets whose loss the proposal changes beyond the interval, against UniMax. */
  readonly lowered: readonly string[];
  readonly raised: readonly string[];
  /** Targets with a higher mean whose interval holds 0: perhaps worse. */
  readonly perhapsRaised: readonly string[];
  /** The seeds changed no loss of any candidate: there is no spread, and the intervals are of no width. */
  readonly seedsAlike: boolean;
}

/** Of measured candidates that have the proposal and UniMax among them. */
export function judge(candidates: readonly MeasuredCandidate[], blind: boolean): Verdict {
  const [proposal, unimax] = (['proposal', 'unimax'] as const).map((name) => named(candidates, name));
  const lowest = candidates.reduce((best, one) => (one.objective.interval.mean < best.objective.interval.mean ? one : best));
  const same = proposal === unimax;
  const delta = same ? null : proposal!.objective.delta;
  const outcome = delta === null ? 'same' : sideOf(delta);
  const targets = same ? [] : Object.entries(proposal!.targets).flatMap(([target, { delta: change }]) => (change === null ? [] : [{ target, change }]));
  const pick = (fits: (change: Interval) => boolean): string[] => targets.filter(({ change }) => fits(change)).map(({ target }) => target);
  return {
    outcome, improved: outcome === 'lower' && !blind, blind, delta, heldOut: same ? null : proposal!.objective.heldOut,
    lowest: lowest.names,
    deltaToLowest: lowest === proposal ? null : pairedInterval(proposal!.objective.bySeed, lowest.objective.bySeed),
    lowered: pick((change) => sideOf(change) === 'lower'),
    raised: pick((change) => sideOf(change) === 'higher'),
    perhapsRaised: pick((change) => sideOf(change) === 'undecided' && change.mean > 0),
    seedsAlike: candidates.every(({ targets: all }) => Object.values(all).every(({ bySeed }) => bySeed.every((loss) => loss === bySeed[0]))),
  };
}

/** Of the fit that a proposal came from: whether no target of the objective has a law that ranks unseen runs better than chance. */
export function isBlind({ targets }: Pick<Fit, 'targets'>, targetWeights: Readonly<Record<string, number>>): boolean {
  return targets.every((fit) => !((targetWeights[fit.target] ?? 0) > 0) || predictsNothing(fit));
}

/** Where an interval of differences lies. An end on 0 itself decides nothing. */
export function sideOf({ low, high }: Interval): 'lower' | 'higher' | 'undecided' {
  return high < 0 ? 'lower' : low > 0 ? 'higher' : 'undecided';
}

export function named(candidates: readonly MeasuredCandidate[], name: CandidateName): MeasuredCandidate {
  const found = candidates.find(({ names }) => names.includes(name));
  if (found === undefined) throw new RangeError(`verification: found no candidate ${name}, expected one`);
  return found;
}
