/**
 * Hashes of a signature's bands: g := (band + 1) F; for each of the band's minima m: g := (g xor m) S, g := g xor (g >> 32), modulo 2^64; the
 * band's hash is mix(g). Equal minima make equal hashes; others do with probability about 2^-64.
 */
import { FIRST, mix, multiply, register, SECOND, set, xor } from './word64.js';

/** Both as halves, low and high in turn; the minima are those of `bands` bands of equal length. */
export function bandHashes(minima: Uint32Array, bands: number): Uint32Array {
  const hashes = new Uint32Array(2 * bands);
  const width = minima.length / bands;
  for (let band = 0; band < bands; band++) {
    set(band + 1, 0);
    multiply(FIRST);
    for (let at = band * width; at < (band + 1) * width; at += 2) {
      xor(minima[at]!, minima[at + 1]!);
      multiply(SECOND);
      xor(register[1]!, 0); // a shift by 32
    }
    mix();
    hashes.set(register, 2 * band);
  }
  return hashes;
}
