import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainWithEngine } from '#src/formats/fasttext-engine.js';
import { readFastTextModel, type FastTextModel } from '#src/formats/fasttext-model.js';
import type { LanguageScorer } from '#src/kernels/kernels.js';
import { languageScorer as wasmScorer } from '#src/kernels/language-score.js';
import { languageScorer as referenceScorer, tableSigmoid } from '#src/kernels/reference/language-score.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import {
  allRows, batchOf, enginePredictions, engineFolder, lidModel, newerEnginePredictions, realDocuments, spamTraining, trainModels, type TrainedModel,
} from './fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const runtime = new WasmRuntime();
const implementations: readonly [string, (model: FastTextModel) => LanguageScorer][] = [
  ['reference', referenceScorer], ['wasm', (model) => wasmScorer(runtime, model)],
];
const documents = realDocuments(110);
const awkward = [
  'one', ' ', '\0\0', 'a'.repeat(40_000), 'the '.repeat(5000), '__label__en', '__label__en the', '__label__unknown words here', 'a __label__', '\u4e2d\u6587'.repeat(700),
  'tab\tand\vfeed\fand\rreturn', 'nul\0between\0words', '\u{1f600} \u{1f600}', 'x'.repeat(32), 'x'.repeat(33), '<', '>', '<>', '\u00a0', '\u2003wide\u2003spaces',
];

const oneVsAll: TrainedModel = { name: 'one-vs-all', path: `${folder}/ova.bin`, oracle: 'newer' };
const withTokens = [...documents, ...awkward.filter((text) => text.replaceAll('\0', '').trim() !== '')];

const spoken = (scorer: LanguageScorer, texts: readonly string[]): { label: string; probability: number }[] => {
  const batch = batchOf(texts);
  const { label, probability } = scorer.score(batch, allRows(batch));
  return texts.map((_, row) => ({ label: scorer.labels[label[row]!]!, probability: probability[row]! }));
};

/** Largest difference to the best probability that the engine prints, and to what it prints for the label found: of its first two, since two can be equal to rounding. */
function compare(found: readonly { label: string; probability: number }[], engines: readonly Map<string, number>[], texts: readonly string[]): number {
  let largest = 0;
  engines.forEach((predictions, i) => {
    const [best = 0] = predictions.values();
    const { label, probability } = found[i]!;
    if (predictions.size > 0) expect([...predictions.keys()], texts[i]!.slice(0, 60)).toContain(label);
    largest = Math.max(largest, Math.abs(probability - best), Math.abs(probability - (predictions.get(label) ?? 0)));
  });
  return largest;
}

describe('language-score', () => {
  test.each(implementations)('%s gives lid.176\'s language and probability on real documents in over a hundred languages', (_, make) => {
    expect(withTokens.length).toBeGreaterThan(330);
    const found = spoken(make(readFastTextModel(lidModel)), withTokens);
    expect(compare(found, enginePredictions(engine, lidModel, withTokens, 2), withTokens)).toBeLessThanOrEqual(1e-4);
  });

  const models: readonly TrainedModel[] = trainModels(engine);
  const engines = new Map<string, readonly Map<string, number>[]>();
  beforeAll(async () => {
    const input = `${folder}/ova.txt`;
    spamTraining(input, 300);
    await trainWithEngine({
      input, output: oneVsAll.path, folder, engine: 'auto',
      parameters: { dim: 10, epoch: 5, lr: 0.5, wordNgrams: 2, bucket: 5000, minCount: 1, minn: 0, maxn: 0, loss: 'ova' },
    });
    const newer = [...models.filter(({ oracle }) => oracle === 'newer'), oneVsAll];
    newerEnginePredictions(folder, newer.map(({ path }) => path), withTokens).forEach((predictions, i) => engines.set(newer[i]!.name, predictions));
    for (const { name, path, oracle } of models) if (oracle === 'native') engines.set(name, enginePredictions(engine, path, withTokens, 2));
  });

  describe.each(implementations)('%s', (_, make) => {
    test.each([...models, oneVsAll].map((model) => [model.name, model.path]))('predicts as the engine does: %s', (name, path) => {
      expect(compare(spoken(make(readFastTextModel(path)), withTokens), engines.get(name)!, withTokens)).toBeLessThanOrEqual(1e-4);
    });

    test('gives the old engine\'s softmax for negative sampling when the model is read as one', () => {
      const { path } = models.find(({ name }) => name === 'negative sampling subwords')!;
      const found = spoken(make({ ...readFastTextModel(path), loss: 'softmax' }), documents);
      expect(compare(found, enginePredictions(engine, path, documents, 2), documents)).toBeLessThanOrEqual(1e-4);
    });

    test('says nothing of a document without tokens, and leaves other rows zero', () => {
      const scorer = make(readFastTextModel(lidModel));
      const batch = batchOf(['', ' \n\t', 'This is a plain English sentence.', 'Ceci est une phrase.']);
      const { label, probability } = scorer.score(batch, Uint32Array.of(0, 1, 3));
      expect([...label].map((l) => scorer.labels[l])).toEqual(['en', 'en', 'en', 'fr']);
      expect([...probability].map((p) => p > 0)).toEqual([false, false, false, true]);
    });

    test('does not read behind a token spelled like the end of line, as the engine does not', () => {
      const scorer = make(readFastTextModel(lidModel));
      const [cut, whole] = spoken(scorer, ['Das ist ein Satz </s> and this is English text again', 'Das ist ein Satz']);
      expect(cut).toEqual(whole);
    });

    test('does not depend on the batch a document stands in, nor on what was scored before', () => {
      const model = readFastTextModel(lidModel);
      const alone = documents.slice(0, 40).map((text) => spoken(make(model), [text])[0]);
      const scorer = make(model);
      spoken(scorer, documents.slice(40));
      for (let shift = 0; shift < 17; shift += 4) {
        expect(spoken(scorer, ['x'.repeat(shift), ...documents.slice(0, 40)]).slice(1)).toEqual(alone);
      }
    });
  });

  test('both implementations agree on any Unicode text', () => {
    const scorers = [lidModel, ...models.map(({ path }) => path)].map((path) => {
      const model = readFastTextModel(path);
      return [referenceScorer(model), wasmScorer(runtime, model)] as const;
    });
    const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('</s>', '__label__x', '\0', ' ', '\n', 'the', '<', '>'));
    fc.assert(fc.property(fc.array(fc.array(word, { maxLength: 12 }).map((words) => words.join(' ').toWellFormed()), { minLength: 1, maxLength: 5 }), (texts) => {
      for (const [reference, wasm] of scorers) {
        const expected = spoken(reference, texts);
        spoken(wasm, texts).forEach(({ probability }, i) => expect(Math.abs(probability - expected[i]!.probability)).toBeLessThan(1e-5));
      }
    }), { numRuns: 60 });
  });

  test('the table of sigmoids ends at 8 and rounds down to thirty-seconds of one', () => {
    expect([tableSigmoid(-8.01), tableSigmoid(8.01), tableSigmoid(0)]).toEqual([0, 1, 0.5]);
    expect(tableSigmoid(0.03)).toBe(0.5);
    expect(tableSigmoid(1 / 32)).toBeCloseTo(1 / (1 + Math.exp(-1 / 32)), 7);
  });
});
