/**
 * Which documents give a fractional copy: those with the smallest keyed hashes, as many as come nearest to the size wanted. Not a coin
 * toss per document, whose total would vary; and found without sorting, by refining a histogram of the hash, 16 bits a pass.
 */
import { hashKey, type HashKey } from '../core/keyed-hash.js';
import { copyHash } from './copy-hash.js';

/** Selected are the documents whose selection hash is below this bound. */
export interface Threshold {
  /** Words of the 64-bit bound, exclusive; `high` is 2^32 where every document is selected. */
  readonly high: number;
  readonly low: number;
  /** Of the documents below it, together: tokens, or whatever was added. */
  readonly size: number;
}

/** Hash bits a pass tells apart: 65,536 buckets of a sum and a count are 768 KiB, and four passes are enough whatever the input. */
const DIGIT = 16;
const BUCKETS = 2 ** DIGIT;

export function selectionHashKey(seed: number): HashKey {
  return hashKey(seed, 'select');
}

/** Writes a document's 64-bit selection hash to `out[at]` (low word) and `out[at + 1]` (high word). */
export function selectionHash(key: HashKey, low: number, high: number, out: Uint32Array, at = 0): void {
  copyHash(key, low, high, 0, out, at);
}

export function isSelected({ high, low }: Threshold, hashLow: number, hashHigh: number): boolean {
  return hashHigh < high || (hashHigh === high && hashLow < low);
}

/**
 * Finds the threshold in at most four passes over the same documents, in any order:
 *
 *     const search = new ThresholdSearch(sizeWanted);
 *     do for (each document) search.add(hashLow, hashHigh, size);
 *     while (search.nextPass());
 *     search.threshold;
 *
 * The selected size differs from the one wanted by at most half of one document; where documents share a hash (the same id twice),
 * of that group, which is taken whole or left whole. Hence the result depends on the set of documents alone, not on rows or shards. Exact as
 * long as all documents together stay below 2^53. Memory: 768 KiB.
 */
export class ThresholdSearch {
  readonly #wanted: number;
  readonly #sizes = new Float64Array(BUCKETS);
  readonly #documents = new Uint32Array(BUCKETS);
  /** Bits decided so far, from the top, and their value. */
  #bits = 0;
  #prefix = 0n;
  /** Size of the documents below the prefix: selected for certain. */
  #below = 0;
  #found: Threshold | undefined;

  /** `wanted`: the size to select, 0 or more. */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(hashLow: number, hashHigh: number, size: number): void {
    let bucket: number;
    switch (this.#bits) {
      case 0: bucket = hashHigh >>> 16; break;
      case 16:
        if (hashHigh >>> 16 !== Number(this.#prefix)) return;
        bucket = hashHigh & 0xffff;
        break;
      case 32:
        if (hashHigh !== Number(this.#prefix)) return;
        bucket = hashLow >>> 16;
        break;
      default:
        if (hashHigh !== Number(this.#prefix >> 16n) || hashLow >>> 16 !== Number(this.#prefix & 0xffffn)) return;
        bucket = hashLow & 0xffff;
    }
    this.#sizes[bucket]! += size;
    this.#documents[bucket] = Math.min(2, this.#documents[bucket]! + 1); // one or more is all that is asked
  }

  /** Ends a pass. true: the same documents must be added again. false: `threshold` is found. */
  nextPass(): boolean {
    if (this.#found !== undefined) throw new Error('threshold search: a pass after the last');
    const last = this.#bits + DIGIT === 64;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const documents = this.#documents[bucket]!;
      if (documents === 0) continue;
      if (this.#below >= this.#wanted) return this.#finish(bucket);
      const after = this.#below + this.#sizes[bucket]!;
      if (after > this.#wanted && documents > 1 && !last) return this.#refine(bucket);
      if (after > this.#wanted && after - this.#wanted >= this.#wanted - this.#below) return this.#finish(bucket);
      this.#below = after;
    }
    return this.#finish(BUCKETS);
  }

  get threshold(): Threshold {
    if (this.#found === undefined) throw new Error('threshold search: asked before its last pass');
    return this.#found;
  }

  #refine(bucket: number): true {
    this.#prefix = (this.#prefix << BigInt(DIGIT)) | BigInt(bucket);
    this.#bits += DIGIT;
    this.#sizes.fill(0);
    this.#documents.fill(0);
    return true;
  }

  /** The bound is the start of a bucket of this pass; one past the last carries into the bits above. */
  #finish(bucket: number): false {
    const bound = ((this.#prefix << BigInt(DIGIT)) + BigInt(bucket)) << BigInt(64 - this.#bits - DIGIT);
    this.#found = { high: Number(bound >> 32n), low: Number(bound & 0xffffffffn), size: this.#below };
    return false;
  }
}
