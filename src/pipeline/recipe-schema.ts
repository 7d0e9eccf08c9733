/**
 * The grammar of a recipe, once, in zod: it checks what a person wrote, fills in defaults, and is turned into the JSON Schema from which
 * editors complete. Stages and their options come from the catalog. What one part says about another is checked in recipe-checks.ts.
 */
import { z } from 'zod';
import type { StageDefinition } from '../stages/definition.js';
import { COUNT_PATTERN, parseCount } from './quantity.js';
import { bytes, count, name, sourceSchema } from './recipe-source-schema.js';
import type { DedupRecipe, KeepRule, MinhashRecipe, ModelRecipe, Recipe } from './recipe.js';

const names = z.array(name).min(1).max(1000);

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

const minhash = z.strictObject({
  shingle: z.string().regex(/^[1-9][0-9]? (by script|words?|characters?)$/, { error: 'expected such as 5 by script, 5 words or 5 characters' }).default('5 by script')
    .describe('What similarity counts: runs of this many words, of characters, or by script: words, but characters where a script has no spaces.'),
  signature: z.enum(['permutations', 'one-permutation', 'datasketch', 'datatrove']).default('permutations')
    .describe('How signatures are made: a permutation a minimum, one for all, or as another tool makes them, bit for bit (slow).'),
  bands: z.int().min(1).max(1000).default(14).describe('Bands of the signature; a pair is a candidate when one band is equal.'),
  rows: z.int().min(1).max(1000).default(8).describe('Minima per band.'),
  threshold: z.number().gt(0).max(1).default(0.8).describe('Jaccard similarity from which a candidate pair is a duplicate.'),
  verify: z.enum(['estimated', 'exact']).default('estimated').describe('estimated: the signatures\' estimate decides. exact: the texts themselves are compared.'),
}).transform(({ shingle, ...rest }): MinhashRecipe => {
  const unit = shingle.endsWith('script') ? 'script' : shingle.includes('word') ? 'word' : 'character';
  return { shingle: { length: Number.parseInt(shingle, 10), unit }, ...rest };
});

const paragraphs = z.strictObject({
  unit: z.enum(['paragraph', 'line']).default('paragraph').describe('paragraph: text between blank lines. line: text between line ends.'),
  documents: count.default(10).describe('Documents that must hold it before it counts as repeated.'),
  leastBytes: z.int().min(1).max(1_000_000).default(40).describe('Shorter ones are left alone.'),
  keepFirst: z.boolean().default(true).describe('true: the first document that holds it keeps it. false: it goes everywhere.'),
});

const defaultMinhash = minhash.parse({});

const method = z.union([
  z.literal('exact').transform(() => ({ exact: true as const })),
  z.literal('url').transform(() => ({ url: true as const })),
  z.literal('minhash').transform(() => ({ minhash: defaultMinhash })),
  z.strictObject({ paragraphs: paragraphs.describe('Paragraphs or lines that many documents share are cut out.') }),
  z.strictObject({ minhash: minhash.describe('Near duplicates, by MinHash and locality-sensitive hashing.') }),
]);

const keep = z.union([
  z.enum(['quality', 'newest', 'longest', 'id']).transform((kind): KeepRule => ({ kind })),
  z.strictObject({ source: names.describe('Sources, the preferred one first; those not named come last.') })
    .transform(({ source }): KeepRule => ({ kind: 'source', sources: source })),
]);

