/** How scores of one group are spread: the share of its documents in each bin of equal width over [0, 1]. Made to stand beside others of the same scale. */
import * as Plot from '@observablehq/plot';
import { barLook, COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface HistogramChart {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  /** Documents by bin. */
  readonly counts: readonly number[];
  /** The greatest share of the charts that stand together. */
  readonly mostShare: number;
  /** Filled bars, or outlined ones with a tint. */
  readonly filled: boolean;
  /** A vertical line with its name. */
  readonly line?: { readonly at: number; readonly name: string };
}

export function renderHistogram({ label, x, y, counts, mostShare, filled, line }: HistogramChart): Html {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const bars = counts.map((count, bin) => ({ from: bin / counts.length, to: (bin + 1) / counts.length, share: all === 0 ? 0 : (100 * count) / all }));
  return renderChart({
    width: 300, height: 190, marginLeft: 38, marginRight: 12, marginTop: 26, marginBottom: 40,
    x: { label: x, domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], labelAnchor: 'right' },
    y: { label: y, domain: [0, Math.max(1, 100 * mostShare)], ticks: 4, nice: true, labelAnchor: 'top' },
    marks: [
      Plot.gridY({ ticks: 4, stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.rectY(bars.filter(({ share }) => share > 0), { x1: 'from', x2: 'to', y: 'share', insetLeft: 0.75, insetRight: 0.75, ...barLook(filled) }),
      Plot.ruleY([0], { stroke: 'currentColor' }),
      ...(line === undefined ? [] : [
        Plot.ruleX([line.at], { stroke: 'currentColor', strokeWidth: 1.5, strokeDasharray: '4 3' }),
        Plot.text([line], {
          x: 'at', frameAnchor: 'top', text: 'name', textAnchor: line.at > 0.6 ? 'end' : 'start', dx: line.at > 0.6 ? -5 : 5, dy: 3,
          fill: 'currentColor', stroke: COLOUR.paper, strokeWidth: 4,
        }),
      ]),
    ],
  }, label);
}
