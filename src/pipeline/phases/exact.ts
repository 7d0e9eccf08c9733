/**
 * Phase `exact`, a task per partition: documents with equal normalised text meet here; the keep policy says which one stays. Output: `removed`, pairs
 * [row, kept row] as uint32, ascending by row. Memory: 24 MB of sorting, and some 60 bytes and an id for each document that has an exact duplicate.
 */
import { ExactGrouper, resolveExact } from '../../dedup/exact.js';
import { keepOrder } from '../../dedup/keep-policy.js';
import { EXACT_RECORD_WORDS } from '../../dedup/partition.js';
import { AtomicFile } from '../../formats/atomic-file.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { readPartition } from '../../formats/partitioned-file.js';
import { keepRules } from '../keep-rules.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';

const SORT_BYTES = 24 << 20;

export interface ExactResult {
  readonly documents: number;
  readonly removed: number;
}

export const exact: Phase<ExactResult> = {
  name: 'exact',

  inputs(run, rank) {
    return { partition: rank, of: run.plan.partitions, keep: run.plan.recipe.dedup!.keep, curated: run.checksums('curate', ['exact', 'kept']), decided: run.checksums('decide', ['kept']) };
  },

  async execute(run, rank) {
    const survivors = new Survivors(run).loadDecisions();
    const grouper = new ExactGrouper();
    let documents = 0;
    try {
      for (const records of sortedRecords(run, survivors, 'exact', rank, EXACT_RECORD_WORDS)) {
        grouper.add(records);
        documents += records.length / EXACT_RECORD_WORDS;
      }
      const groups = grouper.groups();
      const members = survivors.members(groups.rows.slice().sort());
      const { rows, keptRows } = resolveExact(groups, keepOrder(keepRules(run.plan.recipe), Object.keys(run.plan.recipe.sources), members));
      const pairs = new Uint32Array(2 * rows.length);
      rows.forEach((row, i) => pairs.set([row, keptRows[i]!], 2 * i));
      const file = AtomicFile.create(run.workPath('exact', rank, 'removed'));
      try {
        file.write(new Uint8Array(pairs.buffer));
        return { outputs: { removed: file.commit() }, result: { documents, removed: rows.length } };
      } finally {
        file.abort();
      }
    } finally {
      survivors.close();
    }
  },
};

/** The records of documents that no decision dropped, moved together in place. */
function keptRecords(records: Uint32Array, words: number, survivors: Survivors): Uint32Array {
  let to = 0;
  for (let from = 0; from < records.length; from += words) {
    if (!survivors.isKept(records[from + words - 1]!)) continue;
    if (to < from) records.copyWithin(to, from, from + words);
    to += words;
  }
  return records.subarray(0, to);
}

/** The records of one partition from all shards, their last word made a row of the job, sorted by all words. Memory: 24 MB. */
export function* sortedRecords(run: Run, survivors: Survivors, role: 'exact' | 'bands' | 'urls' | 'lengths' | 'paragraphs', partition: number, words: number): Generator<Uint32Array> {
  const sort = new ExternalSort({ words, keyWords: words, memoryBytes: SORT_BYTES, folder: run.path('work', 'shuffle') });
  try {
    for (let shard = 0; shard < run.plan.shards.length; shard++) {
      const completion = run.completion('curate', shard);
      if (completion === undefined) continue; // the shard failed, and is listed as such at the end
      const first = survivors.firstRows[shard]!;
      for (const records of readPartition(run.outputPath(completion, role), partition, { words, partitions: run.plan.partitions })) {
        for (let at = words - 1; at < records.length; at += words) records[at]! += first;
        sort.addAll(keptRecords(records, words, survivors));
      }
    }
    yield* sort.sorted();
  } finally {
    sort.dispose();
  }
}
