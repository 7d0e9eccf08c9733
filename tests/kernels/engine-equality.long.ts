/**
 * The promise of the scorers in one place: on every one of a thousand real documents each gives the probability that fastText's own engine gives, to
 * 1e-4, whatever kind of model it is.
 */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { createKernels } from '#src/kernels/index.js';
import { foldModel, isFoldable } from '#src/quality/fold.js';
import {
  ALL_LABELS, allRows, batchOf, enginePredictions, engineFolder, lidModel, newerEnginePredictions, realDocuments, runEngine, spamTraining, trainModels, type TrainedModel,
} from './fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const kernels = createKernels('wasm');
const documents = realDocuments(500).filter((text) => text.trim() !== '').slice(0, 1000);
const batch = batchOf(documents);
const rows = allRows(batch);

/** Models built as published ones are: a language classifier of many labels with subwords, and a quality classifier of bigrams with labels hq and cc. */
function publishedKinds(): TrainedModel[] {
  const languages = `${folder}/languages.txt`;
  const lid = createKernels('wasm').languageScorer(readFastTextModel(lidModel));
  const { label } = lid.score(batch, rows);
  writeFileSync(languages, documents.map((text, row) => `__label__${lid.labels[label[row]!]!}_Script ${text.slice(0, 1500).replace(/\s+/g, ' ')}\n`).join(''));
  const mails = `${folder}/mails.txt`;
  spamTraining(mails, 700);
  writeFileSync(mails, readFileSync(mails, 'utf8').replaceAll('__label__ham', '__label__hq').replaceAll('__label__spam', '__label__cc'));
  const train = (name: string, input: string, options: readonly string[]): TrainedModel => {
    runEngine(engine, ['supervised', '-input', input, '-output', `${folder}/${name}`, '-thread', '1', '-verbose', '0', ...options]);
    return { name, path: `${folder}/${name}.bin`, oracle: 'native' };
  };
  const subwords = ['-dim', '32', '-minn', '2', '-maxn', '5', '-bucket', '30000', '-epoch', '3', '-lr', '0.8', '-minCount', '3'];
  const glotlid = train('as GlotLID, softmax', languages, subwords);
  const pruned = { name: 'as lid.176, pruned', path: `${folder}/as lid.176, pruned.ftz`, oracle: 'native' } as const;
  const tree = train('as lid.176, hierarchical', languages, [...subwords, '-dim', '16', '-maxn', '4', '-loss', 'hs']);
  copyFileSync(tree.path, pruned.path.replace('.ftz', '.bin'));
  runEngine(engine, ['quantize', '-input', languages, '-output', pruned.path.replace('.ftz', ''), '-thread', '1', '-verbose', '0', '-qnorm', '-cutoff', '3000']);
  return [glotlid, tree, pruned, train('as DCLM\'s', mails, ['-dim', '100', '-wordNgrams', '2', '-bucket', '200000', '-epoch', '3', '-lr', '0.3'])];
}

const trained = trainModels(engine);
const models: readonly TrainedModel[] = [...trained, ...publishedKinds(), { name: 'lid.176', path: lidModel, oracle: 'native' }];

describe('on a thousand real documents', () => {
  test('which are a thousand', () => {
    expect(documents.length).toBe(1000);
    expect(models.length).toBe(16);
  });

  test.each(models.map((model) => [model.name, model]))('every scorer agrees with the engine: %s', (_, { path, oracle }) => {
    const model = readFastTextModel(path);
    const native = oracle === 'native';
    const asked = Array.from(rows).filter((row) => native || row % 5 === 0); // the newer engine is slow, and is asked for the best label alone
    const texts = asked.map((row) => documents[row]!);
    const engines = native ? enginePredictions(engine, path, texts, ALL_LABELS) : newerEnginePredictions(folder, [path], texts)[0]!;
    const language = kernels.languageScorer(model);
    const { label, probability } = language.score(batch, rows);
    const labels = [...new Set([...label].map((code) => language.labels[code]!))].slice(0, 6);
    const byLabel = labels.map((name) => kernels.labelScorer(model, name).score(batch, rows));
    const folded = isFoldable(model) ? kernels.qualityScorer(foldModel(model, labels[0]!)).score(batch, rows) : undefined;
    let largest = 0;
    engines.forEach((predictions, i) => {
      const row = asked[i]!;
      const [best = 0] = predictions.values();
      const expected = (name: string): number => predictions.get(name) ?? (native ? 0 : NaN);
      const differences = [
        probability[row]! - best, probability[row]! - expected(language.labels[label[row]!]!),
        ...labels.map((name, l) => byLabel[l]![row]! - expected(name)), (folded?.[row] ?? NaN) - expected(labels[0]!),
      ];
      for (const difference of differences) if (!Number.isNaN(difference)) largest = Math.max(largest, Math.abs(difference));
    });
    expect(engines.length).toBe(native ? 1000 : 200);
    expect(largest).toBeLessThanOrEqual(1e-4);
  });
});
