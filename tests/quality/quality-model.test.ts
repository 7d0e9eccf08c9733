import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { encodeLogisticModel } from '#src/formats/logistic-model.js';
import { createKernels } from '#src/kernels/index.js';
import { saveFoldedModel } from '#src/quality/folded-file.js';
import { loadQualityModel, scorerOf } from '#src/quality/quality-model.js';
import { allRows, batchOf, engineFolder, enginePredictions, realDocuments, runEngine } from '../kernels/fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

/** A model of the engine with these labels; each label's lines have words of their own. */
function modelOf(name: string, labels: readonly string[], ...options: string[]): string {
  const input = join(folder, `${name}.txt`);
  const words = realDocuments(9).join(' ').split(/\s+/).filter((word) => /^[a-z]+$/.test(word));
  const lines = Array.from({ length: 60 }, (_, i) => {
    const label = i % labels.length;
    return `__label__${labels[label]} ${words.filter((_word, w) => w % labels.length === label).slice(i, i + 25).join(' ')}`;
  });
  writeFileSync(input, `${lines.join('\n')}\n`);
  const common = ['-dim', '6', '-lr', '0.5', '-epoch', '10', '-bucket', '500', '-thread', '1', '-verbose', '0'];
  runEngine(engine, ['supervised', '-input', input, '-output', join(folder, name), ...common, ...options]);
  return join(folder, `${name}.bin`);
}

const kernels = createKernels('wasm');
const texts = realDocuments(6);
const batch = batchOf(texts);
const scoresOf = (path: string, label?: string): Float32Array => scorerOf(kernels, loadQualityModel(path, label)).score(batch, allRows(batch));
const refusalOf = (path: string, label?: string): string => {
  try {
    loadQualityModel(path, label);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  return 'accepted';
};

describe('a fastText model', () => {
  test.each([
    ['folded', 'two labels', ['hq', 'cc'], ['-wordNgrams', '2'], 'hq'],
    ['fasttext', 'character n-grams', ['good', 'bad'], ['-minn', '2', '-maxn', '3'], 'good'],
    ['fasttext', 'three labels under a softmax', ['a', 'b', 'c'], [], 'b'],
    ['folded', 'three labels of which each has a score', ['a', 'b', 'c'], ['-loss', 'ns'], 'c'],
  ])('is %s where it has %s, and scores the label as it would be without folding', (kind, what, labels, options, label) => {
    const path = modelOf(what.replaceAll(' ', '-'), labels, ...options);
    const model = loadQualityModel(path, label);
    expect(model).toMatchObject({ kind, name: path });
    const general = kernels.labelScorer(readFastTextModel(path), label).score(batch, allRows(batch));
    const scores = scorerOf(kernels, model).score(batch, allRows(batch));
    scores.forEach((score, row) => expect(Math.abs(score - general[row]!)).toBeLessThan(1e-4));
    if (options.includes('ns')) return; // this engine is older than the rule by which such models predict
    const expected = enginePredictions(engine, path, texts, labels.length).map((found) => found.get(label)!);
    scores.forEach((score, row) => expect(Math.abs(score - expected[row]!)).toBeLessThan(1e-4));
    expect(scoresOf(path, `__label__${label}`)).toEqual(scoresOf(path, label));
  });

  test.each([
    [['hq', 'cc'], 'hq'], [['positive', 'negative'], 'positive'], [['High', 'Low'], 'High'], [['0', '1'], '1'], [['good', 'web'], 'good'],
    [['1', '2'], undefined], [['good', 'high'], undefined], [['sport', 'science'], undefined], [['good', 'bad', 'ugly'], undefined],
  ])('of labels %j scores %s where none is named', (labels, expected) => {
    const path = modelOf(`guess-${labels.join('-')}`, labels, '-epoch', '1');
    if (expected === undefined) {
      const message = refusalOf(path);
      expect(message).toMatch(new RegExp(`label: found none given and ${labels.length} labels`));
      for (const label of labels) expect(message.slice(path.length)).toContain(label);
    } else expect(scoresOf(path)).toEqual(scoresOf(path, expected));
  });

  test('without the label that is named says which it has', () => {
    const path = modelOf('other', ['hq', 'cc'], '-epoch', '1');
    expect(refusalOf(path, 'good')).toMatch(/label: found no "good", expected one of (hq, cc|cc, hq)$/);
  });
});

test('a folded and a logistic model are known by their first bytes, score, and have no labels to choose from', () => {
  const folded = join(folder, 'm.folded');
  const fastText = loadQualityModel(modelOf('fold-me', ['hq', 'cc'], '-wordNgrams', '2'));
  if (fastText.kind !== 'folded') throw new Error('two labels fold');
  writeFileSync(folded, saveFoldedModel(fastText.model));
  expect(scoresOf(folded)).toEqual(scoresOf(join(folder, 'fold-me.bin')));
  const logistic = join(folder, 'm.logistic');
  writeFileSync(logistic, encodeLogisticModel({ weights: new Float32Array(1024).fill(0.001), bias: -1, binary: false }));
  expect(loadQualityModel(logistic).kind).toBe('logistic');
  const counts = texts.map((text) => text.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '').length);
  scoresOf(logistic).forEach((score, row) => expect(score).toBeCloseTo(1 / (1 + Math.exp(1 - 0.001 * counts[row]!)), 5));
  for (const path of [folded, logistic]) expect(refusalOf(path, 'hq')).toMatch(/label: found "hq", expected none/);
});
