/**
 * New texts for some documents of a batch, put together from parts of the old text and from other bytes, row after row: what a modifier writes and
 * the chain turns into the next batch. A row without an edit keeps its text.
 */
import type { DocumentBatch } from './document-batch.js';

const LEAST_BYTES = 1 << 16;

/** Memory: the edited texts, at most doubled while they grow, and the new batch's text once `apply` is called. */
export class TextEdits {
  readonly #batch: DocumentBatch;
  readonly #rows: number[] = [];
  readonly #ends: number[] = [];
  #bytes = new Uint8Array(0);
  #used = 0;
  #open = false;

  constructor(batch: DocumentBatch) {
    this.#batch = batch;
  }

  /** Begins the new text of a row, empty at first; rows must ascend. */
  begin(row: number): void {
    if (this.#open) throw new Error(`edit of row ${this.#rows.at(-1)!}: not ended before the next`);
    if (row <= (this.#rows.at(-1) ?? -1) || row >= this.#batch.length) throw new Error(`edit of row ${row}: found out of order, or not in a batch of ${this.#batch.length}`);
    this.#rows.push(row);
    this.#open = true;
  }

  /** Appends `batch.text[start .. end)`. Both must be ends of characters. */
  copy(start: number, end: number): void {
    const to = this.#reserve(end - start);
    if (end - start < 32) for (let from = start, at = to; from < end; from++, at++) this.#bytes[at] = this.#batch.text[from]!;
    else this.#bytes.set(this.#batch.text.subarray(start, end), to);
  }

  /** Appends bytes of valid UTF-8. */
  put(bytes: Uint8Array): void {
    const to = this.#reserve(bytes.length); // it may put `#bytes` elsewhere
    this.#bytes.set(bytes, to);
  }

  /** Bytes of the open row's new text so far. */
  get length(): number {
    return this.#used - (this.#ends.at(-1) ?? 0);
  }

  /** Shortens the open row's new text to its first `length` bytes: for what is known only afterwards, such as white space at the end. */
  truncate(length: number): void {
    if (length > this.length) throw new Error(`truncate: found ${length}, expected at most ${this.length}`);
    this.#used = (this.#ends.at(-1) ?? 0) + length;
  }

  /** Ends the open row's new text. */
  end(): void {
    this.#ends.push(this.#used);
    this.#open = false;
  }

  /** Rows with a new text, ascending. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  /** Bytes of the new text of the i-th of `rows`; a view. */
  textOf(i: number): Uint8Array {
    return this.#bytes.subarray(this.#ends[i - 1] ?? 0, this.#ends[i]);
  }

  /** The batch with the new texts: same rows and columns (the same Map). Without edits, the batch itself. */
  apply(): DocumentBatch {
    if (this.#open) throw new Error('edits: applied before the last one was ended');
    if (this.#rows.length === 0) return this.#batch;
    const { length, text: old, offsets: oldOffsets, columns } = this.#batch;
    const offsets = new Uint32Array(length + 1);
    for (let row = 0, i = 0; row < length; row++) {
      const edited = this.#rows[i] === row;
      offsets[row + 1] = offsets[row]! + (edited ? this.#ends[i]! - (this.#ends[i - 1] ?? 0) : oldOffsets[row + 1]! - oldOffsets[row]!);
      if (edited) i++;
    }
    const text = new Uint8Array(offsets[length]!);
    let row = 0;
    for (let i = 0; i <= this.#rows.length; i++) {
      const edited = this.#rows[i] ?? length;
      text.set(old.subarray(oldOffsets[row], oldOffsets[edited]), offsets[row]); // the rows between two edits are copied at once
      if (edited < length) text.set(this.textOf(i), offsets[edited]);
      row = edited + 1;
    }
    return { length, text, offsets, columns };
  }

  #reserve(bytes: number): number {
    if (!this.#open) throw new Error('edits: text for no row');
    const at = this.#used;
    this.#used += bytes;
    if (this.#used > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(LEAST_BYTES, 2 * this.#bytes.length, this.#used));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    return at;
  }
}
