/**
 * The documents of a source that a recipe asks for by number: `skip` of each shard are passed over, `limit` after them are taken, and reading stops
 * there. Faults found on the way count; the documents passed over are as if they were not there.
 */
import type { Column, DocumentBatch } from '../../core/document-batch.js';
import type { Source } from '../../core/stage.js';

/** The same source, for a shard's documents `skip` .. `skip + limit`. */
export function someDocuments(source: Source, { skip = 0, limit = Infinity }: { readonly skip?: number | undefined; readonly limit?: number | undefined }): Source {
  if (skip === 0 && limit === Infinity) return source;
  return {
    ...source,
    async *read(shard, signal) {
      let seen = 0;
      for await (const item of source.read(shard, signal)) {
        if (item.kind === 'faults') {
          yield item;
          continue;
        }
        const { batch } = item;
        const first = Math.min(batch.length, Math.max(0, skip - seen));
        const end = Math.min(batch.length, skip + limit - seen);
        if (end > first) yield { kind: 'documents', batch: rowsOf(batch, first, end) };
        seen += batch.length;
        if (seen >= skip + limit) return;
      }
    },
  };
}

/** Rows `first` to `end` of a batch: views. */
function rowsOf(batch: DocumentBatch, first: number, end: number): DocumentBatch {
  if (first === 0 && end === batch.length) return batch;
  const columns = new Map([...batch.columns].map(([name, column]) => [name, valuesOf(column, first, end)]));
  const { text, offsets } = textOf(batch.text, batch.offsets, first, end);
  return { length: end - first, text, offsets, columns };
}

function textOf(bytes: Uint8Array, offsets: Uint32Array, first: number, end: number): { readonly text: Uint8Array; readonly offsets: Uint32Array } {
  const from = offsets[first]!; // first < end <= rows
  return { text: bytes.subarray(from, offsets[end]), offsets: offsets.slice(first, end + 1).map((offset) => offset - from) };
}

function valuesOf(column: Column, first: number, end: number): Column {
  switch (column.kind) {
    case 'utf8': {
      const { text, offsets } = textOf(column.bytes, column.offsets, first, end);
      return { kind: 'utf8', bytes: text, offsets };
    }
    case 'float32': return { kind: 'float32', values: column.values.subarray(first, end) };
    case 'float64': return { kind: 'float64', values: column.values.subarray(first, end) };
    case 'uint32': return { kind: 'uint32', values: column.values.subarray(first, end) };
    case 'hash64': return { kind: 'hash64', values: column.values.subarray(2 * first, 2 * end) };
    case 'bytes': return { ...column, values: column.values.subarray(column.width * first, column.width * end) };
  }
}
