/** A curve in the unit square (ROC, precision and recall, reliability), with what it is to be compared with, and points on it that a legend names. */
import * as Plot from '@observablehq/plot';
import { COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface UnitPoint {
  readonly x: number;
  readonly y: number;
}

/** A point that the legend names, told from others by its shape. */
export interface MarkedPoint extends UnitPoint {
  readonly symbol: 'circle' | 'diamond2';
}

export interface CurveChart {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  readonly curve: readonly UnitPoint[];
  /** The ends of a dashed line, which the caption explains. */
  readonly compare: readonly [UnitPoint, UnitPoint];
  readonly marked?: readonly MarkedPoint[];
  /** A dot for every point of the curve, its area by the point's size. */
  readonly sizes?: readonly number[];
}

const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const LEAST_RADIUS = 2.5;
const MOST_RADIUS = 8;

export function renderCurve({ label, x, y, curve, compare, marked = [], sizes }: CurveChart): Html {
  const most = Math.max(1, ...(sizes ?? []));
  const sized = curve.map((point, i) => ({ ...point, r: LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt((sizes?.[i] ?? 0) / most) }));
  return renderChart({
    height: 360, marginLeft: 44, marginRight: 16, marginTop: 28, marginBottom: 42,
    x: { label: x, domain: [0, 1], ticks: TICKS, labelAnchor: 'right' },
    y: { label: y, domain: [0, 1], ticks: TICKS, labelAnchor: 'top' },
    marks: [
      Plot.gridX(TICKS, { stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.gridY(TICKS, { stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.line(compare, { x: 'x', y: 'y', stroke: COLOUR.soft, strokeDasharray: '5 4' }),
      Plot.line(curve, { x: 'x', y: 'y', stroke: COLOUR.first, strokeWidth: sizes === undefined ? 2 : 1, strokeOpacity: sizes === undefined ? 1 : 0.6 }),
      ...(sizes === undefined ? [] : [Plot.dot(sized, { x: 'x', y: 'y', r: 'r', fill: COLOUR.first, fillOpacity: 0.35, stroke: COLOUR.first })]),
      ...marked.map((point) => Plot.dot([point], { x: 'x', y: 'y', symbol: point.symbol, r: 5, fill: COLOUR.paper, stroke: COLOUR.second, strokeWidth: 2 })),
    ],
    r: { type: 'identity' },
  }, label);
}
