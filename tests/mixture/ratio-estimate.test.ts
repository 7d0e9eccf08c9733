import { describe, expect, test } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { addToSample, bytesPerTokenOf, drawProbability, noRatioSample, tokenInterval, type RatioSample } from '#src/mixture/ratio-estimate.js';

type Document = readonly [bytes: number, tokens: number];

function sampleOf(documents: readonly Document[], probability: (bytes: number) => number): RatioSample {
  const sample = noRatioSample();
  for (const [bytes, tokens] of documents) addToSample(sample, bytes, tokens, probability(bytes));
  return sample;
}

const sum = (documents: readonly Document[], field: 0 | 1): number => documents.reduce((total, document) => total + document[field], 0);
const wholeOf = (documents: readonly Document[]) => ({ documents: documents.length, bytes: sum(documents, 0) });

describe('the interval of a source\'s tokens', () => {
  test('is the formula of the ratio estimator under Poisson sampling, with Student\'s quantile', () => {
    // Four documents, each drawn with probability 1/2: ratio 10/40, residuals 0, 1, -1, 0, each squared counts (1 - 1/2) / (1/2)^2 = 2; of the total
    // 800^2 * (2 + 2) * (4/3) / (2 * 40)^2
    const sample = sampleOf([[8, 2], [12, 4], [12, 2], [8, 2]], () => 0.5);
    expect(bytesPerTokenOf(sample)).toBe(4);
    const student = 3.182; // 97.5 %, 3 degrees of freedom; the expansion has 3.1
    const { low, high } = tokenInterval(sample, { documents: 10, bytes: 800 });
    expect((low + high) / 2).toBeCloseTo(200, 0);
    expect(high - low).toBeGreaterThan(2 * 0.95 * student * Math.sqrt(800 ** 2 * 4 * (4 / 3) / 80 ** 2) - 2);
    expect(high - low).toBeLessThan(2 * student * Math.sqrt(800 ** 2 * 4 * (4 / 3) / 80 ** 2) + 2);
  });

  test('weighs a document by how likely it was not to be drawn', () => {
    // One long document of 1 token in 10 bytes, certain; one short of 1 token in 2 bytes, which stands for five
    expect(bytesPerTokenOf(sampleOf([[100, 10], [4, 2]], (bytes) => drawProbability(bytes, 0.05)))).toBeCloseTo((100 + 20) / (10 + 10), 12);
    expect(bytesPerTokenOf(noRatioSample())).toBeUndefined();
  });

  test('is a point where every document was counted, and where all have the same ratio', () => {
    const documents: Document[] = [[40, 10], [13, 5], [99, 30]];
    expect(tokenInterval(sampleOf(documents, () => 0.5), wholeOf(documents))).toEqual({ low: 45, high: 45 });
    expect(tokenInterval(sampleOf([[40, 10], [80, 20], [4, 1]], () => 0.1), { documents: 1000, bytes: 4_000_000 })).toEqual({ low: 1_000_000, high: 1_000_000 });
  });

  test('leaves all open with fewer than two documents by chance, and never goes below what is certain', () => {
    expect(tokenInterval(noRatioSample(), { documents: 7, bytes: 900 })).toEqual({ low: 7, high: 900 });
    expect(tokenInterval(sampleOf([[100, 20]], () => 1), { documents: 3, bytes: 400 })).toEqual({ low: 22, high: 320 });
    const wild = tokenInterval(sampleOf([[10, 10], [1000, 10], [5, 5]], () => 0.3), { documents: 9, bytes: 3000 });
    expect(wild.low).toBeGreaterThanOrEqual(25 + 6);
  });

  test('holds the exact count in about 95 % of the samples of a population, long documents and short', () => {
    const key = hashKey(11, 'population');
    const documents = Array.from({ length: 3000 }, (_, i): Document => {
      const bytes = Math.round(50 * Math.exp(4 * keyedUniform(key, i, 0)));
      return [bytes, Math.max(1, Math.round(bytes / (3 + 3 * keyedUniform(key, i, 1))))];
    });
    const exact = sum(documents, 1);
    const whole = wholeOf(documents);
    let held = 0;
    const draws = 400;
    for (let seed = 0; seed < draws; seed++) {
      const draw = hashKey(seed, 'draw');
      const probability = (bytes: number): number => drawProbability(bytes, 300 / whole.bytes);
      const { low, high } = tokenInterval(sampleOf(documents.filter(([bytes], i) => keyedUniform(draw, i, 0) < probability(bytes)), probability), whole);
      if (low <= exact && exact <= high) held += 1;
    }
    expect(held / draws).toBeGreaterThan(0.91); // 4 standard deviations of 400 draws are .044; linearised variances are a little optimistic
    expect(held / draws).toBeLessThan(0.99);
  });
});
