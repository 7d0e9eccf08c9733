/** How many documents could go, by similarity: as a table, as a chart with intervals, and how many of them are equal texts. */
import type { Audit } from '../dedup/audit.js';
import { amount, askedLevel, glued, interval, rate, shareOf, similarity } from './audit-numbers.js';
import { renderIntervals } from './chart-intervals.js';
import { pointSwatch, renderFigure } from './chart-figure.js';
import { COLOUR } from './chart-svg.js';
import { bulletList, renderTable, shareBar, type HtmlTable } from './html-page.js';
import { html, NOTHING, type Html } from './html-template.js';
import { describeCount } from './table.js';

export function nearSection(audit: Audit): Html {
  const { near, threshold, documents } = audit;
  if (documents === 0) return html`<p>There is no document to compare.</p>`;
  return html`<p>A document is removable at a similarity if deduplication at that threshold would remove it: of each cluster one document stays.
Equal texts count too. The similarity that was asked for is ${similarity(threshold)}.</p>
${renderTable(levelsTable(audit, 'Removable documents by similarity'))}
<div class="grid pair">
${near.length === 0 ? NOTHING : levelsFigure(audit)}
${bulletList([
    audit.sample === undefined ? html`<strong>Found</strong> is what the comparison came upon; nothing in it is a guess.`
      : html`<strong>Found</strong> is what the drawn documents were found to resemble, scaled up to all documents.`,
    html`<strong>LSH recall</strong> is the share of the removable documents that the comparison is expected to come upon: it looks only at pairs that
locality-sensitive hashing nominates, which are nearly all pairs far above its knee and few below it.`,
    html`<strong>Corrected</strong> is what is likely to be there, given that recall, and the <strong>interval</strong> holds the true rate in 95 of 100
such audits${audit.sample === undefined ? '' : ', the draw of the sample included'}.`,
  ])}
</div>`;
}

function levelsTable({ near, threshold }: Audit, caption: string): HtmlTable {
  return {
    caption,
    columns: [
      { title: 'similarity, at least' },
      ...['found', 'rate', 'LSH recall', 'corrected', 'corrected rate', '95 % interval'].map((title) => ({ title, number: true })),
    ],
    rows: near.map(({ jaccard, documents, rate: found, lshRecall, corrected, interval: ends }) => [
      `${similarity(jaccard)}${jaccard === threshold ? ' (asked)' : ''}`,
      describeCount(documents), rate(found), rate(lshRecall), describeCount(corrected.documents), rate(corrected.rate), interval(ends),
    ]),
  };
}

function levelsFigure(audit: Audit): Html {
  const level = askedLevel(audit);
  const atAsked = level === undefined ? '' : `: ${rate(level.corrected.rate)} at ${similarity(level.jaccard)}, with 95 % intervals`;
  return renderFigure({
    title: 'Removable documents by similarity',
    caption: 'From left to right the comparison is stricter. A steep fall says that many documents are alike but not the same; a flat line that '
      + 'copies are copies.',
    legend: [
      { name: 'found', swatch: pointSwatch('circle', COLOUR.first) },
      { name: 'corrected, with its 95 % interval', swatch: pointSwatch('diamond2', COLOUR.second, COLOUR.second) },
    ],
    chart: renderIntervals({
      label: `Removable documents by similarity${atAsked}.`,
      x: 'Jaccard similarity, at least', y: 'removable documents (%)',
      points: audit.near.map((one) => ({ x: one.jaccard, found: one.rate, corrected: one.corrected.rate, interval: one.interval })),
      line: { at: audit.threshold, name: `asked: ${similarity(audit.threshold)}` },
    }),
    table: levelsTable(audit, 'Numbers of the chart'),
  });
}

export function exactSection(audit: Audit): Html {
  const { exact, shortDocuments, documents } = audit;
  const level = askedLevel(audit);
  const short = amount({ documents: shortDocuments, rate: shareOf(shortDocuments, documents) ?? 0 });
  const share = level === undefined ? undefined : shareOf(exact.documents, level.documents);
  const ofRemovable = level === undefined || share === undefined ? '' : `: ${rate(share)} of what is removable at ${similarity(level.jaccard)}`;
  return html`<p>${glued(`${amount(exact)} ${exact.documents === 1 ? 'repeats' : 'repeat'} the text of another one word for word${ofRemovable}.`)}
${exact.documents === 0 ? NOTHING : shareBar(share ?? 0)}</p>
<p class="note">Case, punctuation and white space are not compared, so a reflowed copy counts. ${shortDocuments === 0
    ? 'No document is too short for a shingle.' : glued(`${short} too short for a shingle: for those, equal text is all that is looked for.`)}</p>`;
}
