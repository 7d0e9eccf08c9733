/** Precision, recall, F1 and accuracy of the positive class at one threshold, and the threshold with the greatest F1. */
import type { ThresholdMetrics } from './evaluation.js';
import type { ThresholdCounts } from './metric-counts.js';

/** Scores of at least `threshold` are called positive. Precision and F1 are 0 where none is. */
export function metricsAt(counts: ThresholdCounts, threshold: number): ThresholdMetrics {
  let called = 0;
  while (called < counts.thresholds.length && counts.thresholds[called]! >= threshold) called++;
  return metricsOf(counts, called - 1, threshold);
}

/** At the distinct score with the greatest F1; of equals the highest, which calls the fewest positive. */
export function bestF1(counts: ThresholdCounts): ThresholdMetrics {
  let best = 0;
  const f1 = (t: number): number => (2 * counts.truePositives[t]!) / (counts.truePositives[t]! + counts.falsePositives[t]! + counts.positives);
  counts.thresholds.forEach((_, t) => {
    if (f1(t) > f1(best)) best = t;
  });
  return metricsOf(counts, best, counts.thresholds[best]!); // there is at least one threshold
}

/** With all thresholds up to number `last` called positive; -1: none. */
function metricsOf({ truePositives, falsePositives, positives, negatives }: ThresholdCounts, last: number, threshold: number): ThresholdMetrics {
  const [yes, no] = last < 0 ? [0, 0] : [truePositives[last]!, falsePositives[last]!];
  return {
    threshold,
    precision: yes + no === 0 ? 0 : yes / (yes + no),
    recall: yes / positives,
    f1: (2 * yes) / (yes + no + positives),
    accuracy: (yes + negatives - no) / (positives + negatives),
  };
}
