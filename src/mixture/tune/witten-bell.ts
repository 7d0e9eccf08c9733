/**
 * The proxy's probability of a byte: interpolated Witten-Bell smoothing (Witten and Bell 1991, method C; Chen and Goodman 1998, section 2.6),
 *
 *   p(c | h) = (n(hc) + T(h) p(c | h')) / (n(h) + T(h)),
 *
 * n(h) how often context h was seen with a byte behind it, T(h) how many different bytes that were, h' the context without its first byte; below the empty
 * context every byte has 1/256. A context that was never seen says nothing: p(c | h) = p(c | h'). Sums to 1 over the bytes in every context.
 */
import { NO_NODE, NODE_WORDS, TOTAL, TYPES, type NgramCounts } from './ngram-counts.js';

/** Products of probabilities are turned into bits when they come near the smallest number; one byte has above 2^-140 (five orders, 2^-26 each, and 1/256). */
const SMALL = 2 ** -700;

/** Bits that the model needs for bytes [start, end) of `text`, a document of its own: -log2 of their probabilities, summed. */
export function bitsOf(counts: NgramCounts, text: Uint8Array, start = 0, end = text.length): number {
  const { order, nodes } = counts;
  const path = new Int32Array(order + 1).fill(NO_NODE); // path[m]: the n-gram of the m bytes before
  path[0] = 0;
  let bits = 0;
  let product = 1;
  for (let i = start; i < end; i++) {
    const byte = text[i]!;
    let probability = 1 / 256;
    let context = 0;
    for (let m = 1; m <= order; m++) {
      const before = path[m]!;
      const total = nodes[context * NODE_WORDS + TOTAL]!;
      if (total === 0) { // nor were longer contexts
        path.fill(NO_NODE, m);
        break;
      }
      const node = counts.child(context, m, byte);
      const types = nodes[context * NODE_WORDS + TYPES]!;
      const count = node === NO_NODE ? 0 : nodes[node * NODE_WORDS]!;
      probability = (count + types * probability) / (total + types);
      path[m] = node;
      if (before === NO_NODE) {
        path.fill(NO_NODE, m + 1);
        break;
      }
      context = before;
    }
    product *= probability;
    if (product < SMALL) {
      bits -= Math.log2(product);
      product = 1;
    }
  }
  return bits - Math.log2(product);
}

/** The probabilities of all 256 bytes behind a text, whose last `order` - 1 bytes count. For tests and for people: `bitsOf` is what measures. */
export function probabilitiesAfter(counts: NgramCounts, text: Uint8Array): Float64Array {
  const { order, nodes } = counts;
  let probabilities = new Float64Array(256).fill(1 / 256);
  for (let length = 0; length < Math.min(order, text.length + 1); length++) {
    let context = 0;
    for (let m = 1; m <= length && context !== NO_NODE; m++) context = counts.child(context, m, text[text.length - length + m - 1]!);
    const total = context === NO_NODE ? 0 : nodes[context * NODE_WORDS + TOTAL]!;
    if (total === 0) break;
    const types = nodes[context * NODE_WORDS + TYPES]!;
    probabilities = probabilities.map((shorter, byte) => {
      const node = counts.child(context, length + 1, byte);
      return ((node === NO_NODE ? 0 : nodes[node * NODE_WORDS]!) + types * shorter) / (total + types);
    });
  }
  return probabilities;
}
