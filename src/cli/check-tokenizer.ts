/** Looks at the tokenizer that a recipe names before any document is read, so that one that cannot be counted with ends the command instead of every shard. */
import { fileSize } from '../formats/json-file.js';
import { tokenizerBytes } from '../kernels/tokenizer.js';
import { openJsonTokenizer } from '../kernels/tokenizer-json.js';
import { countingFiles, countingOf } from '../pipeline/counting.js';
import type { Plan } from '../pipeline/plan.js';
import type { Recipe } from '../pipeline/recipe.js';

/** Throws ConfigError as a worker would. Memory: some times the file's size. */
export function checkTokenizer({ recipe }: Pick<Plan, 'recipe'>): void {
  for (const path of countingFiles(recipe)) openJsonTokenizer(path);
}

/** Bytes that a worker takes with the recipe's tokenizer; 0 where none counts. */
export function countingBytes(recipe: Recipe): number {
  const counting = countingOf(recipe);
  return counting?.unit === 'tokens' ? tokenizerBytes(counting.tokens.tokenizer, fileSize(counting.tokens.tokenizer) ?? 0) : 0; // a missing file is refused
}
