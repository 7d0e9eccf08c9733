/**
 * MinHash signatures in plain TypeScript: the definition that assembly/signatures.ts computes faster. Arithmetic is modulo 2^64 (word64.ts).
 *
 *   shingle   s_i, 64 bits, of k units in a row (units.ts, shingles.ts).
 *   minimum   permutation p takes the low word of s for even p and the high word for odd p, so that only shingles equal in all 64 bits agree
 *             everywhere: m_p = min over i of (a_p s_i + b_p mod 2^32). Kept whole for the bands, as its low 16 bits in the result.
 *             For kind one-permutation: 64-bit minima of one-permutation.ts, kept whole for the bands, as their low 16 bits in the result.
 *             For datasketch and datatrove: compatible-minhash.ts.
 *   band      a hash of its minima (band-hashes.ts).
 *   exact     two independent 64-bit lanes over the hashes w_1 .. w_n of the document's runs (exact-runs.ts), whatever the unit, closed with n. A
 *             document without one has its bytes there instead, eight a word (little-endian, the last filled with zeros), other starting
 *             values, and its length in bytes for n. Documents of equal runs may have other units, where their words divide otherwise.
 *
 * A document with fewer units than a shingle has zeros for bands and minima: the caller counts it as "exact only". None of this resists
 * an author who builds collisions on purpose (the hash of words is FNV-1a); verification on the text itself does.
 */
import { documentBytes, documentText, type DocumentBatch } from '../../core/document-batch.js';
import { isCompatibleKind, signCompatible } from '../compatible-signatures.js';
import type { SignatureParameters, Signatures } from '../kernels.js';
import { checkParameters, drawOnePermutation, drawPermutations, type Permutations } from '../permutations.js';
import { bandHashes } from './band-hashes.js';
import { exactRuns } from './exact-runs.js';
import { onePermutationMinima } from './one-permutation.js';
import { shinglesOf } from './shingles.js';
import { unitHashes, unitsOf } from './units.js';
import { add, FIRST, mix, multiply, POLYNOMIAL_BASE, register, rotateLeft, SECOND, set, xor, xorShift, type Word64 } from './word64.js';

const START_WORDS: Word64 = [0x85a308d3, 0x243f6a88];
const START_BYTES: Word64 = [0x03707344, 0x13198a2e];

/** See Kernels.signatures. Throws RangeError for parameters outside the limits of permutations.ts. */
export function signatures(batch: DocumentBatch, rows: Uint32Array, parameters: SignatureParameters): Signatures {
  checkParameters(parameters);
  const minimaOf = minimaOfKind(parameters);
  const { bands, shingle, kind } = parameters;
  const hashes = bands * parameters.rows;
  const result = {
    units: new Uint32Array(batch.length),
    exact: new Uint32Array(4 * batch.length),
    bandHashes: new Uint32Array(2 * bands * batch.length),
    minima: new Uint16Array(hashes * batch.length),
  };
  for (const row of rows) {
    const runs = unitHashes(exactRuns(documentText(batch, row)));
    result.exact.set(runs.length > 0 ? exactHashOfRuns(runs) : exactHashOfBytes(documentBytes(batch, row)), 4 * row);
    const units = unitHashes(unitsOf(batch, row, shingle.unit));
    result.units[row] = units.length;
    if (units.length < shingle.length || isCompatibleKind(kind)) continue;
    const minima = minimaOf(shinglesOf(units, shingle.length));
    result.minima.set(minima.filter((_, half) => half % 2 === 0), hashes * row); // a Uint16Array keeps the low 16 bits
    result.bandHashes.set(bandHashes(minima, bands), 2 * bands * row);
  }
  if (isCompatibleKind(kind)) signCompatible(kind, batch, rows, parameters, result);
  return result;
}

/** What makes the minima of shingles; both as halves, low and high in turn. */
function minimaOfKind({ bands, rows, kind, seed }: SignatureParameters): (shingles: Uint32Array) => Uint32Array {
  if (kind === 'one-permutation') {
    const keys = drawOnePermutation(seed);
    return (shingles) => onePermutationMinima(shingles, bands * rows, keys);
  }
  const permutations = drawPermutations({ bands, rows, seed });
  return (shingles) => permutedMinima(shingles, permutations);
}

function permutedMinima(shingles: Uint32Array, { multipliers, addends }: Permutations): Uint32Array {
  const minima = new Uint32Array(2 * addends.length);
  for (let p = 0; p < addends.length; p++) {
    const a = multipliers[p]!;
    const b = addends[p]!;
    let least = 0xffffffff;
    for (let at = p & 1; at < shingles.length; at += 2) {
      const hash = (Math.imul(a, shingles[at]!) + b) >>> 0;
      if (hash < least) least = hash;
    }
    minima[2 * p] = least;
  }
  return minima;
}

/** Two lanes over 64-bit values given as halves, closed with a length. */
function exactHash(start: Word64, values: Uint32Array, length: number): [number, number, number, number] {
  set(...start);
  for (let at = 0; at < values.length; at += 2) {
    xor(values[at]!, values[at + 1]!);
    rotateLeft(27);
    multiply(FIRST);
    add(...POLYNOMIAL_BASE);
  }
  xor(length, 0);
  mix();
  const first = register.slice();
  set(~start[0], ~start[1]);
  for (let at = 0; at < values.length; at += 2) {
    rotateLeft(31);
    add(values[at]!, values[at + 1]!);
    xorShift(29);
    multiply(SECOND);
  }
  add(length, 0);
  mix();
  return [first[0]!, first[1]!, register[0]!, register[1]!];
}

function exactHashOfRuns(runs: BigUint64Array): [number, number, number, number] {
  return exactHash(START_WORDS, new Uint32Array(runs.buffer, runs.byteOffset, 2 * runs.length), runs.length); // little-endian, as WASM is
}

function exactHashOfBytes(bytes: Uint8Array): [number, number, number, number] {
  const filled = new Uint8Array(8 * Math.ceil(bytes.length / 8));
  filled.set(bytes);
  return exactHash(START_BYTES, new Uint32Array(filled.buffer), bytes.length);
}
