/**
 * What phase `count` has to find out for a mixture: words of every document, or tokens of all or of some by a tokenizer. Nothing where sizes are known of
 * columns: bytes, documents, and tokens that are estimated from bytes.
 */
import { isPackageTokenizer } from '../kernels/tokenizer.js';
import { gptTokenizerPackage } from '../kernels/tokenizer-gpt.js';
import type { Plan } from './plan.js';
import type { Recipe, TokensRecipe } from './recipe.js';

export type Counting = { readonly unit: 'words' } | { readonly unit: 'tokens'; readonly tokens: TokensRecipe };

/** undefined where nothing has to be counted. */
export function countingOf({ mixture }: Recipe): Counting | undefined {
  if (mixture?.unit === 'words') return { unit: 'words' };
  return mixture?.unit === 'tokens' && mixture.tokens !== undefined ? { unit: 'tokens', tokens: mixture.tokens } : undefined;
}

/** The files that counting reads. */
export function countingFiles(recipe: Recipe): readonly string[] {
  const counting = countingOf(recipe);
  return counting?.unit === 'tokens' && !isPackageTokenizer(counting.tokens.tokenizer) ? [counting.tokens.tokenizer] : [];
}

/** What counts: another one is other work. Plain JSON. */
export function counterIdentity({ recipe, files }: Pick<Plan, 'recipe' | 'files'>): unknown {
  const counting = countingOf(recipe);
  if (counting?.unit !== 'tokens') return counting?.unit ?? null;
  const { tokenizer } = counting.tokens;
  return isPackageTokenizer(tokenizer) ? [tokenizer, gptTokenizerPackage()] : [tokenizer, files[tokenizer] ?? null];
}
