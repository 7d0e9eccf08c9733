/**
 * Phase `repeats`, a task per partition: the paragraphs of all documents that stay meet here by their hashes, and those that enough documents hold are
 * cut. Output: `cuts`, by shard, of [row, hash high, hash low], one for each document and paragraph that it loses. Memory: one sort that is read and one
 * that is written, and a bit or two a document of one shard.
 */
import { noRepeatTotals, PARAGRAPH_RECORD_WORDS, repeatedParagraphs, type RepeatTotals } from '../../dedup/repeated-paragraphs.js';
import { PartitionedWriter } from '../../formats/partitioned-file.js';
import { sortedRecords, type ExchangeCounts } from '../exchange.js';
import type { Phase } from '../run.js';
import { stayingRows } from '../staying-rows.js';
import { Survivors } from '../survivors.js';

export interface RepeatsResult extends ExchangeCounts, RepeatTotals {}

export const repeats: Phase<RepeatsResult> = {
  name: 'repeats',

  inputs(run, rank) {
    const { partitions, recipe } = run.plan;
    const { paragraphs, against } = recipe.dedup!; // a plan without dedup has no such task
    const { documents, keepFirst } = paragraphs!;
    return {
      partition: rank, of: partitions, documents, keepFirst, against, curated: run.checksums('curate', ['paragraphKeys', 'kept']),
      decided: run.checksums('decide', ['kept']), removed: run.checksums('remove', ['removals']),
    };
  },

  async execute(run, rank) {
    const shards = run.plan.shards.length;
    const survivors = new Survivors(run);
    const counts = { read: 0, dropped: 0 };
    const totals = noRepeatTotals();
    const writer = new PartitionedWriter(
      run.workPath('repeats', rank, 'cuts'), run.path('work', 'shuffle'), run.memory.sort, { words: PARAGRAPH_RECORD_WORDS, partitions: shards },
    );
    try {
      const sorted = sortedRecords(run, survivors, 'paragraphKeys', rank, PARAGRAPH_RECORD_WORDS, counts, (shard) => stayingRows(run, survivors, shard));
      for (const cuts of repeatedParagraphs(sorted, run.plan.recipe.dedup!.paragraphs!, totals)) { // a plan with this task has both
        for (let at = 0; at < cuts.length; at += PARAGRAPH_RECORD_WORDS) writer.add(survivors.shardOf(cuts[at]!), cuts, at);
      }
      return { outputs: { cuts: writer.commit() }, result: { ...counts, ...totals } };
    } finally {
      writer.abort();
      survivors.close();
    }
  },
};
