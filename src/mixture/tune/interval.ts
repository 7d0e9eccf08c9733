/**
 * Student's t: the interval that holds a mean with 95 % confidence where the values are few and their spread is unknown, as the losses of some seeds are.
 * Differences of two mixtures are taken seed by seed first (paired), so that what a seed does to both alike cancels out.
 */

/** A mean and the ends of its 95 % interval, in the unit of the values. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const CONFIDENCE = 0.95;

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

/** The t that a variable of Student's distribution stays within, on both sides, with 95 % probability: 12.706 at 1 degree of freedom, 4.303 at 2. */
export function studentQuantile(degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) throw new RangeError(`degrees of freedom: found ${degrees}, expected a whole number from 1`);
  let [low, high] = [0, 16]; // 12.706, the largest, is below 16
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (probabilityWithin(middle, degrees) < CONFIDENCE) low = middle;
    else high = middle;
  }
}

/** P(-t < T < t), by the finite series for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
function probabilityWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
