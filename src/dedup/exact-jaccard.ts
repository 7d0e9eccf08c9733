/** Jaccard similarity of two sets of shingles, exactly. */

/** Shared shingles by all distinct ones, of two sets of 64-bit hashes, each ascending and without doubles. 0 where both are empty. */
export function exactJaccard(a: BigUint64Array, b: BigUint64Array): number {
  const left = halves(a); // comparing BigInts takes thirty times as long
  const right = halves(b);
  let shared = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const order = left[i + 1]! - right[j + 1]! || left[i]! - right[j]!;
    if (order === 0) shared += 1;
    if (order <= 0) i += 2;
    if (order >= 0) j += 2;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
}

/** Low and high words in turn. */
const halves = (set: BigUint64Array): Uint32Array => new Uint32Array(set.buffer, set.byteOffset, 2 * set.length);
