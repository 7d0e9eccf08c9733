/**
 * The documents that may enter the corpus: survivors of the filters that deduplication left, as columns, never as text. What sizes are summed of, what
 * the mixture selects from. Memory: one block of columns, and two bits a document of one shard.
 */
import { ShardSizes, type SampledRatios } from './document-sizes.js';
import type { SizeResult } from './phases/size.js';
import type { Run } from './run.js';
import { noDocument, stayingDocuments, type StayingDocument } from './staying-documents.js';
import { Survivors } from './survivors.js';

/** A document that may enter the corpus. One object is filled again and again: it is valid until the next. */
export interface Candidate extends StayingDocument {
  source: string;
  /** In the mixture's unit (document-sizes.ts); 0 where sizes are not known yet. */
  size: number;
}

/** Streamed from the `kept` files as often as asked. */
export class Candidates {
  readonly #run: Run;
  readonly #survivors: Survivors;
  readonly #sizes: SampledRatios | 'unsized';

  /** `sizes`: how sampled sources came out; `unsized` before documents are counted. Default: as phase `size` has it. */
  constructor(run: Run, sizes: SampledRatios | 'unsized' = sampledRatios(run.completed<SizeResult>('size', 0).result)) {
    this.#run = run;
    this.#sizes = sizes;
    this.#survivors = new Survivors(run);
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
    candidate.source = this.#run.plan.shards[rank]!.source; // a rank of the plan
    const firstRow = this.firstRow(rank);
    const sizes = this.#sizes === 'unsized' ? undefined : new ShardSizes(this.#run, rank, this.#sizes);
    try {
      for (const document of stayingDocuments(this.#run, this.#survivors, rank, candidate)) {
        document.size = sizes?.at(document.row - firstRow, document) ?? 0;
        yield document;
      }
      sizes?.expectAllFound();
    } finally {
      sizes?.close();
    }
  }

  close(): void {
    this.#survivors.close();
  }
}

const noCandidate = (): Candidate => ({ ...noDocument(), source: '', size: 0 });

/** Bytes a token of the sources of which a sample was counted. */
const sampledRatios = ({ available }: SizeResult): SampledRatios => (
  Object.fromEntries(Object.entries(available).flatMap(([source, { sampled }]) => (sampled === undefined ? [] : [[source, sampled.bytesPerToken]]))));
