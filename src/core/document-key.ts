/**
 * The 64-bit key by which a document takes part in every random choice: a hash of its source and id, so it is the same whatever shard, order
 * or machine the document is read in. Choices draw from it under a purpose's key (keyed-hash.ts); documents that share source and id share their fate.
 */
import { columnOf, utf8Bytes, type Column, type DocumentBatch } from './document-batch.js';
import { hashKey, keyedHash } from './keyed-hash.js';

const KEY = hashKey(0, 'document');

/** The keys of all rows, from the batch's `id` column. */
export function documentKeys(source: string, batch: Pick<DocumentBatch, 'length' | 'columns'>): Extract<Column, { kind: 'hash64' }> {
  const ids = columnOf(batch, 'id', 'utf8');
  const prefix = new TextEncoder().encode(`${source}\0`);
  let buffer = new Uint8Array(256);
  buffer.set(prefix);
  const values = new Uint32Array(batch.length * 2);
  for (let row = 0; row < batch.length; row++) {
    const id = utf8Bytes(ids, row);
    if (prefix.length + id.length > buffer.length) {
      buffer = new Uint8Array(2 * (prefix.length + id.length));
      buffer.set(prefix);
    }
    buffer.set(id, prefix.length);
    keyedHash(KEY, buffer, values, row * 2, 0, prefix.length + id.length);
  }
  return { kind: 'hash64', values };
}
