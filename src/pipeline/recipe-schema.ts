/**
 * The grammar of a recipe, once, in zod: it checks what a person wrote, fills in defaults, and is turned into the JSON Schema from which
 * editors complete. Stages and their options come from the catalog. What one part says about another is checked in recipe-checks.ts.
 */
import { z } from 'zod';
import type { StageDefinition } from '../stages/definition.js';
import { decontaminateSchema } from './recipe-decontaminate-schema.js';
import { dedupSchema } from './recipe-dedup-schema.js';
import { mixtureSchema, resolveMixture } from './recipe-mixture-schema.js';
import { defaultOutput, outputSchema } from './recipe-output-schema.js';
import { count, name, names, sourceSchema } from './recipe-source-schema.js';
import { tuneSchema } from './recipe-tune-schema.js';
import type { ModelRecipe, Recipe } from './recipe.js';

const trained = {
  positive: names.describe('Sources whose documents are the good examples.'),
  negative: names.describe('Sources whose documents are the bad examples.'),
  examples: count.default(5000).describe('Documents per class at most, chosen by keyed hash.'),
};

const fastText = z.strictObject({
  kind: z.literal('fasttext').describe('A linear classifier over words and word n-grams, trained in the run.'),
  ...trained,
  dim: z.int().min(1).max(300).default(32).describe('Width of the word vectors; scoring costs the same for any.'),
  epoch: z.int().min(1).max(100).default(5).describe('Passes over the examples.'),
  lr: z.number().gt(0).max(5).default(0.5).describe('Learning rate at the start; it falls to zero.'),
  wordNgrams: z.int().min(1).max(5).default(2).describe('Longest n-gram of words that is a feature.'),
  buckets: count.refine((value) => value <= 2 ** 24, { error: 'expected at most 16777216' }).default(2 ** 18)
    .describe('Buckets that n-grams of two and more words are hashed to.'),
  minCount: z.int().min(1).max(1000).default(2).describe('Words seen less often are no features.'),
  minn: z.int().min(0).max(10).default(0).describe('Shortest character n-gram that is a feature; 0 with maxn 0: none.'),
  maxn: z.int().min(0).max(10).default(0).describe('Longest character n-gram that is a feature; scoring is then several times slower.'),
  loss: z.enum(['softmax', 'hs', 'ns', 'ova']).default('softmax').describe('fastText\'s loss: softmax, hierarchical softmax, negative sampling, one against all.'),
}).refine(({ minn, maxn }) => minn <= maxn, { path: ['minn'], error: 'expected at most maxn' });

const logistic = z.strictObject({
  kind: z.literal('logistic').describe('Logistic regression over hashed words, as GPT-3 had, trained in the run.'),
  ...trained,
  buckets: z.int().refine((value) => value >= 2 ** 10 && value <= 2 ** 24 && Number.isInteger(Math.log2(value)), { error: 'expected a power of two from 1024 to 16777216' })
    .default(2 ** 18).describe('Features that words are hashed to: a power of two.'),
  l2: z.number().gt(0).max(1000).default(0.001).describe('Strength of the penalty on squared weights.'),
  iterations: z.int().min(1).max(10_000).default(200).describe('Steps of the optimiser at most.'),
  binary: z.boolean().default(false).describe('true: a word counts once a document, however often it occurs.'),
});

const file = z.strictObject({
  kind: z.literal('file').describe('A model from elsewhere: fastText (.bin, .ftz), or one that sluice quality train wrote.'),
  path: z.string().min(1).max(1000).describe('The model file.'),
  label: z.string().min(1).max(200).optional().describe('The label whose probability is the score. Left out: the positive one of two, where their names tell.'),
});

const model = z.discriminatedUnion('kind', [fastText, logistic, file]).transform((value): ModelRecipe => {
  if (value.kind !== 'file') return value;
  const { label, ...rest } = value;
  return label === undefined ? rest : { ...rest, label };
});

/** The schema of a whole recipe; its output is `Recipe`. */
export function recipeSchema(catalog: readonly StageDefinition[]): z.ZodType<Recipe> {
  return z.strictObject({
    name: name.describe('The corpus\'s name, in reports and manifests.'),
    seed: z.int().min(0).default(0).describe('Every random choice is a keyed hash under this number.'),
    samples: z.boolean().default(false).describe('true: the run first makes samples/ from installed packages, where it is not there.'),
    sources: z.record(name, sourceSchema(catalog)).refine((sources) => Object.keys(sources).length > 0, { error: 'expected at least one source' })
      .describe('Where documents come from, by a name of your choice.'),
    models: z.record(name, model).default({}).describe('Classifiers, trained in the run or read from files, by a name of your choice.'),
    dedup: dedupSchema.optional().describe('How duplicates are found and which copy stays. Without it, duplicates stay.'),
    decontaminate: decontaminateSchema.optional().describe('Passages of benchmarks are taken out of the corpus. Without it, nothing is compared with benchmarks.'),
    mixture: mixtureSchema.optional().describe('How much of each source. Without it, every surviving document once.'),
    tune: tuneSchema.optional().describe('What weights are tuned for, and how: sluice tune.'),
    output: outputSchema.default(defaultOutput).describe('Form, size, order and names of the corpus files.'),
  }).transform(({ dedup: deduplication, decontaminate, mixture: mix, tune, ...rest }): Recipe => ({
    ...rest,
    ...(tune === undefined ? {} : { tune }),
    ...(deduplication === undefined ? {} : { dedup: deduplication }),
    ...(decontaminate === undefined ? {} : { decontaminate }),
    ...(mix === undefined ? {} : { mixture: resolveMixture(mix, Object.keys(rest.sources), deduplication?.against ?? []) }),
  }));
}

/** The JSON Schema (draft 7, which editors know best) of what a person writes: `pipelines/recipe.schema.json`. */
export function recipeJsonSchema(catalog: readonly StageDefinition[]): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(recipeSchema(catalog), { target: 'draft-7', io: 'input' });
  return { $schema, title: 'Sluice recipe', description: 'What a corpus is made of: sources, stages, models, dedup, decontaminate, mixture, tune, output.', ...schema };
}
