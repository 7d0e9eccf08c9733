/** A law at work: the loss it expects of a mixture. How laws are fitted is log-linear.ts and ridge.ts, which of them is believed is fit.ts. */
import type { Law } from './types.js';

/** Mixtures and what was measured of them, as the fitters take them. */
export interface Observations {
  /** Runs. */
  readonly rows: number;
  /** Sources. */
  readonly columns: number;
  /** Row-major shares, rows x columns. */
  readonly weights: Float64Array;
  /** A loss a row. */
  readonly losses: Float64Array;
}

/** The loss that a law expects of the weights in `weights[at .. at + sources)`. */
export function lossAt(law: Law, weights: ArrayLike<number>, at = 0): number {
  if (law.kind === 'log-linear') {
    let exponent = 0;
    for (let d = 0; d < law.t.length; d++) exponent += law.t[d]! * weights[at + d]!;
    return law.c + Math.exp(exponent);
  }
  let loss = law.intercept;
  for (let d = 0; d < law.linear.length; d++) loss += law.linear[d]! * weights[at + d]! + law.log[d]! * Math.log(weights[at + d]! + law.epsilon);
  return loss;
}

/** The observations of some rows, in the order given. */
export function rowsOf({ columns, weights, losses }: Observations, rows: readonly number[]): Observations {
  const chosen = new Float64Array(rows.length * columns);
  for (const [i, row] of rows.entries()) chosen.set(weights.subarray(row * columns, (row + 1) * columns), i * columns);
  return { rows: rows.length, columns, weights: chosen, losses: Float64Array.from(rows, (row) => losses[row]!) };
}
