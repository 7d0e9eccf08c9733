/** Which documents of a source are counted, where a tokenizer is to see a sample of them: a share by keyed hash, so that no worker has to know the others. */
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import { countingOf } from './counting.js';
import type { DecideResult } from './phases/decide.js';
import type { RemoveResult } from './phases/remove.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';
import { Survivors } from './survivors.js';
import { tasksOf } from './tasks.js';

const shares = new WeakMap<Run, ReadonlyMap<string, number>>();

/**
 * The share of a source's documents that are counted, 0 to 1: as many as come to `sample` of those that decisions and deduplication left. Not before
 * `remove` has ended.
 */
export function sampledShare(run: Run, source: string): number {
  let bySource = shares.get(run);
  if (bySource === undefined) {
    bySource = sampledShares(run);
    shares.set(run, bySource);
  }
  return bySource.get(source) ?? 1;
}

function sampledShares(run: Run): ReadonlyMap<string, number> {
  const counting = countingOf(run.plan.recipe);
  if (counting?.unit !== 'tokens' || counting.tokens.sample === 'exact') return new Map();
  const { sample } = counting.tokens;
  const deciding = decidingSources(run.plan);
  const { firstRows } = new Survivors(run);
  const staying = new Map<string, number>(deciding.map((source, rank) => [source, run.completed<DecideResult>('decide', rank).result.kept]));
  run.plan.shards.forEach(({ source }, rank) => {
    const kept = deciding.includes(source) ? 0 : firstRows[rank + 1]! - firstRows[rank]!;
    const removed = tasksOf(run.plan, 'remove') === 0 ? 0 : run.completed<RemoveResult>('remove', rank).result.removed;
    staying.set(source, (staying.get(source) ?? 0) + kept - removed);
  });
  return new Map([...staying].map(([source, documents]) => [source, Math.min(1, sample / Math.max(1, documents))]));
}

/** Whether a document is one of the share, by its 64-bit key alone. */
export function sampler(seed: number, share: number): (low: number, high: number) => boolean {
  if (share >= 1) return () => true;
  const key = hashKey(seed, 'count');
  return (low, high) => keyedUniform(key, low, high) < share;
}
