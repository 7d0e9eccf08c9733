// What theory says of a pair of documents: with k = bands x rows minima, each of which agrees with probability J on its own, how often they share a band
// and are estimated as similar as asked. The two are not independent, since both are seen in the same minima: summed over the number that agree.

/** C(n, 0) .. C(n, n). */
function binomials(n) {
  const row = [1];
  for (let i = 1; i <= n; i++) row.push((row[i - 1] * (n - i + 1)) / i);
  return row;
}

function product(a, b) {
  const coefficients = new Array(a.length + b.length - 1).fill(0);
  a.forEach((x, i) => b.forEach((y, j) => { coefficients[i + j] += x * y; }));
  return coefficients;
}

/**
 * [m]: probability that a band agrees whole where m of the minima agree, all sets of m being equally likely. Those without a whole band are counted by
 * ((1 + x)^rows - x^rows)^bands. For at most some 1,000 minima: beyond, the counts pass the largest double.
 */
function bandGiven(bands, rows) {
  const notWhole = binomials(rows).slice(0, -1);
  let without = [1];
  for (let band = 0; band < bands; band++) without = product(without, notWhole);
  return binomials(bands * rows).map((all, m) => 1 - (without[m] ?? 0) / all);
}

/** Probability that two documents of this Jaccard similarity are candidates and estimated at `least` or above. `least` 0: candidates. */
export function foundProbability(jaccard, { bands, rows }, least) {
  const minima = bands * rows;
  const { given, ways } = countsOf(bands, rows);
  let sum = 0;
  for (let m = leastAgreeing(minima, least); m <= minima; m++) sum += ways[m] * jaccard ** m * (1 - jaccard) ** (minima - m) * given[m];
  return Math.min(1, sum);
}

const counted = new Map();

/** What does not depend on the similarity, made once a setting. */
function countsOf(bands, rows) {
  const key = `${bands} x ${rows}`;
  if (!counted.has(key)) counted.set(key, { given: bandGiven(bands, rows), ways: binomials(bands * rows) });
  return counted.get(key);
}

/** Minima of 16 bits agree by chance once in 2^16, and the estimate takes that off. */
function leastAgreeing(minima, least) {
  return Math.max(0, Math.ceil(minima * (least * (1 - 2 ** -16) + 2 ** -16) - 1e-9));
}

/** Least estimate that is looked at where the texts decide: three standard deviations below the threshold. */
export const marginBelow = (threshold, { bands, rows }) => threshold - 3 * Math.sqrt((threshold * (1 - threshold)) / (bands * rows));

/**
 * Whether so many of the trials with these probabilities came out true can be chance: within `sigmas` standard deviations (and one trial, since counts are
 * whole). `variance` is that of independent trials times what their dependence is allowed for.
 */
export function expectation(probabilities, { sigmas = 3.3, dependence = 1 } = {}) {
  const expected = probabilities.reduce((sum, p) => sum + p, 0);
  const spread = Math.sqrt(dependence * probabilities.reduce((sum, p) => sum + p * (1 - p), 0));
  return { expected, low: expected - sigmas * spread - 1, high: expected + sigmas * spread + 1 };
}
