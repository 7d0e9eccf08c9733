/** The ROC and precision-recall curves for a picture: every threshold is a point, thinned to what can be seen. */
import type { QualityCurves } from './evaluation.js';
import type { ThresholdCounts } from './metric-counts.js';

export const CURVE_POINTS = 200;

/** At most CURVE_POINTS points each; the first and the last stay. */
export function curvesOf(counts: ThresholdCounts): QualityCurves {
  return { roc: thin(rocPoints(counts), ROC_AXES), pr: thin(prPoints(counts), PR_AXES) };
}

type RocPoint = QualityCurves['roc'][number];
type PrPoint = QualityCurves['pr'][number];

const ROC_AXES = ({ falsePositiveRate, truePositiveRate }: RocPoint): readonly [number, number] => [falsePositiveRate, truePositiveRate];
const PR_AXES = ({ recall, precision }: PrPoint): readonly [number, number] => [recall, precision];

function rocPoints({ thresholds, truePositives, falsePositives, positives, negatives }: ThresholdCounts): RocPoint[] {
  const points = Array.from(thresholds, (threshold, t) => ({
    falsePositiveRate: falsePositives[t]! / negatives, truePositiveRate: truePositives[t]! / positives, threshold,
  }));
  return [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: null }, ...points];
}

function prPoints({ thresholds, truePositives, falsePositives, positives }: ThresholdCounts): PrPoint[] {
  const points = Array.from(thresholds, (threshold, t) => {
    const called = truePositives[t]! + falsePositives[t]!;
    return { recall: truePositives[t]! / positives, precision: called === 0 ? 1 : truePositives[t]! / called, threshold };
  });
  return [{ recall: 0, precision: 1, threshold: null }, ...points];
}

/**
 * Keeps points at equal steps of the way along the curve (the sum of its moves on both axes), so that a steep piece keeps as much detail as a flat one.
 * What is left out lies within one step, 1/199 of the whole way, of a point that stays.
 */
export function thin<Point>(points: readonly Point[], axes: (point: Point) => readonly [x: number, y: number], most = CURVE_POINTS): readonly Point[] {
  if (points.length <= most) return points;
  const way = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [axes(points[i - 1]!), axes(points[i]!)];
    way[i] = way[i - 1]! + Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]);
  }
  const last = points.length - 1;
  const step = way[last]! / (most - 1);
  let next = 0; // in steps
  return points.filter((_, i) => {
    if (i === last) return true;
    if (way[i]! < next * step || next >= most - 1) return false;
    next = Math.floor(way[i]! / step) + 1;
    return true;
  });
}
