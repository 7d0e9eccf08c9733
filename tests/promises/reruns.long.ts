import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { completionsOf, ranDuring } from './support/completions.js';
import { makeCorpus, zip } from './support/corpus.js';
import { resultOf } from './support/output.js';
import { recipeCopy, RECIPE, writeRecipe, type RecipeData } from './support/recipe.js';
import { runWhole, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
beforeAll(async () => {
  await makeCorpus(folder);
  await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'out');
});

/** Runs in the same folder; the tasks that ran. */
const rerun = (recipe: string): Promise<string[]> => ranDuring(join(folder, 'out'), () => runWhole(folder, recipe, 'out'));

async function expectLikeFresh(recipe: string): Promise<void> {
  await runWhole(folder, recipe, `fresh-${recipe}`);
  expect(resultOf(join(folder, 'out'))).toEqual(resultOf(join(folder, `fresh-${recipe}`)));
}

describe('a rerun', () => {
  const change = (name: string, edit: (recipe: RecipeData) => void): string => writeRecipe(folder, name, recipeCopy(edit));

  it('of the same recipe runs nothing', async () => {
    expect(await rerun('recipe.yaml')).toEqual([]);
  });

  it('with other weights selects, writes and records, and reads no input', async () => {
    const before = resultOf(join(folder, 'out'));
    const recipe = change('weights', ({ mixture }) => { mixture.weights = { web: 10, wiki: 30, books: 30, code: 30 }; });
    expect(await rerun(recipe)).toEqual(['record', 'select', 'write']);
    expect(resultOf(join(folder, 'out'))).not.toEqual(before);
    await expectLikeFresh(recipe);
  });

  it('with files of another size selects and writes', async () => {
    await runWhole(folder, 'recipe.yaml', 'out');
    const size = change('size', ({ output }) => { output.shardSize = '100kB'; });
    expect(await rerun(size)).toEqual(['select', 'write']);
    await expectLikeFresh(size);
  });

  it('with files of other names selects and writes', async () => {
    await runWhole(folder, 'recipe.yaml', 'out');
    const names = change('names', ({ output }) => { output.path = '${source}/${language}/part'; });
    expect(await rerun(names)).toEqual(['select', 'write']);
    await expectLikeFresh(names);
    expect(readdirSync(join(folder, 'out', 'corpus')).sort()).toEqual(['books', 'code', 'web', 'wiki']);
  });

  it('with another keep policy begins at the clusters', async () => {
    const recipe = change('keep', ({ dedup }) => { dedup.keep = [{ source: ['web', 'code', 'books', 'wiki'] }, 'longest']; });
    const ran = await rerun(recipe);
    expect(ran).toEqual(expect.arrayContaining(['cluster', 'record', 'remove', 'select', 'write']));
    expect(ran.filter((name) => /^(train|curate|exact|match|link)/.test(name))).toEqual([]);
    await expectLikeFresh(recipe);
  });

  it('with another threshold for one source curates that source alone', async () => {
    const recipe = change('threshold', ({ sources }) => { sources.books.stages = [{ 'gopher-quality': { minWords: 500 } }]; });
    const ran = await rerun(recipe);
    expect(ran.filter((name) => /^(train|curate)/.test(name))).toEqual([expect.stringMatching(/^curate\/books-/)]);
    expect(ran).toContain('select');
    await expectLikeFresh(recipe);
  });

  it('after an input file was written again curates that file, and stops where nothing has changed', async () => {
    await runWhole(folder, 'recipe.yaml', 'out');
    utimesSync(join(folder, 'code', 'sources.zip'), 1e9, 1e9);
    expect(await rerun('recipe.yaml')).toEqual(['curate/' + codeKey()]);
    utimesSync(join(folder, 'web', 'crawl-00001.warc.wet.gz'), 1e9, 1e9);
    const ran = await rerun('recipe.yaml');
    expect(ran).toEqual([expect.stringMatching(/^curate\/web-/), 'train']); // the model learns from that file, too: it comes out the same
  });

  it('after an input file has other content curates that file, and all that depends on it', async () => {
    await zip(join(folder, 'code', 'sources.zip'), [['only.js', 'export const answer = () => 42; // the one entry of another archive\n'.repeat(3000)]]);
    const ran = await rerun('recipe.yaml');
    expect(ran.filter((name) => /^(train|curate)/.test(name))).toEqual(['curate/' + codeKey()]);
    expect(ran).toContain('select');
    await expectLikeFresh('recipe.yaml');
  });
});

function codeKey(): string {
  const [key] = [...completionsOf(join(folder, 'out')).keys()].filter((name) => name.startsWith('curate/code-'));
  return key!.slice('curate/'.length);
}
