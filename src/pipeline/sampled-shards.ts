/**
 * The part of a source that a model is trained on: a bounded number of its shards, chosen by keyed hash, because a crawl of 90,000 shards is not read
 * twice to learn from some thousand documents.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { ShardError, UnreachableError } from '../core/errors.js';
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import type { PlannedShard } from './plan.js';
import type { Run } from './run.js';
import { sourceOf } from './source-of.js';

export const SAMPLED_SHARDS = 32;

/** The shards of a source with the smallest keyed hashes of their names. */
export function sampledShards(run: Run, source: string): PlannedShard[] {
  const key = hashKey(run.plan.recipe.seed, 'train-shards');
  return run.plan.shards
    .filter((shard) => shard.source === source)
    .map((shard) => ({ shard, draw: keyedUniform(key, parseInt(shard.key.slice(-8), 16), 0) })) // a shard's key ends in a hash of its name
    .sort((a, b) => a.draw - b.draw || (a.shard.key < b.shard.key ? -1 : 1))
    .slice(0, SAMPLED_SHARDS)
    .map(({ shard }) => shard);
}

/**
 * The documents in those shards, before any stage. The name of a shard that cannot be read goes to `unread`, and what was read of it counts; one that cannot
 * be reached this time is an error.
 */
export async function* sampledBatches(run: Run, sources: readonly string[], unread: Set<string>): AsyncGenerator<{ readonly source: string; readonly batch: DocumentBatch }> {
  for (const source of sources) {
    const { read } = run.plan.recipe.sources[source]!; // a checked recipe names its own sources
    for (const shard of sampledShards(run, source)) {
      try {
        for await (const item of sourceOf(read).read(shard)) {
          if (item.kind !== 'documents') continue;
          run.progress.add(item.batch.length, item.batch.offsets[item.batch.length]!);
          yield { source, batch: item.batch };
        }
      } catch (error) {
        if (!(error instanceof ShardError) || error instanceof UnreachableError) throw error;
        unread.add(shard.name);
      }
    }
  }
}
