/**
 * A uniform draw of documents out of many shards that are read one by one: every document has a number from 0 to 1 by keyed hash, and those with the
 * smallest numbers are drawn. A shard hands on its smallest ones only, sixteen times as many as its share of the data promises; where it turns out to be so
 * dense that more of its own belong to the draw, the draw ends, for all shards, at the last number that is known to be complete.
 */

/** Handed on by the smallest shard, and how many times its expected share by any other. */
const LEAST_CANDIDATES = 64;
const CANDIDATES_A_SHARE = 16;

/** How many documents a shard hands on at most, when `wanted` are drawn in all and it has this share (0 to 1) of the stored bytes. */
export function candidatesOf(wanted: number, share: number): number {
  return Math.min(wanted, Math.max(LEAST_CANDIDATES, Math.ceil(CANDIDATES_A_SHARE * wanted * share)));
}

/** The smallest of many numbers, each in a place that stays its own while it is among them. A heap; memory: 12 bytes a place. */
export class SmallestNumbers {
  readonly #most: number;
  /** The largest at 0; children of i at 2 i + 1 and 2 i + 2. */
  readonly #numbers: Float64Array;
  readonly #places: Uint32Array;
  #length = 0;
  #offered = 0;

  constructor(most: number) {
    this.#most = most;
    this.#numbers = new Float64Array(most);
    this.#places = new Uint32Array(most);
  }

  get length(): number {
    return this.#length;
  }

  /** Whether `number` would find a place now. */
  wants(number: number): boolean {
    return this.#length < this.#most || number < this.#numbers[0]!;
  }

  /** The place, 0 to `most` - 1, that the number gets, from the one that it displaces where all are taken; -1 where it is too large. */
  offer(number: number): number {
    this.#offered += 1;
    if (this.#length < this.#most) {
      const place = this.#length++;
      this.#rise(place, number, place);
      return place;
    }
    if (!(number < this.#numbers[0]!)) return -1;
    const place = this.#places[0]!;
    this.#sink(number, place);
    return place;
  }

  /** Numbers up to this one are all here: the largest of them, or 1 where none was turned away. `offered` counts those that were not wanted, too. */
  completeTo(offered = this.#offered): number {
    return offered > this.#length ? this.#numbers[0]! : 1;
  }

  #rise(at: number, number: number, place: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#numbers[parent]! >= number) break;
      this.#numbers[at] = this.#numbers[parent]!;
      this.#places[at] = this.#places[parent]!;
      at = parent;
    }
    this.#numbers[at] = number;
    this.#places[at] = place;
  }

  #sink(number: number, place: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.#numbers[child + 1]! > this.#numbers[child]!) child += 1;
      if (this.#numbers[child]! <= number) break;
      this.#numbers[at] = this.#numbers[child]!;
      this.#places[at] = this.#places[child]!;
      at = child;
    }
    this.#numbers[at] = number;
    this.#places[at] = place;
  }
}

/** What one shard hands on. */
export interface Candidates {
  /** Ascending. */
  readonly numbers: ArrayLike<number>;
  /** Numbers up to this one are all there. */
  readonly completeTo: number;
}

export interface Chosen {
  readonly shard: number;
  /** Place in the shard's candidates. */
  readonly at: number;
}

/** The drawn ones in the order of their numbers, `wanted` at most; fewer where there are fewer, or a shard was denser than expected. Memory: 24 bytes a candidate. */
export function chooseDrawn(shards: readonly Candidates[], wanted: number): readonly Chosen[] {
  const complete = shards.reduce((least, { completeTo }) => Math.min(least, completeTo), 1);
  const found: (Chosen & { readonly number: number })[] = [];
  shards.forEach(({ numbers }, shard) => {
    for (let at = 0; at < numbers.length && numbers[at]! <= complete; at++) found.push({ shard, at, number: numbers[at]! });
  });
  found.sort((a, b) => a.number - b.number || a.shard - b.shard || a.at - b.at);
  return found.slice(0, wanted);
}
