/** Keep rules that need a whole source: exact shares, solved alphas, twentieths, and models that are combined. Brute force over the decision records is the oracle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepProbability } from '#src/stages/quality.js';
import { makeCorpus } from './support/corpus.js';
import { decisionsOf, droppedIn, droppedOf, ledgerOf, resultOf, type Decision } from './support/output.js';
import { recipeCopy, writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
beforeAll(() => makeCorpus(folder));
afterAll(remove);

/** The recipe with another quality stage of the web, and the models that it may name. */
function withQuality(options: object) {
  const recipe = recipeCopy((copy) => { copy.sources.web.stages = [{ language: { keep: ['en'], threshold: 0.5 } }, { quality: options }]; });
  const { reference } = recipe.models;
  const small = { positive: ['wiki', 'books'], negative: ['web'], examples: 150 };
  return { ...recipe, models: { reference, hashed: { kind: 'logistic', ...small, iterations: 30 }, spelt: { kind: 'fasttext', ...small, dim: 4, buckets: 2000, minn: 2, maxn: 3, loss: 'hs' } }, mixture: { ...recipe.mixture, shortfall: 'cap' } };
}

async function decided(name: string, options: object): Promise<{ web: Decision[]; out: string }> {
  const out = join(folder, name);
  await runWhole(folder, writeRecipe(folder, name, withQuality(options)), name);
  const decisions = await decisionsOf(out);
  expect(droppedIn(decisions)).toEqual(droppedOf(ledgerOf(out)));
  return { out, web: decisions.filter(({ source, quality }) => source === 'web' && typeof quality === 'number' && !Number.isNaN(quality)) };
}

const quality = (decision: Decision): number => Number(decision['quality']);
const tokens = (decisions: readonly Decision[]): number => decisions.reduce((sum, decision) => sum + Number(decision['tokens']), 0);
const dropped = (decisions: readonly Decision[], reason: string): [gone: Decision[], stayed: Decision[]] => [decisions.filter((one) => one.reason === reason), decisions.filter((one) => one.reason !== reason)];

describe('a top share', () => {
  it('by documents keeps exactly that share, the best first, and says the threshold', async () => {
    const { web, out } = await decided('documents', { model: 'reference', keep: { top: 0.2 }, buckets: true });
    const [gone, stayed] = dropped(web, 'quality-below-top-share');
    expect(web.length).toBeGreaterThan(150);
    expect(Math.abs(stayed.length - 0.2 * web.length)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...stayed.map(quality))).toBeGreaterThanOrEqual(Math.max(...gone.map(quality)));
    const report = readFileSync(join(out, 'report.md'), 'utf8');
    expect(report).toContain(`score at least ${Math.min(...stayed.map(quality)).toPrecision(6)}`);
    const note = readFileSync(join(out, 'rejects', 'web.quality.md'), 'utf8');
    expect(note).toContain('quality-below-top-share');
    expect(note.match(/^\d+\. /gm)).toHaveLength(20);
    // twentieths: as large as each other, and in the order of scores
    const sizes = Array.from({ length: 20 }, (_, bucket) => web.filter((one) => one['qualityBucket'] === bucket).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    const sorted = [...web].sort((a, b) => Number(a['qualityBucket']) - Number(b['qualityBucket']) || quality(a) - quality(b));
    expect(sorted.map(quality)).toEqual(web.map(quality).sort((a, b) => a - b));
  });

  it('by tokens keeps the tokens nearest to that share', async () => {
    const { web } = await decided('tokens', { model: 'reference', keep: { top: 0.3, by: 'tokens' } });
    const [gone, stayed] = dropped(web, 'quality-below-top-share');
    const wanted = 0.3 * tokens(web);
    const best = gone.reduce((a, b) => (quality(b) > quality(a) ? b : a));
    const worst = stayed.reduce((a, b) => (quality(b) < quality(a) ? b : a));
    expect(Math.abs(tokens(stayed) - wanted)).toBeLessThanOrEqual(Math.max(tokens([best]), tokens([worst])) / 2);
    expect(quality(worst)).toBeGreaterThanOrEqual(quality(best));
  });

  it('is the same at any number of workers and order of shards, bytes and all', async () => {
    const recipe = writeRecipe(folder, 'same', withQuality({ model: 'reference', keep: { top: 0.2 }, buckets: true }));
    const reversed = withQuality({ model: 'reference', keep: { top: 0.2 }, buckets: true });
    (reversed.sources.web.read.paths as string[]).reverse();
    const other = writeRecipe(folder, 'reversed', reversed);
    await runWhole(folder, recipe, 'one', '--workers', '1');
    await runWhole(folder, other, 'two', '--workers', '2');
    expect(resultOf(join(folder, 'two'))).toEqual(resultOf(join(folder, 'one')));
    const trained = (run: string, file: string): Buffer => readFileSync(join(folder, run, 'work', 'train', file));
    for (const file of ['hashed.logistic', 'reference.bin']) expect(trained('two', file).equals(trained('one', file)), file).toBe(true);
  });
});

