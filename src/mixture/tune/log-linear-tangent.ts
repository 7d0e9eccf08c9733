/**
 * The log-linear law at a point and its tangent there, over a swarm whose losses are scaled to 0..1 and whose shares have their means taken away. The law is written
 *   level + (exp(bend a . x) - 1) / bend
 * as log-linear-problem.ts explains. What is done with the tangent is decided there.
 */
import type { Observations } from './law.js';

/** Level, bend, then a slope a source. */
export type Point = Float64Array;

export interface ScaledRuns {
  readonly rows: number;
  readonly sources: number;
  /** 0 for the least, 1 for the greatest. */
  readonly losses: Float64Array;
  readonly means: Float64Array;
  /** Shares less their means, row-major. */
  readonly shares: Float64Array;
  /** Sum of squares of `shares`, by source on average: the unit of ridges. */
  readonly spread: number;
}

export interface Tangent {
  readonly size: number;
  /** Of the predicted loss, rows x size. */
  readonly jacobian: Float64Array;
  readonly residuals: Float64Array;
  /** What each residual counts (Huber): 1 within delta. */
  readonly weights: Float64Array;
  /** Weighted products of the Jacobian's columns, lower triangle. */
  readonly gram: Float64Array;
}

export function scaleRuns({ rows, columns, weights, losses }: Observations, least: number, range: number): ScaledRuns {
  const means = new Float64Array(columns);
  for (let at = 0; at < weights.length; at++) means[at % columns]! += weights[at]! / rows;
  const shares = weights.map((share, at) => share - means[at % columns]!);
  return { rows, sources: columns, losses: losses.map((loss) => (loss - least) / range), means, shares, spread: shares.reduce((sum, share) => sum + share * share, 0) / columns };
}

/** The exponent of run i. */
export function exponentAt({ sources, shares }: ScaledRuns, point: Point, i: number): number {
  let along = 0;
  for (let d = 0; d < sources; d++) along += point[2 + d]! * shares[i * sources + d]!;
  return point[1]! * along;
}

/** Where the bend stays, its column is zeros and its row of the system that of 1, so that its step is 0. */
export function tangentAt(runs: ScaledRuns, point: Point, delta: number, bends: boolean): Tangent {
  const { rows, sources, losses, shares } = runs;
  const size = point.length;
  const [level, bend] = [point[0]!, point[1]!];
  const jacobian = new Float64Array(rows * size);
  const residuals = new Float64Array(rows);
  const weights = new Float64Array(rows);
  const gram = new Float64Array(size * size);
  for (let i = 0; i < rows; i++) {
    const exponent = exponentAt(runs, point, i);
    const [steep, rise] = [Math.exp(exponent), Math.expm1(exponent)];
    residuals[i] = losses[i]! - level - rise / bend;
    weights[i] = Math.min(1, delta / Math.abs(residuals[i]!));
    const row = jacobian.subarray(i * size, (i + 1) * size);
    row[0] = 1;
    row[1] = bends ? (exponent * steep - rise) / (bend * bend) : 0;
    for (let d = 0; d < sources; d++) row[2 + d] = steep * shares[i * sources + d]!;
    for (let j = 0; j < size; j++) {
      const scaled = weights[i]! * row[j]!;
      if (scaled !== 0) for (let k = 0; k <= j; k++) gram[j * size + k]! += scaled * row[k]!;
    }
  }
  if (!bends) gram[size + 1] = 1;
  return { size, jacobian, residuals, weights, gram };
}

/** The step's matrix: products of the Jacobian, the ridge on the slopes, and Levenberg and Marquardt's damping. */
export function systemOf({ spread }: ScaledRuns, { size, gram }: Tangent, ridge: number, damping: number): Float64Array {
  const system = gram.slice();
  for (let j = 0; j < size; j++) system[j * size + j]! += damping * (gram[j * size + j]! + 1e-6 * spread) + (j < 2 ? 0 : ridge * spread);
  return system;
}

/** Downhill: the step's right side. */
export function descentOf({ rows, spread }: ScaledRuns, { size, jacobian, residuals, weights }: Tangent, point: Point, ridge: number): Float64Array {
  const descent = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    const scaled = weights[i]! * residuals[i]!;
    for (let j = 0; j < size; j++) descent[j]! += scaled * jacobian[i * size + j]!;
  }
  for (let j = 2; j < size; j++) descent[j]! -= ridge * spread * point[j]!;
  return descent;
}
