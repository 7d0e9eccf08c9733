/**
 * Builds the batches of a source: documents go in one by one as bytes, batches of about a MiB and the faults found on the way come
 * out. What must hold for every document of every source is done here: valid UTF-8, no byte order mark, not empty, not
 * too large, an id. A source adds and takes: `builder.add(document); yield* builder.take();` and at its end
 * `yield* builder.finish()`.
 */
import type { Fault, SourceItem } from '../core/stage.js';
import { BatchRows, MAX_ROWS } from './batch-rows.js';
import type { FoundDocument, FoundSpans } from './found-document.js';
import { repairUtf8 } from './utf8-repair.js';
import { isBlank } from './white-space.js';

export { placeId } from './batch-rows.js';
export type { FoundDocument } from './found-document.js';

/** The reasons that a builder itself gives; every source that uses one declares them. */
export const DOCUMENT_REASONS = ['empty-text', 'oversize-document', 'invalid-utf8'] as const;

export const DEFAULT_MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const DEFAULT_BATCH_BYTES = 1024 * 1024;
/** Bounds the memory of faults that come without documents between them. */
const MAX_FAULTS = 1024;
const NONE: readonly SourceItem[] = [];

export interface BatchBuilderOptions {
  /** Stands in the ids of documents that bring none. */
  readonly shardName: string;
  /** Text bytes at which a batch is closed; a larger document has a batch of its own. Default 1 MiB. */
  readonly batchBytes?: number | undefined;
  /** A document with more bytes of text is dropped as `oversize-document`. Default 16 MiB. */
  readonly maxDocumentBytes?: number | undefined;
}

/**
 * Holds at most one open batch (`batchBytes`, or one document of at most `maxDocumentBytes`, three times that while broken
 * UTF-8 is repaired) and the items not yet taken. Every batch is in memory of its own and never touched again.
 */
export class BatchBuilder {
  readonly #batchBytes: number;
  readonly #maxDocumentBytes: number;
  readonly #rows: BatchRows;
  #faults: Fault[] = [];
  #items: SourceItem[] = [];

  constructor({ shardName, batchBytes = DEFAULT_BATCH_BYTES, maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES }: BatchBuilderOptions) {
    this.#batchBytes = batchBytes;
    this.#maxDocumentBytes = maxDocumentBytes;
    this.#rows = new BatchRows(shardName, batchBytes);
  }

  /** Adds a document, or a fault where it is empty (`empty-text`) or too large (`oversize-document`). */
  add(found: FoundDocument): void {
    const { offset, inner } = found;
    const bytes = found.text.length;
    if (bytes > this.#maxDocumentBytes) return this.#loseLarge(bytes, offset, inner);
    const { text, repaired } = repairUtf8(found.text);
    if (isBlank(text)) return this.#loseBlank(bytes, offset, inner);
    if (!this.#hasRoomFor(text.length)) this.#close();
    if (repaired) this.fault({ reason: 'invalid-utf8', offset, inner, bytes: 0, lost: false, detail: 'found bytes that are not UTF-8, replaced by U+FFFD' });
    this.#rows.append(text, found);
  }

  /** As `add`, of a document whose fields are places in one buffer: for sources of many small documents. */
  addSpans(found: FoundSpans): void {
    const { bytes, textStart, textEnd, offset, inner } = found;
    if (textEnd - textStart > this.#maxDocumentBytes) return this.#loseLarge(textEnd - textStart, offset, inner);
    if (!found.valid || bytes[textStart] === 0xef) return this.add(documentOf(found)); // it may begin with a byte order mark
    if (isBlank(bytes, textStart, textEnd)) return this.#loseBlank(textEnd - textStart, offset, inner);
    if (!this.#hasRoomFor(textEnd - textStart)) this.#close();
    this.#rows.appendSpans(textStart, textEnd, found);
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

  #loseLarge(bytes: number, offset: number, inner: number): void {
    const detail = `found ${bytes} bytes of text, expected at most ${this.#maxDocumentBytes}`;
    this.fault({ reason: 'oversize-document', offset, inner, bytes, lost: true, detail });
  }

  #loseBlank(bytes: number, offset: number, inner: number): void {
    this.fault({ reason: 'empty-text', offset, inner, bytes, lost: true, detail: `found ${bytes} bytes of white space, expected text` });
  }

  #hasRoomFor(textBytes: number): boolean {
    const rows = this.#rows;
    if (rows.length === 0) return true;
    // ids, URLs, frames and metadata of any length must not escape the bound
    return rows.length < MAX_ROWS && rows.textBytes + textBytes <= this.#batchBytes && rows.bytesBesides < this.#batchBytes;
  }

  #close(): void {
    if (this.#faults.length > 0) this.#items.push({ kind: 'faults', faults: this.#faults });
    this.#faults = [];
    if (this.#rows.length > 0) this.#items.push({ kind: 'documents', batch: this.#rows.take() });
  }
}

function documentOf(found: FoundSpans): FoundDocument {
  const { bytes, offset, inner } = found;
  return {
    id: bytes.subarray(found.idStart, found.idEnd),
    url: bytes.subarray(found.urlStart, found.urlEnd),
    date: bytes.subarray(found.dateStart, found.dateEnd),
    declaredLanguage: bytes.subarray(found.languageStart, found.languageEnd),
    offset,
    inner,
    text: bytes.subarray(found.textStart, found.textEnd),
    ...(found.carries ? { metadata: bytes.subarray(found.metadataStart, found.metadataEnd) } : {}),
  };
}