describe('a solved alpha', () => {
  it('keeps about the share that was asked for, and says what it is', async () => {
    const { web, out } = await decided('share', { model: 'reference', keep: { pareto: { keepShare: 0.25 } } });
    const [, stayed] = dropped(web, 'quality-pareto');
    const alpha = Number(/alpha ([\d.]+), expected to keep 25\.00 %/.exec(readFileSync(join(out, 'report.md'), 'utf8'))?.[1]);
    const expected = web.reduce((sum, one) => sum + keepProbability(quality(one), alpha), 0);
    const deviation = Math.sqrt(web.reduce((sum, one) => sum + keepProbability(quality(one), alpha) * (1 - keepProbability(quality(one), alpha)), 0));
    expect(expected / web.length).toBeCloseTo(0.25, 3);
    expect(Math.abs(stayed.length - expected)).toBeLessThan(4 * deviation);
  });

  it('spreads what is kept as the reference is spread', async () => {
    const { web, out } = await decided('match', { model: 'hashed', keep: { pareto: 'match' } });
    const [, , alpha, distance] = /(alpha ([\d.]+), .*)distance to the reference's scores ([\d.]+)/.exec(readFileSync(join(out, 'report.md'), 'utf8'))!;
    const [gone, stayed] = dropped(web, 'quality-pareto');
    const mean = (decisions: readonly Decision[]): number => decisions.reduce((sum, one) => sum + quality(one), 0) / decisions.length;
    expect(Number(alpha)).toBeGreaterThan(0);
    expect(Number(distance)).toBeLessThan(0.6);
    expect(mean(stayed)).toBeGreaterThan(mean(gone));
  });
});

describe('several models', () => {
  it('are combined by their maximum, mean or a formula, and each score stays visible', async () => {
    const { web } = await decided('formula', { models: ['reference', 'hashed'], combine: '0.25 * reference + 0.75 * min(hashed, 0.9)', keep: { threshold: 0.2 } });
    for (const one of web) expect(quality(one)).toBeCloseTo(0.25 * Number(one['quality.reference']) + 0.75 * Math.min(Number(one['quality.hashed']), 0.9), 6);
    const [gone, stayed] = dropped(web, 'quality-below-threshold');
    expect([gone.length > 0, stayed.length > 0]).toEqual([true, true]);
    for (const one of gone) expect(quality(one)).toBeLessThan(0.2);
  });

  it('may have features of spelling, which cannot be folded', async () => {
    const { web } = await decided('spelt', { models: ['reference', 'spelt'], combine: 'max' });
    for (const one of web) expect(quality(one)).toBe(Math.max(Number(one['quality.reference']), Number(one['quality.spelt'])));
    expect(new Set(web.map((one) => one['quality.spelt'])).size).toBeGreaterThan(100);
  });
});

describe('a mistake', () => {
  it.each([
    [{ model: 'reference', keep: { top: 1.5 } }, 'top: found 1.5, expected at most 1'],
    [{ model: 'reference', keep: { top: 0 } }, 'top: found 0, expected more than 0'],
    [{ models: ['reference', 'hashed'] }, 'expected either model, or models and combine'],
    [{ models: ['reference', 'hashed'], combine: 'reference + other' }, 'expected one of the models reference, hashed (a name with - in it cannot stand in a formula); it has "other"'],
    [{ models: ['reference', 'hashed'], combine: 'process.exit(1)' }, 'expected numbers, models, + - * /, brackets, min(...) and max(...); it has CallExpression'],
    [{ model: 'reference', keep: { pareto: 'mach' } }, 'expected an alpha of at least 0, match, or { keepShare: 0.013 }'],
  ])('%j is refused before anything is read', async (options, message) => {
    const { code, stderr } = await sluice(folder, 'plan', writeRecipe(folder, 'wrong', withQuality(options)));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('a decision by the whole source before other stages is refused', async () => {
    const recipe = withQuality({ model: 'reference', keep: { top: 0.5 } });
    recipe.sources.web.stages.push({ 'gopher-quality': {} });
    const { code, stderr } = await sluice(folder, 'plan', writeRecipe(folder, 'order', recipe));
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected as the last of its stages')]);
  });
});
