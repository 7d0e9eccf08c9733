/**
 * Runs and what was measured of them as CSV, in the layout of Olmix (arXiv:2602.12237): `run,name,index` and a column for each source, or for each target. Numbers
 * are written so that reading gives them back to the last bit.
 */
import { csvText } from './csv.js';
import type { MixtureRun, RunMetrics } from './types.js';

/** No source or target may be called like one of these. */
export const RUN_COLUMNS = ['run', 'name', 'index'] as const;

/** Rows in the order of the runs; a source without a weight has 0. */
export function ratiosCsv(runs: readonly MixtureRun[], sources: readonly string[]): string {
  return table(sources, runs.map(({ weights, ...run }) => ({ ...run, values: sources.map((source) => weights[source] ?? 0) })));
}

/** Every run has a loss for each target; anything else is a RangeError. */
export function metricsCsv(metrics: readonly RunMetrics[], targets: readonly string[]): string {
  return table(targets, metrics.map(({ losses, ...run }) => ({
    ...run,
    values: targets.map((target) => {
      const loss = losses[target];
      if (loss === undefined) throw new RangeError(`run ${run.run}: found no loss of target ${target}, expected one`);
      return loss;
    }),
  })));
}

interface Row {
  readonly run: string;
  readonly name: string;
  readonly index: number;
  readonly values: readonly number[];
}

function table(columns: readonly string[], rows: readonly Row[]): string {
  return csvText([[...RUN_COLUMNS, ...columns], ...rows.map(({ run, name, index, values }) => [run, name, index, ...values])]);
}
