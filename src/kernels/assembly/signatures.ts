// MinHash signatures of the current batch; what each value means is said in reference/signatures.ts, which gives the same values.
// Sixteen permutations at a time stay in registers while they run over the buffer of shingles.
import { FIRST, first, hashDocument, SECOND, second } from './exact-hash';
import { densify, fillBins } from './one-permutation';
import { mix, nextShingles, shingles, startShingles, unitsRead } from './shingles';
import { ensure } from './tokens';

const MINIMA: i32 = 42;
const DENSE: i32 = 45;

/** Numbers of the kinds (signatures.ts outside this folder). */
const PERMUTATIONS: u32 = 0;
const ONE_PERMUTATION: u32 = 1;

/**
 * u32[] `rows`. `constants`: multipliers and then addends, each padded with zeros to a multiple of 16 u32; for one permutation two u64 keys; for any other
 * kind, which has no bands and minima here, nothing. Results by position in `rows`.
 */
export function signatures(
  rows: usize, count: u32, unit: u32, shingleLength: u32, kind: u32, constants: usize, bands: u32, bandRows: u32,
  units: usize, exact: usize, bandHashes: usize, minima16: usize,
): void {
  const hashes = bands * bandRows;
  const padded = (hashes + 15) & ~15;
  const minima = ensure(MINIMA, padded << 3);
  const dense = ensure(DENSE, padded << 3);
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + (<usize>i << 2));
    hashDocument(row);
    store<u64>(exact + (<usize>i << 4), first);
    store<u64>(exact + (<usize>i << 4), second, 8);
    memory.fill(minima, 0xff, padded << 3);
    startShingles(row, unit, shingleLength);
    for (let found = nextShingles(); found > 0; found = nextShingles()) {
      const end = shingles + (<usize>found << 3);
      if (kind == ONE_PERMUTATION) fillBins(end, load<u64>(constants), minima, hashes);
      else if (kind == PERMUTATIONS) permute(end, constants, minima, padded);
    }
    store<u32>(units + (<usize>i << 2), unitsRead);
    const bandsAt = bandHashes + <usize>i * <usize>bands * 8;
    const minimaAt = minima16 + <usize>i * <usize>hashes * 2;
    if (unitsRead >= shingleLength && kind == ONE_PERMUTATION) {
      densify(minima, load<u64>(constants, 8), hashes, dense);
      hashBands<u64>(dense, bands, bandRows, bandsAt, minimaAt);
    } else if (unitsRead >= shingleLength && kind == PERMUTATIONS) hashBands<u32>(minima, bands, bandRows, bandsAt, minimaAt);
    else {
      memory.fill(bandsAt, 0, bands << 3);
      memory.fill(minimaAt, 0, hashes << 1);
    }
  }
}

/** Lowers the minima by the shingles in the buffer, which end at `end`. */
function permute(end: usize, permutations: usize, minima: usize, padded: u32): void {
  for (let block: usize = 0; block < <usize>padded << 2; block += 64) {
    const a = permutations + block;
    const b = a + (<usize>padded << 2);
    const m = minima + block;
    const a0 = v128.load(a), a1 = v128.load(a, 16), a2 = v128.load(a, 32), a3 = v128.load(a, 48);
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    let m0 = v128.load(m), m1 = v128.load(m, 16), m2 = v128.load(m, 32), m3 = v128.load(m, 48);
    for (let at = shingles; at < end; at += 8) {
      const x = v128.load64_splat(at); // even lanes: the low word of the shingle's hash; odd lanes: the high word
      m0 = i32x4.min_u(m0, i32x4.add(i32x4.mul(x, a0), b0));
      m1 = i32x4.min_u(m1, i32x4.add(i32x4.mul(x, a1), b1));
      m2 = i32x4.min_u(m2, i32x4.add(i32x4.mul(x, a2), b2));
      m3 = i32x4.min_u(m3, i32x4.add(i32x4.mul(x, a3), b3));
    }
    v128.store(m, m0);
    v128.store(m, m1, 16);
    v128.store(m, m2, 32);
    v128.store(m, m3, 48);
  }
}

/** Hashes of the bands of minima of type T, and the minima's low 16 bits. */
function hashBands<T>(minima: usize, bands: u32, bandRows: u32, out: usize, out16: usize): void {
  let at = minima;
  for (let band: u32 = 0; band < bands; band++) {
    let hash: u64 = <u64>(band + 1) * FIRST;
    for (let r: u32 = 0; r < bandRows; r++, at += sizeof<T>(), out16 += 2) {
      const minimum = load<T>(at);
      hash = (hash ^ <u64>minimum) * SECOND;
      hash ^= hash >> 32;
      store<u16>(out16, <u16>minimum);
    }
    store<u64>(out + (<usize>band << 3), mix(hash));
  }
}
