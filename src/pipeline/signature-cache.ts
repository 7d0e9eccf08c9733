/**
 * Signatures by row, out of the stores of all shards, through a cache of fixed size: a table of entries in one piece of memory, each row with one place
 * where it may stand. Memory: the bytes given, and at most 64 open files.
 */
import { OpenFiles } from '../formats/open-files.js';
import { PositionedFile } from '../formats/positioned-file.js';
import type { Run } from './run.js';
import { EXACT_BYTES, MINIMA_AT } from './signature-layout.js';
import type { Survivors } from './survivors.js';

/** Of no row: there are at most 2^32 - 1. */
const NOBODY = 0xffff_ffff;
/** Memory that is reserved hastens garbage collection, so it is no more than a corpus can use. */
const LEAST_ENTRIES = 1024;

export class SignatureCache {
  readonly #run: Run;
  readonly #survivors: Survivors;
  readonly #stores = new OpenFiles((path) => new PositionedFile(path));
  /** Bytes of an entry in the store, and in memory, where words are aligned. */
  readonly #bytes: number;
  readonly #stride: number;
  readonly #rows: Uint32Array;
  readonly #entries: Uint8Array<ArrayBuffer>;

  /** `bytes` is the width of one document in the store (signature-layout.ts). */
  constructor(run: Run, survivors: Survivors, bytes: number, memoryBytes: number) {
    this.#run = run;
    this.#survivors = survivors;
    this.#bytes = bytes;
    this.#stride = Math.ceil(bytes / 4) * 4;
    const places = Math.max(LEAST_ENTRIES, Math.min(survivors.documents, Math.floor(memoryBytes / (this.#stride + 4))));
    this.#rows = new Uint32Array(places).fill(NOBODY);
    this.#entries = new Uint8Array(places * this.#stride);
  }

  /** The minima of a row's signature: a view that is valid until the next row is asked for. */
  minimaOf(row: number): Uint16Array {
    return new Uint16Array(this.#entries.buffer, this.#entryOf(row) + MINIMA_AT, (this.#bytes - MINIMA_AT) / 2);
  }

  /** The hash of a row's text, four words, and of its address, two: a view, as above. */
  keysOf(row: number): Uint32Array {
    return new Uint32Array(this.#entries.buffer, this.#entryOf(row), MINIMA_AT / 4);
  }

  close(): void {
    this.#stores.close();
  }

  /** Byte at which the row's entry begins. */
  #entryOf(row: number): number {
    const place = row % this.#rows.length;
    const at = place * this.#stride;
    if (this.#rows[place] !== row) {
      const shard = this.#survivors.shardOf(row);
      const store = this.#stores.get(this.#run.outputPath(this.#run.completed('curate', shard), 'signatures'));
      this.#rows[place] = NOBODY; // until the entry is whole
      store.readInto((row - this.#survivors.firstRows[shard]!) * this.#bytes, this.#entries.subarray(at, at + this.#bytes));
      this.#rows[place] = row;
    }
    return at;
  }
}

/** Words of `keysOf` that are of the text. */
export const TEXT_WORDS = EXACT_BYTES / 4;
