/**
 * Counts of byte n-grams up to an order: what the proxy model is made of. A trie in typed arrays: a node is an n-gram, its children the n-grams that are one
 * byte longer, so one look-up a byte and order finds both what is counted and the next byte's context. Nothing is counted across documents.
 *
 * Bound: `maxNodes` n-grams (default 2^22), 12 bytes each and 16 to 32 more in the table of children: 180 MB, reserved as they come. An n-gram that finds no room is
 * left out together with its occurrence in its context, so what is counted stays a proper model, if a coarser one; `left` says how often that was.
 */

/** Numbers of a node in `nodes`: occurrences; occurrences with a byte behind them that is counted; different bytes counted behind it. */
export const NODE_WORDS = 3;
const COUNT = 0;
export const TOTAL = 1;
export const TYPES = 2;

/** The empty n-gram, then those of one byte, then those of two: at fixed places. */
const ROOT = 0;
const FIRST_BYTE = 1;
const FIRST_PAIR = FIRST_BYTE + 256;
const FIRST_HASHED = FIRST_PAIR + 65536;
/** In place of a node: there is none. */
export const NO_NODE = -1;

export const MAX_ORDER = 8;
const DEFAULT_MAX_NODES = 2 ** 22;
const LEAST_CAPACITY = 2 ** 17;

export class NgramCounts {
  /** Longest n-gram that is counted. */
  readonly order: number;
  readonly #maxNodes: number;
  /** Of the nodes so far, NODE_WORDS each. Replaced when it grows. */
  nodes: Uint32Array;
  #used = FIRST_HASHED;
  /** Pairs of (parent x 256 + byte, node); a key of 0 is an empty slot, as parents here are never the root. Twice as many slots as nodes at least. */
  #slots: Uint32Array;
  #shift: number;
  readonly #path: Int32Array;
  #left = 0;

  /** `order` 1 to 8; `maxNodes` from 65,793, which the n-grams of up to two bytes take, to 2^24. */
  constructor(order: number, maxNodes = DEFAULT_MAX_NODES) {
    if (!Number.isInteger(order) || order < 1 || order > MAX_ORDER) throw new RangeError(`order: found ${order}, expected 1 to ${MAX_ORDER}`);
    if (!(maxNodes >= FIRST_HASHED && maxNodes <= 2 ** 24)) throw new RangeError(`maxNodes: found ${maxNodes}, expected ${FIRST_HASHED} to ${2 ** 24}`);
    this.order = order;
    this.#maxNodes = maxNodes;
    this.nodes = new Uint32Array(Math.min(LEAST_CAPACITY, maxNodes) * NODE_WORDS);
    this.#slots = new Uint32Array(4 * LEAST_CAPACITY);
    this.#shift = 32 - Math.log2(2 * LEAST_CAPACITY);
    this.#path = new Int32Array(order);
  }

  /** N-grams held, those of up to two bytes and the empty one counted whether they were seen or not. */
  get size(): number {
    return this.#used;
  }

  /** Occurrences of n-grams that found no room. */
  get left(): number {
    return this.#left;
  }

  /** Adds the n-grams of one document, bytes [start, end) of `text`. */
  add(text: Uint8Array, start = 0, end = text.length): void {
    const { order } = this;
    const path = this.#path.fill(NO_NODE); // path[m]: the n-gram of the m bytes before, of m < order
    path[0] = ROOT;
    for (let i = start; i < end; i++) {
      const byte = text[i]!;
      for (let m = order; m > 0; m--) {
        const context = path[m - 1]!;
        if (context === NO_NODE) continue; // too near the beginning, or it found no room; so path[m] is NO_NODE too
        const node = this.#childMade(context, m, byte);
        if (m < order) path[m] = node;
        if (node === NO_NODE) {
          this.#left += 1;
          continue;
        }
        const { nodes } = this;
        const at = node * NODE_WORDS;
        const of = context * NODE_WORDS;
        if (nodes[at]! === 0) nodes[of + TYPES]! += 1;
        nodes[at + COUNT]! += 1;
        nodes[of + TOTAL]! += 1;
      }
    }
  }

  /** The n-gram of `context`, which has `length` - 1 bytes, and a byte behind it; NO_NODE where it was never seen. */
  child(context: number, length: number, byte: number): number {
    if (length === 1) return FIRST_BYTE + byte;
    if (length === 2) return FIRST_PAIR + ((context - FIRST_BYTE) << 8) + byte;
    const slots = this.#slots;
    const key = ((context << 8) | byte) >>> 0;
    const last = slots.length - 1;
    for (let at = (Math.imul(key, 0x9e3779b1) >>> this.#shift) << 1; ; at = (at + 2) & last) {
      const found = slots[at]!;
      if (found === key) return slots[at + 1]!;
      if (found === 0) return NO_NODE;
    }
  }

  #childMade(context: number, length: number, byte: number): number {
    const node = this.child(context, length, byte);
    return node === NO_NODE ? this.#make(context, byte) : node;
  }

  #make(context: number, byte: number): number {
    if (this.#used === this.#maxNodes) return NO_NODE;
    if ((this.#used + 1) * NODE_WORDS > this.nodes.length) this.#grow();
    this.#put(((context << 8) | byte) >>> 0, this.#used);
    return this.#used++;
  }

  #put(key: number, node: number): void {
    const slots = this.#slots;
    const last = slots.length - 1;
    let at = (Math.imul(key, 0x9e3779b1) >>> this.#shift) << 1;
    while (slots[at] !== 0) at = (at + 2) & last;
    slots[at] = key;
    slots[at + 1] = node;
  }

  #grow(): void {
    const nodes = new Uint32Array(Math.min(2 * this.nodes.length, this.#maxNodes * NODE_WORDS));
    nodes.set(this.nodes);
    this.nodes = nodes;
    const before = this.#slots;
    this.#slots = new Uint32Array(2 * before.length);
    this.#shift -= 1;
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0) this.#put(before[at]!, before[at + 1]!);
  }
}
