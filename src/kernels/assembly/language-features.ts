// The model of the language kernel and its rows: float32 in cache lines, or quantised still where the matrix is large. A pruned model has rows for
// some of the n-grams.


export const FILTER_BITS: u32 = 18;

/** One number a field, in the order in which language-score.ts writes them. */
@unmanaged
export class Model {
  dim: u32;
  /** Floats a row, a multiple of four: rows are padded with zeros. */
  stride: u32;
  words: u32;
  labels: u32;
  /** 0 hierarchical softmax, 1 softmax, 2 a table of sigmoids. */
  loss: u32;
  wordNgrams: u32;
  bucket: u32;
  minn: u32;
  maxn: u32;
  wordTable: usize;
  wordMask: u32;
  wordBytes: usize;
  /** The end-of-line token's row + 1; 0 where it is not a word. */
  endOfLine: u32;
  /** f32 rows; 0 where the matrix stays quantised. */
  input: usize;
  codes: usize;
  centroids: usize;
  parts: u32;
  partWidth: u32;
  lastWidth: u32;
  normCodes: usize;
  normCentroids: usize;
  /** f32 rows. */
  output: usize;
  left: usize;
  right: usize;
  /**
   * Which buckets a pruned model kept, 16 bytes for every 64 of them: their bits, and the row of the first one kept. Rows of kept buckets are
   * in order of bucket, so that counting bits finds the row in half a megabyte for two million buckets. 0 where the model is not pruned.
   */
  kept: usize;
  /** For pruned models, a bit for every FILTER_BITS lowest bits that a kept bucket has: most others end here, in the nearest cache. */
  filter: usize;
  /** A row of zeros, for what was pruned. */
  noRow: u32;
  memo: usize;
  memoMask: u32;
  /** Bytes an entry. */
  memoStride: u32;
}

@inline export function addVector(to: usize, from: usize, stride: u32): void {
  for (let i: usize = 0; i < <usize>stride << 2; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
}

export function addRow(model: Model, row: u32, to: usize): void {
  if (model.input != 0) return addVector(to, model.input + (<usize>row * model.stride << 2), model.stride);
  const norm: f32 = model.normCodes == 0 ? 1 : load<f32>(model.normCentroids + (<usize>load<u8>(model.normCodes + row) << 2));
  const codes = model.codes + <usize>row * model.parts;
  for (let part: u32 = 0; part < model.parts; part++) {
    const width = part == model.parts - 1 ? model.lastWidth : model.partWidth;
    const centroid = model.centroids + (<usize>(part * 256 * model.partWidth + <u32>load<u8>(codes + part) * width) << 2);
    for (let i: u32 = 0; i < width; i++, to += 4) store<f32>(to, load<f32>(to) + norm * load<f32>(centroid + (<usize>i << 2)));
  }
}

/** Row of a bucket in a pruned model; `noRow` where it was not kept. No branch: what was kept is not foreseeable. */
@inline export function keptRow(kept: usize, bucket: u32, noRow: u32): u32 {
  const at = kept + (<usize>(bucket >> 6) << 4);
  const bits = load<u64>(at);
  const bit: u64 = 1 << <u64>(bucket & 63);
  const row = load<u32>(at, 8) + <u32>popcnt<u64>(bits & (bit - 1));
  return select<u32>(row, noRow, (bits & bit) != 0);
}

/** Adds the row of a hashed n-gram; 1, or 0 where the model was pruned of it. */
export function addBucket(model: Model, bucket: u32, to: usize): u32 {
  const row = model.kept == 0 ? model.words + bucket : keptRow(model.kept, bucket, model.noRow);
  if (row == model.noRow) return 0;
  addRow(model, row, to);
  return 1;
}

/** What bucketOf multiplies by. */
@inline export function reciprocalOf(bucket: u32): u64 {
  return (<u64>1 << 32) / <u64>bucket;
}

/**
 * `hash` mod `bucket` by a multiplication: the quotient can come out one too small and never too large. Several times cheaper than a division,
 * which every character n-gram would pay.
 */
@inline export function bucketOf(hash: u32, bucket: u32, reciprocal: u64): u32 {
  const rest = hash - <u32>((<u64>hash * reciprocal) >> 32) * bucket;
  return select<u32>(rest - bucket, rest, rest >= bucket);
}
