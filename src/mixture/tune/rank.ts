/** Spearman's rank correlation, which is what a law is judged by: a tuner needs the order of mixtures, not their losses. */
import type { RankCorrelation } from './types.js';

/** Nothing is known: one of the sides is constant, or there are too few pairs for an interval. */
const UNKNOWN: RankCorrelation = { value: 0, low: -1, high: 1 };
/** Of the normal distribution, for 95 %. */
const Z = 1.959963984540054;

/**
 * Spearman's rho of pairs, ties given their mean rank, with its 95 % interval: Fisher's z with the variance (1 + rho^2 / 2) / (n - 3) of Bonett and Wright
 * (2000). Where every pair is in order, z is infinite; the interval is then that of half an exchange of neighbours. 0, with the
 * interval -1 to 1, where a side is constant or there are fewer than 4 pairs.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): RankCorrelation {
  const n = a.length;
  const value = n < 4 ? undefined : correlation(ranksOf(a), ranksOf(b));
  if (value === undefined) return UNKNOWN;
  const most = 1 - 6 / (n * (n * n - 1));
  const z = Math.atanh(Math.max(-most, Math.min(most, value)));
  const margin = Z * Math.sqrt((1 + (value * value) / 2) / (n - 3));
  return { value, low: Math.tanh(z - margin), high: Math.tanh(z + margin) };
}

/** Ranks from 1, equal values sharing the mean of theirs. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** Pearson's; undefined where a side is constant. */
function correlation(a: Float64Array, b: Float64Array): number | undefined {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb))) : undefined;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
