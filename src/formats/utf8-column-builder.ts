/** Collects one utf8 column row by row in a growing buffer; taking the column copies it to its exact size. */
import { Buffer } from 'node:buffer';
import type { Column } from '../core/document-batch.js';
import { repairUtf8 } from './utf8-repair.js';

/** Spans up to here are copied byte by byte, which costs less than a call that copies. */
const SHORT_BYTES = 256;

export class Utf8ColumnBuilder {
  #bytes = new Uint8Array(16 * 1024);
  /** The same memory, for strings. */
  #writer = Buffer.from(this.#bytes.buffer);
  #used = 0;
  #ends = new Uint32Array(1024);
  #rows = 0;

  /** Bytes collected since the last `take`. */
  get bytes(): number {
    return this.#used;
  }

  /** Adds a row: a string, or UTF-8 bytes, which are copied. What is not Unicode (lone surrogates, invalid bytes) becomes U+FFFD. */
  push(value: string | Uint8Array): void {
    if (typeof value === 'string') {
      this.#reserve(value.length * 3); // no UTF-16 unit takes more than three bytes
      this.#used += this.#writer.write(value, this.#used);
    } else if (value.length > 0) {
      const { text } = repairUtf8(value);
      this.#reserve(text.length);
      this.#bytes.set(text, this.#used);
      this.#used += text.length;
    }
    this.#endRow();
  }

  /** As `push(bytes.subarray(start, end))`, without an object for the row where it is short and ASCII. */
  pushSpan(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > SHORT_BYTES) return this.push(bytes.subarray(start, end));
    this.#reserve(length);
    const to = this.#bytes;
    let at = this.#used;
    let seen = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      seen |= byte;
      to[at++] = byte;
    }
    if (seen >= 0x80) return this.push(bytes.subarray(start, end));
    this.#used = at;
    this.#endRow();
  }

  pushEmpty(): void {
    this.#endRow();
  }

  /** The column of the rows so far, in memory of its own; the builder is empty again. */
  take(): Extract<Column, { kind: 'utf8' }> {
    const offsets = new Uint32Array(this.#rows + 1);
    offsets.set(this.#ends.subarray(0, this.#rows), 1);
    const bytes = this.#bytes.slice(0, this.#used);
    this.#used = 0;
    this.#rows = 0;
    return { kind: 'utf8', bytes, offsets };
  }

  #endRow(): void {
    if (this.#rows === this.#ends.length) {
      const ends = this.#ends;
      this.#ends = new Uint32Array(2 * this.#rows);
      this.#ends.set(ends);
    }
    this.#ends[this.#rows++] = this.#used;
  }

  #reserve(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#used + more, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
    this.#writer = Buffer.from(larger.buffer);
  }
}
