import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCorpus } from '../../../promises/support/corpus.js';
import { decisionsOf, type Decision } from '../../../promises/support/output.js';
import { RECIPE, writeRecipe } from '../../../promises/support/recipe.js';
import { mainPath, runWhole, sluice, temporaryFolder } from '../../../promises/support/sluice.js';
import type { ExplanationSummary } from '#src/reports/quality-explanation.js';

const { path: folder, remove } = temporaryFolder();
let decisions: Decision[];

beforeAll(async () => {
  await makeCorpus(folder);
  const words = { kind: 'logistic', positive: ['wiki', 'books'], negative: ['web'], examples: 150, iterations: 20 };
  await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'out');
  await runWhole(folder, writeRecipe(folder, 'two', { ...RECIPE, models: { ...RECIPE.models, words } }), 'two');
  decisions = await decisionsOf(join(folder, 'out'));
});
afterAll(remove);

async function explained(...parameters: string[]): Promise<ExplanationSummary> {
  const { code, stdout, stderr } = await sluice(folder, 'quality', 'explain', ...parameters, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ExplanationSummary; // one line: one document
}
const sum = ({ positive, negative, rest, bias }: ExplanationSummary): number =>
  [...positive, ...negative].reduce((total, { contribution }) => total + contribution, rest.contribution + (bias ?? 0));

describe('sluice quality explain', () => {
  it('explains the score that the run recorded for a document', async () => {
    const document = decisions.find(({ source, quality }) => source === 'wiki' && quality !== null && quality > 0.1 && quality < 0.9)!;
    const found = await explained('out', document.id);
    expect(found.recorded).toBe(document.quality);
    expect(Math.abs(found.score - document.quality!)).toBeLessThan(1e-5);
    expect(Math.abs(Math.log(found.score / (1 - found.score)) - sum(found))).toBeLessThan(1e-4);
    expect([found.method, found.model, found.source]).toEqual(['exact', 'reference (out)', 'wiki']);
    const shown = await sluice(folder, 'quality', 'explain', 'out', document.id, '--top', '3');
    expect(shown.stdout).toMatch(/^document {2}.*\nsource {4}wiki\n/);
    expect(shown.stdout).toMatch(/\[\+\+|\[--/);
  });

  it('explains a text by a model file, the same as by the run that trained it', async () => {
    writeFileSync(join(folder, 'page.txt'), 'Dear customer, click here to save 50 %.\nThe whale is not a fish.\n');
    const byRun = await explained('out', '--text', 'page.txt');
    const byFile = await explained('out/work/train/reference.bin', '--text', 'page.txt', '--label', 'positive');
    expect(byFile.score).toBeCloseTo(byRun.score, 6);
    expect(byFile.positive.map(({ word }) => word)).toEqual(byRun.positive.map(({ word }) => word));
    const piped = spawnSync(process.execPath, [mainPath(), 'quality', 'explain', 'out', '--text', '-', '--json'], { cwd: folder, input: readFileSync(join(folder, 'page.txt')) });
    expect((JSON.parse(piped.stdout.toString()) as ExplanationSummary).score).toBe(byRun.score);
  });

  it('explains by one of several models, a logistic one with its bias', async () => {
    const found = await explained('two', '--text', 'page.txt', '--name', 'words');
    expect(found.bias).not.toBe(0);
    expect(Math.abs(Math.log(found.score / (1 - found.score)) - sum(found))).toBeLessThan(1e-4);
  });

  it('takes bytes of any kind for text', async () => {
    writeFileSync(join(folder, 'bytes.txt'), Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) & 255)));
    expect(Math.abs(sum(await explained('out', '--text', 'bytes.txt')))).toBeGreaterThan(0);
    writeFileSync(join(folder, 'empty.txt'), '');
    expect((await explained('out', '--text', 'empty.txt')).score).toBeGreaterThanOrEqual(0);
  });

  it.each([
    [['out'], /found nothing to explain, expected a document id or --text/],
    [['out', 'x', '--text', 'page.txt'], /both a document and --text/],
    [['out', 'no-such-id'], /no-such-id: no decision record/],
    [['out', '--text', 'missing.txt'], /missing\.txt: cannot be read/],
    [['out', '--text', '/dev/zero'], /\/dev\/zero: found more than 16777216 bytes/],
    [['out', '--text', '.'], /\.: cannot be read/],
    [['out', '--text', 'page.txt', '--name', 'other'], /--name: found "other", expected one of reference/],
    [['out', '--text', 'page.txt', '--label', 'positive'], /--label: found "positive" with a run's folder/],
    [['two', '--text', 'page.txt'], /found 2 models, expected --name to choose one: reference, words/],
    [['web', '--text', 'page.txt'], /holds no run/],
    [['page.txt', '--text', 'page.txt'], /page\.txt: /],
    [['missing.bin', '--text', 'page.txt'], /missing\.bin/],
    [['out/work/train/reference.bin'], /found nothing to explain, expected --text/],
    [['out/work/train/reference.bin', 'some-id'], /some-id: found a document with the model file/],
    [['out/work/train/reference.bin', '--text', 'page.txt', '--name', 'a'], /--name: found "a" with a model file/],
    [['out/work/train/reference.bin', '--text', 'page.txt', '--label', 'good'], /label: found no "good"/],
    [['out', '--text', 'page.txt', '--top', '0'], /expected a whole number from 1/],
  ])('refuses %j with what was expected, and exit code 2', async (parameters, message) => {
    const { code, stdout, stderr } = await sluice(folder, 'quality', 'explain', ...parameters);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });
});
