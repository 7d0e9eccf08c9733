// One-permutation MinHash with optimal densification: reference/one-permutation.ts defines it and gives the same values.
import { mix, shingles } from './shingles';

const EMPTY: u64 = u64.MAX_VALUE;
const MAX_ATTEMPTS: u64 = 64;

/** floor(hash x bins / 2^64); bins: less than 2^32. */
@inline function part(hash: u64, bins: u64): usize {
  return <usize>(((hash >> 32) * bins + (((hash & 0xffffffff) * bins) >> 32)) >> 32);
}

/** Lowers the u64 minima of `bins` bins by the shingles in the buffer, which end at `end`. */
export function fillBins(end: usize, key: u64, minima: usize, bins: u32): void {
  for (let at = shingles; at < end; at += 8) {
    const hash = min(mix(load<u64>(at) ^ key), EMPTY - 1);
    const bin = minima + (part(hash, bins) << 3);
    store<u64>(bin, min(load<u64>(bin), hash));
  }
}

/** Writes the minima to `dense`, empty bins filled; one at least is not empty. */
export function densify(minima: usize, key: u64, bins: u32, dense: usize): void {
  let following: u64 = EMPTY; // minimum of the next bin behind this one that has one, going round
  for (let at = minima; following == EMPTY; at += 8) following = load<u64>(at);
  for (let bin = <i32>bins - 1; bin >= 0; bin--) {
    let found = load<u64>(minima + (<usize>bin << 3));
    if (found != EMPTY) following = found;
    for (let attempt: u64 = 1; attempt <= MAX_ATTEMPTS && found == EMPTY; attempt++) {
      found = load<u64>(minima + (part(mix(key + ((<u64>bin << 32) | attempt)), bins) << 3));
    }
    store<u64>(dense + (<usize>bin << 3), found != EMPTY ? found : following);
  }
}
