/** The recipe of the promises' corpus, as data: YAML reads JSON, so a changed copy is written as it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** All four formats and every stage of the main job; a model and parts small enough that a run takes seconds. */
export const RECIPE = {
  name: 'promises',
  seed: 11,
  sources: {
    web: {
      read: { format: 'wet', paths: ['web/*.warc.wet.gz', 'web/*.warc.wet'] as string | string[] },
      stages: [
        { language: { keep: ['en'], threshold: 0.5 } }, { 'gopher-repetition': {} }, { 'gopher-quality': { minWords: 40, minAlphaWords: 0.65 } },
        { quality: { model: 'reference', keep: { pareto: 1.5 } } },
      ] as Record<string, unknown>[],
    },
    wiki: {
      read: { format: 'jsonl', paths: ['wiki/*.jsonl*'] as string | string[], text: 'body' },
      stages: [{ quality: { model: 'reference' } }] as Record<string, unknown>[],
    },
    books: { read: { format: 'text', paths: ['books/**/*.txt'] as string | string[] }, stages: [{ 'gopher-quality': {} }] as Record<string, unknown>[] },
    code: { read: { format: 'zip', paths: ['code/*.zip'] as string | string[], include: ['**/*.js'] }, bytesPerToken: 3.2 },
  },
  models: { reference: { kind: 'fasttext', positive: ['wiki', 'books'], negative: ['web'], dim: 8, epoch: 8, lr: 0.5, buckets: 10_000, examples: 150 } },
  dedup: {
    scope: 'global',
    methods: ['exact', { minhash: { bands: 14, rows: 8, threshold: 0.8 } }, { paragraphs: { unit: 'line', documents: 3, leastBytes: 40 } }],
    keep: [{ source: ['wiki', 'books', 'code', 'web'] }, 'quality', 'longest'] as unknown[],
  },
  mixture: { unit: 'tokens', budget: '200k' as string | number, weights: { web: 15, wiki: 35, books: 30, code: 20 }, maxEpochs: 4, shortfall: 'error' },
  output: { format: 'jsonl.gz', shardSize: '150kB', path: 'part' },
};

export type RecipeData = typeof RECIPE;

/** A copy that may be changed. */
export function recipeCopy(change: (recipe: RecipeData) => void = () => undefined): RecipeData {
  const copy = structuredClone(RECIPE);
  change(copy);
  return copy;
}

/** Writes a recipe to `<folder>/<name>.yaml` and gives that name. */
export function writeRecipe(folder: string, name: string, recipe: unknown): string {
  writeFileSync(join(folder, `${name}.yaml`), typeof recipe === 'string' ? recipe : JSON.stringify(recipe, null, 2));
  return `${name}.yaml`;
}
