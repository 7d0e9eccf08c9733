/**
 * Held-out documents that training text repeats: a proxy would know them by heart, and their bits would say nothing. Measured is how much of the document occurs
 * anywhere in training text, in runs of 32 letters and digits (some six words), whatever the case, the marks and the white space: containment rather than
 * similarity of pairs (MinHash), because a page that is quoted whole in a longer one is as well known as an equal one, and likewise one that several documents
 * repeat in parts. A difference in one word in twenty leaves two thirds of the runs alone.
 *
 * Memory: 18 to 36 bytes a byte of the held-out text of one target, and 4 a byte of the longest document; training text is streamed. Runs are known by 32 bits: of
 * a document that shares nothing, 24 MB of training text would seem to have 1 run in 180.
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
  readonly #slots: Int32Array;
  readonly #shift: number;
  readonly #isFound: Uint8Array;
  #hashes = new Int32Array(1 << 16);

  constructor(heldOut: TextPool) {
    this.#heldOut = heldOut;
    const bits = Math.max(4, Math.ceil(Math.log2(2 * (heldOut.text.length + 1))));
    this.#slots = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#isFound = new Uint8Array(2 ** bits);
    for (let i = 0; i < documentsOf(heldOut); i++) {
      for (const hash of this.#runsOf(textAt(heldOut, i))) this.#slots[this.#slotOf(hash)] = hash;
    }
  }

  /** One training document. */
  read(text: Uint8Array): void {
    const runs = this.#runsOf(text);
    for (let i = 0; i < runs.length; i++) {
      const hash = runs[i]!;
      const slot = this.#slotOf(hash);
      if (this.#slots[slot] === hash) this.#isFound[slot] = 1;
    }
  }

  /** Of each held-out document, the share of its different runs that training documents have. */
  shares(): Float64Array {
    const countedFor = new Uint32Array(this.#slots.length); // the document that counted a run last, plus 1
    return Float64Array.from({ length: documentsOf(this.#heldOut) }, (_, i) => {
      let runs = 0;
      let found = 0;
      for (const hash of this.#runsOf(textAt(this.#heldOut, i))) {
        const slot = this.#slotOf(hash);
        if (countedFor[slot] === i + 1) continue;
        countedFor[slot] = i + 1;
        runs += 1;
        found += this.#isFound[slot]!;
      }
      return runs === 0 ? 0 : found / runs;
    });
  }

  /** Where the hash is, or would be. Hashes are mixed: their first bits will do. */
  #slotOf(hash: number): number {
    const slots = this.#slots;
    let slot = hash >>> this.#shift;
    for (let found = slots[slot]!; found !== hash && found !== 0; found = slots[slot]!) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }

  /** Valid until the next call. */
  #runsOf(text: Uint8Array): Int32Array {
    if (this.#hashes.length < text.length) this.#hashes = new Int32Array(text.length);
    return this.#hashes.subarray(0, hashRuns(text, this.#hashes));
  }
}

const window = new Uint8Array(RUN);

/**
 * Writes the hash of every run of a text, and gives how many there are. A text of fewer letters than a run has one, of all its letters, and one without letters
 * one of all its bytes: these are found in equal texts alone.
 */
function hashRuns(text: Uint8Array, out: Int32Array): number {
  let hash = 0;
  let letters = 0;
  let runs = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = LETTERS[text[i]!]!;
    if (letter === 0) continue;
    const at = letters % RUN;
    hash = (Math.imul(hash, BASE) + letter) | 0;
    if (letters >= RUN) hash = (hash - Math.imul(window[at]!, LEAVING)) | 0;
    window[at] = letter;
    letters += 1;
    if (letters >= RUN) out[runs++] = mixed(hash);
  }
  if (runs > 0 || text.length === 0) return runs;
  if (letters === 0) hash = text.reduce((sum, byte) => (Math.imul(sum, BASE) + byte + 1) | 0, 0);
  out[0] = mixed(hash ^ ((letters + 1) * 0x51ed27));
  return 1;
}

/** murmur3's last steps. Not 0. */
function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) || 1;
}

/** Of each byte, what counts in a run: letters in lower case, digits, and all of other scripts; 0: nothing. */
const LETTERS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isUpper = byte >= 65 && byte <= 90;
  const counts = isUpper || byte >= 128 || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57);
  return counts ? byte + (isUpper ? 32 : 0) : 0;
});
