/**
 * Documents with one key: equal normalised text, by 128-bit hash, or an equal address, by 64-bit hash. Records arrive sorted, so a group is never held:
 * each row is linked to the group's first. Which of them stays is decided with the clusters (resolve.ts).
 */
import { assertSorted, EDGE_WORDS, sharesKey } from './partition.js';

/** The bits of a similarity of 1. */
const ONE = 0x3f80_0000;

/** Takes one partition's sorted records, their last word the row. Memory: two records, and the edges of one `add`. */
export class KeyEdges {
  readonly #words: number;
  #last: Uint32Array = new Uint32Array(0);
  #first = 0;
  /** Records taken, and rows that have a smaller one with their key. */
  records = 0;
  repeated = 0;

  constructor(words: number) {
    this.#words = words;
  }

  /** The next records; gives the edges [first row of the group, row, 1] that they bring. Throws when they are out of order. */
  add(records: Uint32Array): Uint32Array {
    const words = this.#words;
    assertSorted(records, this.#last, words);
    const edges = new Uint32Array((records.length / words) * EDGE_WORDS);
    let used = 0;
    for (let at = 0; at < records.length; at += words) {
      const row = records[at + words - 1]!;
      if (sharesKey(records, at, this.#last, words)) {
        edges[used++] = this.#first;
        edges[used++] = row;
        edges[used++] = ONE;
      } else {
        this.#first = row;
      }
    }
    if (records.length > 0) this.#last = records.slice(-words);
    this.records += records.length / words;
    this.repeated += used / EDGE_WORDS;
    return edges.subarray(0, used);
  }
}
