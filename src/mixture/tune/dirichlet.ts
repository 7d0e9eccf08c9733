/**
 * Draws from Dirichlet distributions by keyed hash: a draw is a function of (seed, purpose, run, attempt) and of the names of its parts, never of draws before it
 * or of the order of the names. Gamma variates by Marsaglia and Tsang (2000), as logarithms, because shapes of .001 give numbers that underflow.
 */
import { hashKey, keyedUniform } from '../../core/keyed-hash.js';

/** Uniform numbers in (0, 1) for one purpose, run and attempt; the stream is theirs alone. */
export class KeyedStream {
  readonly #key: Uint32Array;
  readonly #run: number;
  readonly #attempt: number;
  #drawn = 0;

  constructor(seed: number, purpose: string, run: number, attempt: number) {
    this.#key = hashKey(seed, purpose);
    this.#run = run;
    this.#attempt = attempt;
  }

  /** 0 would have no logarithm: it counts as half the smallest step. */
  next(): number {
    return keyedUniform(this.#key, this.#run, this.#attempt, this.#drawn++) || 2 ** -54;
  }

  /** Standard normal: Box and Muller (1958). */
  nextNormal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** The logarithm of a draw from the gamma distribution of this shape, above 0, and scale 1. */
export function logGamma(shape: number, stream: KeyedStream): number {
  if (shape < 1) return logGamma(shape + 1, stream) + Math.log(stream.next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.nextNormal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const log = Math.log(v);
    if (Math.log(stream.next()) < 0.5 * x * x + d - d * v + d * log) return Math.log(d) + log;
  }
}

/** Shares by name, summing to 1, from the Dirichlet distribution of these concentrations (above 0). `streamOf` gives each name's own numbers. */
export function drawDirichlet(concentrations: Readonly<Record<string, number>>, streamOf: (name: string) => KeyedStream): Record<string, number> {
  const names = Object.keys(concentrations);
  const logs = new Map(names.map((name) => [name, logGamma(concentrations[name]!, streamOf(name))]));
  const most = Math.max(...logs.values());
  return normalised(Object.fromEntries(names.map((name) => [name, Math.exp(logs.get(name)! - most)]))); // every name has its logarithm
}

/** Shares divided by their sum, which is taken in the order of the names: floats do not add up to the same in any order. */
export function normalised(shares: Readonly<Record<string, number>>): Record<string, number> {
  const sum = Object.keys(shares).sort().reduce((total, name) => total + shares[name]!, 0);
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share / sum]));
}
