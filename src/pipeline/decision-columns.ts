/**
 * The columns of decision records: what the shard's stages measured, and the cells that only later phases could fill. Every file of a run has the same.
 */
import type { Column } from '../core/document-batch.js';
import type { ColumnBlock } from '../formats/column-reader.js';
import type { ParquetCell, ParquetColumn, ParquetValues } from '../formats/parquet-writer.js';
import type { CurateResult } from './phases/curate.js';
import type { Run } from './run.js';
import type { ShardCleaning } from './shard-cleanings.js';
import type { ShardCut } from './shard-cuts.js';
import type { ShardRemoval } from './shard-removals.js';
import { tasksOf } from './tasks.js';

/** Of a recipe that cuts paragraphs: how many, how many bytes with them, and the beginning of the first. */
const CUT: readonly ParquetColumn[] = [
  { name: 'cutParagraphs', kind: 'uint32', nullable: true }, { name: 'cutBytes', kind: 'uint32', nullable: true }, { name: 'cutText', kind: 'utf8', nullable: true },
];
/** Of a recipe that decontaminates: benchmarks, how many of their n-grams, the longest run of them, bytes taken out, and the pieces that left. */
const CLEANED: readonly ParquetColumn[] = [
  { name: 'contaminatedBy', kind: 'utf8', nullable: true }, { name: 'matchedNgrams', kind: 'uint32', nullable: true }, { name: 'matchedText', kind: 'utf8', nullable: true },
  { name: 'cleanedBytes', kind: 'uint32', nullable: true }, { name: 'cleanedPieces', kind: 'uint32', nullable: true },
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

/** Those of every file of a run. */
export function decisionColumns(run: Run): ParquetColumn[] {
  return [...BEFORE, ...annotationColumns(run), ...AFTER, ...(tasksOf(run.plan, 'cut') > 0 ? CUT : []), ...(tasksOf(run.plan, 'clean') > 0 ? CLEANED : [])];
}

/** What the stages of any source measure, so that all files have the same columns. A source whose shards all failed adds none. */
export function annotationColumns(run: Run): ParquetColumn[] {
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

/** A similarity that was not computed is absent. */
const measured = (jaccard: number | undefined): number | null => (jaccard === undefined || Number.isNaN(jaccard) ? null : jaccard);

/** The cells of one block that `curate` could not know. Memory: some values a row. */
export class DecisionCells {
  readonly copies: number[];
  readonly buckets: ParquetCell[];
  readonly #stage: ParquetCell[];
  readonly #reason: ParquetCell[];
  readonly #removals: (ShardRemoval | undefined)[];
  readonly #cuts: ({ readonly cut: ShardCut; readonly bytes: number } | undefined)[];
  readonly #cleanings: ({ readonly cleaning: ShardCleaning; readonly bytes: number } | undefined)[];
  readonly #keptSources: ParquetCell[];

  constructor(length: number) {
    this.buckets = new Array<ParquetCell>(length).fill(null);
    this.copies = new Array<number>(length).fill(0);
    this.#stage = new Array<ParquetCell>(length).fill(null);
    this.#reason = new Array<ParquetCell>(length).fill(null);
    this.#removals = new Array<ShardRemoval | undefined>(length).fill(undefined);
    this.#cuts = new Array<undefined>(length).fill(undefined);
    this.#cleanings = new Array<undefined>(length).fill(undefined);
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

  clean(at: number, cleaning: ShardCleaning, bytes: number): void {
    this.#cleanings[at] = { cleaning, bytes };
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
      ['contaminatedBy', this.#cleanings.map((found) => found?.cleaning.benchmarks ?? null)], ['matchedNgrams', this.#cleanings.map((found) => found?.cleaning.ngrams ?? null)],
      ['matchedText', this.#cleanings.map((found) => found?.cleaning.sample ?? null)], ['cleanedBytes', this.#cleanings.map((found) => found?.bytes ?? null)],
      ['cleanedPieces', this.#cleanings.map((found) => found?.cleaning.pieces ?? null)],
    ]);
  }
}
