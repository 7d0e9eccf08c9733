/**
 * The documents drawn for an audit by sample, out of the candidates of all shards (drawing.ts): their signatures in memory, their texts on disk. Every worker
 * holds them while the set is compared with them: 70 bytes, 8 a band and 2 a minimum a document, and 8 bytes a candidate while they are chosen.
 */
import { chooseDrawn } from '../dedup/draw.js';
import { openColumnFile, type ColumnBlock, type ColumnFile } from '../formats/column-reader.js';
import { OpenFiles } from '../formats/open-files.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { unpackSurvivorRecord, type SurvivorRecord } from '../formats/survivor-record.js';
import type { CurateResult } from './phases/curate.js';
import type { Run } from './run.js';
import { signatureParameters } from './signature-layout.js';

const COLUMNS = ['number', 'bytes', 'units', 'exact', 'url', 'bandHashes', 'minima', 'recordAt', 'recordBytes'];

/** In the order of their numbers in the draw; every array has an entry (or so many) a document. */
export class DrawnSet {
  readonly length: number;
  /** Rank of the shard that a document is in, and its place there. */
  readonly shard: Uint32Array;
  readonly number: Float64Array;
  readonly bytes: Uint32Array;
  readonly units: Uint32Array;
  /** 4 words, 2 words, 2 words a band (low first), `bands` x `rows` minima. */
  readonly exact: Uint32Array;
  readonly url: Uint32Array;
  readonly bandHashes: Uint32Array;
  readonly minima: Uint16Array;
  readonly #at: Uint32Array;
  readonly #recordAt: Float64Array;
  readonly #recordBytes: Uint32Array;
  readonly #run: Run;
  readonly #files = new OpenFiles<ColumnFile>(openColumnFile);
  readonly #texts = new OpenFiles((path) => new PositionedFile(path));

  constructor(run: Run) {
    this.#run = run;
    const { shards, sample, recipe } = run.plan;
    const { bands, rows } = signatureParameters(recipe.dedup!); // an audit's recipe has it
    const chosen = chooseDrawn(shards.map((_, rank) => this.#candidatesOf(rank)), sample!); // asked for a sample alone
    const n = chosen.length;
    this.length = n;
    this.shard = Uint32Array.from(chosen, ({ shard }) => shard);
    this.#at = Uint32Array.from(chosen, ({ at }) => at);
    this.number = new Float64Array(n);
    this.bytes = new Uint32Array(n);
    this.units = new Uint32Array(n);
    this.exact = new Uint32Array(4 * n);
    this.url = new Uint32Array(2 * n);
    this.bandHashes = new Uint32Array(2 * bands * n);
    this.minima = new Uint16Array(bands * rows * n);
    this.#recordAt = new Float64Array(n);
    this.#recordBytes = new Uint32Array(n);
    this.#load();
  }

  idOf(i: number): string {
    return this.#files.get(this.#path(this.shard[i]!, 'drawn')).utf8At(this.#at[i]!, 'id');
  }

  /** The document as it was read; it belongs to the caller. */
  recordOf(i: number): SurvivorRecord {
    return unpackSurvivorRecord(this.#texts.get(this.#path(this.shard[i]!, 'text')).read(this.#recordAt[i]!, this.#recordBytes[i]!));
  }

  close(): void {
    this.#files.close();
    this.#texts.close();
  }

  #path(rank: number, role: 'drawn' | 'text'): string {
    return this.#run.outputPath(this.#run.completed('curate', rank), role);
  }

  /** A failed shard has none. */
  #candidatesOf(rank: number): { readonly numbers: Float64Array; readonly completeTo: number } {
    const completion = this.#run.completion<CurateResult>('curate', rank);
    if (completion === undefined) return { numbers: new Float64Array(0), completeTo: 1 };
    const file = this.#files.get(this.#path(rank, 'drawn'));
    const numbers = new Float64Array(file.rows);
    for (const { firstRow, columns } of file.blocks({ columns: ['draw'] })) {
      const column = columns.get('draw')!;
      if (column.kind === 'float64') numbers.set(column.values, firstRow);
    }
    return { numbers, completeTo: completion.result.completeTo ?? 1 };
  }

  /** Block by block of each shard's candidates, of which the first few are drawn: they are in the order of their numbers. */
  #load(): void {
    const byShard = new Map<number, number[]>();
    this.shard.forEach((shard, i) => {
      const drawn = byShard.get(shard);
      if (drawn === undefined) byShard.set(shard, [i]);
      else drawn.push(i);
    });
    for (const [shard, drawn] of byShard) {
      let next = 0;
      for (const block of this.#files.get(this.#path(shard, 'drawn')).blocks({ columns: COLUMNS })) {
        for (; next < drawn.length && this.#at[drawn[next]!]! < block.firstRow + block.length; next++) this.#take(drawn[next]!, block, this.#at[drawn[next]!]! - block.firstRow);
        if (next === drawn.length) break;
      }
    }
  }

  #take(i: number, { columns }: ColumnBlock, row: number): void {
    const number = (name: string): number => {
      const column = columns.get(name)!; // asked for by COLUMNS
      return column.kind === 'float64' || column.kind === 'uint32' ? column.values[row]! : NaN;
    };
    const words = (name: string, to: Uint32Array | Uint16Array): void => {
      const column = columns.get(name)!;
      if (column.kind === 'hash64') to.set(column.values.subarray(2 * row, 2 * row + 2), 2 * i);
      if (column.kind !== 'bytes') return;
      const { width, values } = column;
      new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(values.subarray(width * row, width * (row + 1)), width * i);
    };
    this.number[i] = number('number');
    this.bytes[i] = number('bytes');
    this.units[i] = number('units');
    this.#recordAt[i] = number('recordAt');
    this.#recordBytes[i] = number('recordBytes');
    words('exact', this.exact);
    words('url', this.url);
    words('bandHashes', this.bandHashes);
    words('minima', this.minima);
  }
}
