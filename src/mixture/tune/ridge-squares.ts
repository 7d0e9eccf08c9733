/**
 * Weighted ridge regression of losses on columns of any scale: the penalty is the one that predicts each run best from the others, by the closed form of
 * leave-one-out. A table that is put to several losses or weights is not kept: it is standardised anew under each.
 */
import { factorise, solve, solveLower } from './cholesky.js';
import { searchGrid } from './ridge-grid.js';

/** Penalties tried, for columns of unit variance, as multiples of the number of runs. */
const PENALTIES = [1e-8, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 100];

export interface RidgeSolution {
  readonly intercept: number;
  /** One a column; 0 of a column that does not vary. */
  readonly slopes: Float64Array;
  /** Loss minus what the others predict of it, a run each. */
  readonly leftOut: Float64Array;
  /** Their squares, weighted and summed. */
  readonly error: number;
}

/** `table` is row-major, rows x features; `weights` (above 0, a run each) say what an error counts. Memory: rows x features + 2 features squared. */
export function solveRidge(table: Float64Array, losses: Float64Array, weights: Float64Array, features: number): RidgeSolution {
  const rows = losses.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => (weight * rows) / total); // sums to the number of runs, so that penalties mean the same under any weights
  const level = losses.reduce((sum, loss, i) => sum + counts[i]! * loss, 0) / rows;
  const centred = losses.map((loss) => loss - level);
  const { columns, means, scales } = standardise(table, counts, features);
  const { coefficients, leftOut, score } = bestPenalty(columns, centred, counts, features);
  const slopes = coefficients.map((value, j) => (scales[j]! === 0 ? 0 : value / scales[j]!));
  return { intercept: slopes.reduce((sum, slope, j) => sum - slope * means[j]!, level), slopes, leftOut, error: score };
}

/** Columns of mean 0 and variance 1; of a constant one zeros, with the scale 0. */
function standardise(table: Float64Array, counts: Float64Array, features: number): { columns: Float64Array; means: Float64Array; scales: Float64Array } {
  const rows = counts.length;
  const columns = new Float64Array(table.length);
  const means = new Float64Array(features);
  const scales = new Float64Array(features);
  for (let j = 0; j < features; j++) {
    for (let i = 0; i < rows; i++) means[j]! += (counts[i]! * table[i * features + j]!) / rows;
    for (let i = 0; i < rows; i++) scales[j]! += (counts[i]! * (table[i * features + j]! - means[j]!) ** 2) / rows;
    scales[j] = scales[j]! < 1e-18 ? 0 : Math.sqrt(scales[j]!); // what rounding leaves of a constant is none
    for (let i = 0; i < rows; i++) columns[i * features + j] = scales[j] === 0 ? 0 : (table[i * features + j]! - means[j]!) / scales[j]!;
  }
  return { columns, means, scales };
}

interface Choice {
  /** Squared leave-one-out errors, weighted and summed. */
  readonly score: number;
  readonly coefficients: Float64Array;
  readonly leftOut: Float64Array;
}

function bestPenalty(columns: Float64Array, centred: Float64Array, counts: Float64Array, features: number): Choice {
  const rows = centred.length;
  const { gram, moments } = productsOf(columns, centred, counts, features);
  const row = new Float64Array(features);
  const under = (penalty: number): Choice => {
    const factor = gram.slice();
    for (let j = 0; j < features; j++) factor[j * features + j]! += penalty * rows;
    if (!factorise(factor, features)) return { score: Infinity, coefficients: new Float64Array(features), leftOut: centred }; // to working precision: a larger penalty mends it
    const coefficients = moments.slice();
    solve(factor, features, coefficients);
    const leftOut = new Float64Array(rows);
    let score = 0;
    for (let i = 0; i < rows; i++) {
      row.set(columns.subarray(i * features, (i + 1) * features));
      let residual = centred[i]!;
      for (let j = 0; j < features; j++) residual -= row[j]! * coefficients[j]!;
      solveLower(factor, features, row);
      const leverage = counts[i]! * row.reduce((sum, x) => sum + x * x, 1 / rows); // 1 / rows is the mean's
      leftOut[i] = residual / Math.max(1 - leverage, 1e-9);
      score += counts[i]! * leftOut[i]! ** 2;
    }
    return { score, coefficients, leftOut };
  };
  return searchGrid(PENALTIES, under);
}

/** Lower triangle of the columns' products with one another, and their products with the losses. */
function productsOf(columns: Float64Array, centred: Float64Array, counts: Float64Array, features: number): { gram: Float64Array; moments: Float64Array } {
  const gram = new Float64Array(features * features);
  const moments = new Float64Array(features);
  for (let i = 0; i < centred.length; i++) {
    const at = i * features;
    for (let j = 0; j < features; j++) {
      const x = counts[i]! * columns[at + j]!;
      if (x === 0) continue;
      moments[j]! += x * centred[i]!;
      for (let k = 0; k <= j; k++) gram[j * features + k]! += x * columns[at + k]!;
    }
  }
  return { gram, moments };
}
