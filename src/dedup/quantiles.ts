/**
 * Quantiles of the gamma and the beta distribution, which bounds on counts and on shares are (recall-estimate.ts, sampled-rate.ts). The distribution functions
 * are the usual series and continued fractions (NIST Digital Library of Mathematical Functions, 8.7.1, 8.9.2, 8.17.22; evaluated by Lentz's method);
 * the quantiles halve an interval until it is 1e-13 of its place. Good to some 1e-8 for parameters up to 1e7.
 */

/** The value that a gamma variable of this shape and scale 1 stays at or below with the given probability. */
export function gammaQuantile(probability: number, shape: number): number {
  let high = Math.max(1, shape);
  while (gammaDistribution(high, shape) < probability) high *= 2;
  return bisect((x) => gammaDistribution(x, shape) < probability, 0, high);
}

/** The share that a beta variable stays at or below with the given probability; a and b count for and against, more than 0. */
export function betaQuantile(probability: number, a: number, b: number): number {
  return bisect((x) => betaDistribution(x, a, b) < probability, 0, 1);
}

/** P(X <= x), X gamma of scale 1. */
export function gammaDistribution(x: number, shape: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) {
    let sum = 1 / shape;
    for (let n = 1, term = sum; term > sum * EPSILON; n++) sum += term *= x / (shape + n);
    return front * sum;
  }
  const fraction = continuedFraction(x + 1 - shape, (n) => -n * (n - shape), (n) => x + 2 * n + 1 - shape);
  return 1 - front / fraction;
}

/** P(X <= x), X beta. */
export function betaDistribution(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaDistribution(1 - x, b, a); // where the fraction converges fast
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const numerator = (n: number): number => {
    const m = n >> 1;
    if (n % 2 === 0) return (m * (b - m) * x) / ((a + n - 1) * (a + n));
    return (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
  };
  return front / continuedFraction(1, numerator, () => 1);
}

const EPSILON = 1e-15;
const MOST_TERMS = 1e6;
const TINY = 1e-300;

/** first + numerator(1) / (denominator(1) + numerator(2) / (denominator(2) + ...)). */
function continuedFraction(first: number, numerator: (n: number) => number, denominator: (n: number) => number): number {
  let value = first === 0 ? TINY : first;
  let upper = value;
  let lower = 0;
  for (let n = 1; n < MOST_TERMS; n++) {
    const above = numerator(n);
    const below = denominator(n);
    lower = 1 / (below + above * lower || TINY);
    upper = below + above / upper || TINY;
    value *= upper * lower;
    if (Math.abs(upper * lower - 1) < EPSILON) break;
  }
  return value;
}

/** Stirling's series (DLMF 5.11.1), from 10 up, where six terms are exact to a double; smaller x by x Gamma(x) = Gamma(x + 1). */
function logGamma(x: number): number {
  let shift = 0;
  for (; x < 10; x++) shift += Math.log(x);
  const square = x * x;
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

function bisect(isBelow: (x: number) => boolean, low: number, high: number): number {
  while (high - low > 1e-13 * high && high > 1e-100) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return high;
}
