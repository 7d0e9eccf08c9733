/**
 * The global order of the corpus: ascending keys, one for every copy of every document. Keys come from keyed hashes, so the order is a shuffle that any
 * worker can compute its part of. A document's copies are spread over it: a model that meets a text again soon learns it by heart, so of n copies each n-th
 * of the order has one, and the next copy comes at least half an n-th (half an epoch of its source) later. Independent keys would put some
 * copies side by side, and one shift of a single shuffle would show the same neighbours together in every epoch; here each epoch is another shuffle.
 *
 * A copy's place in its n-th is a number u in [0, 1): a hash for the first copy, and from one to the next a step of at most half, reflected at 0 and 1.
 * Such a walk keeps each u uniform, so every part of the order is an even sample of the whole; and copy c at (c + u)/n is 1/2 to 3/2 n-ths behind the one before.
 */
import { hashKey, type HashKey } from '../core/keyed-hash.js';
import { copyHash } from './copy-hash.js';

/** Copies of one document at most: the arithmetic below is exact, and the order's index has 16 bits for them. */
export const MOST_COPIES = 2 ** 16 - 1;

/** The hash key under which a run's order is made. */
export function orderHashKey(seed: number): HashKey {
  return hashKey(seed, 'order');
}

const step = new Uint32Array(2);

/** Writes the 64-bit order keys of a document's `copies` copies, 1 or more, to `out`: ascending pairs of low word and high word. */
export function orderKeys(key: HashKey, low: number, high: number, copies: number, out: Uint32Array): void {
  if (!(copies >= 1 && copies <= MOST_COPIES && out.length >= 2 * copies)) throw new RangeError(`order keys of ${copies} copies into ${out.length} words`);
  copyHash(key, low, high, 0, step);
  let [uLow, uHigh] = [step[0]!, step[1]!];
  for (let copy = 0; copy < copies; copy++) {
    if (copy > 0) {
      copyHash(key, low, high, copy, step);
      const sum = uLow + step[0]!;
      const carried = uHigh + (step[1]! | 0) + (sum > 0xffffffff ? 1 : 0); // the step is the hash as a signed number: -1/2 to 1/2
      const isInside = carried >= 0 && carried <= 0xffffffff;
      uLow = (isInside ? sum : ~sum) >>> 0; // reflected, a number of two words is its complement
      uHigh = (isInside ? carried : ~carried) >>> 0;
    }
    const wholes = copy * 2 ** 32 + uHigh; // (copy + u) / copies by long division; below 2^48, so exact
    const quotient = Math.floor(wholes / copies);
    out[2 * copy + 1] = quotient;
    out[2 * copy] = Math.floor(((wholes - quotient * copies) * 2 ** 32 + uLow) / copies);
  }
}
