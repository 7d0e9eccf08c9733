/**
 * The permutations of MinHash: h_i(x) = a_i x + b_i modulo 2^32 with a_i odd, so each is a bijection of 32-bit values (Carter and Wegman's
 * linear family on a power of two). Both implementations of the signatures kernel get their constants from here. They are SipHash-2-4 of the
 * permutation's number under the key of (seed, "signatures"), so a longer signature begins with the shorter one's permutations.
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import type { ShingleParameters, SignatureParameters } from './kernels.js';

export interface Permutations {
  /** a_i, odd; one entry a permutation. */
  readonly multipliers: Uint32Array;
  /** b_i. */
  readonly addends: Uint32Array;
}

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

function checkWhole(name: string, found: number, most: number): void {
  if (!Number.isInteger(found) || found < 1 || found > most) throw new RangeError(`signatures: ${name} is ${found}, expected 1 to ${most}`);
}
