/** Two readings of one quantity against each other, a circle a case, with the diagonal on which they agree. */
import * as Plot from '@observablehq/plot';
import { COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface ScatterChart {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  /** One at least; both in the same unit. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Free space around the points, as a share of how far they reach. */
const MARGIN = 0.05;

export function renderScatter({ label, x, y, points }: ScatterChart): Html {
  const values = points.flatMap((point) => [point.x, point.y]);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const room = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  const domain = [low - room, high + room] as const;
  return renderChart({
    height: 360, marginLeft: 48, marginRight: 16, marginTop: 28, marginBottom: 42,
    x: { label: x, domain: [...domain], ticks: 5, labelAnchor: 'right' },
    y: { label: y, domain: [...domain], ticks: 5, labelAnchor: 'top' },
    marks: [
      Plot.gridX({ ticks: 5, stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.gridY({ ticks: 5, stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.line(domain.map((at) => ({ x: at, y: at })), { x: 'x', y: 'y', stroke: COLOUR.soft, strokeDasharray: '5 4' }),
      Plot.dot(points, { x: 'x', y: 'y', r: 3.5, fill: COLOUR.first, fillOpacity: 0.35, stroke: COLOUR.first, strokeWidth: 1.25 }),
    ],
  }, label);
}
