/**
 * What both implementations of the n-gram kernels agree on: limits, constants of the names, and a table's form. A name is two 64-bit hashes of the same
 * words by different arithmetic: 10^7 n-grams looked for in 10^12 words meet half a false one by 64 bits, and one in 10^19 by 128.
 */
import type { NgramParameters, NgramTable } from './kernels.js';

/** The kernel remembers 128 words. */
export const MAX_NGRAM_LENGTH = 64;
/** What fits a block of the kernels' memory, and more than all published benchmarks together have. */
export const MAX_NGRAMS = 1 << 26;

/** B of both halves of a name (reference/ngrams.ts). */
export const NAME_BASES: readonly [bigint, bigint] = [0x9e3779b97f4a7c15n, 0x87c37b91114253d5n];

/** Throws RangeError for lengths outside the limits. */
export function checkNgramParameters({ length, least }: NgramParameters): void {
  const fits = Number.isInteger(length) && Number.isInteger(least) && least >= 1 && length >= 1 && length <= MAX_NGRAM_LENGTH;
  if (!fits) throw new RangeError(`n-grams of ${length} words, whole documents from ${least}: expected whole numbers from 1, at most ${MAX_NGRAM_LENGTH} words`);
}

/** Throws RangeError where a table is not as `NgramTable` says, which is a damaged work file. */
export function checkNgramTable({ lengths, counts, first, second }: NgramTable): void {
  const counted = counts.reduce((sum, count) => sum + count, 0);
  if (first.length !== second.length || first.length !== counted || first.length > MAX_NGRAMS || counts.length !== lengths.length) {
    throw new RangeError(`table of ${first.length} and ${second.length} names, ${counted} counted: expected as many, at most ${MAX_NGRAMS}`);
  }
  let from = 0;
  lengths.forEach((length, i) => {
    if (length < 1 || length > MAX_NGRAM_LENGTH || (i > 0 && length <= lengths[i - 1]!)) throw new RangeError(`table of n-grams of ${lengths.join(', ')} words, expected 1 to ${MAX_NGRAM_LENGTH}, ascending`);
    const to = from + counts[i]!;
    for (let at = from + 1; at < to; at++) {
      if (first[at]! < first[at - 1]! || (first[at] === first[at - 1] && second[at]! <= second[at - 1]!)) throw new RangeError(`table of n-grams: number ${at} does not come after the one before`);
    }
    from = to;
  });
}

/** Bytes that the WASM kernel takes for a table with so many n-grams of each length: 16 for a name, 4 to 8 for the index, 1/2 to 1 for the filter. */
export function ngramTableBytes(counts: ArrayLike<number>): number {
  return Array.from(counts).reduce((sum, count) => sum + 16 * count + 4 * (2 ** indexBits(count) + 1) + filterBytes(count), 0);
}

/** The index has a place for each value of so many leading bits of a name. */
export const indexBits = (ngrams: number): number => Math.max(8, Math.ceil(Math.log2(ngrams + 1)));

/** The filter has four bits for each place of the index: with eight, five million n-grams leave the cache, and are looked for at two thirds of the speed (tests/bench/ngrams.js). */
export const filterBytes = (ngrams: number): number => 2 ** (indexBits(ngrams) - 1);
