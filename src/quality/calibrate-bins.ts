/** The reliability diagram and the calibration errors made from it: whether documents that score .8 are positive 8 times in 10. */
import type { ReliabilityBin } from './evaluation.js';
import type { ScoredClasses } from './metric-counts.js';

export const RELIABILITY_BINS = 15;

/** Bins of equal width, in order, empty ones too; bin b holds b/15 <= score < (b + 1)/15, the last one 1 itself. */
export function equalWidthBins({ scores, positive }: ScoredClasses, count = RELIABILITY_BINS): readonly ReliabilityBin[] {
  const members = Array.from({ length: count }, (): number[] => []);
  for (let i = 0; i < scores.length; i++) members[Math.min(count - 1, Math.floor(scores[i]! * count))]!.push(i);
  return members.map((rows, bin) => binOf(rows, bin / count, (bin + 1) / count, scores, positive));
}

/** Bins of as equal numbers of documents as ties allow: equal scores are never parted, so there may be fewer bins. None is empty. */
export function equalMassBins({ scores, positive }: ScoredClasses, count = RELIABILITY_BINS): readonly ReliabilityBin[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const bins: ReliabilityBin[] = [];
  for (let from = 0; from < order.length;) {
    const bin = Math.floor((from * count) / order.length);
    let to = Math.max(from + 1, Math.ceil(((bin + 1) * order.length) / count));
    while (to < order.length && scores[order[to]!] === scores[order[to - 1]!]) to++;
    const rows = order.slice(from, to);
    bins.push(binOf(rows, scores[rows[0]!]!, scores[rows.at(-1)!]!, scores, positive)); // a bin has at least one row
    from = to;
  }
  return bins;
}

/** Expected calibration error: the mean over documents of their bin's |mean score - share of positives|; 0 of no documents. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const documents = bins.reduce((sum, bin) => sum + bin.documents, 0);
  return bins.reduce((sum, bin) => sum + gap(bin) * bin.documents, 0) / Math.max(1, documents);
}

/** The greatest gap of any bin with documents. */
export function maximumCalibrationError(bins: readonly ReliabilityBin[]): number {
  return Math.max(0, ...bins.map(gap));
}

const gap = ({ meanScore, positiveShare }: ReliabilityBin): number => Math.abs((meanScore ?? 0) - (positiveShare ?? 0));

function binOf(rows: readonly number[], from: number, to: number, scores: ArrayLike<number>, positive: ArrayLike<number>): ReliabilityBin {
  if (rows.length === 0) return { from, to, documents: 0, meanScore: null, positiveShare: null };
  const sum = (values: ArrayLike<number>): number => rows.reduce((total, row) => total + values[row]!, 0);
  return { from, to, documents: rows.length, meanScore: sum(scores) / rows.length, positiveShare: sum(positive) / rows.length };
}
