/**
 * A report as one HTML file: everything is in it, it runs no script and asks no other place for anything, and a Content-Security-Policy has the browser
 * hold it to that. Tables scroll in a box of their own, so that a phone's page does not.
 */
import { html, markup, NOTHING, type Html } from './html-template.js';
import { STYLE } from './html-style.js';

/** Nothing may be loaded or run; only the page's own styles and what is written in it. */
export const POLICY = 'default-src \'none\'; style-src \'unsafe-inline\'; base-uri \'none\'; form-action \'none\'';

export interface PageSection {
  /** A word of ASCII letters and hyphens: the section's anchor. */
  readonly id: string;
  readonly title: string;
  /** What the list of contents calls it. */
  readonly short: string;
  readonly body: Html;
}

export interface Page {
  readonly title: string;
  /** Under the title: what the page is about. */
  readonly subtitle: Html;
  readonly sections: readonly PageSection[];
  readonly footer: Html;
}

/** The whole file. The same page gives the same text. */
export function renderPage({ title, subtitle, sections, footer }: Page): string {
  return `${html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${markup(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="sub">${subtitle}</p>
<nav aria-label="Contents"><ul>${sections.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title: heading, body }) => html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${heading}</h2>
${body}
</section>
`)}</main>
<footer>${footer}</footer>
</body>
</html>
`}`;
}

export interface HtmlColumn {
  readonly title: string;
  /** Figures are flush right. */
  readonly number?: boolean;
}

/** Rows of cells; the first cell of a row is its heading. */
export interface HtmlTable {
  /** Said above the table, or only to those who cannot see it (`hidden`). */
  readonly caption: string;
  readonly captionHidden?: boolean;
  readonly columns: readonly HtmlColumn[];
  readonly rows: readonly (readonly (string | Html)[])[];
}

/** A table in its own scrolling box. Keyboards can reach and scroll it. */
export function renderTable({ caption, captionHidden, columns, rows }: HtmlTable): Html {
  const cellClass = (column: HtmlColumn | undefined): Html => (column?.number === true ? html` class="number"` : NOTHING);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
${captionHidden === true ? NOTHING : html`<caption>${caption}</caption>`}
<thead><tr>${columns.map((column) => html`<th scope="col"${cellClass(column)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell, i) => (i === 0
    ? html`<th scope="row"${cellClass(columns[0])}>${cell}</th>`
    : html`<td${cellClass(columns[i])}>${cell}</td>`))}</tr>
`)}</tbody></table></div>`;
}

/** A share as a small bar beside its figure, for tables: 0 to 1. */
export function shareBar(share: number, colour: 'first' | 'second' = 'first'): Html {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return html`<span class="bar ${colour}" aria-hidden="true"><span style="width:${width}%"></span></span>`;
}

export const bulletList = (items: readonly (string | Html)[]): Html => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
