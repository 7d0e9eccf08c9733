/**
 * Phase `record`, a task per shard: the decision record. One row for every record that was found in the shard, kept or dropped: where it was, what was
 * measured, why it was dropped, which kept document it repeats, and how many copies of it the corpus holds. Output: `decisions/<shard>.parquet`, with the
 * same columns for every shard, and the shard's whole ledger. Memory: one block of rows and one row group of Parquet (some 70 MB).
 */
import { columnOf, type Column } from '../../core/document-batch.js';
import { addAmount, assertConserved, drop, noAmount, stageLedger, type Amount, type SourceLedger, type StageLedger } from '../../core/ledger.js';
import { openColumnFile, type ColumnBlock, type ColumnFile } from '../../formats/column-reader.js';
import { ParquetWriter, type ParquetCell, type ParquetColumn, type ParquetValues } from '../../formats/parquet-writer.js';
import { copiesOf } from '../copies.js';
import { DecidedSource } from '../decided-source.js';
import type { Phase, Run } from '../run.js';
import { ShardCuts, type ShardCut } from '../shard-cuts.js';
import { ShardRemovals, type ShardRemoval } from '../shard-removals.js';
import { Survivors } from '../survivors.js';
import { tasksOf } from '../tasks.js';
import type { CurateResult } from './curate.js';
import type { SelectResult } from './select.js';

export interface RecordResult {
  readonly ledger: SourceLedger;
}

/** Reasons of the stages that decide over the whole corpus. */
const DUPLICATE_REASONS = { exact: 'exact-duplicate', url: 'url-duplicate', minhash: 'near-duplicate' } as const;
/** Of documents that others were compared with and that never enter the corpus. */
const ONLY_COMPARED = 'only-compared';
/** Of documents that have no text once the paragraphs are cut that others hold, too. */
const ONLY_REPEATED = 'only-repeated-paragraphs';
const NOT_SELECTED = 'not-selected';

