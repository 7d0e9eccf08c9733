/**
 * Equal elements of a text (lines, paragraphs, words) by number: two have the same number if and only if they are the same, told by their bytes, so
 * that no hash decides.
 */

/** Element i is `bytes[starts[i] .. ends[i])`, not empty. */
export interface Elements {
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  readonly count: number;
}

const LEAST_SLOTS = 1 << 12;

/** Slots of an open-addressing table, at least twice as many as entries: 0 is free, else 1 + a number. */
export class Slots {
  #all = new Uint32Array(LEAST_SLOTS);
  /** Those in use: a short text does not pay for a long one before it. */
  slots = this.#all;

  clear(entries: number): void {
    const needed = Math.max(LEAST_SLOTS, 1 << (32 - Math.clz32(2 * entries)));
    if (needed > this.#all.length) this.#all = new Uint32Array(needed);
    this.slots = this.#all.subarray(0, needed);
    this.slots.fill(0);
  }
}

/** The array, or a larger one without its content. */
export function atLeast(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return array.length >= length ? array : new Uint32Array(Math.ceil(1.25 * length));
}

/** Numbers elements by their bytes, from 0, in the order in which they are met. */
export class ElementNumbers {
  readonly #table = new Slots();
  #numbers = new Uint32Array(1024);
  #firsts = new Uint32Array(1024);
  /** How often the element of each number is there. */
  counts = new Uint32Array(1024);

  /** The number of each element; valid until the next call. */
  number(bytes: Uint8Array, { starts, ends, count }: Elements): Uint32Array {
    this.#table.clear(count);
    const { slots } = this.#table;
    const numbers = (this.#numbers = atLeast(this.#numbers, count));
    const firsts = (this.#firsts = atLeast(this.#firsts, count));
    const counts = (this.counts = atLeast(this.counts, count));
    let known = 0;
    for (let i = 0; i < count; i++) {
      const start = starts[i]!;
      const length = ends[i]! - start;
      let hash = 0x811c9dc5;
      for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
      let slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
      for (;; slot = (slot + 1) & (slots.length - 1)) {
        const number = slots[slot]! - 1;
        if (number < 0) {
          slots[slot] = known + 1;
          firsts[known] = i;
          counts[known] = 0;
          numbers[i] = known++;
          break;
        }
        const other = firsts[number]!;
        if (ends[other]! - starts[other]! === length && isEqual(bytes, starts[other]!, start, length)) {
          numbers[i] = number;
          break;
        }
      }
      counts[numbers[i]!]!++;
    }
    return numbers;
  }
}

function isEqual(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
