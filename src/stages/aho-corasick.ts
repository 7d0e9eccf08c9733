/**
 * Many patterns searched for in one pass over bytes (Aho and Corasick 1975). The automaton is the trie of the patterns with failure links, its nodes
 * numbered breadth-first, so that the children of a node stand side by side in a handful of flat arrays. Lists of URL words and of bad words use it.
 */
import { ConfigError } from '../core/errors.js';

/** 8 MiB of patterns: 136 MiB of automaton. The published lists of bad words have some KB a language. */
export const MAX_PATTERN_BYTES = 8 * 1024 * 1024;

/** The nodes nearest to the root, where ordinary text spends its time, have their steps for all bytes in a table: 1 KiB a node. */
const DENSE_NODES = 1024;
const NONE = 0xffffffff;

/** Whether a match counts: pattern number, and where it stands in the bytes searched. */
export type AcceptMatch = (pattern: number, start: number, end: number) => boolean;

/**
 * Memory: 17 bytes a node, one node for each byte of the patterns less what they share in front; 25 while it is built; and at most 1 MiB. Time: linear in the bytes
 * searched (a step looks among at most 256 children by halving), plus the matches; where many patterns are ends of each other, every one is a match.
 */
export class AhoCorasick {
  /** `labels[n]`: the byte that leads to node n. */
  readonly #labels: Uint8Array;
  /** The children of node n are the nodes `childStart[n] .. childStart[n + 1])`, by rising label. */
  readonly #childStart: Uint32Array;
  /** The node of the longest proper end of n's string that is in the trie. */
  readonly #fail: Uint32Array;
  /** The first node at or behind n (by failure links) where a pattern ends; 0: none. */
  readonly #hit: Uint32Array;
  /** The pattern that ends at node n, or NONE. Of equal patterns, the first. */
  readonly #pattern: Uint32Array;
  /** `dense[256 * n + byte]`: the step from node n, for the first nodes. */
  readonly #dense: Uint32Array;
  readonly #denseNodes: number;
  readonly #fold = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  readonly #lengths: Uint32Array;

