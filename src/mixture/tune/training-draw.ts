/**
 * What a proxy reads: of each source, the mixture's share of a number of bytes, from whole documents in an order by keyed hash, the last one cut; a source that has less
 * is read again from its beginning.
 */
import { hashKey } from '../../core/keyed-hash.js';
import { copyHash } from '../copy-hash.js';
import type { NgramCounts } from './ngram-counts.js';
import { documentsOf, type TextPool } from './text-pool.js';
import type { Mixture, Weights } from './types.js';

/** Shares in another unit as shares of bytes. */
export function byteShares(weights: Weights, bytesPerUnit: (source: string) => number): Weights {
  const bytes = Object.keys(weights).sort().map((source) => [source, weights[source]! * bytesPerUnit(source)] as const); // one order, one sum
  const sum = bytes.reduce((total, [, amount]) => total + amount, 0);
  return Object.fromEntries(bytes.map(([source, amount]) => [source, amount / sum]));
}

/** Of shares of bytes: the bytes of each source, by largest remainders: they sum to `bytes`. Ties go by name. */
export function byteQuotas({ weights }: Pick<Mixture, 'weights'>, bytes: number): Record<string, number> {
  const parts = Object.keys(weights).sort().map((source) => ({ source, whole: Math.floor(weights[source]! * bytes), rest: (weights[source]! * bytes) % 1 }));
  let left = bytes - parts.reduce((sum, { whole }) => sum + whole, 0);
  const byRest = parts.filter(({ source }) => weights[source]! > 0).sort((a, b) => b.rest - a.rest); // stable
  return Object.fromEntries(byRest.map(({ source, whole }) => [source, whole + (left-- > 0 ? 1 : 0)]));
}

/** Adds `quota` bytes of a source's documents to the counts; gives how often its text was read. `quota` above 0 needs a text. */
export function readSource(counts: NgramCounts, pool: TextPool, quota: number, seed: number): number {
  if (quota === 0) return 0;
  if (pool.text.length === 0) throw new RangeError('a source without training text has a weight above 0');
  const order = readingOrder(pool, seed);
  for (let left = quota, i = 0; left > 0; i = (i + 1) % order.length) {
    const document = order[i]!; // i < order.length
    const start = pool.offsets[document]!;
    const end = Math.min(pool.offsets[document + 1]!, start + left);
    counts.add(pool.text, start, end);
    left -= end - start;
  }
  return quota / pool.text.length;
}

/** The documents by the hash of their keys under the seed; those of one key as they stand. */
function readingOrder(pool: TextPool, seed: number): Uint32Array {
  const key = hashKey(seed, 'proxy');
  const documents = documentsOf(pool);
  const hashes = new Uint32Array(2 * documents);
  for (let i = 0; i < documents; i++) copyHash(key, pool.keys[2 * i]!, pool.keys[2 * i + 1]!, 0, hashes, 2 * i);
  return Uint32Array.from({ length: documents }, (_, i) => i).sort((a, b) => hashes[2 * a + 1]! - hashes[2 * b + 1]! || hashes[2 * a]! - hashes[2 * b]! || a - b);
}
