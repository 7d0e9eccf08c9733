/** Student's t distribution: how far from its estimate a mean may lie, where the spread was estimated from the same few values. */

const CONFIDENCE = 0.95;

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
