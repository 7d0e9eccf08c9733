/**
 * Student's t: the interval that holds a mean with 95 % confidence where the values are few and their spread is unknown, as the losses of some seeds are.
 * Differences of two mixtures are taken seed by seed first (paired), so that what a seed does to both alike cancels out.
 */
import { studentQuantile } from '../student.js';

/** A mean and the ends of its 95 % interval, in the unit of the values. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Of finite values. Throws RangeError on fewer than two: one value has no spread. */
export function meanInterval(values: readonly number[]): Interval {
  if (values.length < 2 || !values.every(Number.isFinite)) {
    throw new RangeError(`interval: found ${values.length} values (${values.slice(0, 5).join(', ')}), expected two or more finite ones`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = studentQuantile(values.length - 1) * Math.sqrt(variance / values.length);
  return { mean, low: mean - half, high: mean + half };
}

/** Of `values` minus `others`, pair by pair: both have one value a seed, in the same order. */
export function pairedInterval(values: readonly number[], others: readonly number[]): Interval {
  if (values.length !== others.length) throw new RangeError(`paired interval: found ${values.length} and ${others.length} values, expected as many of each`);
  return meanInterval(values.map((value, i) => value - others[i]!)); // as many of each
}
