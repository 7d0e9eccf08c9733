// Random numbers of a seed, for simulations whose outcome must be the same every time.

/** Numbers in [0, 1): the splitmix of Steele, Lea and Flood (2014), cut to 32 bits. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Failures that a test of `trials` tolerates where each may fail with `probability`: three standard deviations more than expected. */
export const tolerated = (trials: number, probability: number): number => trials * probability + 3 * Math.sqrt(trials * probability * (1 - probability));
