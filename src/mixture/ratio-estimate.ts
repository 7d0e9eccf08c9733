/**
 * Tokens of a source from a sample of its documents: the ratio estimator of survey sampling (Cochran 1977, Sampling Techniques, chapter 6), which goes by how
 * many bytes the documents have and so needs far fewer of them than a mean of tokens would.
 */

/** Sums over the sampled documents. */
export interface RatioSample {
  documents: number;
  bytes: number;
  tokens: number;
  /** Of squares, and of products. */
  bytesSquared: number;
  tokensSquared: number;
  bytesTokens: number;
}

export const noRatioSample = (): RatioSample => ({ documents: 0, bytes: 0, tokens: 0, bytesSquared: 0, tokensSquared: 0, bytesTokens: 0 });

export function addToSample(sample: RatioSample, bytes: number, tokens: number): void {
  sample.documents += 1;
  sample.bytes += bytes;
  sample.tokens += tokens;
  sample.bytesSquared += bytes * bytes;
  sample.tokensSquared += tokens * tokens;
  sample.bytesTokens += bytes * tokens;
}

/** In tokens: what counting all documents would come to, with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of 95 %, both sides together. */
const NORMAL_QUANTILE = 1.959964;

/**
 * The interval of a source's tokens, `documents` of `bytes` bytes, of which `sample` was drawn without replacement, every document equally likely. What was
 * counted is certain, and so is a token of every other document. Fewer than two sampled documents leave all open up to a token a byte.
 */
export function tokenInterval(sample: Readonly<RatioSample>, { documents, bytes }: { readonly documents: number; readonly bytes: number }): Interval {
  const n = sample.documents;
  const least = sample.tokens + documents - n;
  if (n >= documents) return { low: sample.tokens, high: sample.tokens };
  if (n < 2) return { low: least, high: Math.max(least, sample.tokens + bytes - sample.bytes) };
  const ratio = sample.tokens / sample.bytes;
  const residuals = Math.max(0, sample.tokensSquared - 2 * ratio * sample.bytesTokens + ratio * ratio * sample.bytesSquared);
  const variance = (1 - n / documents) * (residuals / (n - 1)) * (n / sample.bytes ** 2); // of the ratio
  const error = studentQuantile(n - 1) * bytes * Math.sqrt(variance);
  return { low: Math.max(least, Math.floor(bytes * ratio - error)), high: Math.max(least, Math.ceil(bytes * ratio + error)) };
}

/** Student's quantile for 95 %, to two terms of its expansion (Abramowitz and Stegun 26.7.5): within 1 % from 6 degrees of freedom on, too small below. */
function studentQuantile(degrees: number): number {
  const z = NORMAL_QUANTILE;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
