/**
 * How far to go along a search direction: a step that meets Wolfe's conditions, by doubling and bisection (Lewis and Overton 2013, algorithm 2.6).
 * Scores are linear along a ray, so a trial costs one pass over the rows, not over their features.
 */
import { dot } from './lbfgs-direction.js';
import { lossSlopes, meanLoss, penalty, type LogisticProblem } from './logistic-problem.js';

/** A ray from the present point: the rows' scores there and what they change by along it, the loss there and its slope along the ray. */
export interface Ray {
  readonly parameters: Float64Array;
  readonly direction: Float64Array;
  readonly scores: Float64Array;
  readonly along: Float64Array;
  readonly loss: number;
  readonly slope: number;
  /** The step to try first. */
  readonly first: number;
}

/** Wolfe's conditions with the usual constants: enough descent, and a slope that is clearly less steep. */
const DESCENT = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 60;

/** A step that meets Wolfe's conditions, or undefined where rounding leaves none. */
export function stepLength(problem: LogisticProblem, { parameters, direction, scores, along, loss, slope, first }: Ray): number | undefined {
  if (!(slope < 0)) return undefined;
  const [across, square] = [problem.l2 * dotWeights(parameters, direction), problem.l2 * dotWeights(direction, direction)];
  const start = penalty(problem, parameters);
  let low = 0;
  let high = Infinity;
  let step = first;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const there = scores.map((score, row) => score + step * along[row]!);
    const lossThere = meanLoss(problem, there) + start + step * across + (step * step * square) / 2;
    if (!(lossThere <= loss + DESCENT * step * slope)) high = step;
    else if (dot(lossSlopes(problem, there), along) + across + step * square < CURVATURE * slope) low = step;
    else return step;
    step = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return low > 0 ? low : undefined;
}

/** Over the weights, without the bias. */
const dotWeights = (a: Float64Array, b: Float64Array): number => dot(a.subarray(0, -1), b.subarray(0, -1));
