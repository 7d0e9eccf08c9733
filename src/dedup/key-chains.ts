/** Which entries have a 64-bit key: a table by open addressing over typed arrays, filled once and then only asked. Several entries may share a key. */

const NONE = 0xffff_ffff;

/** Memory: 24 to 48 bytes for each key that differs, at most so many as were announced, and 4 bytes an entry. */
export class KeyChains {
  readonly #mask: number;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  /** Per slot the last entry added, and per entry the one before it with the same key. */
  readonly #last: Uint32Array;
  readonly #before: Uint32Array;

  /** For the entries 0 to `entries` - 1. */
  constructor(entries: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * entries)));
    this.#mask = slots - 1;
    this.#low = new Uint32Array(slots);
    this.#high = new Uint32Array(slots);
    this.#last = new Uint32Array(slots).fill(NONE);
    this.#before = new Uint32Array(entries).fill(NONE);
  }

  /** Gives an entry its key; once each. */
  add(entry: number, low: number, high: number): void {
    const slot = this.#slotOf(low, high);
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#before[entry] = this.#last[slot]!;
    this.#last[slot] = entry;
  }

  /** The last entry added with the key; -1 where there is none. */
  find(low: number, high: number): number {
    const last = this.#last[this.#slotOf(low, high)]!;
    return last === NONE ? -1 : last;
  }

  /** The entry with the same key that was added before; -1 behind the first. */
  before(entry: number): number {
    const before = this.#before[entry]!;
    return before === NONE ? -1 : before;
  }

  /** The key's slot, or the free one where it would stand: half of all slots are free, so there is one. */
  #slotOf(low: number, high: number): number {
    let slot = (Math.imul(low ^ (high >>> 15), 0x9e37_79b1) ^ Math.imul(high, 0x85eb_ca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    while (this.#last[slot] !== NONE && (this.#low[slot] !== low >>> 0 || this.#high[slot] !== high >>> 0)) slot = (slot + 1) & this.#mask;
    return slot;
  }
}
