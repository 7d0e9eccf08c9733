/**
 * How a shard's signature store is laid out: fixed-width entries in the order of the surviving documents, so that a row's is found by its number alone.
 *
 *   exact hash of the normalised text (16 bytes)   hash of the normalised address (8 bytes, zeros where there is none)   minima (2 bytes each)
 *
 * Hashes are little-endian words, low word first, and not mixed with the scope, so that the store says what is equal, and records who is compared.
 */
import { createHash } from 'node:crypto';
import type { SignatureParameters } from '../kernels/kernels.js';
import type { PlannedShard } from './plan.js';
import type { DedupRecipe } from './recipe.js';

export const EXACT_BYTES = 16;
export const URL_BYTES = 8;
/** Where an entry's minima begin. */
export const MINIMA_AT = EXACT_BYTES + URL_BYTES;

/** Permutations are the same in every run, so that signatures of two runs can be compared. */
const SEED = 1;
/** What is signed where the recipe asks for equal keys alone: the least that the kernel knows. */
export const KEYS_ONLY: SignatureParameters = { bands: 1, rows: 4, shingle: { length: 5, unit: 'word' }, kind: 'permutations', seed: SEED };

/** What a recipe's signatures are made with. */
export function signatureParameters(dedup: DedupRecipe): SignatureParameters {
  if (dedup.minhash === undefined) return KEYS_ONLY;
  const { bands, rows, shingle, signature } = dedup.minhash;
  return { bands, rows, shingle, kind: signature, seed: SEED };
}

/** Bytes of an entry. */
export const signatureBytes = ({ bands, rows }: SignatureParameters): number => MINIMA_AT + 2 * bands * rows;

/** The crawl that a shard belongs to, as Common Crawl names them. */
const CRAWL = /CC-MAIN-\d{4}-\d{2}/;

/** Two words that are mixed into the hashes of records, so that documents of two scopes never meet; zeros where all are compared with all. */
export function scopeWords(scope: DedupRecipe['scope'], { source, name }: Pick<PlannedShard, 'source' | 'name'>): readonly [low: number, high: number] {
  if (scope === 'global') return [0, 0];
  const hash = createHash('sha256').update(scope === 'snapshot' ? (CRAWL.exec(name)?.[0] ?? source) : source).digest();
  return [hash.readUInt32LE(0), hash.readUInt32LE(4)];
}
