import { describe, expect, test } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { addToSample, noRatioSample, tokenInterval, type RatioSample } from '#src/mixture/ratio-estimate.js';

type Document = readonly [bytes: number, tokens: number];

function sampleOf(documents: readonly Document[]): RatioSample {
  const sample = noRatioSample();
  for (const [bytes, tokens] of documents) addToSample(sample, bytes, tokens);
  return sample;
}

const sum = (documents: readonly Document[], field: 0 | 1): number => documents.reduce((total, document) => total + document[field], 0);
const wholeOf = (documents: readonly Document[]) => ({ documents: documents.length, bytes: sum(documents, 0) });

describe('the interval of a source\'s tokens', () => {
  test('is the formula of the ratio estimator, with the correction for a finite population and Student\'s quantile', () => {
    // Four of ten documents; ratio 10/40, residuals 0, 1, -1, 0, so s^2 = 2/3; variance of the total 1000^2 * (1 - .4) * (2/3) / 4 / 10^2 = 1000
    const sample = sampleOf([[8, 2], [12, 4], [12, 2], [8, 2]]);
    const student = 3.182; // 97.5 %, 3 degrees of freedom; the expansion has 3.1
    const { low, high } = tokenInterval(sample, { documents: 10, bytes: 1000 });
    expect((low + high) / 2).toBeCloseTo(250, 0);
    expect(high - low).toBeGreaterThan(2 * 0.95 * student * Math.sqrt(1000) - 2);
    expect(high - low).toBeLessThan(2 * student * Math.sqrt(1000) + 2);
  });

  test('is a point where every document was counted, and where all have the same ratio', () => {
    const documents: Document[] = [[40, 10], [13, 5], [99, 30]];
    expect(tokenInterval(sampleOf(documents), wholeOf(documents))).toEqual({ low: 45, high: 45 });
    expect(tokenInterval(sampleOf([[40, 10], [80, 20], [4, 1]]), { documents: 1000, bytes: 4_000_000 })).toEqual({ low: 1_000_000, high: 1_000_000 });
  });

  test('leaves all open with fewer than two documents, and never goes below what is certain', () => {
    expect(tokenInterval(noRatioSample(), { documents: 7, bytes: 900 })).toEqual({ low: 7, high: 900 });
    expect(tokenInterval(sampleOf([[100, 20]]), { documents: 3, bytes: 400 })).toEqual({ low: 22, high: 320 });
    const wild = tokenInterval(sampleOf([[10, 10], [1000, 10], [5, 5]]), { documents: 9, bytes: 3000 });
    expect(wild.low).toBeGreaterThanOrEqual(25 + 6);
  });

  test('holds the exact count in about 95 % of the samples of a population, long documents and short', () => {
    const key = hashKey(11, 'population');
    const documents = Array.from({ length: 3000 }, (_, i): Document => {
      const bytes = Math.round(50 * Math.exp(4 * keyedUniform(key, i, 0)));
      return [bytes, Math.max(1, Math.round(bytes / (3 + 3 * keyedUniform(key, i, 1))))];
    });
    const exact = sum(documents, 1);
    let held = 0;
    const draws = 400;
    for (let seed = 0; seed < draws; seed++) {
      const draw = hashKey(seed, 'draw');
      const { low, high } = tokenInterval(sampleOf(documents.filter((_, i) => keyedUniform(draw, i, 0) < 0.1)), wholeOf(documents));
      if (low <= exact && exact <= high) held += 1;
    }
    expect(held / draws).toBeGreaterThan(0.92); // 4 standard deviations of 400 draws are .044; the ratio estimator is a little optimistic
    expect(held / draws).toBeLessThan(0.99);
  });
});
