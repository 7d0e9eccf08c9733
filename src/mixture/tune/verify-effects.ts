/**
 * What a fitted law says a source does to a target: the derivative of the loss at a mixture. A share cannot grow alone, so it is the change per unit of share
 * that the source gains while all others shrink in proportion; what a law adds to all sources alike cancels out so.
 */
import type { Fit, Law, Weights } from './types.js';

export interface Effects {
  /** Where the derivatives were taken, */
  readonly at: 'prior' | 'proposal';
  readonly weights: Weights;
  /** and what they are: by source, then target. Bits per byte per unit of share; null of a source that is the whole mixture. */
  readonly effects: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
}

/** Of every source of the fit on every target, at `weights` (a source without one has 0). */
export function effectsAt({ sources, targets }: Pick<Fit, 'sources' | 'targets'>, at: Effects['at'], weights: Weights): Effects {
  const shares = sources.map((source) => weights[source] ?? 0);
  const slopes = targets.map(({ law }) => slopesOf(law, shares));
  return {
    at, weights,
    effects: Object.fromEntries(sources.map((source, i) => [source, Object.fromEntries(targets.map(({ target }, j) => {
      const along = slopes[j]!; // a row a target
      const level = shares.reduce((sum, share, k) => sum + share * along[k]!, 0); // as many as sources
      return [target, shares[i]! >= 1 ? null : (along[i]! - level) / (1 - shares[i]!)];
    }))])),
  };
}

/** The gradient of a law, an entry a source. */
function slopesOf(law: Law, shares: readonly number[]): readonly number[] {
  if (law.kind === 'ridge') return shares.map((share, i) => law.linear[i]! + law.log[i]! / (share + law.epsilon)); // an entry a source, by the format
  const scale = Math.exp(law.t.reduce((sum, t, i) => sum + t * shares[i]!, 0));
  return law.t.map((t) => t * scale);
}
