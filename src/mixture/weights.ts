/**
 * Weights as a person writes them (shares, percent, or parts) become shares that sum to 1. Published tables do not always sum to what
 * they claim: GPT-3's sum to 101 %. So weights that sum to neither 1 nor 100 are divided by their sum, and a warning says so.
 */

export interface NormalisedWeights {
  /** By source, summing to 1 up to rounding; 0 where 0 was asked. */
  readonly weights: Readonly<Record<string, number>>;
  /** Absent where the weights sum to 1 or 100 to within a billionth of it. */
  readonly warning?: string;
}

/**
 * Divides each weight by their sum. Weights are finite and not negative, and one at least is above 0; anything else is a caller's bug. `silent`: they are
 * parts that a rule worked out, not shares that someone claimed.
 */
export function normaliseWeights(weights: Readonly<Record<string, number>>, { silent = false } = {}): NormalisedWeights {
  const names = Object.keys(weights).sort(); // addition of floats must not depend on the order in which a recipe lists its sources
  const sum = names.reduce((total, name) => total + weights[name]!, 0);
  if (!(sum > 0) || names.some((name) => !(weights[name]! >= 0))) throw new RangeError(`weights: found a sum of ${sum}, expected one above 0`);
  const shares = Object.fromEntries(Object.entries(weights).map(([name, weight]) => [name, weight / sum]));
  if (silent || isNear(sum, 1) || isNear(sum, 100)) return { weights: shares };
  const changes = names.map((name) => `${name} ${weights[name]} -> ${(shares[name]! * 100).toFixed(2)} %`).join(', ');
  const found = Number(sum.toPrecision(12));
  return { weights: shares, warning: `mixture weights sum to ${found}, not to 1 or 100; each was divided by that sum: ${changes}` };
}

function isNear(sum: number, target: number): boolean {
  return Math.abs(sum - target) <= target * 1e-9;
}
