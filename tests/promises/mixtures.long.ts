/** What a mixture in words with files by source promises: planning it leaves a corpus alone, and a change reruns what it touches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeCorpus } from './support/corpus.js';
import { completionsOf, ranDuring } from './support/completions.js';
import { corpusOf, filesOf, resultOf } from './support/output.js';
import { mixedRecipe, ruledRecipe } from './support/mixed-recipe.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let first: Manifest;
let expected: Record<string, string>;

const inFolder = (output: string): string => join(folder, output);

/** Everything outside work/, where a plan of a mixture may write. */
const outsideWork = (output: string): Record<string, string> => Object.fromEntries(Object.entries(filesOf(inFolder(output))).filter(([name]) => !name.startsWith('work/')));

beforeAll(async () => {
  await makeCorpus(folder);
  writeRecipe(folder, 'mixed', mixedRecipe());
  writeRecipe(folder, 'ruled', ruledRecipe());
  first = await runWhole(folder, 'mixed.yaml', 'whole', '--workers', '2');
  expected = resultOf(inFolder('whole'));
});
afterAll(remove);

async function planMixture(recipe: string, output: string): Promise<{ readonly stdout: string }> {
  const planned = await sluice(folder, 'mix', 'plan', recipe, '--output', output, '--workers', '1', '--json');
  if (planned.code !== 0) throw new Error(`sluice mix plan ended with ${planned.code}:\n${planned.stderr}`);
  return planned;
}

describe('a mixture in words', () => {
  it('has whole and fractional copies, in a folder for each source', () => {
    const copies = new Map<string, number>();
    for (const { source, id } of corpusOf(inFolder('whole'))) copies.set(`${source} ${id}`, (copies.get(`${source} ${id}`) ?? 0) + 1);
    const counts = new Set(copies.values());
    expect([counts.has(1), counts.has(2), counts.has(3)]).toEqual([true, true, true]);
    expect(new Set(first.corpus.map(({ path }) => path.split('/')[1]))).toEqual(new Set(['books', 'code', 'web', 'wiki']));
  });

  it.each(['1', '4'])('is the same bytes from %s workers as from 2, order and index too', async (workers) => {
    const again = await runWhole(folder, 'mixed.yaml', `workers-${workers}`, '--workers', workers);
    expect(again.digest).toBe(first.digest);
    expect(resultOf(inFolder(`workers-${workers}`))).toEqual(expected);
  });
});

describe('sluice mix plan', () => {
  it('in an empty folder prepares what sluice run goes on from, without reading the input again', async () => {
    const { stdout } = await planMixture('mixed.yaml', 'planned');
    expect((await planMixture('mixed.yaml', 'planned')).stdout).toBe(stdout);
    expect(existsSync(join(inFolder('planned'), 'manifest.json'))).toBe(false);
    const prepared = completionsOf(inFolder('planned'));
    const ran = await ranDuring(inFolder('planned'), () => runWhole(folder, 'mixed.yaml', 'planned'));
    expect(ran.filter((name) => prepared.has(name) || /^(curate|count|size)/.test(name))).toEqual([]);
    expect(resultOf(inFolder('planned'))).toEqual(expected);
  });

  it('in the folder of a run leaves corpus, order, decisions and manifest alone, whatever it plans', async () => {
    cpSync(inFolder('whole'), inFolder('replanned'), { recursive: true, preserveTimestamps: true });
    const before = outsideWork('replanned');
    expect(Object.keys(before)).toContain('manifest.json');
    for (const recipe of ['mixed.yaml', 'ruled.yaml']) await planMixture(recipe, 'replanned');
    expect(outsideWork('replanned')).toEqual(before);
    expect(await ranDuring(inFolder('replanned'), () => runWhole(folder, 'mixed.yaml', 'replanned'))).toEqual([]);
    expect(resultOf(inFolder('replanned'))).toEqual(expected);
  });
});

describe('a rerun of a mixture', () => {
  beforeAll(() => cpSync(inFolder('whole'), inFolder('changed'), { recursive: true, preserveTimestamps: true }));
  const rerun = (recipe: string): Promise<string[]> => ranDuring(inFolder('changed'), () => runWhole(folder, recipe, 'changed'));

  it('by a rule in place of weights counts nothing again, and is the corpus of that rule', async () => {
    expect(await rerun('ruled.yaml')).toEqual(['record', 'select', 'write']);
    await runWhole(folder, 'ruled.yaml', 'fresh');
    expect(resultOf(inFolder('changed'))).toEqual(resultOf(inFolder('fresh')));
    expect(resultOf(inFolder('changed'))).not.toEqual(expected);
  });

  it('back to the weights is the first corpus again', async () => {
    expect(await rerun('mixed.yaml')).toEqual(['record', 'select', 'write']);
    expect(resultOf(inFolder('changed'))).toEqual(expected);
  });

  it('in tokens sizes the sources anew and reads no text but to write it', async () => {
    const tokens = writeRecipe(folder, 'tokens', mixedRecipe(({ mixture }) => { Object.assign(mixture, { unit: 'tokens', budget: '80k' }); }));
    expect(await rerun(tokens)).toEqual(['record', 'select', 'size', 'write']);
  });

  it('by tokens of a tokenizer counts those, and is the corpus of that: with four workers in an empty folder, too', async () => {
    const counted = writeRecipe(folder, 'counted', mixedRecipe(({ mixture }) => {
      Object.assign(mixture, { unit: 'tokens', budget: '80k', tokens: { tokenizer: 'o200k_base', sample: 100 } });
    }));
    expect(await rerun(counted)).toEqual(['count', 'record', 'select', 'size', 'write']);
    await runWhole(folder, counted, 'counted', '--workers', '4');
    expect(resultOf(inFolder('counted'))).toEqual(resultOf(inFolder('changed')));
    const { counted: by } = JSON.parse((await planMixture(counted, 'counted')).stdout) as { counted: { readonly tokenizer?: string } };
    expect(by.tokenizer).toBe('o200k_base');
  });
});
