/**
 * Which alpha GPT-3's keep rule (Brown et al. 2020, appendix A) needs: for a wanted share of the crawl, or for a kept crawl whose scores are spread
 * as the reference's are, which is how the paper chose 9. Pure functions of histograms, so the whole of a source is 32 kB whatever its size,
 * and histograms of shards add up to that of the source in any order.
 */
import { keepProbability } from '../stages/quality.js';

/** Equal-width bins of a score in [0, 1]; bin b holds b/4096 <= score < (b + 1)/4096, the last one 1 itself too. */
export const SCORE_BINS = 4096;
/** The largest alpha that is looked at: at 1000 a score of .99 is kept in 1 case of 21,000. */
export const MOST_ALPHA = 1000;
/** Alphas are whole multiples of this, so that the last bits of a platform's pow do not show. */
const ALPHA_STEP = 1e-6;
/** Distances that differ by less are as good: those of 4,096 bins, and of samples under a million documents, are no finer. */
const DISTANCE_TOLERANCE = 0.001;

/** Documents by bin of their score; entries are counts, or weights of at least 0. */
export type ScoreHistogram = Float64Array | Uint32Array;

/** The bin of a score. Scores below 0, above 1 or NaN are no probabilities: throws. */
export function scoreBin(score: number): number {
  if (!(score >= 0 && score <= 1)) throw new Error(`score: found ${score}, expected a number from 0 to 1`);
  return Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS));
}

/** The histogram of `scores`, each counting 1, or `weight` where given. */
export function scoreHistogram(scores: ArrayLike<number>, weight: (index: number) => number = () => 1): Float64Array {
  const histogram = new Float64Array(SCORE_BINS);
  for (let i = 0; i < scores.length; i++) histogram[scoreBin(scores[i]!)]! += weight(i);
  return histogram;
}

/**
 * The expected share of the documents that Pareto(alpha) keeps, in [0, 1]; 0 where the histogram is empty. A bin is taken at its middle, so a document's
 * probability is off by a factor of at most exp(alpha / 8192): .11 % at alpha 9, 13 % at 1000.
 */
export function keptShare(histogram: ScoreHistogram, alpha: number): number {
  const keep = probabilities(histogram, alpha);
  let kept = 0;
  let all = 0;
  for (let bin = 0; bin < keep.length; bin++) {
    kept += histogram[bin]! * keep[bin]!;
    all += histogram[bin]!;
  }
  return all === 0 ? 0 : kept / all;
}

/**
 * The smallest alpha in [0, 1000] (in steps of 1e-6) for which Pareto(alpha) is expected to keep at most `keepShare` (in (0, 1]) of the documents; 1 gives
 * 0. Where even 1000 keeps more, because most scores are next to 1, the answer is 1000 and `keptShare` tells what that keeps: compare it with what was
 * asked. An empty histogram gives 0. Errors: a share outside (0, 1], a histogram of another size.
 */
export function solveAlpha(histogram: ScoreHistogram, keepShare: number): number {
  if (!(keepShare > 0 && keepShare <= 1)) throw new Error(`share to keep: found ${keepShare}, expected more than 0 and at most 1`);
  if (total(histogram) === 0) return 0;
  return smallestAlpha((alpha) => keptShare(histogram, alpha) <= keepShare);
}

/**
 * The alpha for which the kept crawl's scores are spread most like the reference's: it minimises the Kolmogorov-Smirnov distance, the greatest difference
 * between the reference's distribution function and that of the crawl's scores weighted by (2 - s)^-alpha. `distance` is what remains, in [0, 1]: a
 * large one says that no alpha makes them alike.
 *
 * The weighted function falls at every score as alpha grows, so the crawl's greatest lead over the reference only shrinks and its greatest lag only
 * grows: the least distance is where they cross, and bisection finds it. Often it is as small over a wide range below (nothing that scores like the
 * reference is left to win), where a larger alpha would only drop more: so the answer is the smallest alpha whose distance is at most .001 above the
 * least. Within [0, 1000], in steps of 1e-6. An empty crawl has nothing to match: alpha 0, distance 1. Errors: an empty reference, a histogram of
 * another size.
 */
