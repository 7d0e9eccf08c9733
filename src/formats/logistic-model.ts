/**
 * The stored form of a logistic model over hashed words (kernels/kernels.ts, LogisticModel): little-endian, the same bytes for the same model, every
 * size checked before memory is reserved for it.
 *   8 bytes "sluiceLR", then three int32: version 1, binary (0 or 1), buckets (a power of two); float64 bias; float32 per bucket.
 */
import { FastTextReader } from './fasttext-reader.js';

/** What is stored; a kernels' LogisticModel is one. */
export interface StoredLogisticModel {
  readonly weights: Float32Array;
  readonly bias: number;
  readonly binary: boolean;
}

/** "slui" and "ceLR" as little-endian int32. */
export const LOGISTIC_MAGIC = [0x69756c73, 0x524c6563] as const;
const VERSION = 1;
const HEADER_BYTES = 28;
/** 512 MiB of weights; GPT-3 has 2^18. */
const MOST_BUCKETS = 2 ** 27;

export const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

/** 4 bytes a bucket and 28. Throws for what could not be read back: a bug of the caller. */
export function encodeLogisticModel({ weights, bias, binary }: StoredLogisticModel): Uint8Array {
  const buckets = weights.length;
  if (!isPowerOfTwo(buckets) || buckets > MOST_BUCKETS) throw new Error(`logistic model: found ${buckets} weights, expected a power of two`);
  if (!Number.isFinite(bias) || !weights.every(Number.isFinite)) throw new Error('logistic model: found weights that are not finite');
  const bytes = new Uint8Array(HEADER_BYTES + weights.length * 4);
  const view = new DataView(bytes.buffer);
  [...LOGISTIC_MAGIC, VERSION, binary ? 1 : 0, weights.length].forEach((field, i) => view.setInt32(i * 4, field, true));
  view.setFloat64(20, bias, true);
  weights.forEach((weight, i) => view.setFloat32(HEADER_BYTES + i * 4, weight, true));
  return bytes;
}

/**
 * Reads a model from a path or from bytes. Errors: ConfigError with file, place, found and expected; nothing is reserved for a claim that the file
 * does not bear out.
 */
export function readLogisticModel(input: string | Uint8Array, name = typeof input === 'string' ? input : 'logistic model'): StoredLogisticModel {
  const reader = new FastTextReader(input, name);
  try {
    for (const word of LOGISTIC_MAGIC) reader.int32('magic of a logistic model', word, word);
    reader.int32('version', VERSION, VERSION);
    const binary = reader.int32('binary', 0, 1) === 1;
    const at = reader.position;
    const buckets = reader.int32('number of buckets', 1, MOST_BUCKETS);
    if (!isPowerOfTwo(buckets)) throw reader.refuse('number of buckets', buckets, 'a power of two', at);
    const bias = reader.float64('bias');
    const size = buckets * 4;
    if (size !== reader.remaining) throw reader.refuse('weights', `${reader.remaining} bytes`, `${size} bytes for ${buckets} buckets`);
    return { weights: reader.floats('weights', buckets), bias, binary };
  } finally {
    reader.close();
  }
}
