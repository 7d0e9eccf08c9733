/** Drives the program over a small run of real text, and a model trained from files: judged by documents, and by labels. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QualityEvaluation } from '#src/quality/evaluation.js';
import type { LabelEvaluation } from '#src/quality/label-metrics.js';
import { makeCorpus } from '../../../promises/support/corpus.js';
import { recipeCopy, writeRecipe } from '../../../promises/support/recipe.js';
import { runWhole, sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const evaluate = (...parameters: string[]): Promise<Ended> => sluice(folder, 'quality', 'evaluate', ...parameters);
const SOURCES = ['--positive', 'wiki=wiki/*', 'books=books/**/*.txt', '--negative', 'web=web/*', '--text', 'body'] as const;

async function json<T>(...parameters: string[]): Promise<T> {
  const { code, stdout, stderr } = await evaluate(...parameters);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T; // stdout is that JSON and nothing else, or this throws
}

beforeAll(async () => {
  await makeCorpus(folder);
  const recipe = recipeCopy((copy) => { copy.models.reference.examples = 100; });
  await runWhole(folder, writeRecipe(folder, 'recipe', { ...recipe, models: { ...recipe.models, other: { kind: 'logistic', positive: ['books'], negative: ['web'] } } }), 'out');
  const { code, stderr } = await sluice(folder, 'quality', 'train', '--model', 'logistic', '--positive', 'wiki/*', '--negative', 'web/*', '--text', 'body', '--output', 'own.logistic');
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  const label = (text: string, positive: unknown): string => `${JSON.stringify({ text, label: positive })}\n`;
  const words = ['wiki', 'tiddler', 'filter', 'macro', 'widget', 'money', 'free', 'click', 'unsubscribe', 'offer'];
  writeFileSync(join(folder, 'labels.jsonl'), [...words.map((word, i) => label(`${word} ${word} ${i}`, i < 5 ? 1 : '0')), label('not yet', null)].join(''));
});
afterAll(remove);

describe('sluice quality evaluate on a run', () => {
  it('judges the model by held-out documents of its own sources, whatever was seen in training', async () => {
    const found = await json<QualityEvaluation>('out', '--name', 'reference', '--json', '-', '--keep-share', '.2', '--prior', '.1');
    expect(found.sources.map(({ name, positive }) => [name, positive])).toEqual([['wiki', true], ['books', true], ['web', false]]);
    for (const { read, heldOut, documents } of found.sources) {
      expect(heldOut).toBeLessThan(read / 4);
      expect(documents).toBeLessThanOrEqual(heldOut);
      expect(documents).toBeGreaterThan(0);
    }
    expect(found.model).toEqual({ name: 'reference', path: 'work/train/reference.bin', kind: 'folded', label: 'positive' });
    expect([found.seed, found.heldOutOnly, found.keep.text, found.solved.forShare!.keepShare, found.calibration.prior.given]).toEqual([11, true, 'pareto:1.5', 0.2, 0.1]);
    expect(found.metrics.rocAuc).toBeGreaterThan(0.75); // 100 documents a class to learn from, some 30 to judge by
    expect(found.slices.language[0]!.name).toBe('en');
    expect(found.inBothClasses).toBeGreaterThan(0); // wiki pages were planted in the crawl
    expect(found.stability).toBeNull();
    expect(found.markers).not.toBeNull();
    expect(found.features).not.toBeNull();
  });

  it('says the same twice, and other documents under another seed', async () => {
    const [one, two, other] = [await evaluate('out', '--name', 'reference', '--json'), await evaluate('out', '--name', 'reference', '--json'), await evaluate('out', '--name', 'reference', '--json', '--seed', '5', '--documents', '10')];
    expect(one.stdout).toBe(two.stdout);
    expect((JSON.parse(other.stdout) as QualityEvaluation).sources.every(({ documents }) => documents <= 10)).toBe(true);
  });

  it('trains the model again for rank stability', async () => {
    const { stability } = await json<QualityEvaluation>('out', '--name', 'reference', '--json', '--stability');
    expect(stability!.otherSeed).toBe(12);
    expect(stability!.all).toBeGreaterThan(0.6);
    expect(stability!.all).toBeLessThan(1); // another sample, so another model
  });

  it('prints a summary, and writes JSON and a page where files are named', async () => {
    const { code, stdout } = await evaluate('out', '--name', 'other', '--json', 'evaluation.json', '--html', 'page.html', '--keep', 'top:.1');
    expect(code).toBe(0);
    const written = JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8')) as QualityEvaluation;
    expect(stdout).toMatch(new RegExp(`^ROC AUC +${written.metrics.rocAuc.toFixed(4)}$`, 'm'));
    expect(stdout).toMatch(/^keep +top:0\.1 keeps 10\.00 % of the negative documents$/m);
    for (const warning of written.warnings) expect(stdout).toContain(`warning: ${warning}`);
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  it.each([
    [['out'], 'found 2 models, expected --name to choose one: reference, other'],
    [['out', '--name', 'nothing'], '--name: found "nothing", expected one of reference, other'],
    [['web'], 'web: holds no run'],
    [['out', '--name', 'other', '--label', 'x'], '--label: found "x" with a run\'s folder'],
  ])('refuses %j', async (parameters, message) => {
    const { code, stdout, stderr } = await evaluate(...parameters);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('sluice quality evaluate on a model file', () => {
  it('judges by files, under the names that they are given', async () => {
    const found = await json<QualityEvaluation>('own.logistic', ...SOURCES, '--json', '-');
    expect(found.sources.map(({ name }) => name)).toEqual(['wiki', 'books', 'web']);
    expect([found.model.kind, found.model.label, found.keep.text]).toEqual(['logistic', null, 'threshold:0.5']);
    const run = await json<QualityEvaluation>('out', '--name', 'reference', '--json', ...SOURCES);
    expect(run.sources).toEqual(found.sources); // the same held-out documents, by whatever model
  });

  it('judges by all documents where it is told to, and warns', async () => {
    const found = await json<QualityEvaluation>('own.logistic', ...SOURCES, '--json', '-', '--all-documents');
    for (const { read, heldOut } of found.sources) expect(heldOut).toBe(read);
    expect(found.warnings.join('\n')).toContain('not limited to held-out ones');
  });

  it.each([
    [[], 'model: found none'],
    [['own.logistic'], 'found no documents to judge by, expected --positive and --negative'],
    [['own.logistic', '--positive', 'a=wiki/*'], 'found only --positive'],
    [['own.logistic', '--positive', 'a=nothing/*', '--negative', 'b=web/*'], 'nothing/*: found no file'],
    [['own.logistic', '--positive', 'a=wiki/*', '--negative', 'a=web/*'], 'found the name a in both'],
    [['own.logistic', ...SOURCES, '--keep', 'best:.5'], '--keep: found "best:.5", expected threshold:S'],
    [['own.logistic', ...SOURCES, '--prior', '1'], '--prior: found "1", expected a number between 0 and 1'],
    [['own.logistic', ...SOURCES, '--keep-share', '0'], '--keep-share: found "0", expected a number above 0'],
    [['own.logistic', ...SOURCES, '--stability'], '--stability: found a model file'],
    [['own.logistic', '--model', 'own.logistic', ...SOURCES], 'found two models'],
    [['labels.jsonl', ...SOURCES], 'labels.jsonl'],
    [['own.logistic', '--name', 'x', ...SOURCES], '--name: found "x" with a model file'],
  ])('refuses %j', async (parameters, message) => {
    const { code, stdout, stderr } = await evaluate(...parameters);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('sluice quality evaluate --labels', () => {
  it.each([
    [['own.logistic', '--labels', 'labels.jsonl']], [['--model', 'own.logistic', '--labels', 'labels.jsonl']], [['own.logistic', '--labels', 'labels.jsonl', '--json']],
    [['--json', 'own.logistic', '--labels', 'labels.jsonl']],
  ])('%j prints the JSON and nothing else', async (parameters) => {
    const { code, stdout, stderr } = await evaluate(...parameters);
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(JSON.parse(stdout) as LabelEvaluation)).toEqual(['auc', 'prAuc', 'n', 'positives', 'skipped']);
    expect(JSON.parse(stdout)).toMatchObject({ n: 10, positives: 5, skipped: 1 });
    expect((JSON.parse(stdout) as LabelEvaluation).auc).toBeGreaterThan(0.7);
  });

  it('judges a model of a run, and writes to a file too', async () => {
    const { stdout } = await evaluate('out', '--name', 'reference', '--labels', 'labels.jsonl', '--json', 'labels.json');
    expect(readFileSync(join(folder, 'labels.json'), 'utf8')).toBe(stdout);
  });

  it.each([
    ['one class', '{"text":"a","label":1}\n', 'bad.jsonl: found 1 positive and 0 negative labels'],
    ['a bad line', '{"text":"a","label":1}\n{"text":"b","label":"maybe"}\n', 'bad.jsonl: line 2: label: found "maybe"'],
    ['no JSON', 'text,label\n', 'bad.jsonl: line 1: found "text,label", which is not JSON'],
    ['nothing', '', 'bad.jsonl: found 0 positive and 0 negative labels'],
  ])('refuses a file with %s', async (_, content, message) => {
    writeFileSync(join(folder, 'bad.jsonl'), content);
    const { code, stdout, stderr } = await evaluate('own.logistic', '--labels', 'bad.jsonl');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it.each([['--json', 'labels.jsonl'], ['--html', 'own.logistic']])('does not write %s over an input', async (option, file) => {
    const before = readFileSync(join(folder, file));
    const { code, stderr } = await evaluate('own.logistic', '--labels', 'labels.jsonl', option, file);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${option}: found ${file}, which is an input`)]);
    expect(readFileSync(join(folder, file))).toEqual(before);
  });

  it('refuses a file that is not there, and options that have no part in it', async () => {
    expect((await evaluate('own.logistic', '--labels', 'missing.jsonl')).code).toBe(2);
    const { code, stderr } = await evaluate('own.logistic', '--labels', 'labels.jsonl', '--html', 'x.html');
    expect([code, stderr, existsSync(join(folder, 'x.html'))]).toEqual([2, expect.stringContaining('--html: found it with --labels'), false]);
  });
});
