/** What the commands of `sluice tune` print: tables of plain text with aligned columns. */
import { correlationOf, medianError, predictsNothing } from '../mixture/tune/fit.js';
import type { Fit } from '../mixture/tune/types.js';

/** Rows under a header, columns two spaces apart; the first is aligned left, the others right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all.map((row) => `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}\n`).join('');
}

/** Digits that a loss is worth. */
export const figure = (value: number): string => String(Number(value.toPrecision(4)));

export function summariseFit(fit: Fit): string {
  const table = textTable(
    ['target', 'law', 'rank correlation', '95 % interval', 'of the other law', 'error (RMS)', 'median', 'losses', ''],
    fit.targets.map((target) => {
      const { low, high } = correlationOf(target);
      const other = target.crossValidated[target.law.kind === 'ridge' ? 'log-linear' : 'ridge'];
      const [least, most] = [target.measured.reduce((a, b) => Math.min(a, b)), target.measured.reduce((a, b) => Math.max(a, b))];
      return [
        target.target, target.law.kind, correlationOf(target).value.toFixed(3), `${low.toFixed(3)} to ${high.toFixed(3)}`, other.value.toFixed(3),
        figure(target.error), figure(medianError(target)), `${figure(least)} to ${figure(most)}`, predictsNothing(target) ? 'no improvement: predicts nothing' : '',
      ];
    }),
  ).replaceAll(/ +$/gm, '');
  return `${fit.runs.length} runs of ${fit.sources.length} sources: ${fit.sources.join(', ')}\n\n${table}\n`
    + 'Rank correlation: Spearman\'s, of losses measured with losses that a law predicted which had not seen the run; of two laws the better is kept. Errors: of these predictions.\n';
}

/** For programs: the laws and what they are worth, without the runs. */
export function fitJson({ sources, targets, runs, warnings }: Fit): object {
  return {
    sources, runs: runs.length, warnings,
    targets: targets.map((target) => ({
      target: target.target, law: target.law, rankCorrelation: correlationOf(target), crossValidated: target.crossValidated, error: target.error,
      medianError: medianError(target), predictsNothing: predictsNothing(target),
    })),
  };
}
