/**
 * The order of a source's documents by score, as 64-bit keys for the exact order statistics of mixture/select.ts: the score first, and a keyed hash between
 * documents of one score, so that shares come out exactly and do not depend on the order in which documents are read.
 */
import { hashKey, keyedHash, type HashKey } from '../core/keyed-hash.js';

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A score's float32 bits: for numbers from 0 up, larger ones have larger bits. Not-a-number sorts below all. */
export function scoreBits(score: number): number {
  float[0] = score;
  return score >= 0 ? bits[0]! + 1 : 0;
}

/** Largest value of scoreBits: what it is subtracted from to put the best first. */
const TOP = 0xffffffff;

export class ScoreOrder {
  readonly #key: HashKey;
  readonly #bytes = new Uint8Array(8);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #hash = new Uint32Array(2);
  /** The key made last: ascending with the score. */
  high = 0;
  low = 0;

  constructor(seed: number, source: string) {
    this.#key = hashKey(seed, `score-order/${source}`);
  }

  /** Sets `high` and `low` for a document: its score, and the halves of its key (core/document-key.ts). */
  set(score: number, low: number, high: number): this {
    this.#view.setUint32(0, low, true);
    this.#view.setUint32(4, high, true);
    keyedHash(this.#key, this.#bytes, this.#hash);
    this.high = scoreBits(score);
    this.low = this.#hash[0]!;
    return this;
  }

  /** The same with the best score first. */
  get highDescending(): number {
    return TOP - this.high;
  }
}
