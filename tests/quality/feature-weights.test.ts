import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { featureOf } from '#src/kernels/reference/logistic-score.js';
import { featureWeights, LEAST_FEATURE_DOCUMENTS, LISTED_FEATURES } from '#src/quality/feature-weights.js';
import { foldModel } from '#src/quality/fold.js';
import { loadQualityModel, type QualityModel } from '#src/quality/quality-model.js';
import { engineFolder, realDocuments, runEngine, spamTraining } from '../kernels/fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const input = join(folder, 'train.txt');
spamTraining(input, 900);
const train = (name: string, ...options: string[]): string => {
  runEngine(engine, ['supervised', '-input', input, '-output', join(folder, name), '-dim', '8', '-lr', '0.5', '-epoch', '10', '-thread', '1', '-verbose', '0', ...options]);
  return join(folder, `${name}.bin`);
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const model = (words: Readonly<Record<string, number>>, buckets: readonly number[] = [], wordNgrams = 1): QualityModel => ({
  kind: 'folded', name: 'm', model: { words: Object.keys(words).map(utf8), wordWeights: Float32Array.from(Object.values(words)), bucketWeights: Float32Array.from(buckets), wordNgrams },
});

describe('the features of a fastText model', () => {
  test('are the words with the strongest weights of either sign, with the documents that have them', () => {
    const { positive, negative } = featureWeights(model({ good: 2, best: 3, bad: -1, zero: 0, unseen: 9 }), ['good best bad zero', 'good good best', 'bad zero good']);
    expect(positive).toEqual([
      { feature: 'best', weight: 3, documents: 2, collisions: 0, sharedWith: [] }, { feature: 'good', weight: 2, documents: 3, collisions: 0, sharedWith: [] },
    ]);
    expect(negative).toEqual([{ feature: 'bad', weight: -1, documents: 2, collisions: 0, sharedWith: [] }]);
  });

  test.each([[LEAST_FEATURE_DOCUMENTS - 1, 0], [LEAST_FEATURE_DOCUMENTS, 1], [LEAST_FEATURE_DOCUMENTS + 1, 1]])('that occur in %i documents are listed or not', (documents, listed) => {
    expect(featureWeights(model({ good: 1 }), Array.from({ length: documents }, () => 'good')).positive.length).toBe(listed);
  });

  test('are 20 a sign at most', () => {
    const words = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`w${i}`, i - 24.5]));
    const { positive, negative } = featureWeights(model(words), [0, 1].map(() => Object.keys(words).join(' ')));
    expect([positive.length, negative.length, positive[0]!.feature, negative[0]!.feature]).toEqual([LISTED_FEATURES, LISTED_FEATURES, 'w49', 'w0']);
  });

  test('are pairs of words too, named by the most frequent in the bucket, with the others that share it', () => {
    const texts = ['a b', 'a b', 'a b', 'c d', 'c d', 'e f'];
    const { positive, caveat } = featureWeights(model({}, [5], 2), texts);
    expect(positive).toEqual([{ feature: 'a b', weight: 5, documents: 3, collisions: 5, sharedWith: ['b </s>', 'c d', 'd </s>'] }]);
    expect(caveat).toMatch(/6 of 6 different runs of words seen \(100\.0 %\) share one of the 1 buckets/);
  });

  test('do not exist for buckets that a pruned model left out', () => {
    expect(featureWeights(model({ a: 1 }, [NaN], 2), ['a b', 'a b'])).toMatchObject({ positive: [{ feature: 'a' }], negative: [], caveat: expect.stringMatching(/^Every feature of this model is a word with a weight of its own/) as unknown });
  });

  test('of a trained model point the way that the labels do, and share buckets as often as chance would have it', () => {
    const buckets = 20_000;
    const folded: QualityModel = { kind: 'folded', name: 'spam', model: foldModel(readFastTextModel(train('bigrams', '-wordNgrams', '2', '-bucket', `${buckets}`)), 'spam') };
    const texts = realDocuments(60);
    const { positive, negative, caveat } = featureWeights(folded, texts);
    expect(positive[0]!.weight).toBeGreaterThan(0);
    expect(negative[0]!.weight).toBeLessThan(0);
    const [, sharing, distinct] = /([\d,]+) of ([\d,]+) different runs of words/.exec(caveat)!.map((text) => Number(text.replaceAll(',', '')));
    const expected = distinct! * (1 - (1 - 1 / buckets) ** (distinct! - 1));
    expect(Math.abs(sharing! - expected)).toBeLessThan(0.02 * distinct!);
    expect(Number(/at least ([\d.]+) more/.exec(caveat)![1])).toBeGreaterThan(0);
  });
});

describe('the features of a logistic model', () => {
  test('are the words that fall in its strongest buckets, in lower case', () => {
    const weights = new Float32Array(1024);
    weights[featureOf('good', 1024)] = 4;
    weights[featureOf('bad', 1024)] = -4;
    const { positive, negative } = featureWeights({ kind: 'logistic', name: 'm', model: { weights, bias: 1, binary: false } }, ['Good bad', 'GOOD BAD bad']);
    expect(positive).toEqual([{ feature: 'good', weight: 4, documents: 2, collisions: 0, sharedWith: [] }]);
    expect(negative).toEqual([{ feature: 'bad', weight: -4, documents: 2, collisions: 0, sharedWith: [] }]);
  });
});

test('a model that is not linear in words has no features, and says why', () => {
  const { positive, negative, caveat } = featureWeights(loadQualityModel(train('subwords', '-minn', '2', '-maxn', '3', '-bucket', '500'), 'spam'), ['free prize']);
  expect([positive, negative]).toEqual([[], []]);
  expect(caveat).toMatch(/not a sum over words/);
});
