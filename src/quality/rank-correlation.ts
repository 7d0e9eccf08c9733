/** Spearman's rank correlation: whether two ways of scoring put the same documents in the same order. */

/** Ranks from 1, ascending; equal values share the mean of their ranks. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let place = from; place < to; place++) ranks[order[place]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * From -1 to 1: Pearson's correlation of the ranks; null where either side has fewer than two different values. Throws where lengths differ or a value
 * is NaN.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) throw new Error(`rank correlation: found ${a.length} and ${b.length} values, expected as many`);
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) throw new Error(`rank correlation: value ${i}: found NaN, expected a number`);
  }
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const mean = (a.length + 1) / 2; // of any ranks, ties or not
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mean) * (y[i]! - mean);
    xx += (x[i]! - mean) ** 2;
    yy += (y[i]! - mean) ** 2;
  }
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Of the `share` of positions that `a` puts first, the share that `b` puts among its first as many; null where that is less than one position. */
export function sharedTop(a: ArrayLike<number>, b: ArrayLike<number>, share: number): number | null {
  const count = Math.floor(a.length * share);
  if (count === 0) return null;
  const top = (values: ArrayLike<number>): number[] =>
    Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[j]! - values[i]! || i - j).slice(0, count);
  const others = new Set(top(b));
  return top(a).filter((i) => others.has(i)).length / count;
}
