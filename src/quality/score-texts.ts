/** Scores texts that are strings, as training and evaluation have them: never on the hot path. */
import type { DocumentBatch } from '../core/document-batch.js';

/** UTF-8 of a batch at most, unless one text is longer. */
const BATCH_BYTES = 1 << 20;

/** Batches of the texts in their order, without columns. Lone surrogates become U+FFFD, as in any UTF-8. Memory: a batch, and 4 bytes a text. */
export function* textBatches(texts: Iterable<string>): Generator<DocumentBatch> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for (const text of texts) {
    const part = Buffer.from(text);
    if (parts.length > 0 && bytes + part.length > BATCH_BYTES) {
      yield batchOf(parts, bytes);
      parts = [];
      bytes = 0;
    }
    parts.push(part);
    bytes += part.length;
  }
  if (parts.length > 0) yield batchOf(parts, bytes);
}

function batchOf(parts: readonly Uint8Array[], bytes: number): DocumentBatch {
  const text = new Uint8Array(bytes);
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach((part, row) => {
    text.set(part, offsets[row]);
    offsets[row + 1] = offsets[row]! + part.length;
  });
  return { length: parts.length, text, offsets, columns: new Map() };
}

export const everyRow = ({ length }: DocumentBatch): Uint32Array => Uint32Array.from({ length }, (_, row) => row);

/** The score of each text. */
export function scoreTexts(scorer: { score(batch: DocumentBatch, rows: Uint32Array): Float32Array }, texts: readonly string[]): Float32Array {
  const scores = new Float32Array(texts.length);
  let at = 0;
  for (const batch of textBatches(texts)) {
    scores.set(scorer.score(batch, everyRow(batch)), at);
    at += batch.length;
  }
  return scores;
}
