/**
 * The sets of shingles of documents, made from their texts when a pair is to be compared exactly, the ones used last kept. Memory: the bytes given and two
 * sets besides (a document of 16 MiB has one of at most 70 MB).
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { exactJaccard } from '../dedup/exact-jaccard.js';
import type { Kernels, ShingleParameters } from '../kernels/kernels.js';
import type { Survivors } from './survivors.js';

const ONLY_ROW = Uint32Array.of(0);

export class ShingleCache {
  readonly #kernels: Kernels;
  readonly #survivors: Survivors;
  readonly #shingle: ShingleParameters;
  readonly #mostBytes: number;
  /** In order of last use. */
  readonly #sets = new Map<number, BigUint64Array>();
  #bytes = 0;

  constructor(kernels: Kernels, survivors: Survivors, shingle: ShingleParameters, memoryBytes: number) {
    this.#kernels = kernels;
    this.#survivors = survivors;
    this.#shingle = shingle;
    this.#mostBytes = memoryBytes;
  }

  /** Jaccard similarity of the sets of two rows. */
  jaccard(rowA: number, rowB: number): number {
    return exactJaccard(this.#setOf(rowA), this.#setOf(rowB));
  }

  #setOf(row: number): BigUint64Array {
    let set = this.#sets.get(row);
    if (set !== undefined) {
      this.#sets.delete(row);
    } else {
      set = this.#make(row);
      this.#bytes += set.byteLength;
      for (const [oldest, { byteLength }] of this.#sets) {
        if (this.#bytes <= this.#mostBytes) break;
        this.#sets.delete(oldest);
        this.#bytes -= byteLength;
      }
    }
    this.#sets.set(row, set);
    return set;
  }

  #make(row: number): BigUint64Array {
    const text = this.#survivors.textOf(row);
    const batch: DocumentBatch = { length: 1, text, offsets: Uint32Array.of(0, text.length), columns: new Map() };
    return this.#kernels.shingleSets(batch, ONLY_ROW, this.#shingle).hashes;
  }
}
