/** Finds lines of a document that were there before, byte for byte. A hash table over positions in the text: no line is copied. */

/** Memory: 12 bytes a line and slot of the largest document seen. */
export class LineDuplicates {
  #slots = new Int32Array(1024);
  #start: number[] = [];
  #end: number[] = [];
  #hash: number[] = [];
  #mask = 1023;

  /** Begins a document of at most `lines` lines. */
  clear(lines: number): void {
    let size = 1024;
    while (size < 2 * lines) size *= 2;
    if (size > this.#slots.length) this.#slots = new Int32Array(size);
    else this.#slots.fill(0, 0, size);
    this.#mask = size - 1;
    this.#start.length = this.#end.length = this.#hash.length = 0;
  }

  /** Remembers the line `text[start .. end)`; true where an equal one is remembered already. */
  hasSeen(text: Uint8Array, start: number, end: number): boolean {
    let hash = 0x811c9dc5; // FNV-1a for the slot, a second hash for the step, so that lines made to meet in one do not in the other
    let other = end - start;
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ text[at]!, 0x01000193);
      other = Math.imul(other, 0x9e3779b1) + text[at]!;
    }
    hash ^= hash >>> 15;
    const step = ((other ^ (other >>> 15)) | 1) & this.#mask;
    for (let slot = hash & this.#mask; ; slot = (slot + step) & this.#mask) {
      const seen = this.#slots[slot]! - 1;
      if (seen < 0) {
        this.#slots[slot] = this.#start.push(start);
        this.#end.push(end);
        this.#hash.push(hash);
        return false;
      }
      if (this.#hash[seen] === hash && equal(text, this.#start[seen]!, this.#end[seen]!, start, end)) return true;
    }
  }
}

function equal(text: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let a = aStart, b = bStart; a < aEnd; a++, b++) if (text[a] !== text[b]) return false;
  return true;
}
