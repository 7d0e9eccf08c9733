/** Reads the tokenizer.json that a recipe names before any document is read, so that one that cannot be counted with ends the command instead of every shard. */
import { openJsonTokenizer } from '../kernels/tokenizer-json.js';
import { countingFiles } from '../pipeline/counting.js';
import type { Plan } from '../pipeline/plan.js';

/** Throws ConfigError as a worker would. Memory: some times the file's size. */
export function checkTokenizer({ recipe }: Pick<Plan, 'recipe'>): void {
  for (const path of countingFiles(recipe)) openJsonTokenizer(path);
}
