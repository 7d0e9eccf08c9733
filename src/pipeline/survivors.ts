/**
 * The documents that survived `curate`, numbered through the whole job: row = the shard's first row + the document's place in the shard. Shards are
 * in the plan's order, so a smaller number is an earlier document on every machine. Memory: 8 bytes a shard of the plan, and at most 64 open files of each kind.
 */
import { ConfigError } from '../core/errors.js';
import { MAX_DOCUMENTS } from '../dedup/rows.js';
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';
import { OpenFiles } from '../formats/open-files.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { unpackSurvivorRecord, type SurvivorRecord } from '../formats/survivor-record.js';
import type { CurateResult } from './phases/curate.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';

export class Survivors {
  readonly #run: Run;
  /** First row of each shard of the plan, and behind the last the number of all. A failed shard has no rows. */
  readonly firstRows: Float64Array;
  readonly #kept = new OpenFiles<ColumnFile>(openColumnFile);
  readonly #texts = new OpenFiles((path) => new PositionedFile(path));

  constructor(run: Run) {
    this.#run = run;
    this.firstRows = run.firstRows((rank) => run.completion<CurateResult>('curate', rank)?.result.kept ?? 0);
    if (this.documents > MAX_DOCUMENTS) throw new ConfigError(`${this.documents} documents survived, expected at most ${MAX_DOCUMENTS} in one run: split the sources`);
  }

  get documents(): number {
    return this.firstRows[this.firstRows.length - 1]!;
  }

  /** The shard, by rank, that a row is in. */
  shardOf(row: number): number {
    let low = 0;
    let high = this.firstRows.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firstRows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Whether a row of the shard was kept by phase `decide`; false: it reached the end of its stages and was dropped by a decision over its whole source.
   * Memory: a bit a document of the shard. Not before `decide` has ended.
   */
  decisions(shard: number): (row: number) => boolean {
    const slice = this.decided(shard, 'kept', 1 / 8);
    if (slice === undefined) return () => true;
    const { values, first } = slice;
    return (row) => ((values[((row - first) >> 3)]! >> ((row - first) & 7)) & 1) === 1;
  }

  /**
   * The part of an output of `decide` that a shard's rows are in, with the row that its first byte begins with; undefined where nothing is decided of its
   * source, or no such output was asked for. `bytesADocument` is 1, or 1/8 for bits.
   */
  decided(shard: number, role: 'kept' | 'buckets', bytesADocument: number): { readonly values: Uint8Array; readonly first: number } | undefined {
    const { shards } = this.#run.plan;
    const { source } = shards[shard]!; // a rank of the plan
    const rank = decidingSources(this.#run.plan).indexOf(source);
    if (rank < 0) return undefined;
    const completion = this.#run.completed('decide', rank);
    if (completion.outputs[role] === undefined) return undefined;
    const sourceFirst = this.firstRows[shards.findIndex((other) => other.source === source)]!; // the shard itself is of the source
    const from = Math.floor((this.firstRows[shard]! - sourceFirst) * bytesADocument);
    const to = Math.ceil((this.firstRows[shard + 1]! - sourceFirst) * bytesADocument);
    const file = new PositionedFile(this.#run.outputPath(completion, role));
    try {
      return { values: file.read(from, to - from), first: sourceFirst + from / bytesADocument };
    } finally {
      file.close();
    }
  }

  /** The shard's `kept` column file, of a shard that did not fail. */
  keptFile(shard: number): ColumnFile {
    return this.#kept.get(this.#run.outputPath(this.#run.completed('curate', shard), 'kept'));
  }

  /** A row's place: the `kept` file of its shard, and its number there. */
  keptAt(row: number): { readonly file: ColumnFile; readonly at: number; readonly shard: number } {
    const shard = this.shardOf(row);
    return { file: this.keptFile(shard), at: row - this.firstRows[shard]!, shard };
  }

  /** A row's text, as its stages left it; it belongs to the caller. */
  textOf(row: number): Uint8Array {
    return this.recordOf(row).text;
  }

  /** All that goes into the corpus of a row; it belongs to the caller. */
  recordOf(row: number): SurvivorRecord {
    const { file, at, shard } = this.keptAt(row);
    const store = this.#texts.get(this.#run.outputPath(this.#run.completed('curate', shard), 'text'));
    return unpackSurvivorRecord(store.read(file.numberInPlace(at, 'recordAt'), file.numberInPlace(at, 'recordBytes')));
  }

  close(): void {
    this.#kept.close();
    this.#texts.close();
  }
}
