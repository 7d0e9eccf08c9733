/** What work on a shard depends on of its source's `read`: how its bytes are understood, not which files there are, since a shard has its own identity. */
import type { ReadRecipe } from './recipe.js';

export function readOptions({ paths: _, ...read }: ReadRecipe): Readonly<Record<string, unknown>> {
  if (!('crawl' in read)) return read;
  const { crawl: _crawl, ...options } = read;
  return options;
}
