/** Whether a score is a probability: the reliability diagrams of the raw score and of the two maps, and what another share of positives does to it. */
import type { CalibrationFigures, QualityCalibration, QualityEvaluation } from '../quality/evaluation.js';
import { renderCurve } from './chart-curve.js';
import { renderFigure } from './chart-figure.js';
import { renderTable } from './html-page.js';
import { html, NOTHING, type Html } from './html-template.js';
import { count, counted, figure, percent } from './quality-numbers.js';

type Map = readonly [name: string, figures: CalibrationFigures | null];

export function calibrationSection({ calibration }: QualityEvaluation): Html {
  const { raw, isotonic, platt, fitted, judged, prior } = calibration;
  const maps: readonly Map[] = [['Raw score', raw], ['Isotonic map', isotonic], ['Platt map', platt]];
  return html`<p>The maps were fitted on ${counted(fitted, 'document')} and everything here is measured on ${count(judged)} others.
The figures hold for a share of positives of ${percent(prior.measured)}, as in this sample.</p>
<div class="grid figures">${maps.map(diagram)}</div>
<div class="grid pair">
${figuresTable(maps)}
${priorTable(calibration)}
</div>
${platt === null ? NOTHING : html`<p class="note">Platt map: probability = 1 / (1 + exp(\u2212(${platt.slope.toFixed(4)} \u00d7 logit(score)
${platt.intercept < 0 ? '\u2212' : '+'} ${Math.abs(platt.intercept).toFixed(4)}))).</p>`}
<p class="note">ECE is the mean distance of score and share of positives over 15 bins, each bin counting by its documents; log-loss is in nats.</p>`;
}

function diagram([name, figures]: Map): Html {
  if (figures === null) return html`<div><h3>${name}</h3><p class="note">Could not be fitted: one half of the documents lacks a class.</p></div>`;
  const { ece, bins } = figures;
  const full = bins.flatMap(({ meanScore, positiveShare, documents }) =>
    (meanScore === null || positiveShare === null ? [] : [{ x: meanScore, y: positiveShare, documents }]));
  return renderFigure({
    title: `${name}: ECE ${figure(ece)}`,
    caption: 'A dot is a bin of scores, larger with more documents: on the dashed line, of documents that score 0.8, 80\u00a0% are positive; '
      + 'below it scores promise too much.',
    chart: renderCurve({
      label: `Reliability diagram, ${name.toLowerCase()}, expected calibration error ${figure(ece)}: `
        + `share of positives against mean score in ${full.length} bins.`,
      x: 'mean score of the bin', y: 'positive documents in the bin (share)',
      curve: full, sizes: full.map(({ documents }) => documents), compare: [{ x: 0, y: 0 }, { x: 1, y: 1 }],
    }),
    table: {
      caption: `Reliability, ${name.toLowerCase()}`,
      columns: ['scores', 'documents', 'mean score', 'share positive'].map((title) => ({ title, number: true })),
      rows: bins.map(({ from, to, documents, meanScore, positiveShare }) =>
        [`${from.toFixed(2)}\u2013${to.toFixed(2)}`, count(documents), figure(meanScore), figure(positiveShare)]),
    },
  });
}

function figuresTable(maps: readonly Map[]): Html {
  return renderTable({
    caption: 'Calibration before and after the maps',
    columns: [{ title: 'score' }, ...['ECE', 'ECE, equal mass', 'greatest gap', 'log-loss', 'Brier'].map((title) => ({ title, number: true }))],
    rows: maps.flatMap(([name, figures]) => {
      if (figures === null) return [];
      const { ece, eceEqualMass, mce, logLoss, brier } = figures;
      return [[name, ...[ece, eceEqualMass, mce, logLoss, brier].map(figure)]];
    }),
  });
}

function priorTable({ prior, platt }: QualityCalibration): Html {
  const { given, measured, oddsFactor, examples } = prior;
  if (given === null || oddsFactor === null) {
    return html`<p class="note">At another share of positives every probability shifts: give the share that you expect where the model will be used
(<code>--prior</code>) to see by how much.</p>`;
  }
  return html`<div>${renderTable({
    caption: `What a score means where ${percent(given)} are positive`,
    columns: ['score', platt === null ? 'as it is' : 'by the Platt map', `at ${percent(given)}`].map((title) => ({ title, number: true })),
    rows: examples.map(({ score, calibrated, corrected }) => [score.toFixed(1), figure(calibrated), figure(corrected)]),
  })}<p class="note">Odds are multiplied by ${oddsFactor.toPrecision(3)}, as this sample has ${percent(measured)} positives.</p></div>`;
}
