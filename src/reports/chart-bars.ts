/** Shares by group as horizontal bars, each with its figure beside it: a group may have one bar or two, told apart by filling, sign and colour. */
import * as Plot from '@observablehq/plot';
import { barLook, COLOUR, renderChart } from './chart-svg.js';
import type { Html } from './html-template.js';

export interface BarChart {
  readonly label: string;
  readonly x: string;
  readonly groups: readonly BarGroup[];
}

export interface BarGroup {
  /** Distinct; cut where it is too long for the margin. */
  readonly name: string;
  readonly bars: readonly { readonly filled: boolean; /** 0 to 1. */ readonly share: number; /** Beside the bar. */ readonly text: string }[];
}

/** Units of height a bar, and between groups. */
const BAR = 15;
const GAP = 9;
const MOST_NAME = 17;

export function renderBars({ label, x, groups }: BarChart): Html {
  const bars: PlacedBar[] = [];
  const names: { readonly y: number; readonly name: string }[] = [];
  let at = GAP / 2;
  for (const { name, bars: own } of groups) {
    names.push({ y: at + (own.length * BAR) / 2, name: shortened(name) });
    for (const { share, text, filled } of own) {
      bars.push({ y1: at + 1, y: at + BAR / 2, y2: at + BAR - 1, share: share * 100, text, filled });
      at += BAR;
    }
    at += GAP;
  }
  const height = Math.max(at - GAP / 2, BAR);
  const drawn = (filled: boolean): Plot.Markish =>
    Plot.rect(bars.filter((bar) => bar.filled === filled), { x1: 0, x2: 'share', y1: 'y1', y2: 'y2', ...barLook(filled) });
  const longest = Math.max(...names.map(({ name }) => name.length), 3);
  const widest = Math.max(...bars.map(({ text }) => text.length), 3);
  return renderChart({
    height: height + 48, marginLeft: Math.min(130, 14 + longest * 6.5), marginRight: 10 + widest * 6.3, marginTop: 4, marginBottom: 44,
    x: { label: x, domain: [0, 100], ticks: [0, 25, 50, 75, 100], labelAnchor: 'center' },
    y: { axis: null, domain: [0, height], range: [4, height + 4] },
    marks: [
      Plot.gridX([0, 25, 50, 75, 100], { stroke: COLOUR.line, strokeOpacity: 1 }),
      drawn(true), drawn(false),
      Plot.ruleX([0], { stroke: 'currentColor' }),
      Plot.text(names, { x: 0, y: 'y', text: 'name', textAnchor: 'end', dx: -8, fill: 'currentColor' }),
      Plot.text(bars, { x: 'share', y: 'y', text: 'text', textAnchor: 'start', dx: 6, fill: 'currentColor', stroke: COLOUR.paper, strokeWidth: 3 }),
    ],
  }, label);
}

/** In units of the drawing; `share` in percent. */
interface PlacedBar {
  readonly y1: number;
  readonly y: number;
  readonly y2: number;
  readonly share: number;
  readonly text: string;
  readonly filled: boolean;
}

function shortened(name: string): string {
  const points = Array.from(name);
  return points.length <= MOST_NAME ? name : `${points.slice(0, MOST_NAME - 1).join('')}\u2026`;
}
