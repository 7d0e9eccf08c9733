import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, ShardError } from '#src/core/errors.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { trainingLine, type TrainingExample } from '#src/formats/fasttext-training-file.js';
import { qualityScorer } from '#src/kernels/reference/quality-score.js';
import { foldModel } from '#src/quality/fold.js';
import { evaluateHeldOut } from '#src/quality/held-out.js';
import { trainFastText, type FastTextTraining } from '#src/quality/train-fasttext.js';
import { allRows, batchOf, dataset } from '../kernels/fasttext-oracle.js';

const folder = mkdtempSync(join(tmpdir(), 'train with spaces '));
afterAll(() => rmSync(folder, { recursive: true }));
const work = join(folder, 'work folder');

function digest(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const messages = (name: string): TrainingExample[] => readFileSync(dataset(name), 'utf8').split('\n').filter((line) => line.includes('\t'))
  .map((line) => ({ label: line.slice(0, line.indexOf('\t')), text: line.slice(line.indexOf('\t') + 1) }));
/** The data set lists one class after the other, which the engine would learn and forget in turn. */
const examples = messages('sms_dataset_train.tsv').sort((a, b) => (digest(a.text) < digest(b.text) ? -1 : 1));
const train = async (name: string, more: Partial<FastTextTraining> = {}): Promise<string> => {
  const output = join(folder, name);
  await trainFastText({ examples, output, folder: work, bucket: 5000, ...more });
  return digest(readFileSync(output));
};

describe('training', () => {
  test('gives the same bytes from the same examples, leaves nothing else behind, and reports its progress', async () => {
    const progress: number[] = [];
    const first = await train('a.bin', { engine: 'native', onProgress: (fraction) => progress.push(fraction) });
    expect(await train('b.bin', { engine: 'native' })).toBe(first);
    expect(readdirSync(work)).toEqual([]);
    expect(progress.at(-1)).toBe(1);
    expect(progress.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    const lines = join(folder, 'given.txt');
    writeFileSync(lines, examples.map(trainingLine).join(''));
    expect(await train('c.bin', { engine: 'native', examples: lines })).toBe(first);
    expect(existsSync(lines)).toBe(true);
  });

  test('through the WASM build gives the same bytes twice, and a model as good as the native one', async () => {
    const first = await train('wasm-a.bin', { engine: 'wasm' });
    expect(await train('wasm-b.bin', { engine: 'wasm' })).toBe(first);
    const held = messages('sms_dataset_test.tsv');
    const batch = batchOf(held.map(({ text }) => text));
    const [native, wasm] = ['a.bin', 'wasm-a.bin'].map((name) => {
      const scores = qualityScorer(foldModel(readFastTextModel(join(folder, name)), 'spam')).score(batch, allRows(batch));
      return evaluateHeldOut(scores, held.map(({ label }) => label === 'spam'));
    });
    expect(native!.auc).toBeGreaterThan(0.9);
    expect(Math.abs(native!.auc - wasm!.auc)).toBeLessThan(0.02);
    expect(Math.abs(native!.accuracy - wasm!.accuracy)).toBeLessThan(0.05);
  });

  test('learns no label from the text', async () => {
    const sly = [...examples, { label: 'ham', text: 'see __label__injected there\n__label__second line </s> __label__third\0__label__fourth' }];
    await train('sly.bin', { examples: sly });
    expect([...readFastTextModel(join(folder, 'sly.bin')).labels].sort()).toEqual(['__label__ham', '__label__spam']);
    expect(trainingLine(sly.at(-1)!)).toBe('__label__ham see there line\n');
  });

  test('that is aborted rejects with the reason and leaves no model', async () => {
    const stop = new AbortController();
    const training = train('aborted.bin', { epoch: 100_000, signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(training).rejects.toThrow('enough');
    expect(existsSync(join(folder, 'aborted.bin'))).toBe(false);
    expect(readdirSync(work)).toEqual([]);
  });

  test('that the engine refuses fails with what the engine said', async () => {
    const empty = join(folder, 'empty.txt');
    writeFileSync(empty, '');
    await expect(train('none.bin', { examples: empty, engine: 'native' })).rejects.toThrow(ShardError);
    await expect(train('none.bin', { loss: 'ova', engine: 'native' })).rejects.toThrow(ConfigError);
    expect(existsSync(join(folder, 'none.bin'))).toBe(false);
  });
});
