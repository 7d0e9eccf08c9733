/**
 * Equal runs of n words of a text by number, for gopher-repetition-dolma3.ts. A run is numbered by the run of n - 1 words that it begins with and its
 * last word, exactly, and only runs whose beginning repeats are looked at: the others cannot repeat.
 */
import { atLeast, Slots, type Elements } from './gopher-repetition-dolma3-elements.js';

/** Runs of 1, 2, 3, ... words of one text, in ascending order of n. */
export class GramNumbers {
  readonly #table = new Slots();
  #words: Uint32Array = new Uint32Array(0);
  #elements: Elements = { starts: [], ends: [], count: 0 };
  /** Where runs begin whose first n words repeat, ascending, and the run's number there. */
  #places = new Uint32Array(1024);
  #numbers = new Uint32Array(1024);
  #length = 0;
  /** By number of a run: its first place, as a place in #places, and how often it is there. */
  #firsts = new Uint32Array(1024);
  #counts = new Uint32Array(1024);
  /** By place in #places: the number of the run of n - 1 words there. */
  #before = new Uint32Array(1024);
  #n = 1;
  /** Bytes of all words. */
  totalBytes = 0;

  /** Begins a text, whose words have these numbers; keeps both until the next. */
  begin(words: Uint32Array, elements: Elements): void {
    const { count, starts, ends } = elements;
    this.#words = words;
    this.#elements = elements;
    this.#places = atLeast(this.#places, count);
    this.#numbers = atLeast(this.#numbers, count);
    this.#firsts = atLeast(this.#firsts, count);
    this.#counts = atLeast(this.#counts, count);
    this.#n = 1;
    this.#length = count;
    this.totalBytes = 0;
    for (let i = 0; i < count; i++) {
      this.#places[i] = i;
      this.#numbers[i] = words[i]!;
      this.totalBytes += ends[i]! - starts[i]!;
    }
  }

  /**
   * Bytes of the words in runs of `n` words that are there more than once: all such runs, or the most frequent (of several the longest, of these the
   * first).
   */
  coveredBytes(n: number, which: 'top' | 'all'): number {
    if (n !== this.#n + 1) throw new Error(`runs of ${n} words: found behind those of ${this.#n}, expected in ascending order`);
    this.#n = n;
    this.#lengthen();
    const top = which === 'top' ? this.#topNumber() : undefined;
    const { starts, ends } = this.#elements;
    let covered = 0;
    let next = 0; // words before this one are counted
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const number = this.#numbers[i]!;
      if (this.#counts[number]! < 2) continue;
      const place = this.#places[i]!;
      if (top === undefined || number === top) {
        for (next = Math.max(next, place); next < place + n; next++) covered += ends[next]! - starts[next]!;
      }
      this.#places[kept] = place;
      this.#numbers[kept++] = number;
    }
    this.#length = kept;
    return covered;
  }

  /** From runs of n - 1 words to those of n. */
  #lengthen(): void {
    const last = this.#n - 1;
    const { count } = this.#elements;
    const [places, numbers, firsts, counts, words] = [this.#places, this.#numbers, this.#firsts, this.#counts, this.#words];
    this.#table.clear(this.#length);
    const { slots } = this.#table;
    const before = this.#before = atLeast(this.#before, this.#length);
    let length = 0;
    let known = 0;
    for (let i = 0; i < this.#length; i++) {
      const place = places[i]!;
      if (place + last >= count) break; // places ascend: none behind this one has n words
      const beginning = numbers[i]!;
      const word = words[place + last]!;
      let slot = mixed(beginning, word) & (slots.length - 1);
      let number = -1;
      for (; number < 0; slot = (slot + 1) & (slots.length - 1)) {
        const found = slots[slot]! - 1;
        if (found < 0) {
          slots[slot] = known + 1;
          firsts[known] = length;
          counts[known] = 0;
          number = known++;
        } else if (before[firsts[found]!] === beginning && words[places[firsts[found]!]! + last] === word) number = found;
      }
      counts[number]!++;
      before[length] = beginning;
      places[length] = place;
      numbers[length++] = number;
    }
    this.#length = length;
  }

  #topNumber(): number {
    const { starts, ends } = this.#elements;
    let top = -1;
    let topCount = 1;
    let topBytes = 0;
    for (let i = 0; i < this.#length; i++) {
      const number = this.#numbers[i]!;
      const count = this.#counts[number]!;
      if (count < topCount || count < 2 || this.#firsts[number] !== i) continue;
      let bytes = 0;
      for (let word = this.#places[i]!; word < this.#places[i]! + this.#n; word++) bytes += ends[word]! - starts[word]!;
      if (count === topCount && bytes <= topBytes) continue;
      top = number;
      topCount = count;
      topBytes = bytes;
    }
    return top;
  }
}

function mixed(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + 0x7f4a7c15, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
