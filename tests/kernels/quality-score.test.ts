import { readFileSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import type { FoldedModel, QualityScorer } from '#src/kernels/kernels.js';
import { qualityScorer as wasmScorer } from '#src/kernels/quality-score.js';
import { qualityScorer as referenceScorer } from '#src/kernels/reference/quality-score.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import { wordHash } from '#src/kernels/word-table.js';
import { foldModel } from '#src/quality/fold.js';
import { allRows, batchOf, enginePredictions, engineFolder, realDocuments, trainModels } from './fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const runtime = new WasmRuntime();
const implementations: readonly [string, (model: FoldedModel) => QualityScorer][] = [
  ['reference', referenceScorer], ['wasm', (model) => wasmScorer(runtime, model)],
];
const documents = realDocuments(110);
const texts = [
  ...documents, 'one', 'the '.repeat(3000), 'a'.repeat(30_000), '__label__spam free', 'call __label__ham now', '\u4e2d\u6587 \u65e5', 'nul\0between', 'tab\tand\vfeed', '\u{1f600}',
];

const scores = (scorer: QualityScorer, list: readonly string[]): number[] => {
  const batch = batchOf(list);
  return [...scorer.score(batch, allRows(batch))];
};

const utf8 = (word: string): Uint8Array => new TextEncoder().encode(word);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Two spellings with one 32-bit hash, found by search. */
function collision(): [string, string] {
  const seen = new Map<number, string>();
  for (let i = 0; ; i++) {
    const word = i.toString(36);
    const hash = wordHash(utf8(word));
    const other = seen.get(hash);
    if (other !== undefined) return [other, word];
    seen.set(hash, word);
  }
}

describe('quality-score', () => {
  const models = trainModels(engine).filter(({ path, oracle }) => {
    const model = readFastTextModel(path);
    return oracle === 'native' && model.maxn === 0 && model.labels.length === 2;
  });

  test('is tested with softmax, hierarchical softmax, quantised and pruned models', () => {
    expect(models.map(({ name }) => name)).toEqual(['softmax words', 'softmax bigrams', 'hierarchical trigrams', 'quantised with norms', 'pruned']);
  });

  describe.each(implementations)('%s', (_, make) => {
    test.each(models.flatMap(({ name, path }) => ['ham', 'spam'].map((label) => [name, label, path])))(
      'gives the probability that the engine prints: %s, of %s', (_name, label, path) => {
        const found = scores(make(foldModel(readFastTextModel(path), label)), texts);
        enginePredictions(engine, path, texts, 2).forEach((predictions, i) => {
          expect(Math.abs((predictions.get(label) ?? 0) - found[i]!), texts[i]!.slice(0, 60)).toBeLessThanOrEqual(1e-4);
        });
      });

    test('tells words of equal hash apart by their bytes', () => {
      const [known, unknown] = collision();
      expect(wordHash(utf8(known))).toBe(wordHash(utf8(unknown)));
      const model: FoldedModel = { words: [utf8(known), utf8('</s>')], wordWeights: Float32Array.of(3, -1), bucketWeights: new Float32Array(0), wordNgrams: 1 };
      const [a, b, both] = scores(make(model), [known, unknown, `${known} ${unknown}`]);
      expect(a).toBeCloseTo(sigmoid(1), 6);
      expect(b).toBeCloseTo(sigmoid(-1), 6);
      expect(both).toBeCloseTo(sigmoid(1), 6);
      const two: FoldedModel = { ...model, words: [utf8(known), utf8(unknown)], wordWeights: Float32Array.of(3, -5) };
      expect(scores(make(two), [known, unknown]).map((s) => Math.round(Math.log(s / (1 - s))))).toEqual([3, -5]);
    });

    test('scores 0 where the model knows no feature', () => {
      const model: FoldedModel = { words: [utf8('word')], wordWeights: Float32Array.of(1), bucketWeights: new Float32Array(0), wordNgrams: 1 };
      expect(scores(make(model), ['', ' \n', 'other', '__label__x']).every((score) => score === 0)).toBe(true);
      expect(scores(make({ ...model, words: [], wordWeights: new Float32Array(0) }), ['word'])).toEqual([0]);
    });

    test('leaves rows that were not asked for zero', () => {
      const model: FoldedModel = { words: [utf8('</s>')], wordWeights: Float32Array.of(0), bucketWeights: new Float32Array(0), wordNgrams: 1 };
      expect([...make(model).score(batchOf(['a', 'b', 'c']), Uint32Array.of(1))]).toEqual([0, 0.5, 0]);
    });

    test('does not depend on the batch a document stands in', () => {
      const scorer = make(foldModel(readFastTextModel(models[1]!.path), 'spam'));
      const alone = documents.slice(0, 30).map((text) => scores(scorer, [text])[0]);
      for (let shift = 0; shift < 17; shift += 4) expect(scores(scorer, ['x'.repeat(shift), ...documents.slice(0, 30)]).slice(1)).toEqual(alone);
    });
  });

  test('both implementations agree on any Unicode text and any number of buckets, negative hashes included', () => {
    const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom('</s>', '__label__x', '__label__', '\0', ' ', '\n', 'the', 'of'));
    const text = fc.array(word, { maxLength: 15 }).map((words) => words.join(' ').toWellFormed());
    const buckets = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 4000, max: 4200 }), fc.integer({ min: 5000, max: 100_000 }));
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), buckets, fc.integer({ min: 1, max: 5 }), fc.boolean(), (list, count, wordNgrams, table) => {
      const model: FoldedModel = {
        words: ['the', 'of', '</s>'].map(utf8), wordWeights: Float32Array.of(1, -2, 0.5), wordNgrams, link: table ? 'table' : 'sigmoid',
        bucketWeights: Float32Array.from({ length: count }, (_, i) => (i % 7 === 3 ? NaN : ((i * 2654435761) % 1000) / 250 - 2)),
      };
      const expected = scores(referenceScorer(model), list);
      scores(wasmScorer(runtime, model), list).forEach((score, i) => expect(Math.abs(score - expected[i]!)).toBeLessThan(table ? 0.01 : 1e-6));
    }), { numRuns: 150 });
  });

  test('reads the same hash of a word as the engine\'s token table', () => {
    expect(wordHash(utf8('</s>'))).toBe(3617362777);
    expect(readFileSync(new URL('../../src/kernels/assembly/fasttext-words.ts', import.meta.url), 'utf8')).toContain('3617362777');
  });
});
