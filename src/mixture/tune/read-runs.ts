/**
 * The runs of a swarm from two tables, ours or anyone's in Olmix's layout: ratios (run, name, index, a share per source) and metrics (run, name, index, a loss per
 * target), joined by run. `run_id` names runs as well, name and index may be missing, and columns without a name (the index that pandas writes) are passed over.
 */
import { ConfigError } from '../../core/errors.js';
import type { CsvRow, CsvTable } from './csv.js';
import type { MixtureRun, RunMetrics } from './types.js';

export interface RunTable {
  /** Names of the columns that hold values, as written; of sources without spaces at their ends. */
  readonly columns: readonly string[];
  readonly rows: readonly RunRow[];
}

export interface RunRow {
  readonly line: number;
  readonly run: string;
  readonly name: string;
  /** Where there is no such column: the place in the file, from 0. */
  readonly index: number;
  /** In the order of `columns`. */
  readonly values: readonly number[];
}

/** Shares may sum to 1 with an error of this: Olmix's own tolerance, for tables rounded by hand. They are divided by their sum. */
const SUM_TOLERANCE = 0.01;
/** What rounding of many digits leaves is not worth a word. */
const SILENT_TOLERANCE = 1e-6;
/** Runs that are named in a message. */
const NAMED = 5;
/** No loss is larger, and squares of it are numbers. */
const LARGEST = 1e100;

/** Mixtures of a table: shares at least 0 that sum to 1, one row a run. Errors: ConfigError with file, line and column. */
export function readRatios(table: CsvTable): { readonly sources: readonly string[]; readonly runs: readonly MixtureRun[]; readonly warnings: readonly string[] } {
  const { columns: sources, rows } = readRunTable(table, 'source', (name) => name.trim());
  let [uneven, worst] = [0, 1];
  const runs = rows.map(({ line, run, name, index, values }): MixtureRun => {
    const negative = values.findIndex((share) => share < 0);
    if (negative >= 0) throw new ConfigError(`${table.file}:${line}: ${sources[negative]!}: found the share ${values[negative]!}, expected 0 or more`);
    const sum = values.reduce((total, share) => total + share, 0);
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) throw new ConfigError(`${table.file}:${line}: found shares that sum to ${Number(sum.toPrecision(6))}, expected 1`);
    if (Math.abs(sum - 1) > SILENT_TOLERANCE) uneven++;
    if (Math.abs(sum - 1) > Math.abs(worst - 1)) worst = sum;
    return { run, name, index, weights: Object.fromEntries(sources.map((source, d) => [source, values[d]! / sum])) };
  });
  const warnings = uneven === 0 ? [] : [`${table.file}: the shares of ${uneven} runs do not sum to 1 (the worst: ${Number(worst.toPrecision(6))}); each was divided by its sum`];
  return { sources, runs, warnings };
}

/** Losses of a table, one row a run. Errors: ConfigError with file, line and column. */
export function readMetrics(table: CsvTable): { readonly targets: readonly string[]; readonly metrics: readonly RunMetrics[] } {
  const { columns: targets, rows } = readRunTable(table, 'target', (name) => name);
  return { targets, metrics: rows.map(({ run, name, index, values }) => ({ run, name, index, losses: Object.fromEntries(targets.map((target, i) => [target, values[i]!])) })) };
}

/** Runs that both have, in the order of `runs`; those of one table alone are left out with a word. Errors: ConfigError where they have none in common. */
export function joinRuns(
  ratios: { readonly file: string; readonly runs: readonly MixtureRun[] }, metrics: { readonly file: string; readonly metrics: readonly RunMetrics[] },
): { readonly runs: readonly MixtureRun[]; readonly metrics: readonly RunMetrics[]; readonly warnings: readonly string[] } {
  const ours = new Set(ratios.runs.map(({ run }) => run));
  const measured = new Map(metrics.metrics.map((one) => [one.run, one]));
  const runs = ratios.runs.filter(({ run }) => measured.has(run));
  if (runs.length === 0) {
    throw new ConfigError(`${ratios.file} and ${metrics.file}: found no run in both (${listed([...ours])}; ${listed([...measured.keys()])}), expected the same names under run`);
  }
  const lost = (file: string, names: readonly string[], where: string): string[] => (names.length === 0 ? [] : [`${file}: ${names.length} runs are not in ${where} and are left out: ${listed(names)}`]);
  return {
    runs, metrics: runs.map(({ run }) => measured.get(run)!), // filtered by `has`
    warnings: [
      ...lost(ratios.file, [...ours].filter((run) => !measured.has(run)).sort(), metrics.file),
      ...lost(metrics.file, [...measured.keys()].filter((run) => !ours.has(run)).sort(), ratios.file),
    ],
  };
}

/** The rows of a table; every field but those of run, name and index is a number. `nameOf` makes a column's name of what is written in the header. */
export function readRunTable({ file, header, rows }: CsvTable, kind: 'source' | 'target', nameOf: (written: string) => string): RunTable {
  const written = header.fields.map((name) => name.trim());
  const id = written.includes('run') ? written.indexOf('run') : written.indexOf('run_id');
  if (id < 0) throw new ConfigError(`${file}:${header.line}: found the columns ${listed(written)}, expected one named run (or run_id)`);
  const places = [...written.keys()].filter((i) => !/^(|run|run_id|name|index|Unnamed: \d+)$/.test(written[i]!));
  if (places.length === 0) throw new ConfigError(`${file}:${header.line}: found no column beside run, name and index, expected one per ${kind}`);
  const columns = places.map((i) => nameOf(header.fields[i]!));
  const twice = written.find((name, i) => name !== '' && written.indexOf(name) < i);
  if (twice !== undefined) throw new ConfigError(`${file}:${header.line}: found two columns named ${twice}, expected one`);
  if (rows.length === 0) throw new ConfigError(`${file}: found no row below the header, expected one per run`);
  const [name, index] = [written.indexOf('name'), written.indexOf('index')];
  const lines = new Map<string, number>();
  return {
    columns,
    rows: rows.map((row, place) => {
      const run = row.fields[id]!.trim();
      if (run === '') throw new ConfigError(`${file}:${row.line}: ${written[id]!}: found nothing, expected the run's name`);
      if (lines.has(run)) throw new ConfigError(`${file}:${row.line}: found run ${run} again, which is in line ${lines.get(run)!}, expected each run once`);
      lines.set(run, row.line);
      return {
        line: row.line, run, name: name < 0 ? run : row.fields[name]!, index: index < 0 ? place : numberIn(file, row, index, 'index'),
        values: places.map((i, d) => numberIn(file, row, i, columns[d]!)),
      };
    }),
  };
}

function numberIn(file: string, { line, fields }: CsvRow, place: number, column: string): number {
  const text = fields[place]!.trim();
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (Math.abs(value) < LARGEST) return value;
  throw new ConfigError(`${file}:${line}: ${column}: found ${text === '' ? 'nothing' : `"${text.slice(0, 40)}"`}, expected a number`);
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? `, ... ${names.length} in all` : ''}`;
}
