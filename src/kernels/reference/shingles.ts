/**
 * Shingles: runs of k units, hashed to 64 bits, and the sets of them that exact Jaccard similarity is taken of. A run u_1 .. u_k of unit hashes
 * becomes mix(u_1 P^(k-1) + u_2 P^(k-2) + .. + u_k) modulo 2^64, P = 0x9e3779b97f4a7c15.
 */
import type { DocumentBatch } from '../../core/document-batch.js';
import type { ShingleParameters, ShingleSets } from '../kernels.js';
import { checkShingle } from '../permutations.js';
import { unitHashes, unitsOf } from './units.js';
import { add, mix, multiply, POLYNOMIAL_BASE, register, set } from './word64.js';

/** The hashes of every run of `length` units, low and high words in turn; none where there are fewer units. */
export function shinglesOf(units: BigUint64Array, length: number): Uint32Array {
  const words = new Uint32Array(units.buffer, units.byteOffset, 2 * units.length); // little-endian, as WASM is
  const shingles = new Uint32Array(2 * Math.max(0, units.length - length + 1));
  for (let at = 0; at < shingles.length; at += 2) {
    set(0, 0);
    for (let word = at; word < at + 2 * length; word += 2) {
      multiply(POLYNOMIAL_BASE);
      add(words[word]!, words[word + 1]!);
    }
    mix();
    shingles.set(register, at);
  }
  return shingles;
}

/** See Kernels.shingleSets. */
export function shingleSets(batch: DocumentBatch, rows: Uint32Array, shingle: ShingleParameters): ShingleSets {
  checkShingle(shingle);
  const sets = Array.from(rows, (row) => {
    const all = new BigUint64Array(shinglesOf(unitHashes(unitsOf(batch, row, shingle.unit)), shingle.length).buffer).sort();
    return all.filter((hash, i) => i === 0 || hash !== all[i - 1]);
  });
  const offsets = new Uint32Array(rows.length + 1);
  sets.forEach((set, i) => { offsets[i + 1] = offsets[i]! + set.length; });
  const hashes = new BigUint64Array(offsets[rows.length]!);
  sets.forEach((set, i) => hashes.set(set, offsets[i]));
  return { offsets, hashes };
}
