/**
 * Held-out documents that training text repeats: a proxy would know them by heart, and their bits would say nothing. Measured is how much of the document occurs
 * anywhere in training text, in runs of 32 letters and digits (some six words), whatever the case, the marks and the white space: containment rather than
 * similarity of pairs (MinHash), because a page that is quoted whole in a longer one is as well known as an equal one, and likewise one that several documents
 * repeat in parts. A difference in one word in twenty leaves two thirds of the runs alone.
 *
 * Memory: 9 to 18 bytes a byte of the held-out text of one target; training text is streamed. Runs are known by 32 bits: of a document that shares nothing, 24 MB of
 * training text would seem to have 1 run in 180.
 */
import { documentsOf, textAt, type TextPool } from './text-pool.js';

const RUN = 32;
/** From this share of its runs on, a document counts as repeated. */
export const MOST_OVERLAP = 0.5;

const BASE = 0x2c1b3c6d;
/** BASE^RUN: takes out the byte that leaves the run. */
const LEAVING = Array.from({ length: RUN }).reduce((power: number) => Math.imul(power, BASE), 1);

/** Use: made of the held-out documents; `read` all training documents; then `shares`. */
export class OverlapSearch {
  readonly #heldOut: TextPool;
  /** Hashes of runs, open addressing; 0 is an empty slot, and no hash is 0. */
  readonly #slots: Uint32Array;
  readonly #shift: number;
  readonly #isFound: Uint8Array;

  constructor(heldOut: TextPool) {
    this.#heldOut = heldOut;
    const bits = Math.max(4, Math.ceil(Math.log2(2 * (heldOut.text.length + 1))));
    this.#slots = new Uint32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#isFound = new Uint8Array(2 ** bits);
    for (let i = 0; i < documentsOf(heldOut); i++) {
      eachRun(textAt(heldOut, i), (hash) => {
        this.#slots[this.#slotOf(hash)] = hash;
      });
    }
  }

  /** One training document. */
  read(text: Uint8Array): void {
    eachRun(text, (hash) => {
      const slot = this.#slotOf(hash);
      if (this.#slots[slot] === hash) this.#isFound[slot] = 1;
    });
  }

  /** Of each held-out document, the share of its different runs that training documents have. */
  shares(): Float64Array {
    const countedFor = new Uint32Array(this.#slots.length); // the document that counted a run last, plus 1
    return Float64Array.from({ length: documentsOf(this.#heldOut) }, (_, i) => {
      let runs = 0;
      let found = 0;
      eachRun(textAt(this.#heldOut, i), (hash) => {
        const slot = this.#slotOf(hash);
        if (countedFor[slot] === i + 1) return;
        countedFor[slot] = i + 1;
        runs += 1;
        found += this.#isFound[slot]!;
      });
      return runs === 0 ? 0 : found / runs;
    });
  }

  /** Where the hash is, or would be. */
  #slotOf(hash: number): number {
    const slots = this.#slots;
    let slot = Math.imul(hash, 0x9e3779b1) >>> this.#shift;
    while (slots[slot] !== hash && slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }
}

const window = new Uint8Array(RUN);

/**
 * Calls `each` with the hash of every run. A text of fewer letters than a run has one, of all its letters, and one without letters one of all its bytes: these are
 * found in equal texts alone.
 */
function eachRun(text: Uint8Array, each: (hash: number) => void): void {
  let hash = 0;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = LETTERS[text[i]!]!;
    if (letter === 0) continue;
    const at = letters % RUN;
    hash = Math.imul(hash, BASE) + letter;
    if (letters >= RUN) hash -= Math.imul(window[at]!, LEAVING);
    window[at] = letter;
    letters += 1;
    if (letters >= RUN) each(mixed(hash));
  }
  if (letters >= RUN || text.length === 0) return;
  if (letters === 0) hash = text.reduce((sum, byte) => Math.imul(sum, BASE) + byte + 1, 0);
  each(mixed(hash ^ ((letters + 1) * 0x51ed27)));
}

/** Not 0. */
function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) || 1;
}

/** Of each byte, what counts in a run: letters in lower case, digits, and all of other scripts; 0: nothing. */
const LETTERS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isUpper = byte >= 65 && byte <= 90;
  const counts = isUpper || byte >= 128 || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57);
  return counts ? byte + (isUpper ? 32 : 0) : 0;
});
