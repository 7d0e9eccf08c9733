/**
 * The band hashes of a shard's documents, gathered from the records that `curate` dealt out by hash: an index holds them by document, so that any later
 * run can deal them out to partitions of its own.
 */
import { BAND_RECORD_WORDS } from '../dedup/partition.js';
import { ExternalSort } from '../formats/external-sort.js';
import { readPartition } from '../formats/partitioned-file.js';

export interface DocumentBandsOptions {
  /** Records of a document that has any. */
  readonly bands: number;
  /** The words that the shard's hashes were mixed with. */
  readonly scope: readonly [low: number, high: number];
  /** Of the file. */
  readonly partitions: number;
  /** To sort in; beyond it records are spilled to `folder`. */
  readonly memoryBytes: number;
  readonly folder: string;
}

export class DocumentBands {
  readonly #bands: number;
  readonly #scope: readonly [low: number, high: number];
  readonly #sort: ExternalSort;
  readonly #sorted: Generator<Uint32Array>;
  #chunk: Uint32Array = new Uint32Array(0);
  #at = 0;

  /** `path` is the shard's partitioned file of band records. Memory: `memoryBytes`. */
  constructor(path: string, { bands, scope, partitions, memoryBytes, folder }: DocumentBandsOptions) {
    this.#bands = bands;
    this.#scope = scope;
    this.#sort = new ExternalSort({ words: BAND_RECORD_WORDS, keyWords: 2, memoryBytes, folder });
    try {
      for (let partition = 0; partition < partitions; partition++) {
        for (const records of readPartition(path, partition, { words: BAND_RECORD_WORDS, partitions })) this.#sort.addAll(byDocument(records));
      }
    } catch (error) {
      this.#sort.dispose();
      throw error;
    }
    this.#sorted = this.#sort.sorted();
  }

  /** Writes the hashes of one document to `out[at]`, low words first; false where it has none. Ask in ascending order. */
  take(document: number, out: Uint32Array, at: number): boolean {
    const [low, high] = this.#scope;
    let found = 0;
    for (; this.#next() === document; this.#at += BAND_RECORD_WORDS, found++) {
      const band = this.#chunk[this.#at + 1]!;
      if (band !== found || found >= this.#bands) throw new Error(`document ${document}: found a record of band ${band}, expected ${found} of ${this.#bands}`);
      out[at + 2 * band] = (this.#chunk[this.#at + 3]! ^ low) >>> 0;
      out[at + 2 * band + 1] = (this.#chunk[this.#at + 2]! ^ high) >>> 0;
    }
    if (found !== 0 && found !== this.#bands) {
      throw new Error(`document ${document}: found records of ${found} bands, expected ${this.#bands} or none`);
    }
    return found > 0;
  }

  dispose(): void {
    this.#sort.dispose();
  }

  /** The document of the next record. */
  #next(): number | undefined {
    while (this.#at === this.#chunk.length) {
      const { value, done } = this.#sorted.next();
      if (done === true) return undefined;
      this.#chunk = value;
      this.#at = 0;
    }
    return this.#chunk[this.#at];
  }
}

/** [band, high, low, document] to [document, band, high, low], in place. */
function byDocument(records: Uint32Array): Uint32Array {
  for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
    const document = records[at + 3]!;
    records.copyWithin(at + 1, at, at + 3);
    records[at] = document;
  }
  return records;
}
