/**
 * MinHash signatures in plain TypeScript: the definition that assembly/signatures.ts computes faster. 64-bit words are pairs of 32-bit halves
 * (BigInt is some fifty times slower), arithmetic is modulo 2^64, and mix is SplitMix64's finaliser (Steele et al. 2014, Stafford's mix 13).
 *
 *   words     the document's plain words; w_1 .. w_n are their 64-bit folded hashes from the shared tokenise pass.
 *   shingle   s_i = mix(w_i P^(k-1) + w_(i+1) P^(k-2) + .. + w_(i+k-1)), 64 bits, k = shingleWords, P = 0x9e3779b97f4a7c15.
 *   minimum   permutation p takes the low word of s for even p and the high word for odd p, so that only shingles equal in all 64 bits agree
 *             everywhere: m_p = min over i of (a_p s_i + b_p mod 2^32). Kept whole for the bands, as its low 16 bits in the result.
 *   band      g := (band + 1) F; for each of its minima m: g := (g xor m) S, g := g xor (g >> 32); the band's hash is mix(g).
 *   exact     two independent 64-bit lanes over w_1 .. w_n, closed with n. A document without a plain word has its bytes there instead,
 *             eight a word (little-endian, the last filled with zeros), other starting values, and its length in bytes for n.
 *
 * A document with fewer plain words than a shingle has zeros for bands and minima: the caller counts it as "exact only". None of this resists
 * an author who builds collisions on purpose (the word hash is FNV-1a); verification on the text itself does.
 */
import { documentBytes, type DocumentBatch } from '../../core/document-batch.js';
import type { ShingleParameters, ShingleSets, SignatureParameters, Signatures } from '../kernels.js';
import { drawPermutations, type Permutations } from '../permutations.js';
import { tokenise } from './tokenise.js';

/** Halves of a 64-bit word: low, high. */
type Word64 = readonly [low: number, high: number];

const POLYNOMIAL_BASE: Word64 = [0x7f4a7c15, 0x9e3779b9];
const MIX_1: Word64 = [0x1ce4e5b9, 0xbf58476d];
const MIX_2: Word64 = [0x133111eb, 0x94d049bb];
const FIRST: Word64 = [0x114253d5, 0x87c37b91];
const SECOND: Word64 = [0x2745937f, 0x4cf5ad43];
const START_WORDS: Word64 = [0x85a308d3, 0x243f6a88];
const START_BYTES: Word64 = [0x03707344, 0x13198a2e];

/** See Kernels.signatures. Throws RangeError for parameters outside the limits of permutations.ts. */
export function signatures(batch: DocumentBatch, rows: Uint32Array, parameters: SignatureParameters): Signatures {
  const permutations = drawPermutations(parameters);
  const { bands } = parameters;
  const shingleWords = parameters.shingle.length;
  const hashes = permutations.addends.length;
  const result = {
    units: new Uint32Array(batch.length),
    exact: new Uint32Array(4 * batch.length),
    bandHashes: new Uint32Array(2 * bands * batch.length),
    minima: new Uint16Array(hashes * batch.length),
  };
  const { docWord, wordFolded } = tokenise(batch);
  for (const row of rows) {
    const words = wordFolded.subarray(docWord[row], docWord[row + 1]).filter((folded) => folded !== 0n);
    const halves = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length); // little-endian, as WASM is
    result.units[row] = words.length;
    result.exact.set(words.length > 0 ? exactHash(START_WORDS, halves, words.length) : exactHashOfBytes(documentBytes(batch, row)), 4 * row);
    if (words.length < shingleWords) continue;
    const minima = minimaOf(shinglesOf(halves, shingleWords), permutations);
    result.minima.set(minima, hashes * row); // a Uint16Array keeps the low 16 bits
    for (let band = 0; band < bands; band++) {
      const at = band * parameters.rows;
      result.bandHashes.set(bandHash(band, minima.subarray(at, at + parameters.rows)), 2 * (bands * row + band));
    }
  }
  return result;
}

/** See Kernels.shingleSets. */
export function shingleSets(batch: DocumentBatch, rows: Uint32Array, { length }: ShingleParameters): ShingleSets {
  const { docWord, wordFolded } = tokenise(batch);
  const sets = Array.from(rows, (row) => {
    const words = wordFolded.subarray(docWord[row], docWord[row + 1]).filter((folded) => folded !== 0n);
    if (words.length < length) return new BigUint64Array(0);
    const hashes = new BigUint64Array(shinglesOf(new Uint32Array(words.buffer, words.byteOffset, 2 * words.length), length).buffer).sort();
    return hashes.filter((hash, i) => i === 0 || hash !== hashes[i - 1]);
  });
  const offsets = new Uint32Array(rows.length + 1);
  sets.forEach((set, i) => { offsets[i + 1] = offsets[i]! + set.length; });
  const hashes = new BigUint64Array(offsets[rows.length]!);
  sets.forEach((set, i) => hashes.set(set, offsets[i]));
  return { offsets, hashes };
}