/** Of a recipe that cuts paragraphs: how many, how many bytes with them, and the beginning of the first. */
const CUT: readonly ParquetColumn[] = [
  { name: 'cutParagraphs', kind: 'uint32', nullable: true }, { name: 'cutBytes', kind: 'uint32', nullable: true }, { name: 'cutText', kind: 'utf8', nullable: true },
];
/** Columns of decision records but for what the stages measured, which stands between `tokens` and `stage`. */
const BEFORE: readonly ParquetColumn[] = [
  { name: 'id', kind: 'utf8' }, { name: 'source', kind: 'utf8' }, { name: 'shard', kind: 'utf8' }, { name: 'offset', kind: 'float64' },
  { name: 'inner', kind: 'float64' }, { name: 'url', kind: 'utf8', nullable: true }, { name: 'date', kind: 'utf8', nullable: true },
  { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' },
];
const AFTER: readonly ParquetColumn[] = [
  { name: 'stage', kind: 'utf8', nullable: true }, { name: 'reason', kind: 'utf8', nullable: true }, { name: 'cluster', kind: 'uint32', nullable: true },
  { name: 'keptId', kind: 'utf8', nullable: true }, { name: 'keptSource', kind: 'utf8', nullable: true }, { name: 'jaccard', kind: 'float32', nullable: true }, { name: 'exactJaccard', kind: 'float32', nullable: true },
  { name: 'method', kind: 'utf8', nullable: true }, { name: 'copies', kind: 'uint32' },
];

export const record: Phase<RecordResult> = {
  name: 'record',

  inputs(run, rank) {
    const curated = run.completed('curate', rank);
    const { firstRows } = new Survivors(run);
    const { recipe, shards } = run.plan;
    return {
      rows: curated.outputs['rows'], kept: curated.outputs['kept'], columns: annotationColumns(run), first: firstRows[rank],
      sources: Object.keys(recipe.sources).map((name) => [name, firstRows[shards.findIndex(({ source }) => source === name)]!]), // every source has a shard
      removals: tasksOf(run.plan, 'remove') === 0 ? null : run.completed('remove', rank).outputs, cuts: tasksOf(run.plan, 'cut') === 0 ? null : run.completed('cut', rank).outputs, against: recipe.dedup?.against ?? [], decided: run.checksums('decide', ['kept', 'buckets']), selected: run.completed<SelectResult>('select', 0).result.sources,
    };
  },

  async execute(run, rank) {
    const shard = run.plan.shards[rank]!; // rank < tasksOf
    const curated = run.completed<CurateResult>('curate', rank);
    const survivors = new Survivors(run);
    const isKept = survivors.decisions(rank);
    const decided = new DecidedSource(run, survivors, rank);
    const onlyCompared = run.plan.recipe.dedup?.against.includes(shard.source) === true;
    const removals = new ShardRemovals(run, rank);
    const cuts = new ShardCuts(run, rank);
    const cutsParagraphs = tasksOf(run.plan, 'cut') > 0;
    const rows = openColumnFile(run.outputPath(curated, 'rows'));
    const writer = new ParquetWriter(run.path('decisions', `${shard.key}.parquet`), [...BEFORE, ...annotationColumns(run), ...AFTER, ...(cutsParagraphs ? CUT : [])]);
    const dedup = stageLedger('dedup');
    const paragraphs = stageLedger('paragraphs');
    const mixture = stageLedger('mixture');
    try {
      const plan = run.completed<SelectResult>('select', 0).result.sources.find(({ source }) => source === shard.source)!; // every source is planned
      const keys = curated.result.kept === 0 ? undefined : survivors.keptFile(rank);
      let row = survivors.firstRows[rank]!;
      let kept = 0;
      for (const block of rows.blocks()) {
        const cells = new DecisionCells(block.length);
        const verdicts = columnOf(block, 'verdict', 'uint32').values;
        const bytes = columnOf(block, 'bytes', 'uint32').values;
        const tokens = columnOf(block, 'tokens', 'uint32').values;
        for (let i = 0; i < block.length; i++) {
          if (verdicts[i] !== 0) {
            const { stage, reason } = curated.result.verdicts[verdicts[i]! - 1]!; // codes are made from that list
            cells.drop(i, stage, reason);
            continue;
          }
          const amount: Amount = { documents: 1, bytes: bytes[i]!, tokens: tokens[i]! };
          cells.buckets[i] = decided.bucketOf(row);
          if (!isKept(row)) {
            const { stage, reason } = decided.verdict;
            cells.drop(i, stage, reason);
            decided.drop(reason, amount);
            row += 1;
            kept += 1;
            continue;
          }
          addAmount(dedup.in, amount);
          const removal = removals.at(row);
          if (removal !== undefined) {
            const reason = DUPLICATE_REASONS[removal.method];
            drop(dedup, reason, amount);
            cells.drop(i, 'dedup', reason);
            cells.duplicate(i, removal, run.plan.shards[survivors.shardOf(removal.keptRow)]!.source); // every row is in a shard
          } else if (onlyCompared) {
            drop(dedup, ONLY_COMPARED, amount);
            cells.drop(i, 'dedup', ONLY_COMPARED);
          } else {
            addAmount(dedup.out, amount);
            const cut = cuts.at(row);
            if (cut !== undefined) cells.cut(i, cut, amount.bytes - cut.bytes);
            if (!takeParagraphs(paragraphs, amount, cut)) {
              cells.drop(i, paragraphs.stage, ONLY_REPEATED);
              row += 1;
              kept += 1;
              continue;
            }
            bytes[i] = amount.bytes;
            tokens[i] = amount.tokens;
            addAmount(mixture.in, amount);
            const copies = copiesOf(plan, keyAt(keys!, kept)); // a kept row is in the kept file
            if (copies === 0) {
              drop(mixture, NOT_SELECTED, amount);
              cells.drop(i, 'mixture', NOT_SELECTED);
            } else {
              addAmount(mixture.out, amount);
              cells.copies[i] = copies;
            }
          }
          row += 1;
          kept += 1;
        }
        writer.append(cells.columns(block, shard.source, shard.name), block.length);
      }
      removals.expectAllFound();
      cuts.expectAllFound();
      const ledger = decided.amend(curated.result.ledger);
      const whole = { ...ledger, stages: [...ledger.stages, dedup, ...(cutsParagraphs ? [paragraphs] : []), mixture] };
      assertConserved({ sources: [whole] });
      return { outputs: { decisions: writer.commit() }, result: { ledger: whole } };
    } finally {
      writer.abort();
      rows.close();
      removals.close();
      cuts.close();
      survivors.close();
    }
  },
};

/** Accounts for a document that paragraphs may have been cut from, whose amount becomes what is left; false: nothing is, and it drops out. */
function takeParagraphs(stage: StageLedger, amount: Amount, cut: ShardCut | undefined): boolean {
  addAmount(stage.in, amount);
  if (cut?.bytes === 0) {
    drop(stage, ONLY_REPEATED, amount);
    return false;
  }
  if (cut !== undefined) {
    addAmount((stage.edited ??= noAmount()), { documents: 1, bytes: amount.bytes - cut.bytes, tokens: amount.tokens - cut.tokens });
    amount.bytes = cut.bytes;
    amount.tokens = cut.tokens;
  }
  addAmount(stage.out, amount);
  return true;
}

/** What the stages of any source measure, so that all files have the same columns. A source whose shards all failed adds none. */
function annotationColumns(run: Run): ParquetColumn[] {
  const columns = new Map<string, ParquetColumn>();
  const seen = new Set<string>();
  for (const [rank, { source }] of run.plan.shards.entries()) {
    const curated = seen.has(source) ? undefined : run.completion<CurateResult>('curate', rank);
    if (curated === undefined) continue;
    seen.add(source);
    for (const { name, kind } of curated.result.annotations) {
      if (kind === 'hash64' || kind === 'bytes') continue; // not for people
      columns.set(name, { name, kind, nullable: true });
    }
    if (run.plan.needs[source]?.decision?.buckets === true) columns.set(BUCKET.name, BUCKET);
  }
  return [...columns.values()];
}

/** Twentieth of its source that a document's score lies in, 0 the worst; absent in documents that did not reach the decision. */
const BUCKET: ParquetColumn = { name: 'qualityBucket', kind: 'uint32', nullable: true };

function keyAt(file: ColumnFile, at: number): { readonly low: number; readonly high: number } {
  const { column, row } = file.at(at, 'key');
  if (column.kind !== 'hash64') throw new Error(`column "key": found ${column.kind}, expected hash64`);
  return { low: column.values[2 * row]!, high: column.values[2 * row + 1]! };
}

/** A similarity that was not computed is absent. */
const measured = (jaccard: number | undefined): number | null => (jaccard === undefined || Number.isNaN(jaccard) ? null : jaccard);

/** The cells of one block that `curate` could not know. */
class DecisionCells {
  readonly copies: number[];
  readonly buckets: ParquetCell[];
  readonly #stage: ParquetCell[];
  readonly #reason: ParquetCell[];
  readonly #removals: (ShardRemoval | undefined)[];
  readonly #cuts: ({ readonly cut: ShardCut; readonly bytes: number } | undefined)[];
  readonly #keptSources: ParquetCell[];

  constructor(length: number) {
    this.buckets = new Array<ParquetCell>(length).fill(null);
    this.copies = new Array<number>(length).fill(0);
    this.#stage = new Array<ParquetCell>(length).fill(null);
    this.#reason = new Array<ParquetCell>(length).fill(null);
    this.#removals = new Array<ShardRemoval | undefined>(length).fill(undefined);
    this.#cuts = new Array<undefined>(length).fill(undefined);
    this.#keptSources = new Array<ParquetCell>(length).fill(null);
  }

  drop(at: number, stage: string, reason: string): void {
    this.#stage[at] = stage;
    this.#reason[at] = reason;
  }

  duplicate(at: number, removal: ShardRemoval, keptSource: string): void {
    this.#removals[at] = removal;
    this.#keptSources[at] = keptSource;
  }

  cut(at: number, cut: ShardCut, bytes: number): void {
    this.#cuts[at] = { cut, bytes };
  }

  columns(block: ColumnBlock, source: string, shard: string): Map<string, ParquetValues> {
    const { length } = block;
    return new Map<string, ParquetValues | Column>([
      ...block.columns,
      ['source', new Array<string>(length).fill(source)], ['shard', new Array<string>(length).fill(shard)],
      ['stage', this.#stage], ['reason', this.#reason], ['copies', this.copies], [BUCKET.name, this.buckets],
      ['cluster', this.#removals.map((removal) => removal?.cluster ?? null)], ['keptId', this.#removals.map((removal) => removal?.keptId ?? null)],
      ['keptSource', this.#keptSources],
      ['jaccard', this.#removals.map((removal) => measured(removal?.jaccard))], ['exactJaccard', this.#removals.map((removal) => measured(removal?.exactJaccard))],
      ['method', this.#removals.map((removal) => removal?.method ?? null)],
      ['cutParagraphs', this.#cuts.map((found) => found?.cut.paragraphs ?? null)], ['cutBytes', this.#cuts.map((found) => found?.bytes ?? null)],
      ['cutText', this.#cuts.map((found) => found?.cut.sample ?? null)],
    ]);
  }
}
