/** How far a mixture lies from the runs that laws were fitted to. A law is a guess there: nothing was measured near it. */
import type { Fit } from './types.js';

/** Runs whose own neighbours are looked at: all of a swarm, a part of anything larger. */
const MOST_RUNS = 1000;
/** Of the distances of runs to their nearest neighbours: beyond this quantile a mixture stands alone. */
const QUANTILE = 0.95;

/** Smallest total variation distance to a run. */
export function nearestRun({ sources, runs }: Fit, weights: Float64Array): number {
  return runs.reduce((least, run) => Math.min(least, distance(weights, Float64Array.from(sources, (source) => run.weights[source]!))), Infinity);
}

/** What to say where the mixture lies further from all runs than they do from one another, or gives a source more than any run did. */
export function reachOf({ sources, runs }: Fit, weights: Float64Array, nearest: number): string[] {
  const some = runs.filter((_, i) => i % Math.ceil(runs.length / MOST_RUNS) === 0).map((run) => Float64Array.from(sources, (source) => run.weights[source]!));
  const gaps = some.map((one) => some.reduce((least, other) => (other === one ? least : Math.min(least, distance(one, other))), Infinity)).sort((a, b) => a - b);
  const usual = gaps[Math.ceil(QUANTILE * gaps.length) - 1] ?? 0;
  const beyond = sources.flatMap((source, d) => {
    const most = runs.reduce((top, run) => Math.max(top, run.weights[source]!), 0);
    return weights[d]! > most + 0.005 ? [`${source} ${weights[d]!.toFixed(3)} (at most ${most.toFixed(3)})`] : [];
  });
  return [
    ...(nearest > usual + 1e-9 ? [`the proposal is far from the swarm: ${nearest.toFixed(3)} (total variation) from its nearest run, where 95 % of the runs have a neighbour within ${usual.toFixed(3)}`] : []),
    ...(beyond.length === 0 ? [] : [`more than any run of the swarm had: ${beyond.join(', ')}; the laws are guesses there`]),
  ];
}

function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += Math.abs(a[d]! - b[d]!);
  return sum / 2;
}
