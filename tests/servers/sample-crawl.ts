/** The WET shards of samples/web under the paths that a crawl gives its shards. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CRAWL = 'CC-MAIN-2024-10';

/** By path, in the order of the list: several segments, so that the order is not that of the paths. */
export function sampleShards(folder: string): Record<string, Uint8Array> {
  const names = readdirSync(join(folder, 'web')).filter((name) => name.endsWith('.warc.wet.gz')).sort();
  return Object.fromEntries(names.map((name, i) => [shardPath(i), new Uint8Array(readFileSync(join(folder, 'web', name)))]));
}

export function shardPath(number: number): string {
  const segment = 1707947474700 - 1000 * Math.floor(number / 3);
  return `crawl-data/${CRAWL}/segments/${segment}.${number % 3}/wet/CC-MAIN-20240220211055-20240221001055-${String(number).padStart(5, '0')}.warc.wet.gz`;
}