  /**
   * Numbers patterns by their place in the list. `what` names the list in errors. Throws ConfigError, before anything is reserved, where a pattern is
   * empty or all together pass MAX_PATTERN_BYTES. With `foldCase`, A-Z and a-z are the same.
   */
  constructor(patterns: readonly Uint8Array[], what: string, { foldCase = false }: { readonly foldCase?: boolean } = {}) {
    const total = patterns.reduce((sum, { length }) => sum + length, 0);
    if (total > MAX_PATTERN_BYTES) throw new ConfigError(`${what}: found ${total} bytes of patterns, expected at most ${MAX_PATTERN_BYTES}`);
    if (patterns.some(({ length }) => length === 0)) throw new ConfigError(`${what}: found an empty pattern, expected at least one byte`);
    if (foldCase) for (let byte = 0x41; byte <= 0x5a; byte++) this.#fold[byte] = byte + 0x20;
    const folded = patterns.map((pattern) => pattern.map((byte) => this.#fold[byte]!));
    this.#lengths = Uint32Array.from(folded, ({ length }) => length);
    const trie = buildTrie(folded, total + 1);
    this.#labels = trie.labels;
    this.#childStart = trie.childStart;
    this.#pattern = trie.pattern;
    this.#fail = new Uint32Array(this.#labels.length);
    this.#hit = new Uint32Array(this.#labels.length);
    this.#denseNodes = Math.min(DENSE_NODES, this.#labels.length);
    this.#dense = new Uint32Array(256 * this.#denseNodes);
    this.#link();
  }

  /**
   * The first match in `bytes[start .. end)` that `accept` takes (any, without it), as its pattern's number; -1: none. Matches come by rising end, and
   * those of one end by falling length.
   */
  find(bytes: Uint8Array, start: number, end: number, accept?: AcceptMatch): number {
    const fold = this.#fold;
    const dense = this.#dense;
    const denseNodes = this.#denseNodes;
    const hit = this.#hit;
    let node = 0;
    for (let i = start; i < end; i++) {
      const byte = fold[bytes[i]!]!;
      node = node < denseNodes ? dense[(node << 8) | byte]! : this.#step(node, byte);
      for (let at = hit[node]!; at !== 0; at = hit[this.#fail[at]!]!) {
        const pattern = this.#pattern[at]!;
        if (accept === undefined || accept(pattern, i + 1 - this.#lengths[pattern]!, i + 1)) return pattern;
      }
    }
    return -1;
  }

  /** The node after `from` and a byte: its child, or that of the first node behind it by failure links that has one. */
  #step(from: number, byte: number): number {
    let node = from;
    for (; node >= this.#denseNodes; node = this.#fail[node]!) {
      const child = this.#child(node, byte);
      if (child !== 0) return child;
    }
    return this.#dense[(node << 8) | byte]!;
  }

  /** The child of a node by its label; 0: none. */
  #child(node: number, byte: number): number {
    let low = this.#childStart[node]!;
    const end = this.#childStart[node + 1]!;
    for (let high = end; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.#labels[middle]! < byte) low = middle + 1;
      else high = middle;
    }
    return low < end && this.#labels[low] === byte ? low : 0;
  }

  /** Failure links, hits and the table, parents before children: a link goes to a node nearer to the root, which is complete by then. */
  #link(): void {
    for (let node = 0; node < this.#labels.length; node++) {
      if (node < this.#denseNodes && node > 0) this.#dense.copyWithin(node << 8, this.#fail[node]! << 8, (this.#fail[node]! + 1) << 8);
      for (let child = this.#childStart[node]!; child < this.#childStart[node + 1]!; child++) {
        const byte = this.#labels[child]!;
        if (node > 0) this.#fail[child] = this.#step(this.#fail[node]!, byte);
        if (node < this.#denseNodes) this.#dense[(node << 8) | byte] = child;
        this.#hit[child] = this.#pattern[child] === NONE ? this.#hit[this.#fail[child]!]! : child;
      }
    }
  }
}

interface Trie {
  readonly labels: Uint8Array;
  readonly childStart: Uint32Array;
  readonly pattern: Uint32Array;
}

/** A node stands for the run of sorted patterns that begin with its string; its children divide that run by the next byte. */
function buildTrie(patterns: readonly Uint8Array[], maxNodes: number): Trie {
  const order = patterns.map((_, i) => i).sort((a, b) => Buffer.compare(patterns[a]!, patterns[b]!) || a - b);
  const labels = new Uint8Array(maxNodes);
  const childStart = new Uint32Array(maxNodes + 1);
  const pattern = new Uint32Array(maxNodes).fill(NONE);
  const runStart = new Uint32Array(maxNodes);
  const runEnd = new Uint32Array(maxNodes);
  runEnd[0] = order.length;
  let nodes = 1;
  for (let node = 0, depth = 0, depthEnd = 1; node < nodes; node++) {
    if (node === depthEnd) {
      depth++;
      depthEnd = nodes;
    }
    childStart[node] = nodes;
    let at = runStart[node]!;
    const end = runEnd[node]!;
    while (at < end && patterns[order[at]!]!.length === depth) {
      if (pattern[node] === NONE) pattern[node] = order[at]!;
      at++;
    }
    while (at < end) {
      const byte = patterns[order[at]!]![depth]!;
      labels[nodes] = byte;
      runStart[nodes] = at;
      while (at < end && patterns[order[at]!]![depth] === byte) at++;
      runEnd[nodes++] = at;
    }
  }
  childStart[nodes] = nodes;
  return { labels: labels.slice(0, nodes), childStart: childStart.slice(0, nodes + 1), pattern: pattern.slice(0, nodes) };
}
