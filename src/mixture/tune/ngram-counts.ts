/**
 * Counts of byte n-grams up to an order: what the proxy model is made of. A trie in typed arrays: a node is an n-gram, its children the n-grams that are one
 * byte longer, so one look-up a byte and order finds both what is counted and the next byte's context. Nothing is counted across documents.
 *
 * Bound: `maxNodes` n-grams (default 2^22), 12 bytes each and 16 to 32 more in the table of children: 180 MB, reserved as they come. An n-gram that finds no room is
 * left out together with its occurrence in its context, so what is counted stays a proper model, if a coarser one; `left` says how often that was.
 *
 * Speed, CPU time (`tests/bench/mixing.js` measures it): 21 MB/s at order 5, 63 at order 3; half of that where the cores are shared, as most of it waits for memory.
 * As WASM the loop was 2.5 times as fast in a trial, some 15 s less for 64 runs on two cores: for that no worker should hold a model's memory for good, as it
 * would in the kernels' module.
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

export const MAX_ORDER = 5;
const DEFAULT_MAX_NODES = 2 ** 22;
const LEAST_CAPACITY = 2 ** 17;

export class NgramCounts {
  /** Longest n-gram that is counted. */
  readonly order: number;
  readonly #maxNodes: number;
  /** Of the nodes so far, NODE_WORDS each. Replaced when it grows. Signed, as `#slots`: numbers from 2^31 on are floats to V8, at half the speed. */
  nodes: Int32Array;
  #used = FIRST_HASHED;
  /** Pairs of (parent x 256 + byte, node); a key of 0 is an empty slot, as parents here are never the root. Twice as many slots as nodes at least. */
  #slots: Int32Array;
  #shift: number;
  #left = 0;

  /** `order` 1 to 5; `maxNodes` from 65,793, which the n-grams of up to two bytes take, to 2^24. */
  constructor(order: number, maxNodes = DEFAULT_MAX_NODES) {
    if (!Number.isInteger(order) || order < 1 || order > MAX_ORDER) throw new RangeError(`order: found ${order}, expected 1 to ${MAX_ORDER}`);
    if (!(maxNodes >= FIRST_HASHED && maxNodes <= 2 ** 24)) throw new RangeError(`maxNodes: found ${maxNodes}, expected ${FIRST_HASHED} to ${2 ** 24}`);
    this.order = order;
    this.#maxNodes = maxNodes;
    this.nodes = new Int32Array(Math.min(LEAST_CAPACITY, maxNodes) * NODE_WORDS);
    this.#slots = new Int32Array(4 * LEAST_CAPACITY);
    this.#shift = 32 - Math.log2(2 * LEAST_CAPACITY);
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
    let one = NO_NODE; // the n-gram of the byte before, of the two before, ...: in variables, so that the look-ups for a byte overlap
    let two = NO_NODE;
    let three = NO_NODE;
    let four = NO_NODE;
    for (let i = start; i < end; i++) {
      const byte = text[i]!;
      if (order > 4) this.#step(four, byte);
      if (order > 3) four = this.#step(three, byte);
      if (order > 2) three = this.#step(two, byte);
      if (order > 1 && one !== NO_NODE) {
        two = FIRST_PAIR + ((one - FIRST_BYTE) << 8) + byte;
        this.#count(two, one);
      }
      one = FIRST_BYTE + byte;
      this.#count(one, ROOT);
    }
  }

  /** Counts a byte behind a context of two bytes or more; gives the n-gram of both. NO_NODE where there is no such context or no room. */
  #step(context: number, byte: number): number {
    if (context === NO_NODE) return NO_NODE;
    let node = this.#find(context, byte);
    if (node === NO_NODE) node = this.#make(context, byte);
    if (node === NO_NODE) this.#left += 1;
    else this.#count(node, context);
    return node;
  }

  /** The n-gram of `context`, which has `length` - 1 bytes, and a byte behind it; NO_NODE where it was never seen. */
  child(context: number, length: number, byte: number): number {
    if (length === 1) return FIRST_BYTE + byte;
    if (length === 2) return FIRST_PAIR + ((context - FIRST_BYTE) << 8) + byte;
    return this.#find(context, byte);
  }

  #count(node: number, context: number): void {
    const { nodes } = this;
    const at = node * NODE_WORDS;
    const of = context * NODE_WORDS;
    const count = nodes[at]!;
    if (count === 0) nodes[of + TYPES]! += 1;
    nodes[at + COUNT] = count + 1;
    nodes[of + TOTAL]! += 1;
  }

  #find(context: number, byte: number): number {
    const slots = this.#slots;
    const key = (context << 8) | byte;
    const last = slots.length - 1;
    for (let at = (Math.imul(key, 0x9e3779b1) >>> this.#shift) << 1; ; at = (at + 2) & last) {
      const found = slots[at]!;
      if (found === key) return slots[at + 1]!;
      if (found === 0) return NO_NODE;
    }
  }

  #make(context: number, byte: number): number {
    if (this.#used === this.#maxNodes) return NO_NODE;
    if ((this.#used + 1) * NODE_WORDS > this.nodes.length) this.#grow();
    this.#put((context << 8) | byte, this.#used);
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
    const nodes = new Int32Array(Math.min(2 * this.nodes.length, this.#maxNodes * NODE_WORDS));
    nodes.set(this.nodes);
    this.nodes = nodes;
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length);
    this.#shift -= 1;
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0) this.#put(before[at]!, before[at + 1]!);
  }
}
