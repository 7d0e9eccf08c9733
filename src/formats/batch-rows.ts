/**
 * The rows of a batch that is being built: texts end to end in memory of their own, and the columns beside them. It takes what it is
 * given; what becomes a row, and when a batch is full, is batch-builder.ts's.
 */
import { Buffer } from 'node:buffer';
import type { Column, DocumentBatch } from '../core/document-batch.js';
import type { FoundDocument, FoundSpans } from './found-document.js';
import { Utf8ColumnBuilder } from './utf8-column-builder.js';

/** Bounds the memory of batches of tiny documents. */
export const MAX_ROWS = 16 * 1024;
const FIRST_ROWS = 1024;

/** The id of a document that brings none: `<shard name>@<offset>[+<inner>]`. */
export function placeId(shardName: string, offset: number, inner: number): string {
  return inner === 0 ? `${shardName}@${offset}` : `${shardName}@${offset}+${inner}`;
}

/** Holds at most `MAX_ROWS` rows: adding more is the caller's mistake. */
export class BatchRows {
  readonly #shardName: string;
  readonly #batchBytes: number;
  readonly #ids = new Utf8ColumnBuilder();
  readonly #urls = new Utf8ColumnBuilder();
  readonly #dates = new Utf8ColumnBuilder();
  readonly #languages = new Utf8ColumnBuilder();
  readonly #frames = new Utf8ColumnBuilder();
  readonly #metadata = new Utf8ColumnBuilder();
  #framed = false;
  #carries = false;
  #rows = 0;
  #ends = new Uint32Array(FIRST_ROWS);
  #offsets = new Float64Array(FIRST_ROWS);
  #inners = new Float64Array(FIRST_ROWS);
  #text = new Uint8Array(0);
  #used = 0;

  /** `batchBytes`: memory for the texts of a batch, unless its first text needs more. */
  constructor(shardName: string, batchBytes: number) {
    this.#shardName = shardName;
    this.#batchBytes = batchBytes;
  }

  get length(): number {
    return this.#rows;
  }

  /** Bytes of all texts. */
  get textBytes(): number {
    return this.#used;
  }

  /** Bytes of what may be of any length beside the text: ids, URLs, frames and metadata. */
  get bytesBesides(): number {
    return this.#ids.bytes + this.#urls.bytes + this.#frames.bytes + this.#metadata.bytes;
  }

  /** Adds a row; its text fits, or the row is the first. */
  append(text: Uint8Array, { id, url, date, declaredLanguage, offset, inner, frame, metadata }: FoundDocument): void {
    this.#startRow(text.length, offset, inner);
    this.#text.set(text, this.#used);
    this.#endRow(text.length);
    this.#ids.push(id.length === 0 ? placeId(this.#shardName, offset, inner) : id);
    this.#urls.push(url);
    this.#dates.push(date);
    this.#languages.push(declaredLanguage);
    if (frame !== undefined) this.#framed = true; // of one source all documents have a frame, or none
    this.#frames.push(frame ?? '');
    if (metadata !== undefined) this.#carries = true;
    this.#metadata.push(metadata ?? '');
  }

  /** Adds a row whose text is `bytes[textStart .. textEnd)`, with the other fields of `found`. */
  appendSpans(textStart: number, textEnd: number, found: FoundSpans): void {
    const { bytes, offset, inner } = found;
    this.#startRow(textEnd - textStart, offset, inner);
    this.#text.set(bytes.subarray(textStart, textEnd), this.#used);
    this.#endRow(textEnd - textStart);
    if (found.idStart === found.idEnd) this.#ids.push(placeId(this.#shardName, offset, inner));
    else this.#ids.pushSpan(bytes, found.idStart, found.idEnd);
    this.#urls.pushSpan(bytes, found.urlStart, found.urlEnd);
    this.#dates.pushSpan(bytes, found.dateStart, found.dateEnd);
    this.#languages.pushSpan(bytes, found.languageStart, found.languageEnd);
    this.#frames.pushEmpty();
    if (found.carries) {
      this.#carries = true;
      this.#metadata.pushSpan(bytes, found.metadataStart, found.metadataEnd);
    } else {
      this.#metadata.pushEmpty();
    }
  }

  /** The rows so far as a batch in memory of its own; there are none again. */
  take(): DocumentBatch {
    const length = this.#rows;
    const offsets = new Uint32Array(length + 1);
    offsets.set(this.#ends.subarray(0, length), 1);
    const batch: DocumentBatch = {
      length,
      text: this.#text.subarray(0, this.#used),
      offsets,
      columns: new Map<string, Column>([
        ['id', this.#ids.take()],
        ['url', this.#urls.take()],
        ['date', this.#dates.take()],
        ['declaredLanguage', this.#languages.take()],
        ['offset', { kind: 'float64', values: this.#offsets.slice(0, length) }],
        ['inner', { kind: 'float64', values: this.#inners.slice(0, length) }],
      ]),
    };
    const frames = this.#frames.take();
    if (this.#framed) batch.columns.set('frame', frames);
    const metadata = this.#metadata.take();
    if (this.#carries) batch.columns.set('metadata', metadata);
    this.#text = new Uint8Array(0);
    this.#used = 0;
    this.#rows = 0;
    return batch;
  }

  #startRow(textBytes: number, offset: number, inner: number): void {
    if (this.#rows === 0) this.#text = unfilled(Math.max(textBytes, this.#batchBytes));
    if (this.#rows === this.#ends.length) this.#grow();
    this.#offsets[this.#rows] = offset;
    this.#inners[this.#rows] = inner;
  }

  #endRow(textBytes: number): void {
    this.#used += textBytes;
    this.#ends[this.#rows] = this.#used;
    this.#rows += 1;
  }

  #grow(): void {
    const rows = Math.min(2 * this.#rows, MAX_ROWS);
    const [ends, offsets, inners] = [this.#ends, this.#offsets, this.#inners];
    this.#ends = new Uint32Array(rows);
    this.#ends.set(ends);
    this.#offsets = new Float64Array(rows);
    this.#offsets.set(offsets);
    this.#inners = new Float64Array(rows);
    this.#inners.set(inners);
  }
}

/** Memory that is not zeroed, as only what is written is ever shown; not from Node's shared pool. */
function unfilled(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
