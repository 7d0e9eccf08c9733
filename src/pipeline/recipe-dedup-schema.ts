/**
 * The grammar of `dedup:`, which duplicates are found and which copy stays. A threshold without bands and rows is given those that the planner
 * chooses, here, so that a resolved recipe and its fingerprint hold numbers. What the other parts must have for it is checked in recipe-dedup-checks.ts.
 */
import { z } from 'zod';
import { planLsh } from '../dedup/lsh.js';
import { count, names } from './recipe-source-schema.js';
import type { DedupRecipe, KeepRule, MinhashRecipe } from './recipe.js';

/** FineWeb's setting (Penedo et al. 2024), at the threshold that it finds 92 % of. */
const DEFAULT_SETTING = { threshold: 0.8, bands: 14, rows: 8 } as const;

/** Minima of a signature, where a setting is chosen. */
const MINIMA = 128;
const MOST_BANDS = 1000;
/** Below it, not even so many bands of one row find 95 % of the pairs, which is what the planner wants. */
const LEAST_THRESHOLD = 0.003;

/** Up to 64 units, as long as the kernels' shingles are (MAX_SHINGLE_LENGTH). */
const SHINGLE = /^([1-9]|[1-5][0-9]|6[0-4]) (by script|words?|characters?)$/;
const shingleText = { error: 'expected such as 5 by script, 5 words or 5 characters, at most 64' };

const minhash = z.strictObject({
  shingle: z.string(shingleText).regex(SHINGLE, shingleText).default('5 by script')
    .describe('What similarity counts: runs of this many words, of characters, or by script: words, but characters where a script has no spaces.'),
  signature: z.enum(['permutations', 'one-permutation', 'datasketch', 'datatrove']).default('permutations')
    .describe('How signatures are made: a permutation a minimum, one for all, or as another tool makes them, bit for bit (slow).'),
  bands: z.int().min(1).max(MOST_BANDS).optional()
    .describe('Bands of the signature; a pair is a candidate when one band is equal. Without bands and rows: chosen for the threshold, 14 for .8.'),
  rows: z.int().min(1).max(1000).optional().describe('Minima per band; given with bands, or not at all. 8 for a threshold of .8.'),
  threshold: z.number().gt(0).max(1).default(DEFAULT_SETTING.threshold).describe('Jaccard similarity from which a candidate pair is a duplicate.'),
  verify: z.enum(['estimated', 'exact']).default('estimated').describe('estimated: the signatures\' estimate decides. exact: the texts themselves are compared.'),
}).transform(({ shingle, bands, rows, threshold, ...rest }, context): MinhashRecipe => {
  const unit = shingle.endsWith('script') ? 'script' : shingle.includes('word') ? 'word' : 'character';
  if ((bands === undefined) !== (rows === undefined)) {
    const [given, missing] = bands === undefined ? ['rows', 'bands'] : ['bands', 'rows'];
    context.addIssue({ code: 'custom', path: [given], message: `expected ${missing} too, or neither: then both are chosen for the threshold` });
    return z.NEVER;
  }
  const setting = bands === undefined || rows === undefined ? settingFor(threshold) : { bands, rows };
  if (setting === undefined) {
    context.addIssue({ code: 'custom', path: ['threshold'], message: `expected at least ${LEAST_THRESHOLD}, below which ${MOST_BANDS} bands find too few pairs` });
    return z.NEVER;
  }
  return { shingle: { length: Number.parseInt(shingle, 10), unit }, ...rest, bands: setting.bands, rows: setting.rows, threshold };
});

/** The setting for a threshold: the default one where that is the default, else the planner's; a very low one needs more minima. */
function settingFor(threshold: number): { readonly bands: number; readonly rows: number } | undefined {
  if (threshold === DEFAULT_SETTING.threshold) return DEFAULT_SETTING;
  if (threshold < LEAST_THRESHOLD) return undefined;
  const single = Math.ceil(Math.log(0.05) / Math.log1p(-threshold));
  return single > MINIMA ? { bands: single, rows: 1 } : planLsh(threshold, MINIMA);
}

const paragraphs = z.strictObject({
  unit: z.enum(['paragraph', 'line']).default('paragraph').describe('paragraph: text between blank lines. line: text between line ends.'),
  documents: count.refine((documents) => documents >= 2 && documents <= 1_000_000, { error: 'expected 2 to 1M' }).default(10)
    .describe('Documents that must hold it before it counts as repeated, 2 to 1M.'),
  leastBytes: z.int().min(1).max(1_000_000).default(40).describe('Shorter ones are left alone.'),
  keepFirst: z.boolean().default(true).describe('true: the first document that holds it keeps it. false: it goes everywhere.'),
});

const defaultMinhash = minhash.parse({});
const defaultParagraphs = paragraphs.parse({});

const method = z.union([
  z.enum(['exact', 'url', 'minhash', 'paragraphs']).transform((named): Methods => {
    switch (named) {
      case 'minhash': return { minhash: defaultMinhash };
      case 'paragraphs': return { paragraphs: defaultParagraphs };
      default: return { [named]: true };
    }
  }),
  z.strictObject({ paragraphs: paragraphs.describe('Paragraphs or lines that many documents share are cut out.') }),
  z.strictObject({ minhash: minhash.describe('Near duplicates, by MinHash and locality-sensitive hashing.') }),
]);

/** One of them each. */
type Methods = Partial<Pick<DedupRecipe, 'exact' | 'url' | 'paragraphs' | 'minhash'>>;

const keep = z.union([
  z.enum(['quality', 'newest', 'longest', 'id']).transform((kind): KeepRule => ({ kind })),
  z.strictObject({ source: names.describe('Sources, the preferred one first; those not named come last.') })
    .transform(({ source }): KeepRule => ({ kind: 'source', sources: source })),
]);

const keepText = { error: 'expected drop-all or a list of rules such as [longest]' };

/** Its output is `DedupRecipe`. */
export const dedupSchema = z.strictObject({
  scope: z.enum(['global', 'source', 'snapshot']).default('global')
    .describe('global: across all sources. source: within each one only. snapshot: within each crawl, by the CC-MAIN name in a shard\'s path.'),
  methods: z.array(method).min(1, { error: 'expected at least one method' })
    .refine((methods) => new Set(methods.flatMap((one) => Object.keys(one))).size === methods.length, { error: 'expected each method once' })
    .describe('exact: equal normalised text. url: equal normalised address. paragraphs: repeated ones are cut out. minhash: near duplicates.'),
  keep: z.union([z.literal('drop-all', keepText), z.array(keep).max(5)]).default([{ kind: 'longest' }])
    .describe('Which document of a cluster stays: the first rule that tells them apart decides, in the end the smallest id. drop-all: none does.'),
  against: names.default([]).describe('Sources that are only compared with: never removed, never in the corpus.'),
  within: z.boolean().default(true).describe('false: documents go only for what they repeat of the sources under against, not of one another.'),
}).transform(({ scope, methods, keep: rules, against, within }): DedupRecipe => {
  const all: Methods = Object.assign({}, ...methods);
  const listed = rules === 'drop-all' ? [] : rules;
  const decided = listed.some(({ kind }) => kind === 'id') ? listed : [...listed, { kind: 'id' } as const];
  return { scope, exact: false, url: false, ...all, keep: decided, dropAll: rules === 'drop-all', against, within };
});
