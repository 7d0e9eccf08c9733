/** Exports documents of a run to label, labels them as a person would, and reads the labels back. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelEvaluation } from '#src/quality/label-metrics.js';
import { makeCorpus } from '../../../promises/support/corpus.js';
import { decisionsOf } from '../../../promises/support/output.js';
import { recipeCopy, writeRecipe } from '../../../promises/support/recipe.js';
import { runWhole, sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const exportTo = (output: string, ...parameters: string[]): Promise<Ended> => sluice(folder, 'quality', 'export', 'out', '--output', output, ...parameters);

interface Line {
  readonly id: string;
  readonly source: string;
  readonly label: unknown;
  readonly text: string;
  readonly decile: number;
  readonly population: number;
  readonly score: number;
}
const linesOf = (name: string): Line[] => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Line);

beforeAll(async () => {
  await makeCorpus(folder);
  await runWhole(folder, writeRecipe(folder, 'recipe', recipeCopy()), 'out');
  const { code, stdout } = await exportTo('labels.jsonl', '--per-decile', '4');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^labels\.jsonl: 40 documents of web to label, from \d+ with a score\n$/)]);
});
afterAll(remove);

describe('sluice quality export', () => {
  it('writes as many documents of each tenth of the scores of the crawl, with their text and no label', async () => {
    const lines = linesOf('labels.jsonl');
    const scores = (await decisionsOf(join(folder, 'out'))).filter(({ source, quality }) => source === 'web' && typeof quality === 'number').map(({ quality }) => quality as number);
    expect(lines.reduce((sum, { population }) => sum + population, 0)).toBe(4 * scores.length);
    for (let decile = 1; decile <= 10; decile++) {
      const own = lines.filter((line) => line.decile === decile);
      expect(own).toHaveLength(4);
      for (const { score, population } of own) {
        const below = scores.filter((other) => other < score).length / scores.length;
        expect([below >= (decile - 1) / 10 - 1e-9, below < decile / 10 + 1e-9]).toEqual([true, true]);
        expect(Math.abs(population - scores.length / 10)).toBeLessThan(2);
      }
    }
    for (const { source, label, text } of lines) expect([source, label, text.length > 0]).toEqual(['web', null, true]);
  });

  it('shows the text of the input, the same as sluice why', async () => {
    const [line] = linesOf('labels.jsonl');
    const { stdout } = await sluice(folder, 'why', 'out', line!.id, '--json');
    expect((JSON.parse(stdout) as { text: string }).text).toBe(line!.text);
  });

  it('puts what the model thought behind the text, and lines in an order that does not tell', () => {
    const [first] = readFileSync(join(folder, 'labels.jsonl'), 'utf8').split('\n');
    expect(Object.keys(JSON.parse(first!) as object)).toEqual(['id', 'source', 'label', 'text', 'decile', 'population', 'score']);
    const deciles = linesOf('labels.jsonl').map(({ decile }) => decile);
    expect(deciles).not.toEqual([...deciles].sort((a, b) => a - b));
    expect(new Set(deciles.slice(0, 12)).size).toBeGreaterThan(4);
  });

  it('writes the same again, and other documents under another seed or from another source', async () => {
    await exportTo('again.jsonl', '--per-decile', '4');
    expect(readFileSync(join(folder, 'again.jsonl'))).toEqual(readFileSync(join(folder, 'labels.jsonl')));
    await exportTo('other.jsonl', '--per-decile', '4', '--seed', '99');
    expect(linesOf('other.jsonl').map(({ id }) => id)).not.toEqual(linesOf('labels.jsonl').map(({ id }) => id));
    await exportTo('wiki.jsonl', '--per-decile', '2', '--source', 'wiki');
    expect(linesOf('wiki.jsonl').every(({ source }) => source === 'wiki')).toBe(true);
  });

  it('is read back by evaluate --labels, which leads from deciles to the crawl', async () => {
    const filled = linesOf('labels.jsonl').map((line, i) => ({ ...line, label: i % 9 === 8 ? null : line.decile > 7 || i % 6 === 0 ? 1 : 0 }));
    writeFileSync(join(folder, 'filled.jsonl'), filled.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, stdout } = await sluice(folder, 'quality', 'evaluate', 'out', '--labels', 'filled.jsonl');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as LabelEvaluation;
    expect([found.n, found.skipped]).toEqual([filled.filter(({ label }) => label !== null).length, 4]);
    expect(found.deciles!.map(({ decile }) => decile)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(found.deciles!.slice(7).map(({ positiveShare }) => positiveShare)).toEqual([1, 1, 1]);
    expect(found.population!.covered).toBe(1);
    expect(found.population!.auc).toBeGreaterThan(0.7);
  });

  it('leaves a file alone that may hold labels', async () => {
    const before = readFileSync(join(folder, 'labels.jsonl'));
    const { code, stderr } = await exportTo('labels.jsonl');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--output: found a file at labels.jsonl')]);
    expect(readFileSync(join(folder, 'labels.jsonl'))).toEqual(before);
  });

  it.each([
    [['--source', 'books'], '--source: found "books", expected one with a quality stage: web, wiki'],
    [['--source', 'nothing'], '--source: found "nothing"'],
    [['--per-decile', '0'], 'expected a whole number from 1 to 10000'],
  ])('refuses %j', async (parameters, message) => {
    const { code, stderr } = await exportTo('never.jsonl', ...parameters);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
