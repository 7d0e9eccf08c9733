/** Tables of runs as CSV, the layout of Olmix (arXiv:2602.12237): what a reader hands on and what is written. Files are touched in cli/read-csv.ts. */

export interface CsvTable {
  /** The path as the user gave it: for messages. */
  readonly file: string;
  readonly header: CsvRow;
  /** Rows behind the header, each with as many fields as it has; empty lines are none. */
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Rows as RFC 4180 quotes them, each ended by a newline. Numbers in the shortest form that gives them back. */
export function csvText(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((fields) => `${fields.map((field) => quoted(String(field))).join(',')}\n`).join('');
}

/** Spaces at the ends are quoted, because some readers take unquoted ones away; so is an empty row's only field, which would be no row. */
function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$|^$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
