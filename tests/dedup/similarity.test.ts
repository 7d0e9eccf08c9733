import { beforeAll, describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { estimateJaccard } from '#src/dedup/similarity.js';
import type { SignatureParameters, Signatures } from '#src/kernels/kernels.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import { signatures } from '#src/kernels/signatures.js';
import { allRows, batchOf } from './deduplicate.js';

const PAIRS = 2000;
const UNION = 100;
const LEVELS = [0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
const SETTINGS: readonly SignatureParameters[] = [
  { bands: 14, rows: 8, shingle: { length: 1, unit: 'word' }, kind: 'permutations', seed: 1 },
  { bands: 20, rows: 5, shingle: { length: 1, unit: 'word' }, kind: 'permutations', seed: 2 },
];

/** Rows 2p and 2p + 1 are a pair of exactly this similarity; no word is in two pairs, so pairs are independent. */
function signPairs(jaccard: number, level: number, parameters: SignatureParameters): Signatures {
  const shared = Math.round(jaccard * UNION);
  const texts: string[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const words = Array.from({ length: UNION }, (_, i) => ((level * PAIRS + pair) * UNION + i).toString(36) + 'z');
    const split = shared + Math.floor((UNION - shared) / 2);
    texts.push(words.slice(0, split).join(' '), [...words.slice(split), ...words.slice(0, shared)].join(' '));
  }
  const batch = batchOf(texts);
  return signatures(new WasmRuntime(), batch, allRows(batch), parameters);
}

/** P(X <= successes) of a binomial. */
function binomialTail(successes: number, trials: number, probability: number): number {
  let log = trials * Math.log1p(-probability);
  let sum = Math.exp(log);
  for (let k = 1; k <= successes; k++) {
    log += Math.log((trials - k + 1) / k) + Math.log(probability) - Math.log1p(-probability);
    sum += Math.exp(log);
  }
  return sum;
}

describe.each(SETTINGS)('signatures of $bands bands of $rows rows, on pairs of known similarity', (parameters) => {
  const { bands, rows } = parameters;
  const signed: Signatures[] = [];
  beforeAll(() => { LEVELS.forEach((jaccard, level) => { signed.push(signPairs(jaccard, level, parameters)); }); });

  it.each(LEVELS)('nominate pairs at %d within the 99 %% interval of theory', (jaccard) => {
    const { bandHashes } = signed[LEVELS.indexOf(jaccard)]!;
    let nominated = 0;
    for (let pair = 0; pair < PAIRS; pair++) {
      const a = 4 * bands * pair;
      const b = a + 2 * bands;
      const meets = (band: number): boolean => bandHashes[a + 2 * band] === bandHashes[b + 2 * band] && bandHashes[a + 2 * band + 1] === bandHashes[b + 2 * band + 1];
      if (Array.from({ length: bands }, (_, band) => band).some(meets)) nominated++;
    }
    const theory = candidateProbability(jaccard, parameters);
    expect(binomialTail(nominated, PAIRS, theory)).toBeGreaterThan(0.005);
    expect(1 - binomialTail(nominated - 1, PAIRS, theory)).toBeGreaterThan(0.005);
  });

  it.each(LEVELS)('estimate %d without bias and with the stated variance', (jaccard) => {
    const { minima } = signed[LEVELS.indexOf(jaccard)]!;
    const count = bands * rows;
    const estimates = Array.from({ length: PAIRS }, (_, pair) => estimateJaccard(minima, 2 * pair * count, minima, (2 * pair + 1) * count, count));
    const mean = estimates.reduce((sum, x) => sum + x, 0) / PAIRS;
    const variance = estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (PAIRS - 1);
    const expected = (jaccard * (1 - jaccard)) / count;
    expect(Math.abs(mean - jaccard)).toBeLessThan(2.81 * Math.sqrt(expected / PAIRS)); // 99.5 %
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / PAIRS));
  });
});

describe('estimateJaccard', () => {
  it('is 1 for equal and 0 for disjoint signatures, from any offset', () => {
    const a = Uint16Array.of(9, 9, 1, 2, 3, 4);
    const b = Uint16Array.of(1, 2, 3, 4, 9, 8, 7, 6);
    expect(estimateJaccard(a, 2, b, 0, 4)).toBe(1);
    expect(estimateJaccard(a, 2, b, 4, 4)).toBe(0);
  });

  it('takes chance agreement of 16 bits off', () => {
    const a = Uint16Array.from({ length: 100 }, (_, i) => i);
    const b = a.map((value, i) => (i < 50 ? value : value + 1000));
    expect(estimateJaccard(a, 0, b, 0, 100)).toBeCloseTo((0.5 - 2 ** -16) / (1 - 2 ** -16), 12);
  });
});
