/** The scores of each source, language and tenth by length as histograms of one scale. */
import type { QualityEvaluation, ScoreSlice } from '../quality/evaluation.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { renderHistogram } from './chart-histogram.js';
import { foreign, html, type Html } from './html-template.js';
import { className, count, counted, figure, percent } from './quality-numbers.js';

/** One group of documents of one class. */
interface Shown {
  readonly slice: ScoreSlice;
  readonly positive: boolean;
}

export function scoresSection({ slices, sources, keep }: QualityEvaluation): Html {
  const bySource = slices.source.map((slice) => ({ slice, positive: sources.find(({ name }) => name === slice.name)?.positive ?? false }));
  return html`<p>The charts of a group have one scale, so that their shapes can be compared. ${barSwatch(true)} filled: positive documents.
${barSwatch(false)} outlined: negative ones.</p>
${histograms(bySource, 'a source', keep.threshold)}
${folded('By language', slices.language, 'a language', keep.threshold)}
${folded('By length in bytes', slices.length, 'a tenth of all documents by length', keep.threshold)}`;
}

/** Slices hold documents of both classes: a chart for each that has any. */
function folded(title: string, slices: readonly ScoreSlice[], kind: string, threshold: number | null): Html {
  const shown = slices.flatMap((slice) => [true, false].map((positive) => ({ slice, positive }))).filter((one) => ownOf(one).documents > 0);
  return html`<details><summary>${title}: ${counted(shown.length, 'histogram')}</summary>${histograms(shown, kind, threshold)}</details>`;
}

const ownOf = ({ slice, positive }: Shown): ScoreSlice['positive'] => (positive ? slice.positive : slice.negative);

function histograms(shown: readonly Shown[], kind: string, threshold: number | null): Html {
  const mostShare = Math.max(0, ...shown.map((one) => Math.max(...ownOf(one).histogram, 0) / Math.max(1, ownOf(one).documents)));
  return html`<div class="grid small figures">${shown.map((one) => {
    const { slice, positive } = one;
    const own = ownOf(one);
    const name = foreign(slice.name, 40);
    return own.documents === 0
      ? html`<div><h3>${name} (${className(positive)})</h3><p class="note">No document of it was scored.</p></div>`
      : renderFigure({
        title: `${name} (${className(positive)})`,
        caption: `${counted(own.documents, 'document')}, mean score ${figure(own.meanScore)}: each bar is the share of them with scores in a twentieth.`,
        chart: renderHistogram({
          label: `Histogram of the scores of ${className(positive)} documents of ${kind}, ${name}: mean ${figure(own.meanScore)}.`,
          x: 'score', y: 'documents (%)', counts: own.histogram, mostShare, filled: positive,
          ...(threshold === null ? {} : { line: { at: threshold, name: `kept from ${figure(threshold)}` } }),
        }),
        table: histogramTable(name, slice, positive),
      });
  })}</div>`;
}

function histogramTable(name: string, slice: ScoreSlice, positive: boolean): Parameters<typeof renderFigure>[0]['table'] {
  const { histogram, documents } = positive ? slice.positive : slice.negative;
  const bins = histogram.length;
  return {
    caption: `Scores of ${name}, ${className(positive)}`,
    columns: [{ title: 'scores', number: true }, { title: 'documents', number: true }, { title: 'share', number: true }],
    rows: histogram.map((inBin, bin) =>
      [`${(bin / bins).toFixed(2)}\u2013${((bin + 1) / bins).toFixed(2)}`, count(inBin), percent(documents === 0 ? null : inBin / documents)]),
  };
}
