/** Two readings of one share at several places: as found (circle), and as corrected (diamond) with its interval. */
import * as Plot from '@observablehq/plot';
import { COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface IntervalChart {
  readonly label: string;
  readonly x: string;
  readonly y: string;
  /** By ascending x. Shares are 0 to 1. */
  readonly points: readonly IntervalPoint[];
  /** A vertical line with its name. */
  readonly line: { readonly at: number; readonly name: string };
}

export interface IntervalPoint {
  readonly x: number;
  readonly found: number;
  readonly corrected: number;
  readonly interval: readonly [low: number, high: number];
}

/** Half the width of an interval's ends, in units of x. */
const CAP = 0.006;
/** Found stands so many units of the drawing left of its place and corrected right of it, so that equal ones do not hide one another. */
const ASIDE = 4.5;
/** Two figures of the axis are so far apart at least. */
const TICK_GAP = 0.04;

export function renderIntervals({ label, x, y, points, line }: IntervalChart): Html {
  const placed = points.map(({ x: at, found, corrected, interval: [low, high] }) =>
    ({ x: at, x1: at - CAP, x2: at + CAP, found: 100 * found, corrected: 100 * corrected, low: 100 * low, high: 100 * high }));
  const most = Math.max(0.01, ...placed.flatMap(({ found, corrected, high }) => [found, corrected, high]));
  const places = points.map(({ x: at }) => at);
  const ticks = [line.at, ...places].filter((at, i, all) => all.findIndex((other) => Math.abs(other - at) < TICK_GAP) === i);
  const stroke = { dx: ASIDE, stroke: COLOUR.second, strokeWidth: 1.5 };
  const cap = (end: 'low' | 'high'): Plot.Markish => Plot.link(placed, { x1: 'x1', x2: 'x2', y1: end, y2: end, ...stroke });
  return renderChart({
    height: 300, marginLeft: 44, marginRight: 16, marginTop: 28, marginBottom: 42,
    x: {
      label: x, domain: [Math.min(...places, line.at) - 0.03, Math.max(...places, line.at) + 0.03], labelAnchor: 'right',
      ticks, tickFormat: (at: number) => String(at),
    },
    y: { label: y, domain: [0, most], nice: true, ticks: 5, labelAnchor: 'top' },
    marks: [
      Plot.gridY({ ticks: 5, stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.ruleX([line.at], { stroke: 'currentColor', strokeDasharray: '4 3' }),
      Plot.ruleY([0], { stroke: 'currentColor' }),
      Plot.line(placed, { x: 'x', y: 'corrected', dx: ASIDE, stroke: COLOUR.second, strokeOpacity: 0.5 }),
      Plot.link(placed, { x1: 'x', x2: 'x', y1: 'low', y2: 'high', ...stroke }),
      cap('low'), cap('high'),
      Plot.dot(placed, { x: 'x', y: 'found', dx: -ASIDE, symbol: 'circle', r: 4.5, fill: COLOUR.paper, stroke: COLOUR.first, strokeWidth: 2 }),
      Plot.dot(placed, { x: 'x', y: 'corrected', dx: ASIDE, symbol: 'diamond2', r: 3.5, fill: COLOUR.second, stroke: COLOUR.second }),
      Plot.text([line], {
        x: 'at', frameAnchor: 'top', text: 'name', textAnchor: line.at > 0.8 ? 'end' : 'start', dx: line.at > 0.8 ? -5 : 5, dy: 3,
        fill: 'currentColor', stroke: COLOUR.paper, strokeWidth: 4,
      }),
    ],
  }, label);
}
