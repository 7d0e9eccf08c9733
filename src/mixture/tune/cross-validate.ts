/**
 * What a law is worth on runs that it has not seen: k-fold cross-validation, with folds dealt out by keyed hashes of the runs' names, so that neither the order
 * of rows nor the numbering of runs matters.
 */
import { hashKey, keyedHash } from '../../core/keyed-hash.js';
import { lossAt, rowsOf, type Observations } from './law.js';
import { rankCorrelation } from './rank.js';
import type { Law, RankCorrelation } from './types.js';

/** Folds; with fewer runs, each is a fold by itself. */
const FOLDS = 10;

export interface CrossValidation {
  /** Loss by row, expected by a law fitted to the other folds. */
  readonly predicted: Float64Array;
  readonly correlation: RankCorrelation;
  /** Root of the mean squared error of `predicted`. */
  readonly error: number;
}

/** Numbers of the rows in each fold: equally many up to one, by hashes of the runs' names. */
export function dealFolds(names: readonly string[]): number[][] {
  const key = hashKey(0, 'tune-folds');
  const hash = new Uint32Array(2);
  const drawn = names.map((name, row) => {
    keyedHash(key, Buffer.from(name, 'utf8'), hash);
    return { name, row, draw: hash[1]! * 2 ** 21 + (hash[0]! >>> 11) };
  }).sort((a, b) => a.draw - b.draw || (a.name < b.name ? -1 : 1));
  const folds = Array.from({ length: Math.min(FOLDS, names.length) }, (): number[] => []);
  for (const [i, { row }] of drawn.entries()) folds[i % folds.length]!.push(row);
  return folds;
}

/**
 * Ranks are compared of what a law says beyond the mean of the runs that it saw. That mean is low where the left-out losses are high, so a law that has
 * learned nothing would otherwise be found to rank backwards (leave-one-out: exactly -1).
 */
export function crossValidate(observations: Observations, folds: readonly (readonly number[])[], fitLaw: (seen: Observations) => Law): CrossValidation {
  const { rows, columns, weights, losses } = observations;
  const predicted = new Float64Array(rows);
  const beyondMean = new Float64Array(rows);
  for (const fold of folds) {
    const seen = rowsOf(observations, folds.filter((other) => other !== fold).flat().sort((a, b) => a - b));
    const law = fitLaw(seen);
    const mean = seen.losses.reduce((sum, loss) => sum + loss, 0) / seen.rows;
    for (const row of fold) {
      predicted[row] = lossAt(law, weights, row * columns);
      beyondMean[row] = roundAway(predicted[row]! - mean, mean);
    }
  }
  const squares = predicted.reduce((sum, loss, row) => sum + (loss - losses[row]!) ** 2, 0);
  return { predicted, correlation: rankCorrelation(beyondMean, losses), error: Math.sqrt(squares / rows) };
}

/** A constant law differs from the mean by rounding alone, whose ranks mean nothing. */
function roundAway(difference: number, mean: number): number {
  return Math.abs(difference) < 1e-12 * Math.abs(mean) ? 0 : difference;
}
