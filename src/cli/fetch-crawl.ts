/** Fetches the chosen shards of a crawl into a folder: what `sluice crawl fetch` does, and a run whose recipe names a `cache`. */
import { join } from 'node:path';
import { OutputError, ShardError } from '../core/errors.js';
import { removeLeftovers } from '../formats/temporary-file.js';
import type { CrawlRecipe } from '../pipeline/crawl-shards.js';
import { describeBytes, describeCount } from '../reports/table.js';
import { CRAWL_BASE, TERMS_OF_USE } from '../storage/crawl-list.js';
import { freeBytes } from '../storage/disk-room.js';
import { FetchedFiles } from '../storage/fetched-files.js';
import { fetchShards, missingShards, type FetchFailure } from '../storage/fetch-shards.js';
import { fileHost } from '../storage/file-host.js';
import { network } from '../storage/network.js';
import { expectContact, keepCrawlShards, TYPICAL_SHARD_BYTES } from './crawl-source.js';
import { showFetching } from './fetch-progress.js';
import { lockFetched } from './run-lock.js';

export interface FetchCrawlOptions {
  /** Inflate all shards that are there already, too. */
  readonly verify?: boolean;
}

/**
 * Leaves the shards under their paths in the crawl's cache, beside the list. Says on stderr what it does. Gives the shards that failed. Errors: ConfigError
 * where a contact is missing or another process fetches there; OutputError; RefusedError; ShardError where the list cannot be read, or when interrupted.
 */
export async function fetchCrawl(crawl: CrawlRecipe & { readonly cache: string }, seed: number, { verify = false }: FetchCrawlOptions = {}): Promise<readonly FetchFailure[]> {
  const { cache: folder, base } = crawl;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const unlock = lockFetched(folder);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new ShardError('interrupted: run the same command again to continue'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { total, chosen } = await keepCrawlShards(crawl, seed);
    removeLeftovers(join(folder, 'crawl-data'));
    const paths = chosen.map(({ path }) => path);
    const missing = verify ? paths : await missingShards(new FetchedFiles(folder), paths);
    if (missing.length === 0) {
      say(`fetch    all ${describeCount(paths.length)} shards of ${crawl.name} that are read are in ${folder}`);
      return [];
    }
    expectContact(chosen.length);
    if (base === CRAWL_BASE && !verify) await expectRoom(folder, missing.length);
    say(`fetch    ${describeCount(paths.length)} of the ${describeCount(total)} shards of ${crawl.name} from ${base} to ${folder}`);
    say(`         Common Crawl's terms of use: ${TERMS_OF_USE}`);
    const { failures } = await fetchShards({
      folder, paths, host: fileHost(base), atOnce: network().inFlight, verify, signal: stop.signal, events: showFetching(process.stderr),
    });
    return failures;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    unlock();
  }
}

/** The failed shards as lines, for stderr. */
export const failureLines = (failures: readonly FetchFailure[]): string => [
  `${describeCount(failures.length)} shard${failures.length === 1 ? '' : 's'} could not be fetched; run the same command again to try once more:`,
  ...failures.map(({ path, message }) => `  ${path}: ${message}`), '',
].join('\n');

/** Throws OutputError where shards of the usual size would not fit; each is held against the disk again when its size is known. */
async function expectRoom(folder: string, shards: number): Promise<void> {
  const free = await freeBytes(folder);
  const wanted = shards * TYPICAL_SHARD_BYTES;
  if (free === undefined || wanted <= free) return;
  const found = `found ${describeBytes(free)} free on its disk, expected about ${describeBytes(wanted)} for ${describeCount(shards)} shards`;
  throw new OutputError(`${folder}: ${found}: free space, choose another folder or fewer shards`);
}
