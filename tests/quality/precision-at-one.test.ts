import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { createKernels } from '#src/kernels/index.js';
import { precisionAtOne } from '#src/quality/precision-at-one.js';
import { trainLabelled, type LabelledTraining } from '#src/quality/train-labelled.js';
import { dataset, engineFolder, runEngine } from '../kernels/fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const lines = readFileSync(dataset('cooking_dataset.tsv'), 'utf8').trimEnd().split('\n');
const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const training = write('train.txt', `${lines.slice(0, 1500).join('\n')}\n`);
const labelsOf = (line: string): string[] => line.split(' ').filter((token) => token.startsWith('__label__'));
const known = new Set(lines.slice(0, 1500).flatMap(labelsOf));
/** Labels that training has seen: the engine leaves the others out of its counts. */
const tested = lines.slice(-900).filter((line) => labelsOf(line).every((label) => known.has(label)));
const testing = write('test.txt', `${tested.join('\n')}\n`);
const train = (more: Partial<LabelledTraining> = {}): ReturnType<typeof trainLabelled> => trainLabelled({
  train: training, output: join(folder, 'm.bin'), folder, options: { dim: 10, lr: 1, epoch: 20 }, kernels: createKernels('wasm'), ...more,
});

test('precision and recall at 1 are the engine\'s own, by either implementation of the kernels', async () => {
  const trained = await train({ test: testing });
  const [, precision, recall] = /P@1\s+([\d.]+)\s+R@1\s+([\d.]+)/.exec(runEngine(engine, ['test', join(folder, 'm.bin'), testing]))!.map(Number);
  expect(trained.test!.examples).toBe(tested.length);
  expect(trained.test!.precision).toBeGreaterThan(0.2);
  expect(Math.abs(trained.test!.precision - precision!)).toBeLessThan(0.0011); // printed with three digits
  expect(Math.abs(trained.test!.recall - recall!)).toBeLessThan(0.0011);
  expect(trained).toMatchObject({ engine: 'native', examples: 1500, warnings: [] });
  const reference = createKernels('reference').languageScorer(readFastTextModel(join(folder, 'm.bin')));
  expect(await precisionAtOne(reference, testing)).toEqual(trained.test);
});

test('precision and recall at 1 are shares of lines and of labels, those included that the model has never seen', async () => {
  const score = ({ length }: { length: number }) => ({ label: new Uint16Array(length).fill(1), probability: new Float32Array(length).fill(0.9) });
  const scorer = { labels: ['a', 'b'], score };
  const path = write('few.txt', '__label__b x\n__label__a __label__b y\n__label__a z\nno label\n__label__c __label__d w\n');
  expect(await precisionAtOne(scorer, path)).toEqual({ examples: 4, precision: 2 / 4, recall: 2 / 6 });
});

test('lines without a label are warned of', async () => {
  const { warnings, examples } = await train({ train: write('holes.txt', '__label__a one\n\nno label here\n__label__b two\n'), options: { dim: 2 } });
  expect(examples).toBe(2);
  expect(warnings).toEqual([expect.stringMatching(/holes\.txt: 1 lines have no label/)]);
});

test.each<readonly [string, string, RegExp]>([
  ['no labels', 'once upon a time\n', /found no labels, expected lines with two or more labels/],
  ['one label', '__label__a one\n__label__a two\n', /found the one label "a"/],
  ['no text', '__label__a\n__label__b\n', /found no line with a label and text/],
  ['nothing', '', /found no labels/],
])('a training file with %s is refused', async (_, content, message) => {
  const path = write('bad.txt', content);
  await expect(train({ train: path })).rejects.toThrow(message);
  await expect(train({ train: path })).rejects.toThrow(ConfigError);
});

test('a test file without labels is refused before training', async () => {
  const output = join(folder, 'not-made.bin');
  await expect(train({ test: write('unlabelled.txt', 'text\n'), output })).rejects.toThrow(/unlabelled\.txt: found no line with a label/);
  expect(existsSync(output)).toBe(false);
});
