/** Reads a small CSV file whole (RFC 4180; a byte order mark, CRLF and quoted fields are fine). What its columns mean is mixture/tune/read-runs.ts. */
import { readFileSync, statSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { ConfigError } from '../core/errors.js';
import type { CsvTable } from '../mixture/tune/csv.js';

const MOST_BYTES = 64 << 20;
const MOST_ROWS = 100_000;
const MOST_COLUMNS = 1000;
/** Of one row: MOST_COLUMNS of 1 KiB. */
const MOST_ROW_BYTES = 1 << 20;

/** A row as csv-parse gives it with `info`. */
interface ParsedRow {
  readonly record: readonly string[];
  /** `lines`: those read when the row ended. */
  readonly info: { readonly lines: number };
}

/**
 * The table in a file; a line end inside quotes is \n. Memory: some ten times the file. Errors: ConfigError with file and line for a file that is missing, empty, not UTF-8, larger than 64 MiB, has more
 * than 100,000 rows or 1000 columns, or is quoted wrongly.
 */
export function readCsv(file: string): CsvTable {
  const text = readText(file);
  const [header, ...rows] = parseRows(file, text).map(({ record, info }) => ({ fields: record, line: info.lines - lineEnds(record) }));
  if (header === undefined) throw new ConfigError(`${file}: found no row, expected a header with the names of columns`);
  if (rows.length > MOST_ROWS) throw new ConfigError(`${file}: found ${rows.length} rows, expected at most ${MOST_ROWS}`);
  if (header.fields.length > MOST_COLUMNS) throw new ConfigError(`${file}:${header.line}: found ${header.fields.length} columns, expected at most ${MOST_COLUMNS}`);
  const odd = rows.find(({ fields }) => fields.length !== header.fields.length);
  if (odd !== undefined) throw new ConfigError(`${file}:${odd.line}: found ${odd.fields.length} fields, expected ${header.fields.length} as in the header`);
  return { file, header, rows };
}

function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) throw new Error(`has ${size} bytes, expected at most ${MOST_BYTES}`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n'); // decoding takes a byte order mark away
  } catch (cause) {
    throw new ConfigError(`${file}: found bytes that are not UTF-8, expected a CSV file in UTF-8`, { cause });
  }
}

function parseRows(file: string, text: string): ParsedRow[] {
  try {
    const rows: unknown = parse(text, {
      info: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n', max_record_size: MOST_ROW_BYTES, to: MOST_ROWS + 2,
    });
    return rows as ParsedRow[]; // the form that `info` gives, which its types leave out
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ConfigError(`${file}:${String(error['lines'] ?? 1)}: ${error.message}, expected CSV`, { cause: error });
  }
}

/** Inside quoted fields. */
function lineEnds(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
}
