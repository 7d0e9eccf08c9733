/** Clusters of duplicates: how many of which size, and the largest ones with their members, the kept text's beginning and a difference. */
import type { Audit, LargeCluster } from '../dedup/audit.js';
import type { SizeClass } from '../dedup/report.js';
import { counted, excerpt, glued, rate, shareOf, similarity } from './audit-numbers.js';
import { renderBars } from './chart-bars.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { renderTable, type HtmlTable } from './html-page.js';
import { foreign, html, markup, NOTHING, type Html } from './html-template.js';
import { describeCount } from './table.js';

/** Clusters that are shown unfolded. */
const OPEN = 3;
/** As the audit promises (dedup/audit.ts); held to here too, because the audit may have been read from a file. */
const MOST_CLUSTERS = 20;
const MOST_MEMBERS = 10;
const MOST_LINES = 40;
const LINE = 200;
/** Characters of the sample beside the size, and in full. */
const SUMMARY = 100;
const SAMPLE = 300;

export function clustersSection(audit: Audit): Html {
  const { clusters: { count, sizes }, redundancy, documents } = audit;
  if (count === 0) return html`<p>No cluster of two documents or more at a similarity of ${similarity(audit.threshold)}.</p>`;
  const several = sizes.filter(({ size, clusters }) => size !== '1' && clusters > 0);
  return html`<p>${glued(`Redundancy is ${rate(redundancy)}: so much smaller would the set of ${counted(documents, 'document')} be `
    + `with one document of each cluster. ${counted(count, 'cluster')} of two or more at a similarity of ${similarity(audit.threshold)}.`)}</p>
<div class="grid pair">
${several.length === 0 ? NOTHING : sizesFigure(several)}
${renderTable(sizesTable('Clusters by size', sizes))}
</div>`;
}

const removableOf = ({ clusters, documents }: SizeClass): number => documents - clusters;

function sizesFigure(several: readonly SizeClass[]): Html {
  const clusters = several.reduce((sum, one) => sum + one.clusters, 0);
  const removable = several.reduce((sum, one) => sum + removableOf(one), 0);
  const groups = several.map((one) => ({ one, shares: [one.clusters / clusters, shareOf(removableOf(one), removable) ?? 0] as const }));
  return renderFigure({
    title: 'Are there many pairs, or a few large clusters?',
    caption: 'Many small clusters are the copies that a crawl has by nature; where a few large ones hold most of the removable documents, look at those: '
      + 'they are templates.',
    legend: [{ name: 'of all clusters', swatch: barSwatch(true) }, { name: 'of the removable documents', swatch: barSwatch(false) }],
    chart: renderBars({
      label: `Clusters and removable documents by the size of the cluster: ${
        groups.map(({ one, shares }) => `${one.size} documents, ${rate(shares[1])} of the removable`).join('; ')}.`,
      x: 'share (%)',
      groups: groups.map(({ one, shares }) => ({ name: one.size, bars: shares.map((share, i) => ({ filled: i === 0, share, text: rate(share) })) })),
    }),
    table: {
      caption: 'Shares by size of cluster',
      columns: [{ title: 'documents in a cluster' }, ...['of all clusters', 'of the removable documents'].map((title) => ({ title, number: true }))],
      rows: groups.map(({ one, shares }) => [one.size, rate(shares[0]), rate(shares[1])]),
    },
  });
}

function sizesTable(caption: string, sizes: readonly SizeClass[]): HtmlTable {
  return {
    caption,
    columns: [{ title: 'documents in a cluster' }, ...['clusters', 'documents', 'removable'].map((title) => ({ title, number: true }))],
    rows: sizes.map((one) =>
      [one.size === '1' ? '1 (no duplicate)' : one.size, ...[one.clusters, one.documents, removableOf(one)].map(describeCount)]),
  };
}

export function largestSection({ clusters: { largest }, threshold, sample }: Audit): Html {
  if (largest.length === 0) return html`<p>There is no cluster to show.</p>`;
  const shown = largest.slice(0, MOST_CLUSTERS);
  if (sample !== undefined) {
    return html`<p>Drawn documents that the most others resemble at ${similarity(threshold)}. Nothing is kept of the others, so none of them is shown: to see
how they differ, audit a part of the data as a whole.</p>
${shown.map(({ size, members: [drawn], sample: text }) => html`<div class="cluster"><strong>${counted(size, 'document')}</strong>${
  drawn === undefined ? NOTHING : html`, drawn in ${foreign(drawn.source, 40)} <code>${foreign(drawn.id, 80)}</code>`}
<blockquote>${excerpt(text, SAMPLE)}</blockquote></div>
`)}`;
  }
  return html`<p>What deduplication at ${similarity(threshold)} would do: the kept document of each cluster, those that would go and are least similar to it,
and how the least similar one differs. Judge by the differences: where they matter, raise the threshold; where hundreds of pages come from one
template, drop them by a filter.</p>
${shown.map((cluster, i) => clusterDetails(cluster, i))}`;
}

function clusterDetails({ size, members, sample, diff }: LargeCluster, index: number): Html {
  const [kept] = members;
  const name = `Cluster ${index + 1}`;
  return html`<details class="cluster"${markup(index < OPEN ? ' open' : '')}>
<summary><strong>${counted(size, 'document')}</strong>${
  kept === undefined ? NOTHING : html`, kept in ${foreign(kept.source, 40)}`}: ${excerpt(sample, SUMMARY)}</summary>
${excerpt(sample, SUMMARY) === excerpt(sample, SAMPLE) ? NOTHING : html`<blockquote>${excerpt(sample, SAMPLE)}</blockquote>`}
<div class="grid pair">
${renderTable({
    caption: `${name}: ${members.length < size ? `${Math.min(members.length, MOST_MEMBERS)} of ${counted(size, 'document')}` : 'all its documents'}`,
    columns: [{ title: 'document' }, { title: 'source' }, { title: 'similarity', number: true }],
    rows: members.slice(0, MOST_MEMBERS).map(({ id, source, jaccard }, i) =>
      [html`<code>${foreign(id, 80)}</code>`, foreign(source, 30), i === 0 ? 'kept' : jaccard.toFixed(3)]),
  })}
${diffBlock(name, diff)}
</div>
</details>
`;
}

function diffBlock(name: string, diff: readonly string[]): Html {
  if (diff.length === 0) return html`<p class="note">The least similar one shown differs in nothing but white space, if at all.</p>`;
  const more = diff.length - MOST_LINES;
  return html`<div><p class="note">Lines with \u2212 are of the kept document alone, lines with + of the least similar one shown.</p>
<pre class="diff" role="group" aria-label="${name}: the kept document against the least similar one shown">${
  diff.slice(0, MOST_LINES).map(diffLine)}</pre>${more > 0 ? html`<p class="note">and ${counted(more, 'line')} more</p>` : NOTHING}</div>`;
}

/** Told by its sign, as well as by colour and element. */
function diffLine(line: string): Html {
  const [sign] = line;
  const text = foreign(line.slice(1).replaceAll('\t', ' '), LINE);
  if (sign === '+') return html`<ins>+${text}</ins>`;
  if (sign === '-') return html`<del>\u2212${text}</del>`;
  return sign === '@' ? html`<span class="soft">@${text}</span>` : html`<span> ${text}</span>`;
}
