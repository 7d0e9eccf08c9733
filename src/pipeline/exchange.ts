/**
 * The reading side of an exchange: what the tasks of all shards dealt out to a partition, together and in order. Memory: one sort, whatever the number of
 * records, one open file, and a bit a document of the shard at hand.
 */
import { ExternalSort } from '../formats/external-sort.js';
import { readPartition } from '../formats/partitioned-file.js';
import type { PhaseName } from './plan.js';
import type { Run } from './run.js';
import type { Survivors } from './survivors.js';
import { tasksOf } from './tasks.js';

/** Records found in the partition, and those among them of documents that were dropped since: they go no further. */
export interface ExchangeCounts {
  read: number;
  dropped: number;
}

/**
 * The records of one partition from all shards, their last word made a row of the job, sorted by all words. Chunks are valid until the next one. `keptRows`
 * tells of a shard which rows take part; default: those that phase `decide` kept.
 */
export function* sortedRecords(
  run: Run, survivors: Survivors, role: 'exact' | 'urls' | 'bands' | 'lengths' | 'paragraphs' | 'paragraphKeys', partition: number, words: number,
  counts: ExchangeCounts = { read: 0, dropped: 0 }, keptRows = (shard: number): ((row: number) => boolean) => survivors.decisions(shard),
): Generator<Uint32Array> {
  const sort = new ExternalSort({ words, keyWords: words, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
  try {
    for (let shard = 0; shard < run.plan.shards.length; shard++) {
      const completion = run.completion('curate', shard);
      if (completion === undefined) continue; // the shard failed, and is listed as such at the end
      const first = survivors.firstRows[shard]!;
      let isKept: ((row: number) => boolean) | undefined; // loaded for shards with records alone
      for (const records of readPartition(run.outputPath(completion, role), partition, { words, partitions: run.plan.partitions })) {
        counts.read += records.length / words;
        for (let at = words - 1; at < records.length; at += words) records[at]! += first;
        const kept = keptRecords(records, words, (isKept ??= keptRows(shard)));
        counts.dropped += (records.length - kept.length) / words;
        sort.addAll(kept);
      }
    }
    yield* sort.sorted();
  } finally {
    sort.dispose();
  }
}

/** The records of documents that take part, moved together in place. */
function keptRecords(records: Uint32Array, words: number, isKept: (row: number) => boolean): Uint32Array {
  let to = 0;
  for (let from = 0; from < records.length; from += words) {
    if (!isKept(records[from + words - 1]!)) continue;
    if (to < from) records.copyWithin(to, from, from + words);
    to += words;
  }
  return records.subarray(0, to);
}

/**
 * The other way round: what the tasks of a phase dealt out to the shard `rank`, from all of them, sorted by the first `keyWords` words. Chunks are valid until
 * the next one. Memory: one sort.
 */
export function* shardRecords(run: Run, phase: PhaseName, role: string, rank: number, { words, keyWords }: { readonly words: number; readonly keyWords: number }): Generator<Uint32Array> {
  const sort = new ExternalSort({ words, keyWords, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
  try {
    for (let task = 0; task < tasksOf(run.plan, phase); task++) {
      for (const records of readPartition(run.outputPath(run.completed(phase, task), role), rank, { words, partitions: run.plan.shards.length })) sort.addAll(records);
    }
    yield* sort.sorted();
  } finally {
    sort.dispose();
  }
}
