/**
 * The mixtures that a verification measures: the proposal and what it has to beat. Mixtures that are the same are measured once, under all their names.
 * Where a weight comes from (rules, recipe, swarm) is the caller's.
 */
import { normaliseWeights } from '../weights.js';
import type { MixtureRun, RunMetrics, Weights } from './types.js';

/** In the order in which they are shown. */
export const CANDIDATE_NAMES = ['proposal', 'unimax', 'proportional', 'recipe', 'swarm'] as const;
export type CandidateName = (typeof CANDIDATE_NAMES)[number];

export interface Candidate {
  /** One or more, in the order of CANDIDATE_NAMES. */
  readonly names: readonly CandidateName[];
  /** Every source has one, 0 included; they sum to 1. */
  readonly weights: Weights;
}

/** Half the sum of the absolute differences: 0 of equal mixtures, 1 of those that share no source. */
export function totalVariation(a: Weights, b: Weights): number {
  const sources = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...sources].reduce((sum, source) => sum + Math.abs((a[source] ?? 0) - (b[source] ?? 0)), 0) / 2;
}

/** Mixtures at most this far apart are the same: a proxy of less than a million bytes cannot tell them apart by a single byte. */
export const SAME_MIXTURE = 1e-6;

/** Candidates over all `sources`, equal ones joined under the weights of the first. `given` lacks what there is not, such as weights in the recipe. */
export function joinCandidates(given: Partial<Readonly<Record<CandidateName, Weights>>>, sources: readonly string[]): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const name of CANDIDATE_NAMES) {
    const asked = given[name];
    if (asked === undefined) continue;
    const { weights } = normaliseWeights(Object.fromEntries(sources.map((source) => [source, asked[source] ?? 0])));
    const same = candidates.findIndex((candidate) => totalVariation(candidate.weights, weights) <= SAME_MIXTURE);
    if (same < 0) candidates.push({ names: [name], weights });
    else candidates[same] = { ...candidates[same]!, names: [...candidates[same]!.names, name] }; // found above
  }
  return candidates;
}

/** The weighted sum of losses that is to be small. Throws RangeError where a target has no loss. */
export function objectiveOf(losses: Readonly<Record<string, number>>, targetWeights: Readonly<Record<string, number>>): number {
  return Object.entries(targetWeights).reduce((sum, [target, weight]) => {
    const loss = losses[target];
    if (loss === undefined) throw new RangeError(`objective: found no loss of target ${target}, expected one`);
    return sum + weight * loss;
  }, 0);
}

/** The run of the swarm with the lowest measured objective, ties by its place; undefined where no run was measured. */
export function bestRun(
  runs: readonly MixtureRun[], metrics: readonly RunMetrics[], targetWeights: Readonly<Record<string, number>>,
): MixtureRun | undefined {
  const measured = new Map(metrics.map(({ run, losses }) => [run, objectiveOf(losses, targetWeights)]));
  const tried = runs.filter(({ run }) => measured.has(run));
  return tried.reduce<MixtureRun | undefined>(
    (best, run) => (best === undefined || measured.get(run.run)! < measured.get(best.run)! ? run : best), undefined); // filtered by `has`
}