const dedup = z.strictObject({
  scope: z.enum(['global', 'source', 'snapshot']).default('global')
    .describe('global: across all sources. source: within each one only. snapshot: within each crawl, by the CC-MAIN name in a shard\'s path.'),
  methods: z.array(method).min(1)
    .refine((methods) => new Set(methods.flatMap((one) => Object.keys(one))).size === methods.length, { error: 'expected each method once' })
    .describe('exact: equal normalised text. url: equal normalised address. paragraphs: repeated ones are cut out. minhash: near duplicates.'),
  keep: z.union([z.literal('drop-all'), z.array(keep).max(5)]).default([{ kind: 'longest' }])
    .describe('Which document of a cluster stays: the first rule that tells them apart decides, in the end the smallest id. drop-all: none does.'),
  against: names.default([]).describe('Sources that are only compared with: never removed, never in the corpus.'),
  within: z.boolean().default(true).describe('false: documents go only for what they repeat of the sources under against, not of one another.'),
}).transform(({ scope, methods, keep: rules, against, within }): DedupRecipe => {
  const near = methods.find((one) => 'minhash' in one);
  const cut = methods.find((one) => 'paragraphs' in one);
  const listed = rules === 'drop-all' ? [] : rules;
  const decided = listed.some(({ kind }) => kind === 'id') ? listed : [...listed, { kind: 'id' } as const];
  return {
    scope, exact: methods.some((one) => 'exact' in one), url: methods.some((one) => 'url' in one), ...(cut === undefined ? {} : { paragraphs: cut.paragraphs }),
    ...(near === undefined ? {} : { minhash: near.minhash }), keep: decided, dropAll: rules === 'drop-all', against, within,
  };
});

const budgetText = { error: 'expected max or a whole number of tokens such as 20M, at least 1' };

const mixture = z.strictObject({
  unit: z.literal('tokens').default('tokens').describe('What budget and weights count.'),
  budget: z.union([z.literal('max'), z.int().min(1, budgetText), z.string().regex(COUNT_PATTERN, budgetText)], budgetText)
    .transform((value, context) => {
      const whole = typeof value === 'number' || value === 'max' ? value : parseCount(value);
      if (whole !== undefined && whole !== 0) return whole;
      context.addIssue({ code: 'custom', message: budgetText.error });
      return z.NEVER;
    }).describe('Tokens of the whole corpus, such as 20M; max: as many as maxEpochs allows.'),
  weights: z.record(name, z.number().min(0).max(1e9))
    .describe('Share of each source in the corpus; 0 leaves it out. They need not sum to 1 or 100.'),
  maxEpochs: z.number().gt(0).max(1000).default(4).describe('How often a source may be repeated.'),
  shortfall: z.enum(['error', 'cap', 'renormalise']).default('error')
    .describe('When a source has too little: stop, take what there is, or give its missing tokens to the others.'),
});

const output = z.strictObject({
  format: z.enum(['jsonl', 'jsonl.gz']).default('jsonl.gz').describe('Form of the corpus files.'),
  shardSize: bytes.default(64_000_000).describe('Uncompressed bytes a corpus file holds at most, such as 64MB.'),
});

const defaultOutput = output.parse({});

/** The schema of a whole recipe; its output is `Recipe`. */
export function recipeSchema(catalog: readonly StageDefinition[]): z.ZodType<Recipe> {
  return z.strictObject({
    name: name.describe('The corpus\'s name, in reports and manifests.'),
    seed: z.int().min(0).default(0).describe('Every random choice is a keyed hash under this number.'),
    samples: z.boolean().default(false).describe('true: the run first makes samples/ from installed packages, where it is not there.'),
    sources: z.record(name, sourceSchema(catalog)).refine((sources) => Object.keys(sources).length > 0, { error: 'expected at least one source' })
      .describe('Where documents come from, by a name of your choice.'),
    models: z.record(name, model).default({}).describe('Classifiers, trained in the run or read from files, by a name of your choice.'),
    dedup: dedup.optional().describe('How duplicates are found and which copy stays. Without it, duplicates stay.'),
    mixture: mixture.optional().describe('How much of each source. Without it, every surviving document once.'),
    output: output.default(defaultOutput).describe('Form and size of the corpus files.'),
  }).transform(({ dedup: deduplication, mixture: mix, ...rest }): Recipe => ({
    ...rest,
    ...(deduplication === undefined ? {} : { dedup: deduplication }),
    ...(mix === undefined ? {} : { mixture: mix }),
  }));
}

/** The JSON Schema (draft 7, which editors know best) of what a person writes: `pipelines/recipe.schema.json`. */
export function recipeJsonSchema(catalog: readonly StageDefinition[]): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(recipeSchema(catalog), { target: 'draft-7', io: 'input' });
  return { $schema, title: 'Sluice recipe', description: 'What a corpus is made of: sources, stages, models, dedup, mixture, output.', ...schema };
}
