/**
 * Builds the batches of a source: documents go in one by one as bytes, batches of about a MiB and the faults found on the way come
 * out. What must hold for every document of every source is done here: valid UTF-8, no byte order mark, not empty, not
 * too large, an id. A source adds and takes: `builder.add(document); yield* builder.take();` and at its end
 * `yield* builder.finish()`.
 */
import { Buffer } from 'node:buffer';
import type { Column, DocumentBatch } from '../core/document-batch.js';
import type { Fault, SourceItem } from '../core/stage.js';
import { repairUtf8 } from './utf8-repair.js';
import { Utf8ColumnBuilder } from './utf8-column-builder.js';
import { isBlank } from './white-space.js';

/** The reasons that a builder itself gives; every source that uses one declares them. */
export const DOCUMENT_REASONS = ['empty-text', 'oversize-document', 'invalid-utf8'] as const;

export const DEFAULT_MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const DEFAULT_BATCH_BYTES = 1024 * 1024;
/** Bounds the memory of batches of tiny documents. */
const MAX_ROWS = 16 * 1024;
/** Bounds the memory of faults that come without documents between them. */
const MAX_FAULTS = 1024;
const NONE: readonly SourceItem[] = [];

/** One document as a source found it. Strings and bytes are copied; byte fields hold UTF-8. Empty fields mean absent. */
export interface FoundDocument {
  /** Empty where the input has none: the builder then makes it of the shard's name and the place. */
  readonly id: string | Uint8Array;
  readonly url: string | Uint8Array;
  readonly date: string | Uint8Array;
  readonly declaredLanguage: string | Uint8Array;
  readonly offset: number;
  readonly inner: number;
  readonly text: Uint8Array;
  /** The rest of the record (json-frame.ts), where the source was asked for whole records. */
  readonly frame?: Uint8Array;
  /** A JSON object of the fields that the source was asked to carry along, as bytes; absent or empty where it was asked for none. */
  readonly metadata?: Uint8Array;
}

export interface BatchBuilderOptions {
  /** Stands in the ids of documents that bring none. */
  readonly shardName: string;
  /** Text bytes at which a batch is closed; a larger document has a batch of its own. Default 1 MiB. */
  readonly batchBytes?: number | undefined;
  /** A document with more bytes of text is dropped as `oversize-document`. Default 16 MiB. */
  readonly maxDocumentBytes?: number | undefined;
}

/** The id of a document that brings none: `<shard name>@<offset>[+<inner>]`. */
export function placeId(shardName: string, offset: number, inner: number): string {
  return inner === 0 ? `${shardName}@${offset}` : `${shardName}@${offset}+${inner}`;
}

/**
 * Holds at most one open batch (`batchBytes`, or one document of at most `maxDocumentBytes`, three times that while broken
 * UTF-8 is repaired) and the items not yet taken. Every batch is in memory of its own and never touched again.
 */
export class BatchBuilder {
  readonly #shardName: string;
  readonly #batchBytes: number;
  readonly #maxDocumentBytes: number;
  readonly #ids = new Utf8ColumnBuilder();
  readonly #urls = new Utf8ColumnBuilder();
  readonly #dates = new Utf8ColumnBuilder();
  readonly #languages = new Utf8ColumnBuilder();
  readonly #frames = new Utf8ColumnBuilder();
  #framed = false;
  readonly #metadata = new Utf8ColumnBuilder();
  #carries = false;
  readonly #ends: number[] = [];
  readonly #offsets: number[] = [];
  readonly #inners: number[] = [];
  #text = new Uint8Array(0);
  #used = 0;
  #faults: Fault[] = [];
  #items: SourceItem[] = [];

  constructor({ shardName, batchBytes, maxDocumentBytes }: BatchBuilderOptions) {
    this.#shardName = shardName;
    this.#batchBytes = batchBytes ?? DEFAULT_BATCH_BYTES;
    this.#maxDocumentBytes = maxDocumentBytes ?? DEFAULT_MAX_DOCUMENT_BYTES;
  }

