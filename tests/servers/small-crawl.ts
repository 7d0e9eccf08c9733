/** A crawl of small WET shards: mails, some pages a shard, each record a gzip member as Common Crawl has them. The same bytes every time. */
import { mailPages, wetShard } from '../promises/support/corpus.js';
import { shardPath } from './sample-crawl.js';

const PAGES_A_SHARD = 12;

/** By path, in the order of the list. */
export function smallShards(count: number): Record<string, Uint8Array> {
  const pages = mailPages(count * PAGES_A_SHARD + 60);
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [
    shardPath(i), new Uint8Array(wetShard(`shard-${i}`, pages.slice(i * PAGES_A_SHARD, (i + 1) * PAGES_A_SHARD), true)),
  ]));
}
