/** The evaluation in a screen of text, for a terminal; the JSON has everything. */
import type { QualityEvaluation } from '../quality/evaluation.js';

const fixed = (value: number | null): string => (value === null ? '-' : value.toFixed(4));
const percent = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(2)} %`);

export function summariseEvaluation(evaluation: QualityEvaluation): string {
  const { model, sources, metrics, calibration, keep, solved, retention, lengthBaseline, stability, warnings, heldOutOnly } = evaluation;
  const { atHalf } = metrics;
  const lines: (readonly [name: string, value: string])[] = [
    ['model', `${model.name}, ${model.kind}, ${model.path}`],
    ...sources.map(({ name, positive, documents, heldOut }) => (
      [positive ? 'positive' : 'negative', `${name}: ${documents} of ${heldOut} ${heldOutOnly ? 'held-out ' : ''}documents`] as const)),
    ['ROC AUC', fixed(metrics.rocAuc)],
    ['PR AUC', fixed(metrics.prAuc)],
    ['log-loss', `${fixed(metrics.logLoss)} (Brier ${fixed(metrics.brier)})`],
    ['at .5', `F1 ${fixed(atHalf.f1)}, precision ${fixed(atHalf.precision)}, recall ${fixed(atHalf.recall)}`],
    ['best F1', `${fixed(metrics.bestF1.f1)} at ${fixed(metrics.bestF1.threshold)}`],
    ['ECE', `${fixed(calibration.raw.ece)}; Platt map ${fixed(calibration.platt?.ece ?? null)}, isotonic ${fixed(calibration.isotonic?.ece ?? null)}`],
    ['length alone', `ROC AUC ${fixed(lengthBaseline.rocAuc)}`],
    ['keep', `${keep.text} keeps ${percent(keep.crawlShare)} of the negative documents`],
    ...retention.map(({ source, documentShare, byteShare }) => ['', `${percent(documentShare)} of ${source} (${percent(byteShare)} of its bytes)`] as const),
  ];
  if (solved.forShare !== null) {
    const { keepShare, threshold, alpha: forShare } = solved.forShare;
    lines.push([`to keep ${percent(keepShare)}`, `threshold ${threshold}, or pareto alpha ${forShare}`]);
  }
  const { alpha, crawlShare, distance, distanceUnfiltered } = solved.matchReference;
  lines.push(['to match', `pareto alpha ${alpha} keeps ${percent(crawlShare)}; distance from the reference's scores ${fixed(distance)}, `
    + `unfiltered ${fixed(distanceUnfiltered)}`]);
  if (stability !== null) lines.push(['another seed', `Spearman ${fixed(stability.all)}, of negatives ${fixed(stability.negatives)}`]);
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  const text = lines.map(([name, value]) => name.padEnd(width) + value);
  return `${[...text, ...warnings.map((warning) => `warning: ${warning}`)].join('\n')}\n`;
}
