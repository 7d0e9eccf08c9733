/** The columns of a part of an index, from what the shards of the run have: views of the `kept` columns, and the signature store taken apart. */
import type { Column } from '../core/document-batch.js';
import type { ColumnBlock } from '../formats/column-reader.js';
import type { DocumentBands } from './index-bands.js';
import { EXACT_BYTES, MINIMA_AT, URL_BYTES } from './signature-layout.js';

/** Rows `from .. end` of a block's columns, as views. */
export function valuesOf({ columns }: ColumnBlock, from: number, end: number): Map<string, Column> {
  return new Map([...columns].map(([name, column]): [string, Column] => {
    switch (column.kind) {
      case 'utf8': return [name, { ...column, offsets: column.offsets.subarray(from, end + 1) }];
      case 'uint32': return [name, { kind: 'uint32', values: column.values.subarray(from, end) }];
      case 'float32': return [name, { kind: 'float32', values: column.values.subarray(from, end) }];
      case 'float64': return [name, { kind: 'float64', values: column.values.subarray(from, end) }];
      default: throw new Error(`column "${name}": found ${column.kind}, which no index has from \`kept\``);
    }
  }));
}

/** The hashes and minima of rows that lie end to end in the store. */
export function addSignatures(columns: Map<string, Column>, stored: Uint8Array, width: number): void {
  const rows = stored.length / width;
  const minimaBytes = width - MINIMA_AT;
  const exact = new Uint8Array(EXACT_BYTES * rows);
  const url = new Uint8Array(URL_BYTES * rows);
  const minima = new Uint8Array(minimaBytes * rows);
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    exact.set(stored.subarray(at, at + EXACT_BYTES), row * EXACT_BYTES);
    url.set(stored.subarray(at + EXACT_BYTES, at + MINIMA_AT), row * URL_BYTES);
    minima.set(stored.subarray(at + MINIMA_AT, at + width), row * minimaBytes);
  }
  columns.set('exact', { kind: 'bytes', width: EXACT_BYTES, values: exact }).set('url', { kind: 'hash64', values: new Uint32Array(url.buffer) })
    .set('minima', { kind: 'bytes', width: minimaBytes, values: minima });
}

export function addBands(columns: Map<string, Column>, bands: DocumentBands, firstDocument: number, rows: number, count: number): void {
  const hashes = new Uint32Array(2 * count * rows);
  const signed = Uint32Array.from({ length: rows }, (_, row) => (bands.take(firstDocument + row, hashes, 2 * count * row) ? 1 : 0));
  columns.set('signed', { kind: 'uint32', values: signed }).set('bands', { kind: 'bytes', width: 8 * count, values: new Uint8Array(hashes.buffer) });
}
