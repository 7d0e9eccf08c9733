/** The scores of each source as histograms of one scale. */
import type { QualityEvaluation, ScoreSlice } from '../quality/evaluation.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { renderHistogram } from './chart-histogram.js';
import { foreign, html, type Html } from './html-template.js';
import { className, count, counted, figure, percent } from './quality-numbers.js';

export function scoresSection({ slices, sources, keep }: QualityEvaluation): Html {
  const shown = slices.source.map((slice) => {
    const positive = sources.find(({ name }) => name === slice.name)?.positive ?? false;
    return { slice, positive, own: positive ? slice.positive : slice.negative };
  });
  const mostShare = Math.max(0, ...shown.map(({ own }) => Math.max(...own.histogram, 0) / Math.max(1, own.documents)));
  return html`<p>All charts have one scale, so that their shapes can be compared. ${barSwatch(true)} filled: a positive source.
${barSwatch(false)} outlined: a negative one.</p>
<div class="grid small figures">${shown.map(({ slice, positive, own }) => {
    const name = foreign(slice.name, 40);
    return own.documents === 0
      ? html`<div><h3>${name} (${className(positive)})</h3><p class="note">No document of it was scored.</p></div>`
      : renderFigure({
        title: `${name} (${className(positive)})`,
        caption: `${counted(own.documents, 'document')}, mean score ${figure(own.meanScore)}: each bar is the share of them with scores in a twentieth.`,
        chart: renderHistogram({
          label: `Histogram of the scores of ${name}, a ${className(positive)} source: mean ${figure(own.meanScore)}.`,
          x: 'score', y: 'documents (%)', counts: own.histogram, mostShare, filled: positive,
          ...(keep.threshold === null ? {} : { line: { at: keep.threshold, name: `kept from ${figure(keep.threshold)}` } }),
        }),
        table: histogramTable(name, slice, positive),
      });
  })}</div>`;
}

function histogramTable(name: string, slice: ScoreSlice, positive: boolean): Parameters<typeof renderFigure>[0]['table'] {
  const { histogram, documents } = positive ? slice.positive : slice.negative;
  const bins = histogram.length;
  return {
    caption: `Scores of ${name}`,
    columns: [{ title: 'scores', number: true }, { title: 'documents', number: true }, { title: 'share', number: true }],
    rows: histogram.map((inBin, bin) =>
      [`${(bin / bins).toFixed(2)}\u2013${((bin + 1) / bins).toFixed(2)}`, count(inBin), percent(documents === 0 ? null : inBin / documents)]),
  };
}