  /** Adds a document, or a fault where it is empty (`empty-text`) or too large (`oversize-document`). */
  add(found: FoundDocument): void {
    const { offset, inner } = found;
    const bytes = found.text.length;
    if (bytes > this.#maxDocumentBytes) {
      const detail = `found ${bytes} bytes of text, expected at most ${this.#maxDocumentBytes}`;
      return this.fault({ reason: 'oversize-document', offset, inner, bytes, lost: true, detail });
    }
    const { text, repaired } = repairUtf8(found.text);
    if (isBlank(text)) {
      const detail = `found ${bytes} bytes of white space, expected text`;
      return this.fault({ reason: 'empty-text', offset, inner, bytes, lost: true, detail });
    }
    if (!this.#hasRoomFor(text.length)) this.#close();
    if (repaired) this.fault({ reason: 'invalid-utf8', offset, inner, bytes: 0, lost: false, detail: 'found bytes that are not UTF-8, replaced by U+FFFD' });
    this.#append(text, found);
  }

  /** Adds a fault of the source's own. */
  fault(fault: Fault): void {
    if (this.#faults.length >= MAX_FAULTS) this.#close();
    this.#faults.push(fault);
  }

  /**
   * The items closed since the last call: before each batch the faults found while it was built, so that the fault of a repaired
   * document precedes it. Usually nothing, at no cost.
   */
  take(): readonly SourceItem[] {
    if (this.#items.length === 0) return NONE;
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Closes the open batch and takes everything. */
  finish(): readonly SourceItem[] {
    this.#close();
    return this.take();
  }

  #hasRoomFor(textBytes: number): boolean {
    const rows = this.#ends.length;
    if (rows === 0) return true;
    const besides = this.#ids.bytes + this.#urls.bytes + this.#frames.bytes + this.#metadata.bytes; // ids, URLs, frames and metadata of any length must not escape the bound
    return rows < MAX_ROWS && this.#used + textBytes <= this.#batchBytes && besides < this.#batchBytes;
  }

  #append(text: Uint8Array, { id, url, date, declaredLanguage, offset, inner, frame, metadata }: FoundDocument): void {
    if (this.#ends.length === 0) this.#text = unfilled(Math.max(text.length, this.#batchBytes));
    this.#text.set(text, this.#used);
    this.#used += text.length;
    this.#ends.push(this.#used);
    this.#ids.push(id.length === 0 ? placeId(this.#shardName, offset, inner) : id);
    this.#urls.push(url);
    this.#dates.push(date);
    this.#languages.push(declaredLanguage);
    if (frame !== undefined) this.#framed = true; // of one source all documents have a frame, or none
    this.#frames.push(frame ?? '');
    if (metadata !== undefined) this.#carries = true;
    this.#metadata.push(metadata ?? '');
    this.#offsets.push(offset);
    this.#inners.push(inner);
  }

  #close(): void {
    if (this.#faults.length > 0) this.#items.push({ kind: 'faults', faults: this.#faults });
    this.#faults = [];
    if (this.#ends.length > 0) this.#items.push({ kind: 'documents', batch: this.#batch() });
  }

  #batch(): DocumentBatch {
    const length = this.#ends.length;
    const offsets = new Uint32Array(length + 1);
    offsets.set(this.#ends, 1);
    const batch: DocumentBatch = {
      length,
      text: this.#text.subarray(0, this.#used),
      offsets,
      columns: new Map<string, Column>([
        ['id', this.#ids.take()],
        ['url', this.#urls.take()],
        ['date', this.#dates.take()],
        ['declaredLanguage', this.#languages.take()],
        ['offset', { kind: 'float64', values: Float64Array.from(this.#offsets) }],
        ['inner', { kind: 'float64', values: Float64Array.from(this.#inners) }],
      ]),
    };
    const frames = this.#frames.take();
    if (this.#framed) batch.columns.set('frame', frames);
    const metadata = this.#metadata.take();
    if (this.#carries) batch.columns.set('metadata', metadata);
    this.#text = new Uint8Array(0);
    this.#used = 0;
    this.#ends.length = this.#offsets.length = this.#inners.length = 0;
    return batch;
  }
}

/** Memory that is not zeroed, as only what is written is ever shown; not from Node's shared pool. */
function unfilled(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
