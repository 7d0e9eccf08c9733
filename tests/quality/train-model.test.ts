import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checksumFile } from '#src/formats/atomic-file.js';
import { createKernels } from '#src/kernels/index.js';
import { loadQualityModel } from '#src/quality/quality-model.js';
import { scoreTexts, textBatches } from '#src/quality/score-texts.js';
import { trainQualityModel, type QualityModelKind } from '#src/quality/train-model.js';
import { TrainingSample } from '#src/quality/training-sample.js';
import { makeTrainingSet } from '#src/quality/training-set.js';
import { realDocuments } from '../kernels/fasttext-oracle.js';

const folder = mkdtempSync(join(tmpdir(), 'train model '));
afterAll(() => rmSync(folder, { recursive: true }));

const kernels = createKernels('wasm');
const documents = realDocuments(120);
const sampleOf = (texts: readonly string[]): TrainingSample => {
  const sample = new TrainingSample(1, 1000);
  texts.forEach((text, i) => sample.offer(i, i, new TextEncoder().encode(text)));
  return sample;
};
/** Mails against wiki pages. */
const set = makeTrainingSet(sampleOf(documents.slice(120, 240)).documents(), sampleOf(documents.slice(0, 120)).documents());

const KINDS: readonly (readonly [name: string, kind: QualityModelKind, folds: boolean])[] = [
  ['fastText with word n-grams', { kind: 'fasttext', options: { dim: 4, bucket: 2000 } }, true],
  ['fastText with character n-grams', { kind: 'fasttext', options: { dim: 4, bucket: 2000, minn: 2, maxn: 3 } }, false],
  ['a logistic model', { kind: 'logistic', options: { buckets: 4096, iterations: 60 } }, false],
];

describe.each(KINDS)('training %s', (name, kind, folds) => {
  const output = join(folder, name, 'model');
  const folded = join(folder, name, 'folded');
  const progress: number[] = [];
  const training = trainQualityModel({ ...kind, set, output, folder: join(folder, name), folded, kernels, onProgress: (fraction) => progress.push(fraction) });

  test('writes the model, its folded form where it has one, and nothing else', async () => {
    const { files } = await training;
    expect(readdirSync(join(folder, name)).sort()).toEqual(folds ? ['folded', 'model'] : ['model']);
    expect(files).toEqual({ model: checksumFile(output), ...(folds && { folded: checksumFile(folded) }) });
  });

  test('gives the scorer that the files give', async () => {
    const { scorer, model } = await training;
    const texts = documents.slice(0, 40);
    expect(loadQualityModel(output)).toEqual(model);
    const fromFile = loadQualityModel(folds ? folded : output);
    expect(fromFile.kind).toBe(folds ? 'folded' : kind.kind);
    if (fromFile.kind === 'folded') expect(scoreTexts(kernels.qualityScorer(fromFile.model), texts)).toEqual(scoreTexts(scorer, texts));
  });

  test('reports figures of both kinds, and progress up to the end', async () => {
    const { engine, heldOut, heldOutDocuments, examples, warnings } = await training;
    expect(engine).toBe(kind.kind === 'logistic' ? 'own' : 'native');
    expect(examples).toBe(set.train.length);
    expect(heldOut.examples).toBe(set.heldOut.length);
    expect(heldOutDocuments.examples).toBe(set.heldOutDocuments.length);
    expect(heldOutDocuments.auc).toBeGreaterThan(0.9);
    expect(warnings).toEqual(expect.arrayContaining([...set.warnings]));
    expect(progress.at(-1)).toBe(1);
    progress.forEach((fraction, i) => expect(fraction).toBeGreaterThanOrEqual(progress[i - 1] ?? 0));
  });
});

test('training that is stopped leaves no model', async () => {
  const output = join(folder, 'stopped');
  const signal = AbortSignal.abort(new Error('enough'));
  for (const [, kind] of KINDS) await expect(trainQualityModel({ ...kind, set, output, folder, kernels, signal })).rejects.toThrow('enough');
  expect(existsSync(output)).toBe(false);
});

test('texts are scored in their order, whatever batches they come in', () => {
  const lengths = { score: (batch: { offsets: Uint32Array; length: number }) => Float32Array.from({ length: batch.length }, (_, row) => batch.offsets[row + 1]! - batch.offsets[row]!) };
  const texts = ['', 'a', 'x'.repeat(700_000), 'é', 'y'.repeat(700_000), 'z'.repeat(3_000_000), 'end', '\ud800'];
  expect([...scoreTexts(lengths, texts)]).toEqual([0, 1, 700_000, 2, 700_000, 3_000_000, 3, 3]);
  expect([...textBatches(texts)].map(({ length }) => length)).toEqual([4, 1, 1, 2]);
  expect([...scoreTexts(lengths, [])]).toEqual([]);
});
