/**
 * One-permutation MinHash (Li, Owen and Zhang 2012) with optimal densification (Shrivastava 2017): k minima from one hash of each shingle.
 *
 *   hash      h = mix(s xor K) of each shingle s, 64 bits, K drawn from the seed; the greatest, 2^64 - 1, counts as 2^64 - 2.
 *   bin       the k-th parts of the range: h belongs to bin floor(h k / 2^64). A bin's minimum is its least h, whole, so the minima of different bins
 *             differ, and all 64 bits of a shingle count.
 *   empty     bin i takes the minimum of the first bin with one among floor(d k / 2^64), d = mix(L + 2^32 i + attempt), attempt = 1, 2, .. 64, L from the
 *             seed: the same bins for every document, so two documents that are empty there agree with probability J (Shrivastava's theorem). Where
 *             64 attempts find none it is the next bin behind i that has one, going round (rotation, Shrivastava and Li 2014): that bounds the work
 *             for documents of a few shingles, at 64 k steps.
 *
 * A document with far fewer shingles than bins repeats the same minima: dedup/README.md says what that costs.
 */
import { MAX_ATTEMPTS, type OnePermutation } from '../permutations.js';
import { add, mix, register, set, xor } from './word64.js';

/** Halves of the minima, low and high in turn. `shingles`: at least one, halves in turn. */
export function onePermutationMinima(shingles: Uint32Array, bins: number, { shingleKey, binKey }: OnePermutation): Uint32Array {
  const minima = new Uint32Array(2 * bins).fill(0xffffffff);
  for (let at = 0; at < shingles.length; at += 2) {
    set(shingles[at]!, shingles[at + 1]!);
    xor(...shingleKey);
    mix();
    if (register[0] === 0xffffffff && register[1] === 0xffffffff) register[0] = 0xfffffffe;
    const bin = 2 * part(bins);
    if (register[1]! < minima[bin + 1]! || (register[1] === minima[bin + 1] && register[0]! < minima[bin]!)) minima.set(register, bin);
  }
  return densified(minima, bins, binKey);
}

/** floor(register x bins / 2^64). */
function part(bins: number): number {
  return Math.floor((register[1]! * bins + Math.floor((register[0]! * bins) / 2 ** 32)) / 2 ** 32);
}

function densified(minima: Uint32Array, bins: number, binKey: OnePermutation['binKey']): Uint32Array {
  const isEmpty = (bin: number): boolean => minima[2 * bin] === 0xffffffff && minima[2 * bin + 1] === 0xffffffff;
  const dense = minima.slice();
  for (let bin = 0; bin < bins; bin++) {
    let from = bin;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && isEmpty(from); attempt++) {
      set(attempt, bin);
      add(...binKey);
      mix();
      from = part(bins);
    }
    if (isEmpty(from)) for (from = (bin + 1) % bins; isEmpty(from);) from = (from + 1) % bins;
    dense.set(minima.subarray(2 * from, 2 * from + 2), 2 * bin);
  }
  return dense;
}
