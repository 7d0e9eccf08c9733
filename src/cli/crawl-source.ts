/**
 * From a crawl, as a recipe or `sluice crawl` names it, to files: its list, the chosen shards, and where each is read. A crawl does not change once it is
 * published, so a shard is known by crawl and path alone, wherever it is read: over the network, from another host, or from the folder it was fetched to.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, ShardError } from '../core/errors.js';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { chooseShards, type ChosenShard, type CrawlRecipe } from '../pipeline/crawl-shards.js';
import { crawlListPath, parseCrawlList, readCrawlList } from '../storage/crawl-list.js';
import { openInput } from '../storage/input-file.js';
import type { ListedFile } from '../storage/list-files.js';
import { network } from '../storage/network.js';

/**
 * What a WET shard is taken to have when work is planned: asking for the size of each would be a request a shard. CC-MAIN-2016-40 had 4.54 TiB in 30,374
 * (164 MB each, commoncrawl.org/2016/10/september-2016-crawl-archive-now-available); recent crawls deal less text out to 90,000.
 */
export const TYPICAL_SHARD_BYTES = 100_000_000;

/** From so many shards on, those who run the server are told whom to write to. */
const MOST_WITHOUT_CONTACT = 100;

const LIST_ATTEMPTS = 3;

export interface CrawlShards {
  /** All of the crawl. */
  readonly total: number;
  readonly chosen: readonly ChosenShard[];
}

/** The list is read from the crawl's cache where it is there. Errors: ConfigError where there is no such crawl, or fewer shards than were asked for; ShardError. */
export async function crawlShards(crawl: CrawlRecipe, seed: number): Promise<CrawlShards> {
  const paths = cachedList(crawl) ?? parseCrawlList(await fetchList(crawl), listName(crawl));
  return { total: paths.length, chosen: chooseShards(paths, crawl, seed) };
}

/** The same, and the list is kept in the cache. */
export async function keepCrawlShards(crawl: CrawlRecipe & { readonly cache: string }, seed: number): Promise<CrawlShards> {
  if (cachedList(crawl) === undefined) {
    writeFileAtomic(join(crawl.cache, crawlListPath(crawl.name)), await fetchList(crawl));
  }
  return crawlShards(crawl, seed);
}

/** What a run reads of a crawl. */
export function crawlFiles({ name: crawl, base, cache }: CrawlRecipe, chosen: readonly ChosenShard[]): ListedFile[] {
  const files = chosen.map(({ path }): ListedFile => ({
    name: path,
    path: cache === undefined ? base + path : resolve(cache, path),
    bytes: TYPICAL_SHARD_BYTES, // whether it was fetched or not, so that the plan is the same
    identity: `crawl\0${crawl}\0${path}`,
  }));
  return files.sort((a, b) => (a.name < b.name ? -1 : 1)); // a list has no path twice
}

/** Throws ConfigError where so many shards are to be fetched that a contact must go with the requests. */
export function expectContact(shards: number): void {
  if (shards <= MOST_WITHOUT_CONTACT || / \(\+.+\)$/.test(network().userAgent)) return;
  throw new ConfigError(
    `crawl: ${shards} shards are to be fetched, which is more than ${MOST_WITHOUT_CONTACT}: expected a contact for those who run the server, ` +
    'a mail address or a page, by --contact or SLUICE_CONTACT',
  );
}

const listName = ({ base, name }: CrawlRecipe): string => base + crawlListPath(name);

/** Undefined where there is none that can be read: it is fetched again then. */
function cachedList(crawl: CrawlRecipe): string[] | undefined {
  if (crawl.cache === undefined) return undefined;
  const path = join(crawl.cache, crawlListPath(crawl.name));
  try {
    return parseCrawlList(readFileSync(path), path);
  } catch {
    return undefined;
  }
}

/** As it is stored. A list that does not come whole, or is none, is asked for again, as shards are. */
async function fetchList(crawl: CrawlRecipe): Promise<Uint8Array> {
  for (let attempt = 1; ; attempt++) {
    try {
      const stored = await readList(listName(crawl));
      parseCrawlList(stored, listName(crawl));
      return stored;
    } catch (error) {
      if (!(error instanceof ShardError)) throw error;
      if (/\bHTTP 404\b|found no such object/.test(error.message)) {
        throw new ConfigError(`crawl ${crawl.name}: ${error.message}, expected the list of a crawl that ${crawl.base} has; each has a name such as CC-MAIN-2024-10`, { cause: error });
      }
      if (attempt === LIST_ATTEMPTS) throw error;
    }
  }
}

async function readList(address: string): Promise<Uint8Array> {
  const input = await openInput(address);
  try {
    return await readCrawlList(input);
  } finally {
    await input.close();
  }
}
