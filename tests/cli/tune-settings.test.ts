import { expect, test } from 'vitest';
import { parseRecipe } from '#src/pipeline/recipe.js';
import { stageCatalog } from '#src/stages/catalog.js';
import { expectRuns } from '#src/cli/tune-swarm-report.js';
import { tuneSettings } from '#src/cli/tune-settings.js';

const recipeWith = (rest: Readonly<Record<string, unknown>>) => parseRecipe(JSON.stringify({
  name: 'x', sources: Object.fromEntries(['web', 'books', 'wiki', 'seen'].map((source) => [source, { read: { format: 'text', paths: `${source}/*.txt` } }])), ...rest,
}), { file: 'x.yaml', catalog: stageCatalog });
const targets = { books: 3, wiki: 1, own: { paths: 'package.json', weight: 4 } };

test('the recipe says what to tune for, the command line says otherwise', async () => {
  const recipe = recipeWith({ tune: { targets, order: 3, bytes: '1MB' } });
  const { tune, targetWeights } = await tuneSettings(recipe, {});
  expect(targetWeights).toEqual({ books: 3 / 8, wiki: 1 / 8, own: 1 / 2 });
  expect(tune).toMatchObject({ sources: ['web', 'books', 'wiki', 'seen'], order: 3, bytes: 1_000_000, heldOut: 256_000, mixtures: [] });
  expect(tune.targets.map(({ name, files }) => [name, files?.map(({ name: file, format }) => [file, format])])).toEqual([['books', undefined], ['wiki', undefined], ['own', [['package.json', 'jsonl']]]]);
  const other = await tuneSettings(recipe, { targets: { own: 1, web: 1 }, order: 5, bytes: 2000, heldOut: 3000 });
  expect(other.targetWeights).toEqual({ own: 0.5, web: 0.5 });
  expect(other.tune.targets.map(({ name, files }) => [name, files?.length])).toEqual([['own', 1], ['web', undefined]]);
  expect(other.tune).toMatchObject({ order: 5, bytes: 2000, heldOut: 3000 });
});

test('sources that are only compared with, or that weigh 0, are no part of mixtures', async () => {
  const recipe = recipeWith({
    tune: { targets: { wiki: 1 } }, dedup: { methods: ['exact'], against: ['seen'] }, mixture: { budget: 'max', weights: { web: 1, books: 1, wiki: 0 } },
  });
  expect((await tuneSettings(recipe, {})).tune.sources).toEqual(['web', 'books']);
  await expect(tuneSettings(recipe, { targets: { seen: 1 } })).rejects.toThrow('--target seen: no such source, expected one of web, books, wiki');
});

test.each([
  [{ rule: { preset: 'gpt3', map: { web: ['common_crawl_filtered'], books: ['books1', 'books2'], wiki: [], seen: [] } } }, ['web', 'books']],
  [{ rule: 'proportional' }, ['web', 'books', 'wiki', 'seen']],
])('whatever the rule is: %j', async (mixture, sources) => {
  expect((await tuneSettings(recipeWith({ tune: { targets: { wiki: 1 } }, mixture: { budget: 'max', ...mixture } }), {})).tune.sources).toEqual(sources);
});

test.each([
  [{ targets: {} }, {}, 'tune.targets: found a mapping, expected at least one target with a weight above 0'],
  [{ targets: { book: 1 } }, {}, 'book: no such source, expected one of web, books, wiki, seen; did you mean "books"?, or { paths: ... } for files of its own'],
  [{ targets: { books: { paths: '*.md' } } }, {}, 'books: is a source: expected another name for a target with files of its own'],
  [{ targets: { books: 0 } }, {}, 'expected at least one target with a weight above 0'],
  [{ targets: { books: -1 } }, {}, 'tune.targets.books: '],
  [{ targets: { books: 1 }, order: 4 }, {}, 'tune.order: found 4, expected 3 or 5'],
  [{ targets: { books: 1 }, bytes: '1GB' }, {}, 'tune.bytes: found "1GB", expected at most 64MB'],
  [{ targets: { seen: 1 } }, { dedup: { methods: ['exact'], against: ['seen'] } }, 'seen: is only compared with (dedup.against)'],
] as const)('the recipe is refused with its place: %j', (tune, rest, message) => {
  expect(() => recipeWith({ tune, ...rest })).toThrow(message);
});

test('without a target there is no answer, and the message says what to give', async () => {
  await expect(tuneSettings(recipeWith({}), {})).rejects.toThrow(/^targets: found none, .* --target web=1 for held-out documents of a source/);
});

test('runs are asked for by sources: 8 each by default, 3 each at least', () => {
  expect([1, 4, 8, 40].map((sources) => expectRuns(undefined, sources))).toEqual([64, 64, 64, 320]);
  expect(expectRuns(1, 1)).toBe(1);
  expect(expectRuns(12, 4)).toBe(12);
  expect(() => expectRuns(11, 4)).toThrow('--runs: found 11, expected at least 12 for 4 sources, 3 each; 32 are good');
});
