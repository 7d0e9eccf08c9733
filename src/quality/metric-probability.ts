/** How good scores are as probabilities: log-loss and the Brier score. */
import type { ScoredClasses } from './metric-counts.js';

/** Probabilities are kept this far from 0 and 1, so that one sure mistake costs 34.5 nats and not infinitely many. */
export const CLIP = 1e-15;

export const clipped = (probability: number): number => Math.min(1 - CLIP, Math.max(CLIP, probability));

/** Mean of -ln(probability given to the true class), in nats; NaN of no documents. */
export function logLoss({ scores, positive }: ScoredClasses): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const probability = clipped(scores[i]!);
    sum -= positive[i] === 1 ? Math.log(probability) : Math.log1p(-probability);
  }
  return sum / scores.length;
}

/** Mean squared difference of probability and class (Brier 1950); NaN of no documents. */
export function brierScore({ scores, positive }: ScoredClasses): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i]! - (positive[i] === 1 ? 1 : 0)) ** 2;
  return sum / scores.length;
}
