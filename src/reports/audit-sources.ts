/** Where duplicates are: by source, from which source to which, and between the audited data and what it was held against. */
import type { Audit, Overlap } from '../dedup/audit.js';
import { counted, excerpt, glued, rate, removableBySource, shareOf, similarity } from './audit-numbers.js';
import { renderBars } from './chart-bars.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { renderTable, shareBar } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { describeCount } from './table.js';

/** Sources with a bar each. */
const MOST_BARS = 12;
/** Sources in the table and the matrix, those with the most removable documents: 30 x 30 cells. */
const MOST_SOURCES = 30;
const MOST_EXAMPLES = 20;
/** So many sources at most have a matrix that fits beside the chart. */
const BESIDE = 5;

export function sourcesSection(audit: Audit): Html {
  const all = Object.entries(audit.sources);
  const shown = all.length <= MOST_SOURCES ? all : [...all].sort(([, a], [, b]) => b.near.documents - a.near.documents).slice(0, MOST_SOURCES);
  const left = all.length - shown.length;
  return html`${renderTable({
    caption: 'Duplicates by source',
    columns: [
      { title: 'source' },
      ...['documents', 'tokens', 'equal text', 'rate', `removable at ${similarity(audit.threshold)}`, 'rate'].map((title) => ({ title, number: true })),
    ],
    rows: shown.map(([name, { documents, tokens, exact, near }]) => [
      foreign(name, 60), describeCount(documents), describeCount(tokens),
      describeCount(exact.documents), rate(exact.rate), describeCount(near.documents), rate(near.rate),
    ]),
  })}
${left === 0 ? NOTHING : html`<p class="note">${counted(left, 'source')} more, with fewer removable documents: see the JSON.</p>`}
${all.length < 2 ? html`<p class="note">There is one source, so nothing can repeat across sources.</p>`
    : html`<div class="${all.length > BESIDE ? 'stack' : 'grid pair'}">${sourcesFigure(audit)}${matrix(audit)}</div>`}`;
}

function sourcesFigure({ sources, threshold }: Audit): Html {
  const ranked = Object.entries(sources).sort(([, a], [, b]) => b.near.rate - a.near.rate).slice(0, MOST_BARS);
  const names = distinct(ranked.map(([name]) => foreign(name, 40)));
  return renderFigure({
    title: `Removable documents by source${Object.keys(sources).length > MOST_BARS ? `: the ${MOST_BARS} highest rates` : ''}`,
    caption: 'A source that stands out was crawled twice, mirrors another one, or is made from templates.',
    legend: [
      { name: 'equal text', swatch: barSwatch(true) }, { name: `similarity ${similarity(threshold)} or more, equal text included`, swatch: barSwatch(false) },
    ],
    chart: renderBars({
      label: `Removable documents by source: ${ranked.map(([, { near }], i) => `${names[i]} ${rate(near.rate)}`).join(', ')}.`,
      x: 'removable documents of the source (%)',
      groups: ranked.map(([, { exact, near }], i) => ({
        name: names[i]!, bars: [exact, near].map((one, bar) => ({ filled: bar === 0, share: one.rate, text: rate(one.rate) })), // one name a source
      })),
    }),
    table: {
      caption: 'Rates by source',
      columns: [{ title: 'source' }, ...['equal text', `${similarity(threshold)} or more`].map((title) => ({ title, number: true }))],
      rows: ranked.map(([, { exact, near }], i) => [names[i]!, rate(exact.rate), rate(near.rate)]),
    },
  });
}

/** Names that were cut to the same text are told apart by a number. */
const distinct = (names: readonly string[]): string[] => names.map((name, i) => (names.indexOf(name) === i ? name : `${i + 1} ${name}`));

/** Heaviest shade of a cell, percent: figures on it stay legible. */
const MOST_HEAT = 45;

function matrix(audit: Audit): Html {
  const { sources, documents } = audit.matrix;
  const total = (i: number): number => documents.reduce((sum, row, a) => sum + (a === i ? row.reduce((x, y) => x + y, 0) : row[i] ?? 0), 0);
  const order = sources.map((_, i) => i);
  const shown = sources.length <= MOST_SOURCES ? order
    : order.sort((a, b) => total(b) - total(a) || a - b).slice(0, MOST_SOURCES).sort((a, b) => a - b);
  const short = sources.length > BESIDE;
  const most = Math.max(1, ...shown.flatMap((a) => shown.map((b) => documents[a]?.[b] ?? 0)));
  const { within, across } = removableBySource(audit);
  const sums = `${describeCount(within)} removable documents repeat one of their own source and ${describeCount(across)} one of another`
    + `${within + across === 0 ? '' : ` (${rate(shareOf(across, within + across))})`}.`;
  const columns = shown.map((b) => ({ title: short ? String(b + 1) : foreign(sources[b]!, 18), number: true })); // indices of sources
  return html`<div><p>${glued(sums)} Read a row: of this source's removable documents, so many repeat a document that is kept in the column's
source${short ? ', which the columns give by number' : ''}. Which of two sources keeps its copy is decided by the keep policy.</p>
<div class="matrix">${renderTable({
    caption: 'From row to column; bold: within a source',
    columns: [{ title: 'removable in' }, ...columns],
    rows: shown.map((a) =>
      [`${short ? `${a + 1} ` : ''}${foreign(sources[a]!, 40)}`, ...shown.map((b) => cell(documents[a]?.[b] ?? 0, most, a === b))]),
  })}</div>
${sources.length > shown.length ? html`<p class="note">The ${shown.length} sources with the most of them, of ${sources.length}.</p>` : NOTHING}</div>`;
}

function cell(found: number, most: number, within: boolean): Html {
  if (found === 0) return html`<span class="soft">0</span>`;
  const heat = Math.max(3, Math.round((MOST_HEAT * found) / most));
  return html`<span class="heat" style="--heat:${heat}%">${within ? html`<strong>${describeCount(found)}</strong>` : describeCount(found)}</span>`;
}

export function overlapSection({ against, documents, againstDocuments, examples }: Overlap, threshold: number): Html {
  const names = foreign(against.join(', '), 120);
  return html`<p>Documents with a match in the other set at a similarity of ${similarity(threshold)} or more. What a model is tested with must not be in
what it is trained on.</p>
${renderTable({
    caption: 'Overlap', captionHidden: true,
    columns: [{ title: 'documents' }, { title: 'with a match', number: true }, { title: 'rate', number: true }],
    rows: ([['audited', documents, 'first'], [`against: ${names}`, againstDocuments, 'second']] as const).map(([name, found, colour]) =>
      [name, describeCount(found.documents), html`${rate(found.rate)}${shareBar(found.rate, colour)}`]),
  })}
${examples.length === 0 ? NOTHING : renderTable({
    caption: 'Examples of the overlap',
    columns: [{ title: 'audited document' }, { title: 'matches' }, { title: 'similarity', number: true }, { title: 'begins' }],
    rows: examples.slice(0, MOST_EXAMPLES).map(({ id, matchedId, jaccard, sample }) => [
      html`<code>${foreign(id, 80)}</code>`, html`<code>${foreign(matchedId, 80)}</code>`, jaccard.toFixed(3),
      html`<div class="words">${excerpt(sample, 160)}</div>`,
    ]),
  })}
${documents.documents === 0 ? NOTHING : html`<p class="note">Remove these from the training set, not from the validation set: its documents stay what they
were for everyone who compares with it.</p>`}`;
}
