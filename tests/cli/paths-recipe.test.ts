import { describe, expect, test } from 'vitest';
import { recipeOfPaths, type DedupOptions } from '#src/cli/paths-recipe.js';
import type { PathSource } from '#src/cli/path-sources.js';
import { ConfigError } from '#src/core/errors.js';
import { parseRecipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';

const SOURCES: readonly PathSource[] = [
  { name: 'web', read: { format: 'wet', paths: ['web/**'] } }, { name: 'wiki', read: { format: 'jsonl', paths: ['wiki.jsonl'], text: 'body' } },
  { name: 'books', read: { format: 'text', paths: ['books/**/*.txt'] } },
];
const recipeOf = (dedup: Partial<DedupOptions>, against: readonly string[] = []) =>
  recipeOfPaths({ name: 'dedup', paths: { sources: SOURCES, against }, dedup: { methods: ['exact', 'minhash'], ...dedup }, output: { order: 'input' }, command: 'sluice dedup\nx' });

function refused(dedup: Partial<DedupOptions>, against: readonly string[] = []): string {
  try {
    recipeOf(dedup, against);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('a command line stands for a recipe', () => {
  test('whose text gives the same recipe again', () => {
    const { text, recipe } = recipeOf({ threshold: 0.7, verify: 'exact', shingle: '5 words', scope: 'global', keep: 'source:wiki:web,newest,longest' }, ['books']);
    expect(text.split('\n')[0]).toBe('# sluice dedup x');
    expect(parseRecipe(text, { file: 'x', catalog: stageCatalog })).toEqual(recipe);
    expect(recipe).toMatchObject({
      name: 'dedup', output: { order: 'input' },
      sources: { web: { read: { format: 'wet' } }, wiki: { read: { text: 'body', id: 'id' } }, books: {} },
      dedup: {
        exact: true, url: false, against: ['books'], within: true, minhash: { threshold: 0.7, verify: 'exact', shingle: { length: 5, unit: 'word' } },
        keep: [{ kind: 'source', sources: ['wiki', 'web'] }, { kind: 'newest' }, { kind: 'longest' }, { kind: 'id' }],
      },
    });
  });

  test('with the defaults of recipes where nothing is said', () => {
    const { dedup } = recipeOf({}).recipe;
    expect(dedup).toMatchObject({ scope: 'global', keep: [{ kind: 'longest' }, { kind: 'id' }], dropAll: false, minhash: { bands: 14, rows: 8, threshold: 0.8, verify: 'estimated' } });
  });

  test.each([
    ['drop-all', { dropAll: true, keep: [{ kind: 'id' }] }],
    ['source', { keep: [{ kind: 'source', sources: ['web', 'wiki', 'books'] }, { kind: 'id' }] }],
    ['source:books,id', { keep: [{ kind: 'source', sources: ['books'] }, { kind: 'id' }] }],
    ['newest', { keep: [{ kind: 'newest' }, { kind: 'id' }] }],
  ])('--keep %s', (keep, expected) => expect(recipeOf({ keep }).recipe.dedup).toMatchObject(expected));

  test('--only-against removes nothing for what it repeats of itself', () => {
    expect(recipeOf({ within: false }, ['wiki']).recipe.dedup).toMatchObject({ within: false, against: ['wiki'] });
  });
});

describe('an option is refused by its name', () => {
  test.each<[Partial<DedupOptions>, string]>([
    [{ methods: ['exat'] }, '--methods: found "exat", expected one of exact, url, minhash, paragraphs; did you mean "exact"?'],
    [{ methods: ['exact', 'exact'] }, '--methods: found a list, expected each method once'],
    [{ methods: ['exact'], threshold: 0.7 }, '--threshold: found without minhash among --methods exact, expected both or neither'],
    [{ bands: 14 }, '--bands: found 14, expected rows too, or neither: then both are chosen for the threshold'],
    [{ bands: 12, rows: 8 }, '--methods: minhash: 12 bands of 8 rows find 89.0 % of the pairs as similar as the threshold (0.8), expected at least 90 %: '
      + 'more bands or fewer rows, or neither, to have them chosen'],
    [{ shingle: 'five' }, '--shingle: found "five", expected such as 5 by script, 5 words or 5 characters, at most 64'],
    [{ keep: 'best' }, '--keep: found "best", expected one of quality, newest, longest, id'],
    [{ keep: 'quality' }, '--keep: found quality, but no source has a stage that scores it'],
    [{ keep: 'source:wikis' }, '--keep: found "wikis", expected one of web, wiki, books; did you mean "wiki"?'],
    [{ keep: 'longest,longest' }, '--keep: found longest twice, expected it once'],
  ])('%j', (dedup, message) => expect(refused(dedup)).toBe(message));

  test('each on a line of its own, and scope that does not go with --against', () => {
    expect(refused({ keep: 'longest,longest,source:x' }).split('\n')).toHaveLength(2);
    expect(refused({ scope: 'source' }, ['wiki'])).toBe('--scope: found "source", but against compares across sources: expected global');
    expect(refused({}, ['web', 'wiki', 'books'])).toBe('--against: found every source, expected at least one of web, wiki, books to be deduplicated');
  });
});
