import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFastTextModel, type FastTextModel } from '#src/formats/fasttext-model.js';
import type { QualityScorer } from '#src/kernels/kernels.js';
import { labelScorer as wasmScorer } from '#src/kernels/label-score.js';
import { labelScorer as referenceScorer } from '#src/kernels/reference/label-score.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import { ALL_LABELS, allRows, batchOf, enginePredictions, engineFolder, lidModel, realDocuments, trainModels } from './fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const runtime = new WasmRuntime();
const implementations: readonly [string, (model: FastTextModel, label: string) => QualityScorer][] = [
  ['reference', referenceScorer], ['wasm', (model, label) => wasmScorer(runtime, model, label)],
];
/** The last one ends a line inside: the engine reads on behind it as if it were another. */
const documents = [...realDocuments(12), 'one', 'the '.repeat(3000), 'nul\0between', '\u4e2d\u6587', 'z'.repeat(5000), 'x </s> y'];
const scores = (scorer: QualityScorer, texts: readonly string[]): number[] => {
  const batch = batchOf(texts);
  return [...scorer.score(batch, allRows(batch))];
};

describe('label-score', () => {
  const models = trainModels(engine).filter(({ oracle }) => oracle === 'native');
  const printed = new Map<string, readonly Map<string, number>[]>();
  beforeAll(() => {
    for (const { path } of [...models, { path: lidModel }]) printed.set(path, enginePredictions(engine, path, documents, ALL_LABELS));
  });

  describe.each(implementations)('%s', (_, make) => {
    test.each([...models.map(({ name, path }) => [name, path] as const), ['lid.176', lidModel] as const])(
      'gives each label the probability that the engine prints beside it: %s', (_name, path) => {
        const model = readFastTextModel(path);
        const step = Math.ceil(model.labels.length / 12);
        for (const label of model.labels.filter((_label, l) => l % step === 0)) {
          const name = label.replace('__label__', '');
          scores(make(model, name), documents).forEach((score, i) => {
            expect(Math.abs(score - (printed.get(path)![i]!.get(name) ?? 0)), `${name}: ${documents[i]!.slice(0, 40)}`).toBeLessThanOrEqual(1e-4);
          });
        }
      });

    test('takes a label with its prefix or without, and refuses one that is not there', () => {
      const model = readFastTextModel(models[0]!.path);
      expect(scores(make(model, '__label__spam'), documents)).toEqual(scores(make(model, 'spam'), documents));
      expect(() => make(model, 'eggs')).toThrow(/found no label "eggs", expected one of __label__ham, __label__spam/);
    });

    test('says nothing of a document without tokens, and leaves other rows zero', () => {
      const found = make(readFastTextModel(lidModel), 'en').score(batchOf(['', ' \n\0', 'This is English.', 'This too.']), Uint32Array.of(0, 1, 2));
      expect([...found].map((score) => score > 0.5)).toEqual([false, false, true, false]);
      expect(found[0]).toBe(0);
    });

    test('scores two labels of one model side by side', () => {
      const model = readFastTextModel(models[0]!.path);
      const [ham, spam] = ['ham', 'spam'].map((label) => make(model, label));
      const both = documents.map((text) => [scores(ham!, [text])[0]!, scores(spam!, [text])[0]!] as const);
      both.forEach(([a, b]) => expect(a + b).toBeCloseTo(1 + 2e-5, 5));
    });
  });
});
