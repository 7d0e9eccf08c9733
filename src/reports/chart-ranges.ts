/** Means with their intervals, a row a candidate with its name over it, beside a dashed line at the one they are compared with. */
import * as Plot from '@observablehq/plot';
import { COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface RangeChart {
  readonly label: string;
  readonly x: string;
  readonly rows: readonly RangeRow[];
  /** Where the dashed line stands. */
  readonly line: number;
}

export interface RangeRow {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Drawn as a filled diamond; others are circles. */
  readonly marked: boolean;
}

/** Units of height a row: its name, and the interval below it. */
const ROW = 38;
/** Half the height of an interval's ends. */
const CAP = 4;
const MOST_NAME = 48;

export function renderRanges({ label, x, rows, line }: RangeChart): Html {
  const placed = rows.map(({ name, ...row }, i) => ({
    ...row, name: shortened(name), top: i * ROW + 10, y: i * ROW + 26, y1: i * ROW + 26 - CAP, y2: i * ROW + 26 + CAP,
  }));
  const height = rows.length * ROW;
  const values = [line, ...rows.flatMap(({ low, high }) => [low, high])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) * 0.05 || Math.abs(most) * 0.01 || 1;
  const look = (marked: boolean): { stroke: string; strokeWidth: number } => ({ stroke: marked ? COLOUR.second : COLOUR.first, strokeWidth: 1.75 });
  const drawn = (marked: boolean): Plot.Markish[] => {
    const own = placed.filter((row) => row.marked === marked);
    return [
      Plot.link(own, { x1: 'low', x2: 'high', y1: 'y', y2: 'y', ...look(marked) }),
      ...(['low', 'high'] as const).map((end) => Plot.link(own, { x1: end, x2: end, y1: 'y1', y2: 'y2', ...look(marked) })),
      Plot.dot(own, { x: 'mean', y: 'y', r: 4.5, symbol: marked ? 'diamond2' : 'circle', fill: marked ? COLOUR.second : COLOUR.paper, ...look(marked) }),
    ];
  };
  return renderChart({
    height: height + 50, marginLeft: 8, marginRight: 14, marginTop: 4, marginBottom: 44,
    x: { label: x, domain: [least - room, most + room], ticks: 4, labelAnchor: 'right' },
    y: { axis: null, domain: [0, height], range: [4, height + 4] },
    marks: [
      Plot.gridX({ ticks: 4, stroke: COLOUR.line, strokeOpacity: 1 }),
      Plot.ruleX([line], { stroke: 'currentColor', strokeDasharray: '4 3' }),
      ...drawn(false), ...drawn(true),
      Plot.text(placed, {
        frameAnchor: 'left', y: 'top', text: 'name', textAnchor: 'start', dx: 2, fill: 'currentColor', stroke: COLOUR.paper, strokeWidth: 4,
      }),
    ],
  }, label);
}

function shortened(name: string): string {
  const points = Array.from(name);
  return points.length <= MOST_NAME ? name : `${points.slice(0, MOST_NAME - 1).join('')}\u2026`;
}
