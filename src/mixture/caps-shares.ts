/** The largest share that a source may have of the corpus: weights that keep to it, and, where sources have too little, a smaller corpus that does. */
import { waterFill } from './caps.js';
import { MixtureError } from './errors.js';

/** By source, 0 to 1; one that is not named may have all. */
export type MaxShares = Readonly<Record<string, number>>;

export const maxShareOf = (maxShare: MaxShares, name: string): number => (Object.hasOwn(maxShare, name) ? maxShare[name]! : 1);

export interface CappedWeights {
  /** Summing to 1 up to rounding. */
  readonly weights: Readonly<Record<string, number>>;
  /** Absent: no weight was above its largest share. */
  readonly warning?: string;
}

/** Weights (summing to 1) of which none is above its largest share; what is cut goes to the others by weight. MixtureError where all shares together are less than the whole. */
export function capWeights(weights: Readonly<Record<string, number>>, maxShare: MaxShares): CappedWeights {
  const weighted = Object.keys(weights).sort().filter((name) => weights[name]! > 0);
  const over = weighted.filter((name) => weights[name]! > maxShareOf(maxShare, name) + ROUNDING);
  if (over.length === 0) return { weights };
  const room = weighted.reduce((sum, name) => sum + maxShareOf(maxShare, name), 0);
  if (room < 1 - ROUNDING) {
    throw new MixtureError(`mixture: the sources with a weight may have ${percent(room)} in all (${weighted.map((name) => `${name} ${percent(maxShareOf(maxShare, name))}`).join(', ')}), `
      + 'expected 100 % or more: a larger maxShare, or weights for other sources');
  }
  const shares = waterFill(weighted.map((name) => ({ name, weight: weights[name]!, cap: maxShareOf(maxShare, name) })), 1);
  const capped = Object.fromEntries(Object.keys(weights).map((name) => [name, shares.get(name) ?? 0]));
  const raised = weighted.filter((name) => capped[name]! > weights[name]! + ROUNDING);
  return {
    weights: capped,
    warning: `${over.map((name) => `${name} should have ${percent(weights[name]!)}, more than its maxShare of ${percent(maxShareOf(maxShare, name))}`).join('; ')}; what is cut goes to the others: `
      + raised.map((name) => `${name} ${percent(weights[name]!)} -> ${percent(capped[name]!)}`).join(', '),
  };
}

/** Sums of a few shares, as written in decimals, are off by this much at most. */
const ROUNDING = 1e-12;

/**
 * The largest amounts, none above those given, of which none is above its largest share of their sum: that sum T is the largest with T = sum of
 * min(amount, share x T), found by cutting until nothing is left to cut, in as many rounds as sources at most. All 0 where no sum but 0 is one.
 */
export function shrinkToShares(amounts: ReadonlyMap<string, number>, maxShare: MaxShares): ReadonlyMap<string, number> {
  const entries = [...amounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, amount]) => ({ name, amount, share: maxShareOf(maxShare, name) }));
  let total = entries.reduce((sum, { amount }) => sum + amount, 0);
  let bound: typeof entries = [];
  for (;;) {
    const now = entries.filter(({ amount, share }) => amount > share * total * (1 + ROUNDING));
    if (now.length <= bound.length) break; // the total only falls, so whoever is bound stays bound
    bound = now;
    const free = entries.filter((entry) => !now.includes(entry)).reduce((sum, { amount }) => sum + amount, 0);
    const shares = now.reduce((sum, { share }) => sum + share, 0);
    total = shares >= 1 ? 0 : free / (1 - shares);
  }
  return new Map(entries.map((entry) => [entry.name, bound.includes(entry) ? entry.share * total : entry.amount]));
}

const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
