/**
 * The documents that may enter the corpus: survivors of the filters that deduplication left, as columns, never as text. What sizes are summed of, what
 * the mixture selects from. Memory: one block of columns, and two bits a document of one shard.
 */
import { columnOf } from '../core/document-batch.js';
import { documentSize, mixtureUnit } from './document-sizes.js';
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
  /** In the mixture's unit (document-sizes.ts). */
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
  /** Sources that others are only compared with: the corpus has nothing of them. */
  readonly #against: readonly string[];

  constructor(run: Run) {
    this.#run = run;
    this.#survivors = new Survivors(run);
    this.#against = run.plan.recipe.dedup?.against ?? [];
  }

  /** First row of each source but the first. */
  sourceBounds(): readonly number[] {
    const { shards } = this.#run.plan;
    return shards.flatMap(({ source }, rank) => (rank > 0 && shards[rank - 1]!.source !== source ? [this.#survivors.firstRows[rank]!] : []));
  }

  /** All candidates of the sources wanted, by row. */
  *all(wanted: (source: string) => boolean): Generator<Candidate> {
    const sizeOf = documentSize(mixtureUnit(this.#run.plan));
    const candidate: Candidate = { source: '', row: 0, low: 0, high: 0, bytes: 0, tokens: 0, size: 0, recordAt: 0, recordBytes: 0, isCut: false };
    for (const [rank, { source }] of this.#run.plan.shards.entries()) {
      if (!wanted(source) || this.#against.includes(source) || this.#survivors.firstRows[rank] === this.#survivors.firstRows[rank + 1]) continue;
      candidate.source = source;
      const isKept = this.#survivors.decisions(rank);
      const removals = new ShardRemovals(this.#run, rank);
      const cuts = new ShardCuts(this.#run, rank);
      try {
        for (const block of this.#survivors.keptFile(rank).blocks({ columns: ['key', 'bytes', 'tokens', 'recordAt', 'recordBytes'] })) {
          const key = columnOf(block, 'key', 'hash64').values;
          const bytes = columnOf(block, 'bytes', 'uint32').values;
          const tokens = columnOf(block, 'tokens', 'uint32').values;
          const recordAt = columnOf(block, 'recordAt', 'float64').values;
          const recordBytes = columnOf(block, 'recordBytes', 'uint32').values;
          for (let i = 0; i < block.length; i++) {
            candidate.row = this.#survivors.firstRows[rank]! + block.firstRow + i;
            if (removals.has(candidate.row) || !isKept(candidate.row)) continue;
            const cut = cuts.at(candidate.row);
            if (cut?.bytes === 0) continue;
            candidate.low = key[2 * i]!;
            candidate.high = key[2 * i + 1]!;
            candidate.bytes = cut?.bytes ?? bytes[i]!;
            candidate.tokens = cut?.tokens ?? tokens[i]!;
            candidate.size = sizeOf(candidate);
            candidate.recordAt = cut?.recordAt ?? recordAt[i]!;
            candidate.recordBytes = cut?.recordBytes ?? recordBytes[i]!;
            candidate.isCut = cut !== undefined;
            yield candidate;
          }
        }
        removals.expectAllFound();
        cuts.expectAllFound();
      } finally {
        removals.close();
        cuts.close();
      }
    }
  }

  close(): void {
    this.#survivors.close();
  }
}
