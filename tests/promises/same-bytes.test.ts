import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { makeCorpus } from './support/corpus.js';
import { corpusOf, decisionsOf, filesOf, resultOf } from './support/output.js';
import { RECIPE, recipeCopy, writeRecipe, type RecipeData } from './support/recipe.js';
import { runWhole, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let first: Manifest;
let expected: Record<string, string>;

beforeAll(async () => {
  await makeCorpus(folder);
  first = await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'first', '--workers', '2');
  expected = resultOf(join(folder, 'first'));
});
afterAll(remove);

/** Lists of files in place of globs, the last one first. */
function listedBackwards(recipe: RecipeData): void {
  const files = Object.keys(filesOf(folder)).reverse();
  const listed = (start: string): string[] => files.filter((name) => name.startsWith(start));
  recipe.sources.web.read.paths = listed('web/');
  recipe.sources.wiki.read.paths = ['wiki/second.jsonl', 'wiki/*.gz'];
  recipe.sources.books.read.paths = listed('books/');
  recipe.sources.code.read.paths = listed('code/');
}

describe('the same bytes', () => {
  it('come with several parts, every source, both kinds of duplicates and every kind of drop', async () => {
    const decisions = await decisionsOf(join(folder, 'first'));
    const dropped = new Set(decisions.map(({ stage }) => stage));
    expect(first.corpus.length).toBeGreaterThan(3);
    expect(first.sources.every(({ documents }) => documents > 50)).toBe(true);
    expect([...dropped]).toEqual(expect.arrayContaining(['language', 'gopher-repetition', 'gopher-quality', 'quality', 'dedup', 'mixture', null]));
    expect(new Set(decisions.map(({ method }) => method))).toEqual(new Set([null, 'exact', 'minhash']));
    expect(decisions.filter((row) => Number(row['cutParagraphs']) > 0).length).toBeGreaterThan(10);
    expect(Object.keys(expected)).toHaveLength(2 * first.corpus.length + 2 + 8 + 1); // the corpus with its ids, places and files, decisions, ledger
  });

  it.each(['1', '4'])('come from %s workers as from 2, in another output folder', async (workers) => {
    const output = `deep/in/workers-${workers}`;
    const { digest } = await runWhole(folder, 'recipe.yaml', output, '--workers', workers);
    expect(digest).toBe(first.digest);
    expect(resultOf(join(folder, output))).toEqual(expected);
  });

  it('come from files that are listed one by one, backwards, as from globs', async () => {
    const { digest, recipe } = await runWhole(folder, writeRecipe(folder, 'backwards', recipeCopy(listedBackwards)), 'backwards');
    expect(recipe.fingerprint).not.toBe(first.recipe.fingerprint);
    expect(digest).toBe(first.digest);
    expect(resultOf(join(folder, 'backwards'))).toEqual(expected);
  });

  it('come from the reference kernels, but for the last digits of the language score', async () => {
    const { digest } = await runWhole(folder, 'recipe.yaml', 'reference', '--kernels', 'reference');
    expect(digest).toBe(first.digest);
    const withoutDecisions = (files: Record<string, string>) => Object.entries(files).filter(([name]) => !name.startsWith('decisions/'));
    expect(withoutDecisions(resultOf(join(folder, 'reference')))).toEqual(withoutDecisions(expected));
    const [found, wanted] = await Promise.all(['reference', 'first'].map((name) => decisionsOf(join(folder, name))));
    const exact = (rows: typeof found) => rows!.map(({ languageScore: _, ...rest }) => rest);
    expect(exact(found)).toEqual(exact(wanted));
    found!.forEach((row, i) => expect(Number(row['languageScore'] ?? 0)).toBeCloseTo(Number(wanted![i]!['languageScore'] ?? 0), 5));
  });

  it('do not come under another seed: other copies, another order', async () => {
    const { digest, seed } = await runWhole(folder, 'recipe.yaml', 'seed', '--seed', '12');
    expect([seed, first.seed]).toEqual([12, 11]);
    expect(digest).not.toBe(first.digest);
    const order = (name: string): string[] => corpusOf(join(folder, name)).map(({ id }) => id);
    const common = (ids: readonly string[], others: readonly string[]): string[] => [...new Set(ids.filter((id) => others.includes(id)))];
    const [one, other] = [order('first'), order('seed')];
    expect(common(one, other).length).toBeGreaterThan(300);
    expect(common(one, other)).not.toEqual(common(other, one));
  });
});
