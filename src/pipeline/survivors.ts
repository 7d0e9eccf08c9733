/**
 * The documents that survived `curate`, numbered through the whole job: row = the shard's first row + the document's place in the shard. Shards are
 * in the plan's order, so a smaller number is an earlier document on every machine. Files are opened as they are asked for, a bounded number at once.
 */
import { utf8Bytes, type Column } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import { MAX_DOCUMENTS } from '../dedup/rows.js';
import type { MemberColumns } from '../dedup/keep-policy.js';
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { OpenFiles } from '../formats/open-files.js';
import { TextReader } from '../formats/text-file.js';
import { Utf8ColumnBuilder } from '../formats/utf8-column-builder.js';
import type { CurateResult } from './phases/curate.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';
import { EXACT_BYTES } from './signature-writer.js';

/** Signatures kept in memory: 64 Ki of 224 bytes are 14 MiB. */
const CACHED_SIGNATURES = 1 << 16;

export class Survivors {
  readonly #run: Run;
  /** First row of each shard of the plan, and behind the last the number of all. A failed shard has no rows. */
  readonly firstRows: Float64Array;
  readonly #kept = new OpenFiles<ColumnFile>(openColumnFile);
  readonly #stores = new OpenFiles((path) => new TextReader(path));
  readonly #cache = new Map<number, Uint16Array>();
  /** Of each source that phase `decide` looked at: its first row, the row behind its last, and a bit a document. */
  readonly #decided: { readonly first: number; readonly end: number; readonly kept: Uint8Array }[] = [];

  constructor(run: Run) {
    this.#run = run;
    const { shards } = run.plan;
    this.firstRows = new Float64Array(shards.length + 1);
    shards.forEach((_, rank) => {
      this.firstRows[rank + 1] = this.firstRows[rank]! + (run.completion<CurateResult>('curate', rank)?.result.kept ?? 0);
    });
    if (this.documents > MAX_DOCUMENTS) throw new ConfigError(`${this.documents} documents survived, expected at most ${MAX_DOCUMENTS} in one run: split the sources`);
  }

  /**
   * Loads what phase `decide` kept, for `isKept`: a bit a document of the sources with such decisions. Not in the constructor, as `decide` itself
   * comes before.
   */
  loadDecisions(): this {
    decidingSources(this.#run.plan).forEach((source, rank) => {
      const shards = this.#run.plan.shards.map((shard) => shard.source);
      const kept = readFile(this.#run.outputPath(this.#run.completed('decide', rank), 'kept'));
      this.#decided.push({ first: this.firstRows[shards.indexOf(source)]!, end: this.firstRows[shards.lastIndexOf(source) + 1]!, kept });
    });
    return this;
  }

  /** false: the document reached the end of its stages and was dropped by a decision over its whole source. */
  isKept(row: number): boolean {
    for (const { first, end, kept } of this.#decided) {
      if (row >= first && row < end) return ((kept[(row - first) >> 3]! >> ((row - first) & 7)) & 1) === 1;
    }
    return true;
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

  /** First row of each of the recipe's sources, and behind the last the number of all. */
  firstRowsOfSources(): number[] {
    const names = Object.keys(this.#run.plan.recipe.sources);
    const { shards } = this.#run.plan;
    return [...names.map((name) => this.firstRows[shards.findIndex((shard) => shard.source === name)]!), this.documents];
  }

  /** The minima of a row's signature; `bytes` is the width of one document in the store. Bounded cache; the array belongs to it. */
  signatureOf(row: number, bytes: number): Uint16Array {
    let signature = this.#cache.get(row);
    if (signature === undefined) {
      const shard = this.shardOf(row);
      const store = this.#stores.get(this.#run.outputPath(this.#run.completed('curate', shard), 'signatures'));
      const stored = store.read((row - this.firstRows[shard]!) * bytes + EXACT_BYTES, bytes - EXACT_BYTES);
      signature = new Uint16Array(stored.slice().buffer);
      if (this.#cache.size >= CACHED_SIGNATURES) this.#cache.delete(this.#cache.keys().next().value!); // the map is not empty: the oldest goes
      this.#cache.set(row, signature);
    }
    return signature;
  }

  /** What the keep policy looks at, for ascending `rows`. Memory: some 40 bytes and an id a row. */
  members(rows: Uint32Array): MemberColumns {
    const { shards, recipe } = this.#run.plan;
    const sources = Object.keys(recipe.sources);
    const id = new Utf8ColumnBuilder();
    const date = new Utf8ColumnBuilder();
    const members = { source: new Uint16Array(rows.length), quality: new Float32Array(rows.length), bytes: new Float64Array(rows.length) };
    rows.forEach((row, i) => {
      const { file, at, shard } = this.#keptAt(row);
      members.source[i] = sources.indexOf(shards[shard]!.source);
      members.quality[i] = file.numberAt(at, 'quality');
      members.bytes[i] = file.numberAt(at, 'bytes');
      addUtf8(id, file.at(at, 'id'));
      addUtf8(date, file.at(at, 'date'));
    });
    return { rows, ...members, id: id.take(), date: date.take() };
  }

  /** The shard's `kept` column file, of a shard that did not fail. */
  keptFile(shard: number): ColumnFile {
    return this.#kept.get(this.#run.outputPath(this.#run.completed('curate', shard), 'kept'));
  }

  close(): void {
    this.#kept.close();
    this.#stores.close();
  }

  #keptAt(row: number): { readonly file: ColumnFile; readonly at: number; readonly shard: number } {
    const shard = this.shardOf(row);
    return { file: this.keptFile(shard), at: row - this.firstRows[shard]!, shard };
  }
}

export function readFile(path: string): Uint8Array {
  const file = new PositionedFile(path);
  try {
    return file.read(0, file.bytes);
  } finally {
    file.close();
  }
}

function addUtf8(to: Utf8ColumnBuilder, { column, row }: { readonly column: Column; readonly row: number }): void {
  if (column.kind !== 'utf8') throw new Error(`found a ${column.kind} column, expected utf8`);
  to.push(utf8Bytes(column, row));
}
