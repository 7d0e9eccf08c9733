/**
 * Documents of a shard whose text a phase behind `curate` has changed: their records, and a list of their rows with what each counts for now. Where two
 * phases change texts, the later one has all of the shard, so that a document's record is in one of two places: with `curate`, or with the last of them.
 */
import { utf8Column, type Column } from '../core/document-batch.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import type { ColumnSpec } from '../formats/column-file.js';
import { ColumnWriter } from '../formats/column-writer.js';
import { appendSurvivorRecord, type SurvivorRecord } from '../formats/survivor-record.js';
import { TextWriter } from '../formats/text-file.js';
import { tokensOf } from './document-amounts.js';
import type { Plan } from './plan.js';
import { RowCursor } from './row-cursor.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

/** Phases that change texts, in their order. */
const CHANGING = ['cut', 'clean'] as const;
export type ChangingPhase = (typeof CHANGING)[number];

/** The last phase of a plan that changes texts, of those before `end` where that is given; undefined where none does. */
export function changedBy(plan: Plan, end?: ChangingPhase): ChangingPhase | undefined {
  return CHANGING.slice(0, end === undefined ? undefined : CHANGING.indexOf(end)).findLast((phase) => tasksOf(plan, phase) > 0);
}

/** `bytes` and `tokens` are of the text that is left, 0 where there is none, and then there is no record. */
const COLUMNS: readonly ColumnSpec[] = [
  { name: 'row', kind: 'uint32' }, { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' }, { name: 'recordAt', kind: 'float64' }, { name: 'recordBytes', kind: 'uint32' },
];
const ROWS_AT_ONCE = 1024;

type Values = Readonly<Record<string, number | string>>;

/** Outputs: `text`, records in the order of rows; `cuts`, a column file with the columns above and those of the phase. Memory: one document, a thousand rows. */
export class ChangedTextWriter {
  readonly #text: TextWriter;
  readonly #columns: ColumnWriter;
  readonly #schema: readonly ColumnSpec[];
  readonly #bytesPerToken: number;
  #rows: Values[] = [];

  /** `columns`: of the phase alone, of kinds uint32 and utf8. */
  constructor(run: Run, phase: ChangingPhase, rank: number, columns: readonly ColumnSpec[]) {
    this.#schema = [...COLUMNS, ...columns];
    this.#bytesPerToken = run.plan.recipe.sources[run.plan.shards[rank]!.source]!.bytesPerToken; // rank < tasksOf
    this.#text = new TextWriter(run.workPath(phase, rank, 'text'));
    this.#columns = new ColumnWriter(run.workPath(phase, rank, 'cuts'), this.#schema);
  }

  /** Rows come ascending. `text` is what is left of the record's; empty: the document drops out. */
  add(row: number, record: SurvivorRecord, text: Uint8Array, values: Values): void {
    const bytes = text.length;
    const recordAt = this.#text.bytes;
    const recordBytes = bytes === 0 ? 0 : appendSurvivorRecord(this.#text, { ...record, text });
    this.#rows.push({ ...values, row, bytes, tokens: bytes === 0 ? 0 : tokensOf(bytes, this.#bytesPerToken), recordAt, recordBytes });
    if (this.#rows.length === ROWS_AT_ONCE) this.#append();
  }

  #append(): void {
    this.#columns.append(new Map(this.#schema.map(({ name, kind }): [string, Column] => {
      const values = this.#rows.map((row) => row[name]!); // every row has a value for every column
      if (kind === 'utf8') return [name, utf8Column(values.map(String))];
      return [name, kind === 'float64' ? { kind, values: Float64Array.from(values, Number) } : { kind: 'uint32', values: Uint32Array.from(values, Number) }];
    })));
    this.#rows = [];
  }

  commit(): { readonly text: WrittenFile; readonly cuts: WrittenFile } {
    if (this.#rows.length > 0) this.#append();
    return { text: this.#text.commit(), cuts: this.#columns.commit() };
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#text.abort();
    this.#columns.abort();
  }
}

export interface ChangedText {
  readonly bytes: number;
  readonly tokens: number;
  /** Place of its record in the phase's `text`. */
  readonly recordAt: number;
  readonly recordBytes: number;
}

/** What such a phase left of a shard's documents, asked for in ascending order of rows; without a phase it changed none. Memory: a block of columns. */
export class ChangedTexts {
  readonly #rows: RowCursor;

  constructor(run: Run, rank: number, phase: ChangingPhase | undefined) {
    this.#rows = new RowCursor(phase === undefined ? undefined : run.outputPath(run.completed(phase, rank), 'cuts'), 'changed');
  }

  /** undefined where the text is as `curate` left it. Each row is asked for once. */
  at(row: number): ChangedText | undefined {
    const at = this.#rows.find(row);
    if (at === undefined) return undefined;
    const number = (name: string): number => this.#rows.number(at, name);
    return { bytes: number('bytes'), tokens: number('tokens'), recordAt: number('recordAt'), recordBytes: number('recordBytes') };
  }

  /** Throws unless every change was asked for: the list is of other rows. */
  expectAllFound(): void {
    this.#rows.expectAllFound();
  }

  close(): void {
    this.#rows.close();
  }
}
