import { describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { candidateProbability, checkLsh, falseArea, knee, planLsh, sCurve } from '#src/dedup/lsh.js';
import { datasketchParameters, missedArea } from './datasketch-parameters.js';

describe('candidateProbability', () => {
  const LEVELS = [0.2, 0.5, 0.7, 0.75, 0.8, 0.9];
  const PUBLISHED: ReadonlyArray<readonly [string, number, number, readonly string[]]> = [
    ['GPT-3 in Spark, 10 tables of 1', 10, 1, ['.893', '.999', '1', '1', '1', '1']],
    ['FineWeb, 14 x 8', 14, 8, ['.000', '.053', '.564', '.772', '.924', '.9996']],
    ['Lee et al. 2021, 450 bands of 20', 450, 20, ['.000', '.0004', '.302', '.761', '.995', '1']],
    ['20 bands of 450', 20, 450, ['.000', '.000', '.000', '.000', '.000', '.000']],
  ];
  for (const [name, bands, rows, expected] of PUBLISHED) {
    it(`has the known values of ${name}`, () => {
      LEVELS.forEach((jaccard, i) => {
        const digits = expected[i]!.includes('.') ? expected[i]!.length - 1 : 3;
        expect(Math.abs(candidateProbability(jaccard, { bands, rows }) - Number(expected[i]))).toBeLessThanOrEqual(0.51 * 10 ** -digits);
      });
    });
  }

  it('is 0 for nothing in common, 1 for equal sets, and rises between', () => {
    const setting = { bands: 14, rows: 8 };
    expect(candidateProbability(0, setting)).toBe(0);
    expect(candidateProbability(1, setting)).toBe(1);
    const curve = Array.from({ length: 101 }, (_, i) => candidateProbability(i / 100, setting));
    for (let i = 1; i < 100; i++) expect(curve[i]).toBeGreaterThan(curve[i - 1]!);
  });

  it('keeps digits where 1 - (1 - x)^b would lose them', () => {
    expect(candidateProbability(0.01, { bands: 14, rows: 8 })).toBeCloseTo(14e-16, 25);
  });
});

it('knee is (1/b)^(1/r)', () => {
  expect(knee({ bands: 14, rows: 8 })).toBeCloseTo(0.719, 3);
  expect(knee({ bands: 10, rows: 1 })).toBeCloseTo(0.1, 12);
});

it('sCurve ends at 1', () => {
  expect(sCurve({ bands: 5, rows: 25 }).at(-1)).toEqual({ jaccard: 1, probability: 1 });
});

describe('checkLsh', () => {
  it('accepts 14 x 8 at .8 with its recall, and at the lowest threshold with .9', () => {
    expect(checkLsh({ bands: 14, rows: 8, threshold: 0.8 }).recall).toBeCloseTo(0.924, 3);
    const at = (1 - 0.1 ** (1 / 14)) ** (1 / 8); // where the curve is .9
    expect(checkLsh({ bands: 14, rows: 8, threshold: at + 1e-9 }).recall).toBeCloseTo(0.9, 6);
    expect(() => checkLsh({ bands: 14, rows: 8, threshold: at - 1e-9 })).toThrow(ConfigError);
  });

  it('refuses a setting that misses more than a tenth of the pairs at the threshold, with the figures', () => {
    expect(() => checkLsh({ bands: 14, rows: 8, threshold: 0.7 })).toThrow(/14 bands of 8 rows find 56\.\d % .* 0\.7, .*90\.0 %.*knee is at 0\.719/);
    expect(() => checkLsh({ bands: 14, rows: 8, threshold: 0.7 })).toThrow(/17 bands of 5 rows find 95\.6 %/);
    expect(() => checkLsh({ bands: 20, rows: 450, threshold: 0.9 })).toThrow(ConfigError);
    expect(() => checkLsh({ bands: 1, rows: 2, threshold: 0.5 })).toThrow(/no setting of 2 minima finds 95\.0 %, take more/);
  });

  it('refuses thresholds and settings that mean nothing', () => {
    for (const wrong of [{ threshold: 0 }, { threshold: 1.1 }, { threshold: NaN }, { bands: 0 }, { rows: 2.5 }]) {
      expect(() => checkLsh({ bands: 14, rows: 8, threshold: 0.8, ...wrong })).toThrow(ConfigError);
    }
  });
});

describe('falseArea and missedArea', () => {
  it('are the integrals of the curve, where these have a closed form', () => {
    for (const n of [1, 5, 20, 128]) {
      for (const t of [0.3, 0.8, 1]) {
        expect(falseArea(t, { bands: 1, rows: n })).toBeCloseTo(t ** (n + 1) / (n + 1), 7);
        expect(falseArea(t, { bands: n, rows: 1 })).toBeCloseTo(t - (1 - (1 - t) ** (n + 1)) / (n + 1), 7);
        expect(missedArea(t, { bands: n, rows: 1 })).toBeCloseTo((1 - t) ** (n + 1) / (n + 1), 7);
      }
    }
  });
});

describe('planLsh', () => {
  const settings = (most: number): { bands: number; rows: number }[] =>
    Array.from({ length: most }, (_, b) => Array.from({ length: Math.floor(most / (b + 1)) }, (__, r) => ({ bands: b + 1, rows: r + 1 }))).flat();

  it('gives the setting with the fewest false candidates among all that find 95 %', () => {
    for (const most of [40, 112, 128]) {
      for (const threshold of [0.3, 0.5, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]) {
        const fit = settings(most).filter((setting) => candidateProbability(threshold, setting) >= 0.95);
        if (fit.length === 0) {
          expect(() => planLsh(threshold, most)).toThrow(ConfigError);
          continue;
        }
        const best = fit.reduce((a, b) => (falseArea(threshold, b) < falseArea(threshold, a) ? b : a));
        expect(planLsh(threshold, most)).toEqual(best);
      }
    }
  });

  it('passes its own check, and takes a single band of all minima for equal sets', () => {
    expect(checkLsh({ ...planLsh(0.8, 112), threshold: 0.8 }).recall).toBeGreaterThanOrEqual(0.95);
    expect(planLsh(1, 112)).toEqual({ bands: 1, rows: 112 });
  });

  it('says how many minima it takes where there are too few', () => {
    expect(() => planLsh(0.1, 28)).toThrow(/found 28 minima, expected at least 29/);
    expect(planLsh(0.1, 29)).toEqual({ bands: 29, rows: 1 });
  });
});

describe('the area, as datasketch goes by it', () => {
  it.each([[0.5, 128, 25, 5], [0.7, 128, 14, 9], [0.8, 128, 9, 13], [0.9, 128, 5, 25], [0.7, 112, 12, 9], [0.8, 112, 9, 12], [0.7, 256, 25, 10]])(
    'is what datasketch takes for %d and %d permutations: %d x %d', (threshold, permutations, bands, rows) => {
      expect(datasketchParameters(threshold, permutations)).toEqual({ bands, rows });
    });
});
