/**
 * Ridge regression of losses on [w, log(w + epsilon)]: bends where returns diminish, and takes what the log-linear law cannot (a loss that is not monotone in a
 * share, such as that of a target like a mixture of sources). Not convex in w.
 *
 * Two things decide whether its lowest point is where the true one is, and both are learned from the runs (src/mixture/README.md has the figures). epsilon is
 * the share below which a source hardly matters to its own target, because others stand in for it; 1e-3 bends far too late where sources are alike. And a swarm
 * has many runs that are bad beyond interest: where it is precise enough, runs count by how low their loss is.
 */
import { lossAt, type Observations } from './law.js';
import { solveRidge, type RidgeSolution } from './ridge-squares.js';
import type { Law } from './types.js';

/** Tried as what is added to a share before its logarithm is taken, so that a share of 0 has one. */
const EPSILONS = [1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.2, 0.4, 1];
/** A run counts exp(-x), x its loss above the least in units of this times the mean of that. */
const FOCUS = 0.2;
/** Counting so must halve the squared error of the low runs, left out, at least: where noise is large, all runs are needed alike. */
const MOST_ERROR = 0.5;

/**
 * The ridge law with the least leave-one-out error, focused on low losses where that pays. A column that does not vary has the coefficient 0. The choice of
 * focus goes by losses as a first law predicts them, not as measured, so that lucky runs do not count for more. Memory: as ridge-squares.ts.
 */
export function fitRidge(observations: Observations): Law {
  const { rows, columns, weights } = observations;
  const plain = bestEpsilon(observations, new Float64Array(rows).fill(1));
  const first = lawOf(plain, columns);
  const expected = Float64Array.from({ length: rows }, (_, i) => lossAt(first, weights, i * columns));
  const least = expected.reduce((low, loss) => Math.min(low, loss), Infinity);
  const mean = expected.reduce((sum, loss) => sum + loss - least, 0) / rows;
  if (!(mean > 0)) return first;
  const focus = expected.map((loss) => Math.max(Math.exp(-(loss - least) / (FOCUS * mean)), Number.MIN_VALUE));
  const focused = bestEpsilon(observations, focus);
  const errorOf = ({ leftOut }: RidgeSolution): number => leftOut.reduce((sum, error, i) => sum + focus[i]! * error * error, 0);
  return errorOf(focused) < MOST_ERROR * errorOf(plain) ? lawOf(focused, columns) : first;
}

interface Solved extends RidgeSolution {
  readonly epsilon: number;
}

function bestEpsilon({ rows, columns, weights, losses }: Observations, counts: Float64Array): Solved {
  const features = 2 * columns;
  const table = new Float64Array(rows * features);
  let best: Solved | undefined;
  for (const epsilon of EPSILONS) {
    for (let i = 0; i < rows; i++) {
      for (let d = 0; d < columns; d++) {
        const share = weights[i * columns + d]!;
        table[i * features + d] = share;
        table[i * features + columns + d] = Math.log(share + epsilon);
      }
    }
    const solved = solveRidge(table, losses, counts, features);
    if (best === undefined || solved.error < best.error) best = { ...solved, epsilon };
  }
  return best!; // there are epsilons
}

function lawOf({ intercept, slopes, epsilon }: Solved, columns: number): Law {
  return { kind: 'ridge', epsilon, intercept, linear: [...slopes.subarray(0, columns)], log: [...slopes.subarray(columns)] };
}
