/**
 * Scores with their classes, and what every ranking metric is made from: how much of each class scores at or above each distinct score. Equal scores
 * are one threshold, so no metric depends on the order of documents.
 */

/** `scores[i]` and `positive[i]` (1 or 0) belong together. */
export interface ScoredClasses {
  readonly scores: ArrayLike<number>;
  readonly positive: ArrayLike<number>;
}

/** `weights[i]`, all 1 where absent, says how many documents the one stands for. */
export interface WeightedClasses extends ScoredClasses {
  readonly weights?: ArrayLike<number>;
}

/** Entry t: weight of each class that scores at least `thresholds[t]`, the t-th distinct score from above. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  /** Whole weight of each class, the last entries. */
  readonly positives: number;
  readonly negatives: number;
}

/** Throws where a score is NaN, a weight is negative or no number, lengths differ, or a class has no weight: nothing can be said then. */
export function thresholdCounts({ scores, positive, weights }: WeightedClasses): ThresholdCounts {
  expectSameLength(scores, positive, weights);
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const thresholds: number[] = [];
  const truePositives: number[] = [];
  const falsePositives: number[] = [];
  let [yes, no] = [0, 0];
  for (const [place, i] of order.entries()) {
    const weight = weights?.[i] ?? 1;
    if (Number.isNaN(scores[i]!)) throw new Error(`score ${i}: found NaN, expected a number`);
    if (!(weight >= 0 && weight < Infinity)) throw new Error(`weight ${i}: found ${weight}, expected a number of at least 0`);
    if (positive[i] === 1) yes += weight;
    else no += weight;
    if (scores[order[place + 1] ?? i] === scores[i] && place + 1 < order.length) continue; // the tie goes on
    thresholds.push(scores[i]!);
    truePositives.push(yes);
    falsePositives.push(no);
  }
  if (!(yes > 0 && no > 0)) throw new Error(`classes: found ${yes} positive and ${no} negative, expected some of both`);
  return {
    thresholds: Float64Array.from(thresholds), truePositives: Float64Array.from(truePositives), falsePositives: Float64Array.from(falsePositives),
    positives: yes, negatives: no,
  };
}

function expectSameLength(scores: ArrayLike<number>, ...others: readonly (ArrayLike<number> | undefined)[]): void {
  const odd = others.find((other) => other !== undefined && other.length !== scores.length);
  if (odd !== undefined) throw new Error(`found ${scores.length} scores and ${odd.length} classes or weights, expected as many`);
}
