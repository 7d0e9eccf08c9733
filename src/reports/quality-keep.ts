/** What the keep rule keeps: by source, language and length, of the positive sources themselves, and which rules would keep a wanted share. */
import type { QualityEvaluation, ScoreSlice } from '../quality/evaluation.js';
import { renderBars, type BarGroup } from './chart-bars.js';
import { barSwatch, renderFigure, type LegendEntry } from './chart-figure.js';
import { renderTable, shareBar, type HtmlTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { count, figure, percent } from './quality-numbers.js';

const LEGEND: readonly LegendEntry[] = [
  { name: 'positive (filled)', swatch: barSwatch(true) }, { name: 'negative (outlined)', swatch: barSwatch(false) },
];

export function keepRateSection({ slices, keep }: QualityEvaluation): Html {
  const cut = keep.threshold === null || keep.rule.kind === 'threshold' ? NOTHING : html`, which comes to scores from ${figure(keep.threshold)} on`;
  return html`<p>The rule is <code>${keep.text}</code>${cut}. Figures are expected shares of documents.</p>
<div class="grid figures">
${sliceFigure(keep.text, 'source', 'By source', slices.source, 'A negative source that keeps more than a positive one is worth a look.')}
${sliceFigure(keep.text, 'language', 'By language', slices.language,
    'A language that keeps next to nothing is one that the model does not know; languages are lid.176\'s guess.')}
${sliceFigure(keep.text, 'length', 'By length in bytes', slices.length.map(withoutUnit),
    'Tenths of all documents, shortest first: rates that only rise or fall with length say that the model goes by it.')}
</div>`;
}

function sliceFigure(rule: string, what: string, title: string, slices: readonly ScoreSlice[], caption: string): Html {
  const groups = slices.map(groupOf).filter(({ bars }) => bars.length > 0);
  const described = groups.map(({ name, bars }) => `${name} ${bars.map(({ text }) => text).join(', ')}`).join('; ');
  return renderFigure({
    title, caption, legend: LEGEND,
    chart: renderBars({ label: `Share of documents that ${rule} keeps, by ${what}: ${described}.`, x: 'documents kept (%)', groups }),
    table: sliceTable(title, what, slices),
  });
}

/** The chart's title has the unit. */
function withoutUnit(slice: ScoreSlice): ScoreSlice {
  const [, from, to] = /^(\d+)(?:-(\d+))? bytes$/.exec(slice.name) ?? [];
  if (from === undefined) return slice;
  return { ...slice, name: to === undefined ? count(Number(from)) : `${count(Number(from))}\u2013${count(Number(to))}` };
}

function groupOf({ name, positive, negative }: ScoreSlice): BarGroup {
  return {
    name: foreign(name, 40),
    bars: ([['+', true, positive], ['\u2212', false, negative]] as const).flatMap(([sign, filled, { keepRate, documents }]) =>
      (keepRate === null ? [] : [{ filled, share: keepRate, text: `${sign} ${percent(keepRate)} of ${count(documents)}` }])),
  };
}

function sliceTable(title: string, what: string, slices: readonly ScoreSlice[]): HtmlTable {
  return {
    caption: `Keep rate ${title.toLowerCase()}`,
    columns: [
      { title: what }, { title: 'positive documents', number: true }, { title: 'mean score', number: true }, { title: 'kept', number: true },
      { title: 'negative documents', number: true }, { title: 'mean score', number: true }, { title: 'kept', number: true },
    ],
    rows: slices.map(({ name, positive, negative }) => [
      foreign(name, 80), count(positive.documents), figure(positive.meanScore), percent(positive.keepRate),
      count(negative.documents), figure(negative.meanScore), percent(negative.keepRate),
    ]),
  };
}

export function retentionSection({ retention, keep }: QualityEvaluation): Html {
  return html`<p>What the rule <code>${keep.text}</code> would leave of the sources that the model was taught to like. A reference that does not pass
its own filter means that the rule is too strict, or that the model has not learnt that source.</p>
${renderTable({
    caption: 'Self-retention', captionHidden: true,
    columns: [{ title: 'positive source' }, ...['documents', 'documents kept', 'text kept (bytes)'].map((title) => ({ title, number: true }))],
    rows: retention.map(({ source, documents, documentShare, byteShare }) =>
      [foreign(source, 80), count(documents), ...[documentShare, byteShare].map((share) => html`${percent(share)}${shareBar(share)}`)]),
  })}`;
}

export function solversSection({ solved: { forShare, matchReference: match } }: QualityEvaluation): Html {
  const rows = forShare === null ? [] : [
    [`Keep ${percent(forShare.keepShare)}: threshold`, ruleCode('threshold', forShare.threshold), percent(forShare.thresholdShare),
      'a cut: the best documents by score'],
    [`Keep ${percent(forShare.keepShare)}: Pareto`, ruleCode('pareto', forShare.alpha), percent(forShare.alphaShare),
      'a draw: documents with poor scores have a small chance'],
  ];
  rows.push(['Match the reference (GPT-3\'s way)', ruleCode('pareto', match.alpha), percent(match.crawlShare),
    `the kept crawl's scores are within ${figure(match.distance)} of the positive documents' (Kolmogorov-Smirnov); `
      + `unfiltered ${figure(match.distanceUnfiltered)}`]);
  return html`<p>To be written in a recipe, under the stage <code>quality</code>. Solved on the negative documents of this evaluation, each source weighed by
what it stands for.</p>
${renderTable({
    caption: 'Solved keep rules', captionHidden: true,
    columns: [{ title: 'wanted' }, { title: 'rule' }, { title: 'keeps of the crawl', number: true }, { title: 'what it does' }], rows,
  })}
${forShare !== null ? NOTHING
    : html`<p class="note">Give <code>--keep-share</code> to have a threshold and an alpha solved for the share that you want.</p>`}`;
}

const ruleCode = (rule: string, value: number): Html => html`<code>keep: { ${rule}: ${value} }</code>`;
