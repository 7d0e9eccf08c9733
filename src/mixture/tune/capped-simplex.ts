/**
 * The mixtures that epoch caps allow: shares that sum to 1, none above its cap. Caps, the nearest allowed mixture (in the sense of Kullback and Leibler), and the
 * allowed mixture that a straight line likes best, by which optima are certified.
 */
import { ConfigError } from '../../core/errors.js';

/** Room for the rounding of a sum of caps. */
const SLACK = 1e-12;

/** The largest share of each source that stays within `maxEpochs` of what there is, at most 1; without a budget none is capped, but a source of nothing. */
export function epochCaps(available: Readonly<Record<string, number>>, budget: number | undefined, maxEpochs: number): Record<string, number> {
  return Object.fromEntries(Object.entries(available).map(([source, count]) => [source, count === 0 ? 0 : budget === undefined ? 1 : Math.min(1, (maxEpochs * count) / budget)]));
}

/** Throws ConfigError with the figures where no mixture keeps all caps. */
export function expectFeasible(sources: readonly string[], caps: Float64Array): void {
  const sum = caps.reduce((total, cap) => total + Math.min(1, cap), 0);
  if (sum >= 1 - SLACK) return;
  const list = sources.map((source, d) => `${source} ${Number(caps[d]!.toPrecision(4))}`).join(', ');
  throw new ConfigError(`caps: found largest shares that sum to ${Number(sum.toPrecision(4))} (${list}), expected 1 at least: allow more epochs, or plan with ${Number((sum * 100).toPrecision(4))} % of the budget`);
}

/**
 * The allowed mixture w that minimises KL(w || x): every x_d scaled by one factor, none above its cap. `x` is above 0 wherever the cap is, and need not sum to 1;
 * caps sum to 1 at least.
 */
export function projectToCaps(x: Float64Array, caps: Float64Array): Float64Array {
  const order = Array.from(x, (_, d) => d).filter((d) => caps[d]! > 0).sort((a, b) => caps[a]! / x[a]! - caps[b]! / x[b]!);
  const projected = new Float64Array(x.length);
  const open = new Float64Array(order.length + 1); // what is not capped yet, by the place in the order
  for (let i = order.length - 1; i >= 0; i--) open[i] = open[i + 1]! + x[order[i]!]!;
  let left = 1;
  for (const [i, d] of order.entries()) {
    const factor = left / open[i]!;
    if (!(factor * x[d]! > caps[d]!)) { // nor is it for any that follows
      for (const e of order.slice(i)) projected[e] = factor * x[e]!;
      return projected;
    }
    projected[d] = caps[d]!;
    left = Math.max(0, left - caps[d]!);
  }
  return projected; // all caps are met: they sum to 1
}

/** The greatest sum of gain times share over all allowed mixtures: as much as the caps allow of the sources that gain most. */
export function bestLinear(gains: Float64Array, caps: Float64Array): number {
  const order = Array.from(gains, (_, d) => d).sort((a, b) => gains[b]! - gains[a]!);
  let [left, value] = [1, 0];
  for (const d of order) {
    const share = Math.min(left, caps[d]!);
    if (share > 0) value += share * gains[d]!;
    left -= share;
  }
  return value;
}
