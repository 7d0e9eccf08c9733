/**
 * A table from hashes to numbers in flat memory: what tells whether a text or an address was seen before in a cluster. Objects would take ten times as
 * much where a cluster has a quarter of a million rows.
 */

const LEAST_PLACES = 64;

/** Open addressing over keys of some 32-bit words, at most half full. Memory: at most 4 (words + 1) 4 bytes an entry, and half as much again while it grows. */
export class KeyTable {
  readonly #words: number;
  #keys: Uint32Array;
  /** Value + 1; 0 where a place is free. */
  #values: Uint32Array;
  size = 0;

  constructor(words: number) {
    this.#words = words;
    this.#keys = new Uint32Array(LEAST_PLACES * words);
    this.#values = new Uint32Array(LEAST_PLACES);
  }

  /** The value of the key at `keys[at ..]`; undefined where there is none. */
  get(keys: Uint32Array, at: number): number | undefined {
    const value = this.#values[this.#placeOf(keys, at)]!;
    return value === 0 ? undefined : value - 1;
  }

  /** Sets the value of the key at `keys[at ..]`, 0 to 2^32 - 2; the key is copied. */
  set(keys: Uint32Array, at: number, value: number): void {
    if (2 * (this.size + 1) > this.#values.length) this.#grow();
    const place = this.#placeOf(keys, at);
    if (this.#values[place] === 0) {
      this.size += 1;
      for (let word = 0; word < this.#words; word++) this.#keys[place * this.#words + word] = keys[at + word]!;
    }
    this.#values[place] = value + 1;
  }

  clear(): void {
    if (this.size === 0) return;
    this.#keys = new Uint32Array(LEAST_PLACES * this.#words);
    this.#values = new Uint32Array(LEAST_PLACES);
    this.size = 0;
  }

  /** Where the key stands, or else the free place where it would. Keys are hashes, so their own bits spread them. */
  #placeOf(keys: Uint32Array, at: number): number {
    const places = this.#values.length; // a power of two
    let place = (keys[at]! ^ (keys[at + this.#words - 1]! >>> 7)) & (places - 1);
    while (this.#values[place] !== 0 && !this.#isAt(place, keys, at)) place = (place + 1) & (places - 1);
    return place;
  }

  #isAt(place: number, keys: Uint32Array, at: number): boolean {
    for (let word = 0; word < this.#words; word++) if (this.#keys[place * this.#words + word] !== keys[at + word]) return false;
    return true;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Uint32Array(2 * keys.length);
    this.#values = new Uint32Array(2 * values.length);
    values.forEach((value, place) => {
      if (value === 0) return;
      const to = this.#placeOf(keys, place * this.#words);
      this.#values[to] = value;
      for (let word = 0; word < this.#words; word++) this.#keys[to * this.#words + word] = keys[place * this.#words + word]!;
    });
  }
}
