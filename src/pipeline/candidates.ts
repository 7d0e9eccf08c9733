/**
 * The documents that may enter the corpus: survivors of the filters that deduplication left, as columns, never as text. What sizes are summed of, what
 * the mixture selects from. Memory: one block of columns, and two bits a document of one shard.
 */
import { columnOf } from '../core/document-batch.js';
import { ShardSizes, type SampledRatios } from './document-sizes.js';
import type { SizeResult } from './phases/size.js';
import type { Run } from './run.js';
import { ShardCuts } from './shard-cuts.js';
import { ShardRemovals } from './shard-removals.js';
import { Survivors } from './survivors.js';

/** A document that may enter the corpus. One object is filled again and again: it is valid until the next. */
export interface Candidate {
  source: string;
  row: number;
  low: number;
  high: number;
  bytes: number;
  /** Estimated, as in the ledger. */
  tokens: number;
  /** In the mixture's unit (document-sizes.ts); 0 where sizes are not known yet. */
  size: number;
  recordAt: number;
  recordBytes: number;
  /** Whether the record is what phase `cut` left of the document. */
  isCut: boolean;
}

/** Streamed from the `kept` files as often as asked. */
export class Candidates {
  readonly #run: Run;
  readonly #survivors: Survivors;
  readonly #sizes: SampledRatios | 'unsized';
  /** Sources that others are only compared with: the corpus has nothing of them. */
  readonly #against: readonly string[];

  /** `sizes`: how sampled sources came out; `unsized` before documents are counted. Default: as phase `size` has it. */
  constructor(run: Run, sizes: SampledRatios | 'unsized' = sampledRatios(run.completed<SizeResult>('size', 0).result)) {
    this.#run = run;
    this.#sizes = sizes;
    this.#survivors = new Survivors(run);
    this.#against = run.plan.recipe.dedup?.against ?? [];
  }

  /** First row of each source but the first. */
  sourceBounds(): readonly number[] {
    const { shards } = this.#run.plan;
    return shards.flatMap(({ source }, rank) => (rank > 0 && shards[rank - 1]!.source !== source ? [this.#survivors.firstRows[rank]!] : []));
  }

  /** First row of a shard. */
  firstRow(rank: number): number {
    return this.#survivors.firstRows[rank]!; // a rank of the plan
  }

  /** All candidates of the sources wanted, by row. */
  *all(wanted: (source: string) => boolean): Generator<Candidate> {
    const candidate = noCandidate();
    for (const [rank, { source }] of this.#run.plan.shards.entries()) {
      if (wanted(source)) yield* this.ofShard(rank, candidate);
    }
  }

  /** The candidates of one shard, by row. */
  *ofShard(rank: number, candidate = noCandidate()): Generator<Candidate> {
    const { source } = this.#run.plan.shards[rank]!; // a rank of the plan
    const firstRow = this.firstRow(rank);
    if (this.#against.includes(source) || firstRow === this.#survivors.firstRows[rank + 1]) return;
    candidate.source = source;
    const isKept = this.#survivors.decisions(rank);
    const removals = new ShardRemovals(this.#run, rank);
    const cuts = new ShardCuts(this.#run, rank);
    const sizes = this.#sizes === 'unsized' ? undefined : new ShardSizes(this.#run, rank, this.#sizes);
    try {
      for (const block of this.#survivors.keptFile(rank).blocks({ columns: ['key', 'bytes', 'tokens', 'recordAt', 'recordBytes'] })) {
        const key = columnOf(block, 'key', 'hash64').values;
        const bytes = columnOf(block, 'bytes', 'uint32').values;
        const tokens = columnOf(block, 'tokens', 'uint32').values;
        const recordAt = columnOf(block, 'recordAt', 'float64').values;
        const recordBytes = columnOf(block, 'recordBytes', 'uint32').values;
        for (let i = 0; i < block.length; i++) {
          candidate.row = firstRow + block.firstRow + i;
          if (removals.has(candidate.row) || !isKept(candidate.row)) continue;
          const cut = cuts.at(candidate.row);
          if (cut?.bytes === 0) continue;
          candidate.low = key[2 * i]!;
          candidate.high = key[2 * i + 1]!;
          candidate.bytes = cut?.bytes ?? bytes[i]!;
          candidate.tokens = cut?.tokens ?? tokens[i]!;
          candidate.size = sizes?.at(block.firstRow + i, candidate) ?? 0;
          candidate.recordAt = cut?.recordAt ?? recordAt[i]!;
          candidate.recordBytes = cut?.recordBytes ?? recordBytes[i]!;
          candidate.isCut = cut !== undefined;
          yield candidate;
        }
      }
      removals.expectAllFound();
      cuts.expectAllFound();
      sizes?.expectAllFound();
    } finally {
      removals.close();
      cuts.close();
      sizes?.close();
    }
  }

  close(): void {
    this.#survivors.close();
  }
}

const noCandidate = (): Candidate => ({ source: '', row: 0, low: 0, high: 0, bytes: 0, tokens: 0, size: 0, recordAt: 0, recordBytes: 0, isCut: false });

/** Bytes a token of the sources of which a sample was counted. */
const sampledRatios = ({ available }: SizeResult): SampledRatios => (
  Object.fromEntries(Object.entries(available).flatMap(([source, { sampled }]) => (sampled === undefined ? [] : [[source, sampled.bytesPerToken]]))));
