/** The grammar of `mixture.tokens`: which tokenizer counts the mixture's tokens, and whether it sees every document or a sample of them. */
import { z } from 'zod';
import { isPackageTokenizer, PACKAGE_TOKENIZERS } from '../kernels/tokenizer.js';
import type { Problem } from './recipe-problems.js';
import { count } from './recipe-source-schema.js';
import type { MixtureRecipe, TokensRecipe } from './recipe.js';

/** Fewer documents say little of a source. */
const LEAST_SAMPLE = 100;
const DEFAULT_SAMPLE = 10_000;

const tokenizerText = { error: `expected ${PACKAGE_TOKENIZERS.join(', ')} or the path of a tokenizer.json` };
const sampleText = { error: `expected exact or a number of documents such as 10k, at least ${LEAST_SAMPLE}` };

export const tokensSchema = z.strictObject({
  tokenizer: z.string(tokenizerText).max(1000, tokenizerText).refine((name) => isPackageTokenizer(name) || name.endsWith('.json'), tokenizerText)
    .describe(`What counts tokens: ${PACKAGE_TOKENIZERS.join(', ')}, or the path of a tokenizer.json.`),
  sample: z.union([z.literal('exact'), count.refine((documents) => documents >= LEAST_SAMPLE, sampleText)], sampleText).default(DEFAULT_SAMPLE)
    .describe('Documents of each source that are counted, about so many, drawn by keyed hash; all go by the bytes a token of these. exact: all of them.'),
}).transform((value): TokensRecipe => value);

/** A tokenizer has nothing to say where the mixture is not planned in tokens. */
export function checkTokens({ unit, tokens }: Pick<MixtureRecipe, 'unit' | 'tokens'>): readonly Problem[] {
  if (tokens === undefined || unit === 'tokens') return [];
  return [{ path: ['mixture', 'tokens'], message: `found a tokenizer, but the mixture is planned in ${unit}: expected unit: tokens, or no tokenizer` }];
}
