/** The ROC and the precision-recall curve of an evaluation, with the two thresholds that people ask about. */
import type { QualityEvaluation, ThresholdMetrics } from '../quality/evaluation.js';
import { renderCurve, type MarkedPoint, type UnitPoint } from './chart-curve.js';
import { pointSwatch, renderFigure, type LegendEntry } from './chart-figure.js';
import { renderTable, type HtmlColumn } from './html-page.js';
import { html, type Html } from './html-template.js';
import { figure } from './quality-numbers.js';

const numbers = (...titles: readonly string[]): HtmlColumn[] => titles.map((title) => ({ title, number: true }));

export function curvesSection(evaluation: QualityEvaluation): Html {
  return html`<div class="grid figures">
${rocFigure(evaluation)}
${precisionFigure(evaluation)}
${thresholdTable(evaluation)}
</div>`;
}

function rocFigure({ metrics, curves, positives, negatives }: QualityEvaluation): Html {
  const falsePositiveRate = ({ precision, recall }: ThresholdMetrics): number =>
    (precision === 0 ? 0 : (recall * positives * (1 - precision)) / precision / Math.max(1, negatives));
  return renderFigure({
    title: `ROC curve: area ${figure(metrics.rocAuc)}`,
    caption: 'Each point is a threshold: the nearer the curve comes to the upper left corner, the fewer negative documents pass with the positive ones; '
      + 'the dashed line is guessing.',
    legend: legendOf(metrics.bestF1),
    chart: renderCurve({
      label: `ROC curve, area ${figure(metrics.rocAuc)}: share of positive documents that pass against share of negative documents that pass.`,
      x: 'negative documents that pass (share)', y: 'positive documents that pass (share)',
      curve: curves.roc.map(({ falsePositiveRate: x, truePositiveRate: y }) => ({ x, y })),
      compare: [{ x: 0, y: 0 }, { x: 1, y: 1 }],
      marked: marked(metrics, (at) => ({ x: falsePositiveRate(at), y: at.recall })),
    }),
    table: {
      caption: 'ROC curve', columns: numbers('threshold', 'false positive rate', 'true positive rate'),
      rows: curves.roc.map((point) => [point.threshold, point.falsePositiveRate, point.truePositiveRate].map(figure)),
    },
  });
}

function precisionFigure({ metrics, curves, positives, documents }: QualityEvaluation): Html {
  const chance = positives / documents;
  return renderFigure({
    title: `Precision and recall: area ${figure(metrics.prAuc)}`,
    caption: 'Each point is a threshold: how much of what passes is positive, against how much of the positive passes; '
      + 'the dashed line is guessing, at this sample\'s share of positives.',
    legend: legendOf(metrics.bestF1),
    chart: renderCurve({
      label: `Precision-recall curve, average precision ${figure(metrics.prAuc)}: precision against recall.`,
      x: 'recall: positive documents that pass (share)', y: 'precision: positive among what passes (share)',
      curve: curves.pr.map(({ recall: x, precision: y }) => ({ x, y })),
      compare: [{ x: 0, y: chance }, { x: 1, y: chance }],
      marked: marked(metrics, (at) => ({ x: at.recall, y: at.precision })),
    }),
    table: {
      caption: 'Precision and recall', columns: numbers('threshold', 'recall', 'precision'),
      rows: curves.pr.map((point) => [point.threshold, point.recall, point.precision].map(figure)),
    },
  });
}

function marked({ atHalf, bestF1 }: QualityEvaluation['metrics'], place: (at: ThresholdMetrics) => UnitPoint): MarkedPoint[] {
  return [{ ...place(atHalf), symbol: 'circle' }, { ...place(bestF1), symbol: 'diamond2' }];
}

function legendOf(bestF1: ThresholdMetrics): LegendEntry[] {
  return [
    { name: 'at score 0.5', swatch: pointSwatch('circle') },
    { name: `at best F1: score ${figure(bestF1.threshold)}`, swatch: pointSwatch('diamond2') },
  ];
}

function thresholdTable({ metrics: { atHalf, bestF1 } }: QualityEvaluation): Html {
  return renderTable({
    caption: 'In numbers',
    columns: [{ title: '' }, ...numbers('at score 0.5', 'at best F1')],
    rows: ([['threshold', 'threshold'], ['precision', 'precision'], ['recall', 'recall'], ['F1', 'f1'], ['accuracy', 'accuracy']] as const)
      .map(([name, key]) => [name, figure(atHalf[key]), figure(bestF1[key])]),
  });
}
