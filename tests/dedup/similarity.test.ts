import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { estimateJaccard } from '#src/dedup/similarity.js';
import type { DocumentBatch } from '#src/core/document-batch.js';
import { createKernels } from '#src/kernels/index.js';
import type { SignatureParameters, Signatures } from '#src/kernels/kernels.js';
import { allRows } from './deduplicate.js';
import { knownPairs } from './known-pairs.js';

const PAIRS = 2000;
/**
 * Words of both documents of a pair together. Bins of one-permutation signatures draw without replacement, so theory is for documents of many more shingles
 * than the 112 bins: at 500 in place of 2,000, .96 % of pairs at .85 are missed in place of theory's 1.16 %.
 */
const UNION = { permutations: 100, 'one-permutation': 2000 } as const;
const LEVELS = [0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
const shingle = { length: 1, unit: 'word' } as const;
const KINDS = (['permutations', 'one-permutation'] as const).flatMap((kind) => [{ bands: 14, rows: 8, shingle, kind }, { bands: 20, rows: 5, shingle, kind }]);
/**
 * A check at 99 % fails one time in a hundred of a right implementation, so of 40 one fails for every third seed. Both seeds are looked at together first; then
 * each level is shown under the first seed. (Of the 120 counts of seeds 1 to 3 one is outside, at .7 by 20 x 5 under seed 3.)
 */
const SEEDS = [1, 2];
const SHOWN = SEEDS[0]!;
const SETTINGS: readonly SignatureParameters[] = KINDS.flatMap((kind) => SEEDS.map((seed) => ({ ...kind, seed })));

const kernels = createKernels('wasm');
const sign = (batch: DocumentBatch, parameters: SignatureParameters): Signatures => kernels.signatures(batch, allRows(batch), parameters);

/** Pairs that share a band's hash. */
function nominated({ bandHashes }: Signatures, pairs: number, bands: number): number {
  let count = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const a = 4 * bands * pair;
    const b = a + 2 * bands;
    const meets = (band: number): boolean => bandHashes[a + 2 * band] === bandHashes[b + 2 * band] && bandHashes[a + 2 * band + 1] === bandHashes[b + 2 * band + 1];
    if (Array.from({ length: bands }, (_, band) => band).some(meets)) count++;
  }
  return count;
}

function estimatesOf({ minima }: Signatures, pairs: number, count: number): number[] {
  return Array.from({ length: pairs }, (_, pair) => estimateJaccard(minima, 2 * pair * count, minima, (2 * pair + 1) * count, count));
}

