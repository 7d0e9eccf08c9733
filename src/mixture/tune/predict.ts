/** What laws expect of mixtures that nobody has tried. */
import { ConfigError } from '../../core/errors.js';
import { csvText, type CsvTable } from './csv.js';
import { lossAt } from './law.js';
import { readRatios } from './read-runs.js';
import type { Fit } from './types.js';

/**
 * The CSV (run, name, index, one column a target under its own name) of the losses that a fit expects of a table's mixtures, row by row. Columns of the table are found by
 * name. Errors: ConfigError with the file's line where a source is missing or is not one of the fit's, and as readRatios has them.
 */
export function predictTable(fit: Fit, table: CsvTable): { readonly csv: string; readonly runs: number; readonly warnings: readonly string[] } {
  const { sources, runs, warnings } = readRatios(table);
  const missing = fit.sources.filter((source) => !sources.includes(source));
  const extra = sources.filter((source) => !fit.sources.includes(source));
  if (missing.length + extra.length > 0) {
    const found = [...missing.map((source) => `no column ${source}`), ...extra.map((source) => `a column ${source} that the fit has not`)].join(', ');
    throw new ConfigError(`${table.file}:${table.header.line}: found ${found}, expected the fit's sources: ${fit.sources.join(', ')}`);
  }
  const rows = runs.map(({ run, name, index, weights }) => {
    const shares = fit.sources.map((source) => weights[source]!);
    return [run, name, index, ...fit.targets.map(({ law }) => lossAt(law, shares))];
  });
  return { csv: csvText([['run', 'name', 'index', ...fit.targets.map(({ target }) => target)], ...rows]), runs: runs.length, warnings };
}
