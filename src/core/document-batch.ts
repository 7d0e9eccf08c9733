/**
 * DocumentBatch is what flows between stages: the UTF-8 text of some documents end to end in one buffer, and named
 * columns beside it. A document is a row, never an object. Sources build batches of about a MiB; a document larger
 * than that gets a batch of its own.
 */

/** Values of one column, one per row. Fixed-width kinds are plain typed arrays; text is bytes with offsets. */
export type Column =
  | { readonly kind: 'float32'; readonly values: Float32Array }
  | { readonly kind: 'float64'; readonly values: Float64Array }
  | { readonly kind: 'uint32'; readonly values: Uint32Array }
  /** 64-bit hashes: `values[2 * row]` is the low word, `values[2 * row + 1]` the high word. */
  | { readonly kind: 'hash64'; readonly values: Uint32Array }
  /** `width` bytes a row. */
  | { readonly kind: 'bytes'; readonly width: number; readonly values: Uint8Array }
  /** Row r is `bytes[offsets[r] .. offsets[r + 1])`, UTF-8; empty means absent. */
  | { readonly kind: 'utf8'; readonly bytes: Uint8Array; readonly offsets: Uint32Array };

export type ColumnKind = Column['kind'];

export interface DocumentBatch {
  /** Number of documents. */
  readonly length: number;
  /** UTF-8 of every document, end to end. Always valid UTF-8: sources repair what is not. */
  readonly text: Uint8Array;
  /** `length + 1` byte positions in `text`; document r is `text[offsets[r] .. offsets[r + 1])`. */
  readonly offsets: Uint32Array;
  /** By column name. Stages add columns; nobody removes or changes one in place. */
  readonly columns: Map<string, Column>;
}

/**
 * The columns every source writes:
 *   id       utf8     the document's own id; where the input has none, `<shard name>@<offset>[+<inner>]`
 *   url      utf8     empty where unknown
 *   date     utf8     as found (WARC-Date), empty where unknown
 *   declaredLanguage utf8   as found (WARC-Identified-Content-Language), empty where unknown
 *   offset   float64  byte position in the stored file: of the gzip member, of the record in a plain file, of the zip entry
 *   inner    float64  byte position inside the inflated member; 0 where a member holds one record or the file is plain
 * And where they were asked for it:
 *   frame    utf8     the rest of the record (formats/json-frame.ts)
 *   metadata utf8     a JSON object of the fields that go along into the corpus
 */
export const SOURCE_COLUMNS = ['id', 'url', 'date', 'declaredLanguage', 'offset', 'inner'] as const;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // text as it is: U+FEFF is a character here

/** The bytes of one document; a view, valid as long as the batch is. */
export function documentBytes(batch: DocumentBatch, row: number): Uint8Array {
  return batch.text.subarray(batch.offsets[row], batch.offsets[row + 1]);
}

/** The text of one document as a string: for people, never on the hot path. */
export function documentText(batch: DocumentBatch, row: number): string {
  return decoder.decode(documentBytes(batch, row));
}

/** A column of a batch or a block that must be there, of the kind that must be its; anything else is a bug in the plan. */
export function columnOf<K extends ColumnKind>(batch: Pick<DocumentBatch, 'columns'>, name: string, kind: K): Extract<Column, { kind: K }> {
  const column = batch.columns.get(name);
  if (column === undefined || column.kind !== kind) {
    throw new Error(`column "${name}": found ${column?.kind ?? 'none'}, expected ${kind}`);
  }
  return column as Extract<Column, { kind: K }>; // the kind was compared above
}

/** The bytes of one row of a utf8 column; a view. */
export function utf8Bytes(column: Extract<Column, { kind: 'utf8' }>, row: number): Uint8Array {
  return column.bytes.subarray(column.offsets[row], column.offsets[row + 1]);
}

/** One row of a utf8 column as a string. */
export function utf8At(column: Extract<Column, { kind: 'utf8' }>, row: number): string {
  return decoder.decode(utf8Bytes(column, row));
}

/** A utf8 column from strings: for small columns and tests. */
export function utf8Column(strings: readonly string[]): Extract<Column, { kind: 'utf8' }> {
  const encoder = new TextEncoder();
  const parts = strings.map((s) => encoder.encode(s));
  const offsets = new Uint32Array(strings.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  const bytes = new Uint8Array(offsets[strings.length]!);
  parts.forEach((part, i) => bytes.set(part, offsets[i]));
  return { kind: 'utf8', bytes, offsets };
}
