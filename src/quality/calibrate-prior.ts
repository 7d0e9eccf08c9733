/** Prior shift: what a probability that was right at one class balance is at another (Saerens, Latinne and Decaestecker 2002). */
import { clipped } from './metric-probability.js';

/** What the odds are multiplied by: (to / (1 - to)) / (from / (1 - from)), from and to being shares of positives strictly between 0 and 1. */
export function oddsFactor(from: number, to: number): number {
  for (const share of [from, to]) if (!(share > 0 && share < 1)) throw new Error(`share of positives: found ${share}, expected a number between 0 and 1`);
  return (to / (1 - to)) / (from / (1 - from));
}

/**
 * p' = f p / (f p + 1 - p), which is odds' = f x odds. Right only where the classes themselves look the same at both balances: a crawl with more good pages,
 * not other good pages. p is clipped to [1e-15, 1 - 1e-15].
 */
export function correctedProbability(probability: number, factor: number): number {
  const p = clipped(probability);
  return (factor * p) / (factor * p + 1 - p);
}