/** Mean of estimates of J, and their variance in terms of the one that independent minima have, J (1 - J) / minima. */
function moments(estimates: readonly number[], count: number, jaccard: number): { mean: number; variance: number } {
  const mean = estimates.reduce((sum, x) => sum + x, 0) / estimates.length;
  const variance = estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (estimates.length - 1);
  return { mean, variance: variance / ((jaccard * (1 - jaccard)) / count) };
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

interface Measured {
  readonly nominated: number;
  readonly mean: number;
  readonly variance: number;
}
const measured = new Map<SignatureParameters, Measured[]>(SETTINGS.map((setting) => [setting, []]));

const PAIRS_A_BATCH = 500;

beforeAll(async () => {
  for (const kind of ['permutations', 'one-permutation'] as const) {
    for (const [level, jaccard] of LEVELS.entries()) {
      await nextTurn(); // the runner waits to hear from this process
      const shared = Math.round(jaccard * UNION[kind]);
      const parts = new Map<SignatureParameters, { nominated: number; estimates: number[] }>();
      for (let pair = 0; pair < PAIRS; pair += PAIRS_A_BATCH) {
        const batch = knownPairs(PAIRS_A_BATCH, UNION[kind], shared, (level * PAIRS + pair) * UNION[kind]);
        for (const setting of SETTINGS.filter((other) => other.kind === kind)) {
          const signed = sign(batch, setting);
          const part = parts.get(setting) ?? { nominated: 0, estimates: [] };
          part.estimates.push(...estimatesOf(signed, PAIRS_A_BATCH, setting.bands * setting.rows));
          parts.set(setting, { ...part, nominated: part.nominated + nominated(signed, PAIRS_A_BATCH, setting.bands) });
        }
      }
      for (const [setting, part] of parts) measured.get(setting)!.push({ nominated: part.nominated, ...moments(part.estimates, setting.bands * setting.rows, jaccard) });
    }
  }
});

/** Whether a count of successes lies within the 99 % interval of a binomial. */
function isWithin99(found: number, theory: number): boolean {
  return binomialTail(found, PAIRS, theory) > 0.005 && 1 - binomialTail(found - 1, PAIRS, theory) > 0.005;
}

it('80 counts of nominated pairs (2 seeds, 4 settings, 10 levels) lie outside their 99 % intervals about as often as one in a hundred', () => {
  const outside = [...measured].flatMap(([setting, results]) => results.filter((result, level) => !isWithin99(result.nominated, candidateProbability(LEVELS[level]!, setting))));
  expect(outside.length).toBeLessThan(5); // P(5 or more) = .0014
});

describe.each(SETTINGS.filter(({ seed }) => seed === SHOWN))('signatures of $bands bands of $rows rows by $kind, on 2,000 pairs of known similarity', (setting) => {
  it.each(LEVELS)('nominate pairs at %d within the 99 %% interval of theory', (jaccard) => {
    const found = measured.get(setting)![LEVELS.indexOf(jaccard)]!.nominated;
    expect(isWithin99(found, candidateProbability(jaccard, setting)), `${found} of ${PAIRS}`).toBe(true);
  });

  it('nominate over all levels as theory says: the sum of squared deviations is within its 99 % interval', () => {
    const informative = LEVELS.map((jaccard, level) => ({ theory: candidateProbability(jaccard, setting), level })).filter(({ theory }) => PAIRS * theory * (1 - theory) > 5);
    const squares = informative.reduce((sum, { theory, level }) =>
      sum + (measured.get(setting)![level]!.nominated - PAIRS * theory) ** 2 / (PAIRS * theory * (1 - theory)), 0);
    expect(informative.length).toBeGreaterThan(4);
    expect(squares).toBeLessThan(chiSquare995[informative.length]!);
  });

  it.each(LEVELS)('estimate %d without bias and with the stated variance', (jaccard) => {
    const { mean, variance } = measured.get(setting)![LEVELS.indexOf(jaccard)]!;
    const spread = 4 * Math.sqrt(2 / PAIRS);
    expect(Math.abs(mean - jaccard)).toBeLessThan(2.81 * Math.sqrt((jaccard * (1 - jaccard)) / (setting.bands * setting.rows) / PAIRS)); // 99.5 %
    expect(Math.abs(variance - 1)).toBeLessThan(spread);
  });
});

/** 99.5 % points of chi square by degrees of freedom. */
const chiSquare995 = [0, 7.88, 10.6, 12.84, 14.86, 16.75, 18.55, 20.28, 21.95, 23.59, 25.19];

describe('one-permutation signatures of short documents', () => {
  // 14 x 8, 20,000 pairs: what share is nominated, and the estimate's variance in terms of that of independent minima. dedup/README.md has this table.
  it.each([
    [5, 0.6, 0.2111, 0.2157, 1.65], [5, 0.8, 0.9235, 0.9085, 1.68],
    [10, 0.6, 0.2111, 0.2099, 1.42], [10, 0.8, 0.9235, 0.9045, 1.42],
    [20, 0.6, 0.2111, 0.2144, 1.31], [20, 0.8, 0.9235, 0.9115, 1.3],
    [40, 0.6, 0.2111, 0.2142, 1.16], [40, 0.8, 0.9235, 0.9179, 1.18],
    [60, 0.6, 0.2111, 0.2145, 1.13], [60, 0.8, 0.9235, 0.9221, 1.1],
    [100, 0.6, 0.2111, 0.2172, 0.96], [100, 0.8, 0.9235, 0.9232, 0.97],
    [200, 0.6, 0.2111, 0.2057, 0.8], [200, 0.8, 0.9235, 0.9283, 0.81],
  ])('of %d shingles in both at J = %d, theory %d: %d are nominated, the variance is %d times', (union, jaccard, theory, share, variance) => {
    const setting = SETTINGS.find(({ kind, bands, seed }) => kind === 'one-permutation' && bands === 14 && seed === SHOWN)!;
    const pairs = 20_000;
    const signed = sign(knownPairs(pairs, union, Math.round(jaccard * union), 0), setting);
    const spread = moments(estimatesOf(signed, pairs, 112), 112, jaccard);
    expect(candidateProbability(jaccard, setting)).toBeCloseTo(theory, 3);
    expect(nominated(signed, pairs, 14) / pairs).toBeCloseTo(share, 3);
    expect(spread.variance).toBeCloseTo(variance, 2);
    expect(Math.abs(spread.mean - jaccard)).toBeLessThan(0.002);
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
