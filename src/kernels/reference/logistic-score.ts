/**
 * GPT-3's quality classifier (Brown et al. 2020, appendix A) in plain TypeScript: logistic regression over the tokens that Spark's Tokenizer makes
 * and the features that its HashingTF hashes them to (Spark 3: murmur3_x86_32 of the UTF-8, seed 42).
 */
import { documentText, type DocumentBatch } from '../../core/document-batch.js';
import type { LogisticModel, QualityScorer } from '../kernels.js';
import { lowerCase, unicodeTable } from '../unicode-table.js';

/** Spark's seed. */
const SEED = 42;

/** The sum runs in float64 over the tokens in their order, so that both implementations round alike. Without tokens it is the bias. */
export function logisticScorer({ weights, bias, binary }: LogisticModel): QualityScorer {
  return {
    score(batch: DocumentBatch, rows: Uint32Array) {
      const scores = new Float32Array(batch.length);
      for (const row of rows) {
        const seen = new Set<number>();
        let sum = 0;
        for (const feature of hashedFeatures(documentText(batch, row), weights.length)) {
          if (binary && seen.has(feature)) continue;
          seen.add(feature);
          sum += weights[feature]!;
        }
        scores[row] = 1 / (1 + Math.exp(-(bias + sum)));
      }
      return scores;
    },
  };
}

/** The feature of each token of a text, in order: how often one stands there is its value. */
export function hashedFeatures(text: string, features: number): number[] {
  return lowerCased(text).split(/[ \t\n\v\f\r]+/).filter((token) => token !== '').map((token) => featureOf(token, features));
}

/** Feature of one token: its hash as a signed number, modulo the features, not negative. */
export function featureOf(token: string, features: number): number {
  return (((murmur3(Buffer.from(token), SEED) | 0) % features) + features) % features;
}

const lowerCased = (text: string): string =>
  Array.from(text, (character) => String.fromCodePoint(lowerCase(unicodeTable(), character.codePointAt(0)!))).join('');

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
const mixed = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

/** MurmurHash3_x86_32 (Austin Appleby), unsigned. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  const blocks = bytes.length & ~3;
  for (let i = 0; i < blocks; i += 4) {
    hash ^= mixed(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    hash = (Math.imul(rotate(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= blocks; i--) rest = (rest << 8) | bytes[i]!;
  hash ^= mixed(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
