/**
 * The page of `sluice audit --html`: one HTML file, in the order in which a person decides. It draws and words what the audit holds and works out
 * nothing of its own, but for the verdict's answers and the advice (audit-verdict.ts, audit-advice.ts).
 */
import type { Audit } from '../dedup/audit.js';
import { adviceOf, dedupCommand } from './audit-advice.js';
import { clustersSection, largestSection } from './audit-clusters.js';
import { exactSection, nearSection } from './audit-levels.js';
import { methodSection, troubleSection } from './audit-method.js';
import { askedLevel, counted, glued, rate } from './audit-numbers.js';
import { lengthsSection, paragraphsSection, urlsSection } from './audit-repeats.js';
import { overlapSection, sourcesSection } from './audit-sources.js';
import { duplicatedShare, LITERATURE, verdictsOf } from './audit-verdict.js';
import { renderBars } from './chart-bars.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { bulletList, renderPage, type PageSection } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { describeBytes, describeCount } from './table.js';

/**
 * The same audit gives the same bytes: the page holds no time and no machine. At most some 600 kB. `inputs` are the words that named the data on the
 * audit's command line (paths, options of reading), for the command that the page suggests.
 */
export function renderAuditPage(audit: Audit, inputs: readonly string[] = []): string {
  const { documents, tokens, bytes, sources, sample } = audit;
  const names = Object.keys(sources);
  return renderPage({
    title: 'Duplicates in a data set',
    subtitle: html`${glued(`${counted(documents, 'document')}, ${counted(tokens, 'token')}, ${describeBytes(bytes)} of text`)}
in ${names.length === 1 ? foreign(names[0]!, 80) : counted(names.length, 'source')}.${sample === undefined ? NOTHING
      : html` A sample: ${describeCount(sample.documents)} of ${counted(sample.of, 'document')}.`}`, // one name
    sections: [
      { id: 'verdict', short: 'Verdict', title: 'Verdict', body: verdictSection(audit, inputs) },
      { id: 'near', short: 'Near-duplicates', title: 'Near-duplicates by similarity', body: nearSection(audit) },
      { id: 'exact', short: 'Equal texts', title: 'Equal texts', body: exactSection(audit) },
      { id: 'clusters', short: 'Clusters', title: 'Redundancy and sizes of clusters', body: clustersSection(audit) },
      { id: 'largest', short: 'Largest', title: 'The largest clusters', body: largestSection(audit) },
      { id: 'sources', short: 'Sources', title: 'Within and across sources', body: sourcesSection(audit) },
      ...overlapPart(audit),
      { id: 'lengths', short: 'Lengths', title: 'Lengths that many documents share', body: lengthsSection(audit) },
      { id: 'urls', short: 'Addresses', title: 'Addresses that several documents have', body: urlsSection(audit) },
      { id: 'paragraphs', short: 'Paragraphs', title: 'Paragraphs that recur', body: paragraphsSection(audit) },
      { id: 'trouble', short: 'Faults and alarms', title: 'Faults and alarms', body: troubleSection(audit) },
      { id: 'method', short: 'Method', title: 'How this was computed', body: methodSection(audit) },
    ],
    footer: html`<p>Written by <code>sluice audit</code>. The same figures, unrounded, are what <code>--json</code> writes.</p>`,
  });
}

function overlapPart({ overlap, threshold }: Audit): PageSection[] {
  if (overlap === undefined) return [];
  return [{ id: 'overlap', short: 'Overlap', title: 'Overlap with another set', body: overlapSection(overlap, threshold) }];
}

/** Told by a sign and a word, not by colour alone. */
const TONES = { good: '\u2713 Looks good', check: '! Look closer', bad: '\u2715 Problem' } as const;

function verdictSection(audit: Audit, inputs: readonly string[]): Html {
  const verdicts = verdictsOf(audit);
  return html`<div class="grid${verdicts.length === 4 ? ' pair' : ''}">${verdicts.map(({ question, tone, answer, details }) => html`<div class="card">
<h3>${question}</h3>
<p class="answer">${glued(answer)}</p>
${tone === 'plain' ? NOTHING : html`<p class="tone ${tone}">${TONES[tone]}</p>`}
${bulletList(details.map(glued))}
</div>
`)}</div>
${audit.documents === 0 ? NOTHING : html`<div class="grid pair">
${actionBlock(audit, inputs)}
${literatureFigure(audit)}
</div>`}`;
}

function actionBlock(audit: Audit, inputs: readonly string[]): Html {
  const advice = bulletList(adviceOf(audit).map(glued));
  if ((askedLevel(audit)?.documents ?? 0) === 0) {
    return html`<div><h3>What to do</h3><p>There is nothing to remove at this similarity.</p>${advice}</div>`;
  }
  return html`<div><h3>What to do</h3>
<p>This removes them, with the settings of this audit. It keeps one document of each cluster and notes for each removed one which document it
repeats:</p>
<pre class="command"><code>${dedupCommand(audit, inputs).map((word, i) => html`${i === 0 ? '' : ' '}<span>${word}</span>`)}</code></pre>
${advice}</div>`;
}

function literatureFigure(audit: Audit): Html {
  const own = duplicatedShare(audit);
  return renderFigure({
    title: 'Beside well-known corpora',
    caption: 'Documents that have a duplicate in the same set. Near-duplicates by Lee et al. 2021, but for RedPajama and The Pile: equal texts alone, '
      + 'by Elazar et al. 2023. Settings differ; compare orders of magnitude.',
    legend: [{ name: 'this data set', swatch: barSwatch(true) }, { name: 'as published', swatch: barSwatch(false) }],
    chart: renderBars({
      label: `Documents that have a duplicate: ${rate(own)} here; ${LITERATURE.map(({ name, text }) => `${name} ${text}`).join(', ')}.`,
      x: 'documents with a duplicate (%)',
      groups: [
        { name: 'this data set', bars: [{ filled: true, share: Math.min(1, own), text: rate(own) }] },
        ...LITERATURE.map(({ name, share, text }) => ({ name, bars: [{ filled: false, share, text }] })),
      ],
    }),
    table: {
      caption: 'Documents that have a duplicate',
      columns: [{ title: 'corpus' }, { title: 'share', number: true }, { title: 'counted' }, { title: 'paper' }],
      rows: [
        ['this data set', rate(own), 'near-duplicates', ''],
        ...LITERATURE.map(({ name, text, paper, kind }) => [name, text, kind === 'near' ? 'near-duplicates' : 'equal texts', paper]),
      ],
    },
  });
}
