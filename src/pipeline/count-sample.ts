/** Which documents of a source are counted, where a tokenizer is to see a sample of them: drawn by keyed hash, each by itself, so that no worker has to know the others. */
import { hashKey, keyedUniform } from '../core/keyed-hash.js';
import { drawProbability } from '../mixture/ratio-estimate.js';
import { countingOf } from './counting.js';
import type { CurateResult } from './phases/curate.js';
import type { DecideResult } from './phases/decide.js';
import type { RemoveResult } from './phases/remove.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

const rates = new WeakMap<Run, ReadonlyMap<string, number>>();

/**
 * The probability with which a byte of the source brings its document into the sample (mixture/ratio-estimate.ts), so that about `sample` documents are drawn
 * of those that decisions and deduplication left. undefined: all are counted, because that was asked for or there are no more than that. Not before `remove` has ended.
 */
export function sampledRate(run: Run, source: string): number | undefined {
  let bySource = rates.get(run);
  if (bySource === undefined) {
    bySource = sampledRates(run);
    rates.set(run, bySource);
  }
  return bySource.get(source);
}

function sampledRates(run: Run): ReadonlyMap<string, number> {
  const counting = countingOf(run.plan.recipe);
  if (counting?.unit !== 'tokens' || counting.tokens.sample === 'exact') return new Map();
  const { sample } = counting.tokens;
  const sums = new Map(Object.keys(run.plan.recipe.sources).map((source) => [source, { kept: 0, keptBytes: 0, removed: 0 }]));
  run.plan.shards.forEach(({ source }, rank) => {
    const curated = run.completion<CurateResult>('curate', rank)?.result; // a failed shard has none
    const sum = sums.get(source)!; // shards are made from sources
    sum.kept += curated?.kept ?? 0;
    sum.keptBytes += curated?.ledger.stages.at(-1)?.out.bytes ?? 0;
    sum.removed += tasksOf(run.plan, 'remove') === 0 ? 0 : run.completed<RemoveResult>('remove', rank).result.removed;
  });
  const deciding = decidingSources(run.plan);
  return new Map([...sums].flatMap(([source, { kept, keptBytes, removed }]): [string, number][] => {
    const rank = deciding.indexOf(source);
    const staying = (rank < 0 ? kept : run.completed<DecideResult>('decide', rank).result.kept) - removed;
    return staying <= sample || keptBytes === 0 ? [] : [[source, (sample / staying) * (kept / keptBytes)]]; // of documents of mean length, as many as asked for
  }));
}

/** Whether a document is drawn, by its 64-bit key and its bytes. */
export function sampler(seed: number, perByte: number | undefined): (low: number, high: number, bytes: number) => boolean {
  if (perByte === undefined) return () => true;
  const key = hashKey(seed, 'count');
  return (low, high, bytes) => keyedUniform(key, low, high) < drawProbability(bytes, perByte);
}
