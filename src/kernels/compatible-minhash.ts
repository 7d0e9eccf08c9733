/**
 * MinHash as datasketch 1.6 and datatrove 0.10 compute it, bit for bit: h(x) = (a x + b mod 2^64) mod 2^61 - 1, where x is the first 4 (datasketch) or 8
 * (datatrove with sha1, 64 bits) bytes of a token's SHA-1, little-endian, and a, b come from numpy's generator. The product wraps at 2^64 before the
 * modulus, which both tools do and a textbook would not. Plain TypeScript in 32-bit halves (BigInt takes ten times as long); both kernels use it.
 */
import { createHash } from 'node:crypto';
import { MersenneTwister } from './mersenne-twister.js';

export type CompatibleKind = 'datasketch' | 'datatrove';

/** Constants a and b of each permutation, 64 bits as halves: low, high, low, .. */
export interface CompatiblePermutations {
  readonly kind: CompatibleKind;
  readonly multipliers: Uint32Array;
  readonly addends: Uint32Array;
}

const PRIME = (1n << 61n) - 1n;

/**
 * The constants of a seed: datasketch draws a and b in turn, datatrove all a and then all b. a is 1 to 2^61 - 2, b from 0. Errors: RangeError for a
 * seed that numpy does not take.
 */
export function drawCompatible(kind: CompatibleKind, count: number, seed: number): CompatiblePermutations {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`signatures: seed is ${seed}, expected a whole number from 0 to 4294967295 for ${kind}`);
  }
  const generator = new MersenneTwister(seed);
  const multipliers = new BigUint64Array(count);
  const addends = new BigUint64Array(count);
  const drawMultiplier = (i: number): void => { multipliers[i] = generator.between(1n, PRIME - 2n); };
  const drawAddend = (i: number): void => { addends[i] = generator.between(0n, PRIME - 1n); };
  if (kind === 'datasketch') {
    for (let i = 0; i < count; i++) {
      drawMultiplier(i);
      drawAddend(i);
    }
  } else {
    for (let i = 0; i < count; i++) drawMultiplier(i);
    for (let i = 0; i < count; i++) drawAddend(i);
  }
  return { kind, multipliers: new Uint32Array(multipliers.buffer), addends: new Uint32Array(addends.buffer) };
}

/**
 * The minima over a set of tokens (UTF-8; more than one of a kind changes nothing), as halves: low, high. Without tokens all bits are set, of which
 * datasketch has 32.
 */
export function compatibleMinima(tokens: Iterable<Uint8Array>, { kind, multipliers, addends }: CompatiblePermutations): Uint32Array {
  const isNarrow = kind === 'datasketch';
  const minima = new Uint32Array(multipliers.length).fill(0xffffffff);
  if (isNarrow) for (let half = 1; half < minima.length; half += 2) minima[half] = 0;
  for (const token of tokens) {
    const digest = createHash('sha1').update(token).digest();
    const low = digest.readUInt32LE(0);
    const low0 = low & 0xffff;
    const low1 = low >>> 16;
    const high = isNarrow ? 0 : digest.readUInt32LE(4);
    for (let p = 0; p < multipliers.length; p += 2) {
      const a = multipliers[p]!;
      // a x + b modulo 2^64: the upper half of the product of the low halves from 16-bit digits.
      const lowHigh = Math.imul(a & 0xffff, low1);
      const highLow = Math.imul(a >>> 16, low0);
      const middle = (Math.imul(a & 0xffff, low0) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff);
      const upper = (Math.imul(a >>> 16, low1) + (lowHigh >>> 16) + (highLow >>> 16) + (middle >>> 16)) | 0;
      const sumLow = (Math.imul(a, low) + addends[p]!) >>> 0;
      const carry = sumLow < addends[p]! ? 1 : 0;
      const sumHigh = (upper + Math.imul(a, high) + Math.imul(multipliers[p + 1]!, low) + addends[p + 1]! + carry) >>> 0;
      // modulo 2^61 - 1: the top three bits count once each, since 2^61 = 1.
      let restLow = (sumLow + (sumHigh >>> 29)) >>> 0;
      let restHigh = (sumHigh & 0x1fffffff) + (restLow < sumLow ? 1 : 0);
      if (restHigh > 0x1fffffff || (restHigh === 0x1fffffff && restLow === 0xffffffff)) { // the prime itself, or up to six more
        restLow = (restLow + 1) >>> 0;
        restHigh = 0;
      }
      if (isNarrow) {
        if (restLow < minima[p]!) minima[p] = restLow;
      } else if (restHigh < minima[p + 1]! || (restHigh === minima[p + 1] && restLow < minima[p]!)) {
        minima[p] = restLow;
        minima[p + 1] = restHigh;
      }
    }
  }
  return minima;
}