// One 64-bit register as halves, low first; the operations below work on it in place.
const r = new Uint32Array(2);

function set([low, high]: Word64): void {
  r[0] = low;
  r[1] = high;
}
function xor(low: number, high: number): void {
  r[0]! ^= low;
  r[1]! ^= high;
}
function add(low: number, high: number): void {
  const sum = r[0]! + low;
  r[1] = r[1]! + high + (sum > 0xffffffff ? 1 : 0);
  r[0] = sum;
}
function multiply([low, high]: Word64): void {
  // The upper half of the product of the low words, in 16-bit digits; no sum here reaches 2^32.
  const digit0 = r[0]! & 0xffff;
  const digit1 = r[0]! >>> 16;
  const middle = digit1 * (low & 0xffff) + ((digit0 * (low & 0xffff)) >>> 16);
  const crossed = digit0 * (low >>> 16) + (middle & 0xffff);
  const upper = digit1 * (low >>> 16) + (middle >>> 16) + (crossed >>> 16);
  r[1] = upper + Math.imul(r[0]!, high) + Math.imul(r[1]!, low);
  r[0] = Math.imul(r[0]!, low);
}
/** bits: 1 to 31. */
function rotateLeft(bits: number): void {
  const low = r[0]!;
  r[0] = (low << bits) | (r[1]! >>> (32 - bits));
  r[1] = (r[1]! << bits) | (low >>> (32 - bits));
}
/** The register xor itself shifted right; bits: 1 to 31. */
function xorShift(bits: number): void {
  xor((r[0]! >>> bits) | (r[1]! << (32 - bits)), r[1]! >>> bits);
}
function mix(): void {
  xorShift(30);
  multiply(MIX_1);
  xorShift(27);
  multiply(MIX_2);
  xorShift(31);
}

/** The hashes of every run of `shingleWords` words, low and high words in turn. */
function shinglesOf(words: Uint32Array, shingleWords: number): Uint32Array {
  const shingles = new Uint32Array(words.length - 2 * (shingleWords - 1));
  for (let at = 0; at < shingles.length; at += 2) {
    set([0, 0]);
    for (let word = at; word < at + 2 * shingleWords; word += 2) {
      multiply(POLYNOMIAL_BASE);
      add(words[word]!, words[word + 1]!);
    }
    mix();
    shingles.set(r, at);
  }
  return shingles;
}

function minimaOf(shingles: Uint32Array, { multipliers, addends }: Permutations): Uint32Array {
  const minima = new Uint32Array(addends.length);
  for (let p = 0; p < minima.length; p++) {
    const a = multipliers[p]!;
    const b = addends[p]!;
    let least = 0xffffffff;
    for (let at = p & 1; at < shingles.length; at += 2) {
      const hash = (Math.imul(a, shingles[at]!) + b) >>> 0;
      if (hash < least) least = hash;
    }
    minima[p] = least;
  }
  return minima;
}

function bandHash(band: number, minima: Uint32Array): Word64 {
  set([band + 1, 0]);
  multiply(FIRST);
  for (const minimum of minima) {
    xor(minimum, 0);
    multiply(SECOND);
    xor(r[1]!, 0); // a shift by 32
  }
  mix();
  return [r[0]!, r[1]!];
}

/** Two lanes over 64-bit values given as halves, closed with a length. */
function exactHash(start: Word64, values: Uint32Array, length: number): [number, number, number, number] {
  set(start);
  for (let at = 0; at < values.length; at += 2) {
    xor(values[at]!, values[at + 1]!);
    rotateLeft(27);
    multiply(FIRST);
    add(...POLYNOMIAL_BASE);
  }
  xor(length, 0);
  mix();
  const first = r.slice();
  set([~start[0], ~start[1]]);
  for (let at = 0; at < values.length; at += 2) {
    rotateLeft(31);
    add(values[at]!, values[at + 1]!);
    xorShift(29);
    multiply(SECOND);
  }
  add(length, 0);
  mix();
  return [first[0]!, first[1]!, r[0]!, r[1]!];
}

function exactHashOfBytes(bytes: Uint8Array): [number, number, number, number] {
  const filled = new Uint8Array(8 * Math.ceil(bytes.length / 8));
  filled.set(bytes);
  return exactHash(START_BYTES, new Uint32Array(filled.buffer), bytes.length);
}
