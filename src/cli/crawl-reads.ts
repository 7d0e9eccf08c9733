/** What `sluice plan` says of crawls: how much comes over the network, and how often. */
import { statSync } from 'node:fs';
import type { Plan } from '../pipeline/plan.js';
import { SAMPLED_SHARDS } from '../pipeline/sampled-shards.js';
import { describeBytes, describeCount } from '../reports/table.js';
import { crawlsOf } from './crawl-inputs.js';
import { TYPICAL_SHARD_BYTES } from './crawl-source.js';

export interface CrawlReads {
  readonly source: string;
  readonly crawl: string;
  readonly base: string;
  readonly cache?: string;
  readonly shards: number;
  /** Over the network, before and during the run: shards that are read twice count twice. */
  readonly requests: number;
  /** Estimated. */
  readonly bytes: number;
  /** Models that are trained on the source, each of which reads `sampled` of its shards. */
  readonly models: readonly string[];
  readonly sampled: number;
}

/** In the order of the recipe's sources. */
export function crawlReads({ recipe, shards: planned }: Plan): CrawlReads[] {
  return [...crawlsOf(recipe)].map(([source, { name, base, cache }]): CrawlReads => {
    const shards = planned.filter((shard) => shard.source === source);
    const models = Object.entries(recipe.models).flatMap(([model, made]) => (made.kind !== 'file' && [...made.positive, ...made.negative].includes(source) ? [model] : []));
    const sampled = Math.min(SAMPLED_SHARDS, shards.length);
    const missing = shards.filter(({ files }) => files.some(({ path }) => statSync(path, { throwIfNoEntry: false }) === undefined)).length;
    const requests = cache === undefined ? shards.length + models.length * sampled : missing;
    return { source, crawl: name, base, ...(cache === undefined ? {} : { cache }), shards: shards.length, requests, bytes: requests * TYPICAL_SHARD_BYTES, models, sampled };
  });
}

/** A line for a person. */
export function crawlReadsLine({ source, crawl, base, cache, shards, requests, bytes, models, sampled }: CrawlReads): string {
  const what = `${source}: ${describeCount(shards)} shard${shards === 1 ? '' : 's'} of ${crawl} from ${base}`;
  if (cache !== undefined) {
    return requests === 0 ? `${what}, all of them in ${cache}` : `${what}; ${describeCount(requests)} are fetched to ${cache} first, about ${describeBytes(bytes)}`;
  }
  const again = models.length === 0 ? '' : `, and ${describeCount(sampled)} of them once more for model ${models.join(', and again for model ')}; with a cache each is fetched once`;
  return `${what}, read over the network once each${again}: about ${describeBytes(bytes)}`;
}
