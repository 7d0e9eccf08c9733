/**
 * Sets of shingles from the WASM kernel (assembly/shingle-sets.ts), for exact Jaccard similarity: a row at a time, so that the kernel's memory holds 16 bytes
 * for each shingle of the largest document, and the result 8 bytes for each of all.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import type { ShingleParameters, ShingleSets } from './kernels.js';
import { checkShingle, UNIT_NUMBERS } from './permutations.js';
import type { WasmRuntime } from './runtime.js';

/** See Kernels.shingleSets. Throws RangeError for a length outside the limits of permutations.ts. */
export function shingleSets(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array, shingle: ShingleParameters): ShingleSets {
  checkShingle(shingle);
  const offsets = new Uint32Array(rows.length + 1);
  const sets: BigUint64Array[] = [];
  if (rows.length > 0) {
    if (shingle.unit === 'character') runtime.load(batch);
    else runtime.loadWords(batch);
  }
  rows.forEach((row, i) => {
    const count = runtime.call('shingleSet', row, UNIT_NUMBERS[shingle.unit], shingle.length);
    sets.push(runtime.u64(runtime.call('shingleSetPointer'), count).slice());
    offsets[i + 1] = offsets[i]! + count;
  });
  const hashes = new BigUint64Array(offsets[rows.length]!);
  sets.forEach((set, i) => hashes.set(set, offsets[i]));
  return { offsets, hashes };
}
