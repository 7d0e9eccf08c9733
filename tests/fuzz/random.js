// The random choices of one input: SFC32 started from the keyed hash of (seed, reader, number), so that input 123 of a run can be made alone.
import { hashKey, keyedHash } from '#src/core/keyed-hash.js';

export class Random {
  #a;
  #b;
  #c;
  #counter = 1;

  constructor(seed, reader, number) {
    const words = new Uint32Array(4);
    const key = hashKey(seed, `fuzz ${reader}`);
    keyedHash(key, new Uint8Array(Float64Array.of(number).buffer), words, 0);
    keyedHash(key, new Uint8Array(Float64Array.of(number, 1).buffer), words, 2);
    [this.#a, this.#b, this.#c] = words;
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 bits, as a number from 0. */
  word() {
    const t = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t | 0;
    return t >>> 0;
  }

  /** A whole number below `bound`; 0 where there is none. */
  below(bound) {
    return bound <= 1 ? 0 : this.word() % bound;
  }

  /** true once in `n`. */
  once(n) {
    return this.below(n) === 0;
  }

  one(list) {
    return list[this.below(list.length)];
  }

  bytes(length) {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = this.word() >>> 13;
    return bytes;
  }
}
