/**
 * Arithmetic modulo 2^64 on one register of two 32-bit halves, which the operations change in place: BigInt is some fifty times slower. Mix is
 * SplitMix64's finaliser (Steele et al. 2014, Stafford's mix 13).
 */

/** Halves of a 64-bit word: low, high. */
export type Word64 = readonly [low: number, high: number];

export const POLYNOMIAL_BASE: Word64 = [0x7f4a7c15, 0x9e3779b9];
export const FIRST: Word64 = [0x114253d5, 0x87c37b91];
export const SECOND: Word64 = [0x2745937f, 0x4cf5ad43];
const MIX_1: Word64 = [0x1ce4e5b9, 0xbf58476d];
const MIX_2: Word64 = [0x133111eb, 0x94d049bb];

/** The register: low half, high half. Callers copy what they keep. */
export const register = new Uint32Array(2);
const r = register;

export function set(low: number, high: number): void {
  r[0] = low;
  r[1] = high;
}
export function xor(low: number, high: number): void {
  r[0]! ^= low;
  r[1]! ^= high;
}
export function add(low: number, high: number): void {
  const sum = r[0]! + low;
  r[1] = r[1]! + high + (sum > 0xffffffff ? 1 : 0);
  r[0] = sum;
}
export function multiply([low, high]: Word64): void {
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
export function rotateLeft(bits: number): void {
  const low = r[0]!;
  r[0] = (low << bits) | (r[1]! >>> (32 - bits));
  r[1] = (r[1]! << bits) | (low >>> (32 - bits));
}
/** The register xor itself shifted right; bits: 1 to 31. */
export function xorShift(bits: number): void {
  xor((r[0]! >>> bits) | (r[1]! << (32 - bits)), r[1]! >>> bits);
}
export function mix(): void {
  xorShift(30);
  multiply(MIX_1);
  xorShift(27);
  multiply(MIX_2);
  xorShift(31);
}
