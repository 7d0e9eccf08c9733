/**
 * Platt's map (1999): a straight line in log-odds, probability = sigmoid(slope x logit(score) + intercept), fitted by maximum likelihood. Two numbers, so a
 * few hundred documents are enough, and it can be written into any scorer.
 */
import { clipped } from './metric-probability.js';
import type { ScoredClasses } from './metric-counts.js';

export interface PlattMap {
  readonly slope: number;
  readonly intercept: number;
}

const MOST_STEPS = 100;
const GRADIENT_END = 1e-9;
/** Keeps the Hessian invertible where all scores are the same. */
const RIDGE = 1e-12;

/** Log-odds of a score, clipped to [1e-15, 1 - 1e-15]. */
export const logit = (score: number): number => Math.log(clipped(score)) - Math.log1p(-clipped(score));

/**
 * Newton's method with step halving. The classes' targets are Platt's (N+ + 1)/(N+ + 2) and 1/(N- + 2) in place of 1 and 0, so that the map stays
 * finite where the classes do not overlap. Where all scores are the same, slope and intercept are not determined and only the probability at that score is.
 */
export function fitPlatt({ scores, positive }: ScoredClasses): PlattMap {
  const x = Float64Array.from({ length: scores.length }, (_, i) => logit(scores[i]!));
  const positives = Array.from(positive).filter((is) => is === 1).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (x.length - positives + 2);
  const target = Float64Array.from(x, (_, i) => (positive[i] === 1 ? high : low));

  let map: PlattMap = { slope: 0, intercept: logit((positives + 1) / (x.length + 2)) };
  let loss = lossOf(map, x, target);
  for (let step = 0; step < MOST_STEPS; step++) {
    const move = newtonMove(map, x, target);
    if (move === undefined) break;
    let better = false;
    for (let size = 1; size > 1e-10 && !better; size /= 2) {
      const next = { slope: map.slope + size * move.slope, intercept: map.intercept + size * move.intercept };
      const nextLoss = lossOf(next, x, target);
      if (nextLoss >= loss) continue;
      [map, loss, better] = [next, nextLoss, true];
    }
    if (!better) break; // as near as doubles come
  }
  return map;
}

export function plattAt({ slope, intercept }: PlattMap, score: number): number {
  return sigmoid(slope * logit(score) + intercept);
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Cross-entropy, in a form that does not overflow. */
function lossOf({ slope, intercept }: PlattMap, x: Float64Array, target: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const value = slope * x[i]! + intercept;
    sum += Math.log1p(Math.exp(-Math.abs(value))) + Math.max(0, value) - target[i]! * value;
  }
  return sum;
}

/** undefined where the gradient is as good as 0. */
function newtonMove(map: PlattMap, x: Float64Array, target: Float64Array): PlattMap | undefined {
  let [g0, g1, h00, h01, h11] = [0, 0, RIDGE, 0, RIDGE];
  for (let i = 0; i < x.length; i++) {
    const probability = sigmoid(map.slope * x[i]! + map.intercept);
    const error = probability - target[i]!;
    const curvature = probability * (1 - probability);
    g0 += error * x[i]!;
    g1 += error;
    h00 += curvature * x[i]! * x[i]!;
    h01 += curvature * x[i]!;
    h11 += curvature;
  }
  if (Math.abs(g0) < GRADIENT_END && Math.abs(g1) < GRADIENT_END) return undefined;
  const determinant = h00 * h11 - h01 * h01;
  if (!(determinant > 0)) return { slope: 0, intercept: -g1 / h11 }; // one score: only the level can be fitted
  return { slope: -(h11 * g0 - h01 * g1) / determinant, intercept: -(h00 * g1 - h01 * g0) / determinant };
}