export function matchAlpha(crawl: ScoreHistogram, reference: ScoreHistogram): { readonly alpha: number; readonly distance: number } {
  const wanted = distribution(reference);
  if (wanted === undefined) throw new Error('reference scores: found none, expected at least one to match the crawl to');
  if (total(crawl) === 0) return { alpha: 0, distance: 1 };
  const gapsAt = (alpha: number): Gaps => gaps(distribution(weighted(crawl, alpha))!, wanted); // weights are positive, so the sum is
  const crossing = smallestAlpha((alpha) => {
    const { lead, lag } = gapsAt(alpha);
    return lead <= lag;
  });
  const before = rounded(Math.max(0, crossing - ALPHA_STEP)); // the crossing lies between two steps: one of them is the best
  const least = Math.min(greater(gapsAt(crossing)), greater(gapsAt(before)));
  // Before the crossing the lead is the greater gap, so it alone is the distance; behind it nothing better comes.
  const alpha = smallestAlpha((candidate) => gapsAt(candidate).lead <= least + DISTANCE_TOLERANCE);
  return { alpha, distance: greater(gapsAt(alpha)) };
}

/** The Kolmogorov-Smirnov distance of two histograms as they are, in [0, 1]; 1 where one of them is empty. */
export function scoreDistance(a: ScoreHistogram, b: ScoreHistogram): number {
  const [one, other] = [distribution(a), distribution(b)];
  return one === undefined || other === undefined ? 1 : greater(gaps(one, other));
}

interface Gaps {
  /** The greatest excess of the crawl's distribution function over the reference's, and the other way round. */
  readonly lead: number;
  readonly lag: number;
}

const greater = ({ lead, lag }: Gaps): number => Math.max(lead, lag);
const rounded = (alpha: number): number => Math.round(alpha / ALPHA_STEP) / Math.round(1 / ALPHA_STEP);

/** The first multiple of ALPHA_STEP at which `enough`, false and then true, is true; MOST_ALPHA where it never is. */
function smallestAlpha(enough: (alpha: number) => boolean): number {
  let low = 0;
  let high = Math.round(MOST_ALPHA / ALPHA_STEP);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (enough(rounded(middle * ALPHA_STEP))) high = middle;
    else low = middle + 1;
  }
  return rounded(low * ALPHA_STEP);
}

/** By bin: the probability of its middle. */
function probabilities(histogram: ScoreHistogram, alpha: number): Float64Array {
  if (histogram.length !== SCORE_BINS) throw new Error(`histogram of scores: found ${histogram.length} bins, expected ${SCORE_BINS}`);
  return Float64Array.from({ length: SCORE_BINS }, (_, bin) => (histogram[bin] === 0 ? 0 : keepProbability((bin + 0.5) / SCORE_BINS, alpha)));
}

function weighted(histogram: ScoreHistogram, alpha: number): Float64Array {
  return probabilities(histogram, alpha).map((keep, bin) => keep * histogram[bin]!);
}

const total = (histogram: ScoreHistogram): number => {
  let sum = 0;
  for (const count of histogram) sum += count;
  return sum;
};

/** The share at or below each bin; undefined where there is nothing. */
function distribution(histogram: ScoreHistogram): Float64Array | undefined {
  if (histogram.length !== SCORE_BINS) throw new Error(`histogram of scores: found ${histogram.length} bins, expected ${SCORE_BINS}`);
  const all = total(histogram);
  if (all === 0) return undefined;
  let below = 0;
  return Float64Array.from(histogram, (count) => (below += count) / all);
}

function gaps(crawl: Float64Array, reference: Float64Array): Gaps {
  let lead = 0;
  let lag = 0;
  for (let bin = 0; bin < crawl.length; bin++) {
    const difference = crawl[bin]! - reference[bin]!;
    if (difference > lead) lead = difference;
    else if (-difference > lag) lag = -difference;
  }
  return { lead, lag };
}
