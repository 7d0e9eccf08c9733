/**
 * Ridge regression of losses on [w, log(w + 1e-3)]: bends where returns diminish, and takes what the log-linear law cannot (a loss that is not monotone in a
 * share). Its penalty is the one that predicts each run best from the others, by the closed form of leave-one-out. Not convex in w.
 */
import { factorise, solve, solveLower } from './cholesky.js';
import type { Observations } from './law.js';
import type { Law } from './types.js';

/** Added to a share before its logarithm is taken, so that a share of 0 has one. */
const EPSILON = 1e-3;
/** Penalties tried, for columns of unit variance, as multiples of the number of runs. */
const PENALTIES = [1e-8, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 100];

/** The ridge law with the least leave-one-out error. A column that does not vary has the coefficient 0. Memory: (runs + 2 sources) x 2 sources numbers. */
export function fitRidge({ rows, columns, weights, losses }: Observations): Law {
  const features = 2 * columns;
  const table = new Float64Array(rows * features);
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < columns; d++) {
      const share = weights[i * columns + d]!;
      table[i * features + d] = share;
      table[i * features + columns + d] = Math.log(share + EPSILON);
    }
  }
  const { means, scales } = standardise(table, rows, features);
  const level = losses.reduce((sum, loss) => sum + loss, 0) / rows;
  const centred = losses.map((loss) => loss - level);
  const coefficients = bestCoefficients(table, centred, rows, features);
  const slopes = coefficients.map((value, j) => (scales[j]! === 0 ? 0 : value / scales[j]!));
  return {
    kind: 'ridge', epsilon: EPSILON,
    intercept: slopes.reduce((sum, slope, j) => sum - slope * means[j]!, level),
    linear: [...slopes.subarray(0, columns)], log: [...slopes.subarray(columns)],
  };
}

/** Shifts and scales every column in place to mean 0 and variance 1; a constant one to zeros, with the scale 0. */
function standardise(table: Float64Array, rows: number, features: number): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(features);
  const scales = new Float64Array(features);
  for (let j = 0; j < features; j++) {
    for (let i = 0; i < rows; i++) means[j]! += table[i * features + j]! / rows;
    for (let i = 0; i < rows; i++) scales[j]! += (table[i * features + j]! - means[j]!) ** 2 / rows;
    scales[j] = scales[j]! < 1e-18 ? 0 : Math.sqrt(scales[j]!); // what rounding leaves of a constant is none
    for (let i = 0; i < rows; i++) table[i * features + j] = scales[j] === 0 ? 0 : (table[i * features + j]! - means[j]!) / scales[j]!;
  }
  return { means, scales };
}

function bestCoefficients(table: Float64Array, centred: Float64Array, rows: number, features: number): Float64Array {
  const gram = new Float64Array(features * features);
  const moments = new Float64Array(features);
  for (let i = 0; i < rows; i++) {
    const at = i * features;
    for (let j = 0; j < features; j++) {
      const x = table[at + j]!;
      if (x === 0) continue;
      moments[j]! += x * centred[i]!;
      for (let k = 0; k <= j; k++) gram[j * features + k]! += x * table[at + k]!;
    }
  }
  let best = { error: Infinity, coefficients: new Float64Array(features) };
  const row = new Float64Array(features);
  for (const penalty of PENALTIES) {
    const factor = gram.slice();
    for (let j = 0; j < features; j++) factor[j * features + j]! += penalty * rows;
    if (!factorise(factor, features)) continue; // to working precision: a larger penalty mends it
    const coefficients = moments.slice();
    solve(factor, features, coefficients);
    let error = 0;
    for (let i = 0; i < rows && error < best.error; i++) {
      row.set(table.subarray(i * features, (i + 1) * features));
      let residual = centred[i]!;
      for (let j = 0; j < features; j++) residual -= row[j]! * coefficients[j]!;
      solveLower(factor, features, row);
      const leverage = row.reduce((sum, x) => sum + x * x, 1 / rows); // 1 / rows is the mean's
      error += (residual / Math.max(1 - leverage, 1e-9)) ** 2;
    }
    if (error < best.error) best = { error, coefficients };
  }
  return best.coefficients;
}
