/**
 * The constants of MinHash, and the limits of its parameters; both implementations of the signatures kernel get them from here. Permutations are
 * h_i(x) = a_i x + b_i modulo 2^32 with a_i odd, so each is a bijection of 32-bit values (Carter and Wegman's linear family on a power of two). The
 * constants are SipHash-2-4 of the permutation's number under the key of (seed, "signatures"), so a longer signature begins with the shorter one's
 * permutations.
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import type { ShingleParameters, SignatureParameters } from './kernels.js';

export interface Permutations {
  /** a_i, odd; one entry a permutation. */
  readonly multipliers: Uint32Array;
  /** b_i. */
  readonly addends: Uint32Array;
}

/** Keys of one-permutation MinHash (reference/one-permutation.ts), as halves: low, high. */
export interface OnePermutation {
  readonly shingleKey: readonly [low: number, high: number];
  readonly binKey: readonly [low: number, high: number];
}

/** Bins that an empty one looks into before it takes the next one that is not. */
export const MAX_ATTEMPTS = 64;

/** Most permutations of a signature (Lee et al. 2021 use 9,000), and most units of a shingle. */
export const MAX_PERMUTATIONS = 16_384;
export const MAX_SHINGLE_LENGTH = 64;

/** What assembly/units.ts calls the units. */
export const UNIT_NUMBERS: Readonly<Record<ShingleParameters['unit'], number>> = { script: 0, word: 1, character: 2 };

/** Throws RangeError for parameters outside the limits above. */
export function checkParameters({ bands, rows, shingle }: SignatureParameters): void {
  checkWhole('bands', bands, MAX_PERMUTATIONS);
  checkWhole('rows', rows, MAX_PERMUTATIONS);
  checkWhole('bands x rows', bands * rows, MAX_PERMUTATIONS);
  checkShingle(shingle);
}

/** Throws RangeError for a length that is no whole number from 1 to MAX_SHINGLE_LENGTH. */
export function checkShingle({ length }: ShingleParameters): void {
  checkWhole('shingle length', length, MAX_SHINGLE_LENGTH);
}

/** The bands x rows permutations of a seed. */
export function drawPermutations({ bands, rows, seed }: Pick<SignatureParameters, 'bands' | 'rows' | 'seed'>): Permutations {
  const key = hashKey(seed, 'signatures');
  const multipliers = new Uint32Array(bands * rows);
  const addends = new Uint32Array(bands * rows);
  const message = new Uint8Array(4);
  const drawn = new Uint32Array(2);
  for (let i = 0; i < multipliers.length; i++) {
    new DataView(message.buffer).setUint32(0, i, true);
    keyedHash(key, message, drawn);
    multipliers[i] = drawn[0]! | 1;
    addends[i] = drawn[1]!;
  }
  return { multipliers, addends };
}

/** The keys of a seed: SipHash-2-4 of 0 and 1 under the key of (seed, "one-permutation"). */
export function drawOnePermutation(seed: number): OnePermutation {
  const drawn = new Uint32Array(4);
  const key = hashKey(seed, 'one-permutation');
  keyedHash(key, Uint8Array.of(0), drawn);
  keyedHash(key, Uint8Array.of(1), drawn, 2);
  return { shingleKey: [drawn[0]!, drawn[1]!], binKey: [drawn[2]!, drawn[3]!] };
}

function checkWhole(name: string, found: number, most: number): void {
  if (!Number.isInteger(found) || found < 1 || found > most) throw new RangeError(`signatures: ${name} is ${found}, expected 1 to ${most}`);
}
