/**
 * Finds fixed ASCII phrases in lower-cased text in one pass over its bytes: an Aho-Corasick automaton (Aho and Corasick 1975) as a table. Text is
 * lower-cased as Python's str.lower does, as far as a phrase can tell: A to Z, and U+212A (the Kelvin sign) as k.
 */

const KELVIN = [0xe2, 0x84, 0xaa] as const;

export class LinePhrases {
  /** Column of each byte; 0 for bytes of no phrase. */
  readonly #columns = new Uint8Array(256);
  readonly #width: number;
  /** `#next[state * #width + column]`, already times the width. */
  readonly #next: Uint16Array;
  /** Bits of the phrases that end in a state, by state times the width. */
  readonly #found: Uint32Array;

  /** `phrases[i]`, lower-case ASCII, are told by bit i; at most 32 lists, some hundred bytes in all. */
  constructor(phrases: readonly (readonly string[])[]) {
    const patterns = phrases.flatMap((list, i) => list.flatMap((phrase) => spellings(phrase).map((bytes) => ({ bytes, bit: 1 << i }))));
    let width = 1;
    for (const { bytes } of patterns) for (const byte of bytes) if (this.#columns[byte] === 0) this.#columns[byte] = width++;
    for (let byte = 0x61; byte <= 0x7a; byte++) this.#columns[byte - 0x20] = this.#columns[byte]!;
    const edges: (number | undefined)[] = [];
    const found = [0];
    for (const { bytes, bit } of patterns) {
      let state = 0;
      for (const byte of bytes) state = edges[state * width + this.#columns[byte]!] ??= found.push(0) - 1;
      found[state]! |= bit;
    }
    if (found.length * width > 0xffff) throw new Error(`phrases: found ${found.length} states of ${width} columns, expected at most 65535 in all`);
    this.#width = width;
    this.#next = new Uint16Array(found.length * width);
    this.#found = new Uint32Array(found.length * width);
    this.#link(edges, found);
  }

  /** Breadth first, so that where a state falls back to is complete before it. */
  #link(edges: readonly (number | undefined)[], found: number[]): void {
    const width = this.#width;
    const fallBack = new Uint16Array(found.length);
    const queue = [0];
    for (let i = 0; i < queue.length; i++) {
      const state = queue[i]!;
      found[state]! |= found[fallBack[state]!]!;
      this.#found[state * width] = found[state]!;
      for (let column = 0; column < width; column++) {
        const other = state === 0 ? 0 : this.#next[fallBack[state]! * width + column]!;
        const child = edges[state * width + column];
        this.#next[state * width + column] = child === undefined ? other : child * width;
        if (child === undefined) continue;
        fallBack[child] = other / width;
        queue.push(child);
      }
    }
  }

  /** Bits of the lists with a phrase in `text[start .. end)`. */
  find(text: Uint8Array, start: number, end: number): number {
    let state = 0;
    let bits = 0;
    for (let at = start; at < end; at++) {
      state = this.#next[state + this.#columns[text[at]!]!]!;
      bits |= this.#found[state]!;
    }
    return bits;
  }
}

/** The bytes of a phrase, and of its spellings with a Kelvin sign for one k. */
function spellings(phrase: string): number[][] {
  const bytes = [...phrase].map((character) => character.charCodeAt(0));
  const kelvins = bytes.flatMap((byte, i) => (byte === 0x6b ? [[...bytes.slice(0, i), ...KELVIN, ...bytes.slice(i + 1)]] : []));
  return [bytes, ...kelvins];
}
