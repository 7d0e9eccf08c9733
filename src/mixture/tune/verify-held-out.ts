/**
 * What other held-out documents would change: a delete-one-group jackknife (Quenouille 1956; Tukey 1958) of the difference of two mixtures, over the groups that a
 * target's held-out documents are dealt into. The seeds' interval does not cover this: every seed measures on the same documents.
 */
import { studentQuantile } from '../student.js';
import type { Interval } from './interval.js';

/** One target's held-out text under two mixtures. Bits are means over the seeds; of every list, an entry a group. */
export interface GroupedTarget {
  /** In the objective. */
  readonly weight: number;
  readonly bits: readonly number[];
  readonly others: readonly number[];
  readonly bytes: readonly number[];
}

/**
 * The weighted sum over the targets of (bits - others) / bytes, with its 95 % interval; targets are drawn apart from one another, so their variances add up, and
 * their degrees of freedom are Welch's and Satterthwaite's. null where a target has fewer than two groups with text.
 */
export function heldOutInterval(targets: readonly GroupedTarget[]): Interval | null {
  const parts = targets.filter(({ weight }) => weight > 0).map(jackknife);
  if (parts.length === 0 || parts.some((part) => part === undefined)) return null;
  const known = parts.flatMap((part) => (part === undefined ? [] : [part]));
  const mean = known.reduce((sum, part) => sum + part.mean, 0);
  const variance = known.reduce((sum, part) => sum + part.variance, 0);
  const spread = known.reduce((sum, part) => sum + part.variance ** 2 / part.degrees, 0);
  const degrees = spread === 0 ? 1 : Math.max(1, Math.floor(variance ** 2 / spread));
  const half = studentQuantile(degrees) * Math.sqrt(variance);
  return { mean, low: mean - half, high: mean + half };
}

interface Part {
  readonly mean: number;
  readonly variance: number;
  readonly degrees: number;
}

function jackknife({ weight, bits, others, bytes }: GroupedTarget): Part | undefined {
  const groups = bytes.map((size, g) => ({ size, difference: bits[g]! - others[g]! })).filter(({ size }) => size > 0); // an entry a group
  if (groups.length < 2) return undefined;
  const all = { size: sumOf(groups.map(({ size }) => size)), difference: sumOf(groups.map(({ difference }) => difference)) };
  const without = groups.map(({ size, difference }) => (all.difference - difference) / (all.size - size));
  const middle = sumOf(without) / groups.length;
  const variance = ((groups.length - 1) / groups.length) * sumOf(without.map((value) => (value - middle) ** 2));
  return { mean: (weight * all.difference) / all.size, variance: weight ** 2 * variance, degrees: groups.length - 1 };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
