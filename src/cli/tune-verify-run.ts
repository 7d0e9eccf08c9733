/** Trains proxies of every candidate under every seed, and compares what they measure. What was trained before is not trained again. */
import type { Candidate } from '../mixture/tune/candidates.js';
import type { GroupedBits, MixtureLosses } from '../mixture/tune/types.js';
import { compareCandidates, type CandidateLosses, type Verification } from '../mixture/tune/verify.js';
import { trainMixtures, type Tuning } from './tune-run.js';

/** `blind`: the fit that the proposal came from predicts nothing. Errors: as trainMixtures. */
export async function measureCandidates(
  tuning: Tuning, candidates: readonly Candidate[],
  { targetWeights, seeds, blind }: { readonly targetWeights: Readonly<Record<string, number>>; readonly seeds: readonly number[]; readonly blind: boolean },
): Promise<Verification> {
  const mixtures = candidates.flatMap(({ names, weights }) => seeds.map((seed) => ({ run: `${names[0]!}, seed ${seed}`, weights, seed }))); // a candidate has a name
  const measured = await trainMixtures(tuning, mixtures);
  const losses = candidates.map((candidate, i): CandidateLosses => {
    const own = measured.slice(i * seeds.length, (i + 1) * seeds.length);
    return {
      ...candidate,
      losses: Object.fromEntries(Object.keys(targetWeights).map((target) => [target, own.map((run) => run.losses[target]!)])), // measured of every target
      groups: Object.fromEntries(Object.keys(targetWeights).map((target) => [target, meanGroups(own, target)])),
    };
  });
  return compareCandidates(losses, targetWeights, seeds, blind);
}

function meanGroups(runs: readonly MixtureLosses[], target: string): GroupedBits {
  const groups = runs.map((run) => run.groups[target]!); // measured of every target
  const { bytes } = groups[0]!; // three runs at least, on the same documents
  return { bytes, bits: bytes.map((_, g) => groups.reduce((sum, { bits }) => sum + bits[g]!, 0) / groups.length) };
}
