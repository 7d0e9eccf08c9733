/** How well scores rank positive before negative documents, whatever threshold is chosen: the areas under the ROC and precision-recall curves. */
import type { ThresholdCounts } from './metric-counts.js';

/** The probability that a positive document scores higher than a negative one, equal scores counting one half (Mann and Whitney). */
export function rocAuc({ truePositives, falsePositives, positives, negatives }: ThresholdCounts): number {
  let area = 0;
  truePositives.forEach((yes, t) => {
    const [yesBefore, noBefore] = t === 0 ? [0, 0] : [truePositives[t - 1]!, falsePositives[t - 1]!];
    area += (falsePositives[t]! - noBefore) * ((yes + yesBefore) / 2);
  });
  return area / positives / negatives;
}

/**
 * Average precision: the sum over thresholds from above of the recall gained there times the precision there. No interpolation, which would flatter
 * (Davis and Goadrich 2006). Scores without any order give the share of positives.
 */
export function averagePrecision({ truePositives, falsePositives, positives }: ThresholdCounts): number {
  let sum = 0;
  truePositives.forEach((yes, t) => {
    const gained = yes - (truePositives[t - 1] ?? 0);
    if (gained > 0) sum += gained * (yes / (yes + falsePositives[t]!));
  });
  return sum / positives;
}
