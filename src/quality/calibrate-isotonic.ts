/**
 * Isotonic regression: the rising map from score to probability with the least squared error, by pooling adjacent violators (Ayer et al. 1955; used for
 * classifiers by Zadrozny and Elkan 2002). It assumes nothing but that a higher score is no worse.
 */
import { thin } from './metric-curve.js';
import type { ScoredClasses } from './metric-counts.js';

export interface CalibrationPoint {
  readonly score: number;
  readonly probability: number;
}

/** A block of neighbouring scores that share one probability. */
interface Block {
  first: number;
  last: number;
  positives: number;
  documents: number;
}

/**
 * The map's corners by rising score, both ends of each level piece; between corners it is linear. At most `most` of them. Equal scores are one point,
 * as the mean of their classes. Empty of no documents.
 */
export function fitIsotonic({ scores, positive }: ScoredClasses, most = 200): readonly CalibrationPoint[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  const blocks: Block[] = [];
  for (let from = 0; from < order.length;) {
    const score = scores[order[from]!]!;
    const block: Block = { first: score, last: score, positives: 0, documents: 0 };
    for (; from < order.length && scores[order[from]!] === score; from++) {
      block.positives += positive[order[from]!] === 1 ? 1 : 0;
      block.documents += 1;
    }
    blocks.push(block);
    pool(blocks);
  }
  const corners = blocks.flatMap(({ first, last, positives, documents }) => {
    const probability = positives / documents;
    return first === last ? [{ score: first, probability }] : [{ score: first, probability }, { score: last, probability }];
  });
  return thin(corners, ({ score, probability }) => [score, probability], most);
}

/** Merges the last block into the one before as long as it is not higher. */
function pool(blocks: Block[]): void {
  for (let last = blocks.length - 1; last > 0; last--) {
    const [lower, upper] = [blocks[last - 1]!, blocks[last]!];
    if (lower.positives * upper.documents < upper.positives * lower.documents) return;
    lower.last = upper.last;
    lower.positives += upper.positives;
    lower.documents += upper.documents;
    blocks.pop();
  }
}

/** The map's value: linear between points, constant beyond them. Throws of an empty map. */
export function isotonicAt(points: readonly CalibrationPoint[], score: number): number {
  let [low, high] = [0, points.length - 1];
  if (high < 0) throw new Error('isotonic map: found no points, expected at least one');
  if (score <= points[low]!.score) return points[low]!.probability;
  if (score >= points[high]!.score) return points[high]!.probability;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle]!.score <= score) low = middle;
    else high = middle;
  }
  const [from, to] = [points[low]!, points[high]!];
  return from.probability + ((score - from.score) / (to.score - from.score)) * (to.probability - from.probability);
}
