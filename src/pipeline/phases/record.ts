/**
 * Phase `record`, a task per shard: the decision record. One row for every record that was found in the shard, kept or dropped: where it was, what was
 * measured, why it was dropped, which kept document it repeats, and how many copies of it the corpus holds. Output: `decisions/<shard>.parquet`, with the
 * same columns for every shard, and the shard's whole ledger. Memory: one block of rows and one row group of Parquet (some 70 MB).
 */
import type { SourceLedger } from '../../core/ledger.js';
import { openColumnFile } from '../../formats/column-reader.js';
import { ParquetWriter } from '../../formats/parquet-writer.js';
import { annotationColumns, decisionColumns, DecisionCells } from '../decision-columns.js';
import type { Phase } from '../run.js';
import { ShardDecisions } from '../shard-decisions.js';
import { Survivors } from '../survivors.js';
import { tasksOf } from '../tasks.js';
import type { CurateResult } from './curate.js';
import type { SelectResult } from './select.js';

export interface RecordResult {
  readonly ledger: SourceLedger;
}

export const record: Phase<RecordResult> = {
  name: 'record',

  inputs(run, rank) {
    const curated = run.completed('curate', rank);
    const { firstRows } = new Survivors(run);
    const { recipe, shards } = run.plan;
    return {
      rows: curated.outputs['rows'], kept: curated.outputs['kept'], columns: annotationColumns(run), first: firstRows[rank],
      sources: Object.keys(recipe.sources).map((name) => [name, firstRows[shards.findIndex(({ source }) => source === name)]!]), // every source has a shard
      removals: tasksOf(run.plan, 'remove') === 0 ? null : run.completed('remove', rank).outputs,
      cuts: tasksOf(run.plan, 'cut') === 0 ? null : run.completed('cut', rank).outputs,
      cleaned: tasksOf(run.plan, 'clean') === 0 ? null : run.completed('clean', rank).outputs,
      against: recipe.dedup?.against ?? [], decided: run.checksums('decide', ['kept', 'buckets']),
      selected: run.completed<SelectResult>('select', 0).result.sources,
    };
  },

  async execute(run, rank) {
    const shard = run.plan.shards[rank]!; // rank < tasksOf
    const decisions = new ShardDecisions(run, rank);
    const rows = openColumnFile(run.outputPath(run.completed<CurateResult>('curate', rank), 'rows'));
    const writer = new ParquetWriter(run.path('decisions', `${shard.key}.parquet`), decisionColumns(run));
    try {
      for (const block of rows.blocks()) {
        const cells = new DecisionCells(block.length);
        decisions.takeBlock(block, cells);
        writer.append(cells.columns(block, shard.source, shard.name), block.length);
      }
      const ledger = decisions.ledger();
      return { outputs: { decisions: writer.commit() }, result: { ledger } };
    } finally {
      writer.abort();
      rows.close();
      decisions.close();
    }
  },
};
