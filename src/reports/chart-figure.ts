/** What stands around every chart: its title, one sentence on how to read it, a legend where it has several series, and its numbers as a table. */
import { barLook, COLOUR } from './chart-svg.js';
import { renderTable, type HtmlTable } from './html-page.js';
import { html, markup, NOTHING, type Html } from './html-template.js';

export interface ChartFigure {
  readonly title: string;
  /** How to read it: one sentence. */
  readonly caption: string;
  readonly chart: Html;
  readonly legend?: readonly LegendEntry[];
  readonly table: HtmlTable;
}

export interface LegendEntry {
  readonly name: string;
  readonly swatch: Html;
}

export function renderFigure({ title, caption, chart, legend, table }: ChartFigure): Html {
  return html`<figure>
<figcaption><h3>${title}</h3><p>${caption}</p>${legend === undefined ? NOTHING : legendLine(legend)}</figcaption>
${chart}
<details><summary>Numbers</summary>${renderTable(table)}</details>
</figure>
`;
}

const legendLine = (legend: readonly LegendEntry[]): Html =>
  html`<p class="legend">${legend.map(({ name, swatch }) => html`<span>${swatch} ${name}</span>`)}</p>`;

/** A bar's look. */
export function barSwatch(filled: boolean): Html {
  const { fill, fillOpacity, stroke } = barLook(filled);
  return swatch(`<rect x="1" y="1" width="16" height="10" fill="${fill}" fill-opacity="${fillOpacity}" stroke="${stroke}" stroke-width="1.5"/>`);
}

/** A point's shape. */
export function pointSwatch(symbol: 'circle' | 'diamond2', stroke: string = COLOUR.second, fill = 'none'): Html {
  const shape = symbol === 'circle' ? '<circle cx="9" cy="6" r="4"' : '<path d="M9,1L14,6L9,11L4,6Z"';
  return swatch(`${shape} fill="${fill}" stroke="${stroke}" stroke-width="2"/>`);
}

const swatch = (shape: string): Html => markup(`<svg viewBox="0 0 18 12" width="18" height="12" aria-hidden="true">${shape}</svg>`);
