/** Swarms whose laws are known: mixtures and noise are keyed hashes, so that every test sees the same. */
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import type { Observations } from '#src/mixture/tune/law.js';
import type { MixtureRun, RunMetrics } from '#src/mixture/tune/types.js';

/** Numbers of a purpose: `uniform(i, j)` in (0, 1), `normal(i, j)` standard normal, `mixture(i, k)` uniform on the simplex of k. */
export function keyedNumbers(purpose: string) {
  const key = hashKey(11, purpose);
  const uniform = (i: number, j = 0): number => 1 - keyedUniform(key, i, j);
  const normal = (i: number, j = 0): number => Math.sqrt(-2 * Math.log(uniform(i, j))) * Math.cos(2 * Math.PI * uniform(i, j + 1_000_000));
  const mixture = (i: number, k: number, spread = 1): number[] => {
    const parts = Array.from({ length: k }, (_, d) => (-Math.log(uniform(i, d + 2_000_000))) ** spread);
    const sum = parts.reduce((a, b) => a + b);
    return parts.map((part) => part / sum);
  };
  return { uniform, normal, mixture };
}

export const logLinear = (c: number, t: readonly number[]) => (w: readonly number[]): number => c + Math.exp(w.reduce((sum, share, d) => sum + share * t[d]!, 0));

export function observe(mixtures: readonly (readonly number[])[], lossOf: (w: readonly number[], i: number) => number): Observations {
  return { rows: mixtures.length, columns: mixtures[0]!.length, weights: Float64Array.from(mixtures.flat()), losses: Float64Array.from(mixtures, lossOf) };
}

export function swarmOf(mixtures: readonly (readonly number[])[], laws: Readonly<Record<string, (w: readonly number[], i: number) => number>>) {
  const sources = mixtures[0]!.map((_, d) => `s${d}`);
  const label = (i: number) => ({ run: `r${i}`, name: `swarm-${i}`, index: i });
  const runs = mixtures.map((w, i): MixtureRun => ({ ...label(i), weights: Object.fromEntries(sources.map((source, d) => [source, w[d]!])) }));
  const metrics = mixtures.map((w, i): RunMetrics => ({ ...label(i), losses: Object.fromEntries(Object.entries(laws).map(([target, lossOf]) => [target, lossOf(w, i)])) }));
  return { sources, targets: Object.keys(laws), runs, metrics, warnings: [] };
}

/** Root of the mean squared difference between a law and the truth on mixtures of its own. */
export function errorOn(mixtures: readonly (readonly number[])[], law: (w: readonly number[]) => number, truth: (w: readonly number[]) => number): number {
  return Math.sqrt(mixtures.reduce((sum, w) => sum + (law(w) - truth(w)) ** 2, 0) / mixtures.length);
}
