/**
 * A set of byte strings for lists of millions of entries: looked up by a part of a buffer, without making a string of it. Exact: entries are compared
 * byte by byte, the hash only says where to begin.
 */

/** Memory: the entries' bytes, and 12 to 20 bytes an entry. A JavaScript Set of strings takes some five times as much. */
export class WordListSet {
  readonly #bytes: Uint8Array;
  /** Entry n is `bytes[offsets[n] .. offsets[n + 1])`. */
  readonly #offsets: Uint32Array;
  /** Open addressing: 0 is free, else 1 + the entry's number. */
  readonly #slots: Uint32Array;

  constructor(entries: readonly string[]) {
    const encoder = new TextEncoder();
    this.#offsets = new Uint32Array(entries.length + 1);
    entries.forEach((entry, i) => { this.#offsets[i + 1] = this.#offsets[i]! + Buffer.byteLength(entry); });
    this.#bytes = new Uint8Array(this.#offsets[entries.length]!);
    entries.forEach((entry, i) => encoder.encodeInto(entry, this.#bytes.subarray(this.#offsets[i])));
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * entries.length + 2)));
    for (let entry = 0; entry < entries.length; entry++) {
      const slot = this.#slotOf(this.#bytes, this.#offsets[entry]!, this.#offsets[entry + 1]!);
      if (this.#slots[slot] === 0) this.#slots[slot] = entry + 1;
    }
  }

  /** The number of the entry that equals `bytes[start .. end)` (the first of equal ones), or -1. */
  indexOf(bytes: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slotOf(bytes, start, end)]! - 1;
  }

  has(bytes: Uint8Array, start: number, end: number): boolean {
    return this.indexOf(bytes, start, end) >= 0;
  }

  /** The slot that holds these bytes, or the free one where they would go. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(bytes, start, end) & mask;
    while (this.#slots[slot] !== 0 && !this.#equals(this.#slots[slot]! - 1, bytes, start, end)) slot = (slot + 1) & mask;
    return slot;
  }

  #equals(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#offsets[entry]!;
    if (this.#offsets[entry + 1]! - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) if (this.#bytes[at] !== bytes[i]) return false;
    return true;
  }
}

/** FNV-1a with a last mixing, as the low bits choose the slot. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
