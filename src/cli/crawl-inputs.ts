/** The crawls of a recipe as files of its sources. What a source keeps in a `cache` is fetched there first, so that the run itself reads local files. */
import type { CrawlRecipe } from '../pipeline/crawl-shards.js';
import type { Recipe } from '../pipeline/recipe.js';
import type { ListedFile } from '../storage/list-files.js';
import { crawlFiles, crawlShards, expectContact } from './crawl-source.js';
import { failureLines, fetchCrawl } from './fetch-crawl.js';

export interface CrawlInputsOptions {
  /** Whether something will be read: then caches are filled, and a contact is asked for where it must be. */
  readonly fetch: boolean;
}

/** The crawl of each source that reads one. */
export function crawlsOf({ sources }: Pick<Recipe, 'sources'>): Map<string, CrawlRecipe> {
  return new Map(Object.entries(sources).flatMap(([source, { read }]) => (read.format === 'wet' && read.crawl !== undefined ? [[source, read.crawl]] : [])));
}

/** By source. Shards that cannot be fetched stay among the files, so that each fails by name. Errors as `fetchCrawl` and `crawlShards` have them. */
export async function filesOfCrawls(recipe: Recipe, { fetch }: CrawlInputsOptions): Promise<Map<string, ListedFile[]>> {
  const files = new Map<string, ListedFile[]>();
  let streamed = 0;
  for (const [source, crawl] of crawlsOf(recipe)) {
    const { cache } = crawl;
    if (fetch && cache !== undefined) {
      const failures = await fetchCrawl({ ...crawl, cache }, recipe.seed);
      if (failures.length > 0) process.stderr.write(failureLines(failures));
    }
    const { chosen } = await crawlShards(crawl, recipe.seed);
    if (cache === undefined) streamed += chosen.length;
    files.set(source, crawlFiles(crawl, chosen));
  }
  if (fetch) expectContact(streamed);
  return files;
}
