/** A recipe that reads a crawl, and the same one that reads a mirror of it: all that makes a corpus out of a crawl, small enough for a test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type CrawlRead = Readonly<Record<string, unknown>>;

/** `read` of the source `web`, which is all there is beside a few texts that its model is trained against. */
export function writeCrawlRecipe(folder: string, name: string, read: CrawlRead): string {
  const file = `${name}.yaml`;
  writeFileSync(join(folder, file), JSON.stringify({
    name, seed: 11,
    sources: {
      web: { read, stages: [{ language: { keep: ['en'], threshold: 0.5 } }, { 'gopher-quality': { minWords: 30 } }, { quality: { model: 'reference', keep: { pareto: 1.5 } } }] },
      books: { read: { format: 'text', paths: ['books/*.txt'] } },
    },
    models: { reference: { kind: 'fasttext', positive: ['books'], negative: ['web'], dim: 8, epoch: 4, buckets: 10_000, examples: 100 } },
    dedup: { scope: 'snapshot', methods: ['exact', 'minhash'], keep: ['quality', 'longest'] },
    mixture: { unit: 'tokens', budget: 'max', weights: { web: 90, books: 10 }, maxEpochs: 4 },
    output: { format: 'jsonl.gz', shardSize: '100kB' },
  }));
  return file;
}
