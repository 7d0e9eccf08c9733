/** Walks a column file that lists some rows of a shard, ascending, beside the shard's documents in their order. Memory: a block of the columns asked for. */
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';

export class RowCursor {
  readonly #file: ColumnFile | undefined;
  /** What the rows are, for a person: `removed`. */
  readonly #what: string;
  #next = 0;

  /** Without a path no row is listed. */
  constructor(path: string | undefined, what: string) {
    this.#file = path === undefined ? undefined : openColumnFile(path);
    this.#what = what;
  }

  /** The place of a row in the file; undefined where it is not listed. Rows are asked for in ascending order, each once. */
  find(row: number): number | undefined {
    const at = this.#next;
    if (this.#file === undefined || at >= this.#file.rows || this.#file.numberAt(at, 'row') !== row) return undefined;
    this.#next += 1;
    return at;
  }

  /** Values at a place that `find` gave. */
  number(at: number, column: string): number {
    return this.#file!.numberAt(at, column); // it has the row
  }
  text(at: number, column: string): string {
    return this.#file!.utf8At(at, column);
  }

  /** Throws unless every row listed was asked for: the list is of other rows. */
  expectAllFound(): void {
    if (this.#file !== undefined && this.#next !== this.#file.rows) throw new Error(`found ${this.#next} of ${this.#file.rows} ${this.#what} rows among the shard's documents`);
  }

  close(): void {
    this.#file?.close();
  }
}
