/**
 * Signs a shard's surviving documents for deduplication: an entry each in a store that is read by row (signature-layout.ts), and the records by which
 * equal hashes meet in one partition. Memory: one batch's signatures, and a sort for each kind of record.
 */
import { columnOf, utf8Bytes, type DocumentBatch } from '../core/document-batch.js';
import { urlHash } from '../dedup/normal-url.js';
import { BAND_RECORD_WORDS, EXACT_RECORD_WORDS, packBandRecords, packExactRecord, partitionOf, URL_RECORD_WORDS } from '../dedup/partition.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { PartitionedWriter } from '../formats/partitioned-file.js';
import { TextWriter } from '../formats/text-file.js';
import type { Kernels, SignatureParameters } from '../kernels/kernels.js';
import { scopeWords, signatureParameters } from './signature-layout.js';
import { kernelsOf } from './stage-context.js';
import type { DedupRecipe } from './recipe.js';
import type { Run } from './run.js';

/** Memory to sort band records in, at most: a shard of 40,000 documents, as Common Crawl's are, fits without spilling. */
const BAND_SHUFFLE_BYTES = 24 << 20;
/** Of keys, one a document. */
const KEY_SHUFFLE_BYTES = 4 << 20;
/** A smaller shard is given this for every stored byte, as what a task reserves hastens garbage collection: bands of gzipped text need about a third. */
const BAND_BYTES_A_STORED_BYTE = 0.5;
const LEAST_SHUFFLE_BYTES = 1 << 20;

/** Records written for each exchange: what the phases behind it must find again. */
export interface RecordCounts {
  readonly exact: number;
  readonly urls: number;
  readonly bands: number;
}

/** What is stored of one document, and the hashes that it meets others by: as the kernel gives them, not mixed with a scope. */
export interface SignedDocument {
  /** 4 words. */
  readonly exact: Uint32Array;
  /** 2 words, low first; zeros where there is no address. */
  readonly url: Uint32Array;
  /** 2 bytes each. */
  readonly minima: Uint8Array;
  /** 2 words a band, low first; undefined where the document has fewer units than a shingle. */
  readonly bandHashes: Uint32Array | undefined;
}

export class SignatureWriter {
  readonly #kernels: Kernels;
  readonly #parameters: SignatureParameters;
  readonly #partitions: number;
  readonly #scope: readonly [low: number, high: number];
  readonly #store: TextWriter;
  readonly #exact: PartitionedWriter;
  readonly #urls: PartitionedWriter | undefined;
  readonly #bands: PartitionedWriter | undefined;
  readonly #counts = { exact: 0, urls: 0, bands: 0 };
  /** Reused for every document. */
  readonly #record = new Uint32Array(EXACT_RECORD_WORDS);
  readonly #bandRecords: Uint32Array;
  #documents = 0;
  /** Documents with fewer units than a shingle: they have no signature. */
  shortDocuments = 0;

  constructor(run: Run, rank: number, dedup: DedupRecipe) {
    this.#kernels = kernelsOf(run);
    this.#parameters = signatureParameters(dedup);
    this.#bandRecords = new Uint32Array(this.#parameters.bands * BAND_RECORD_WORDS);
    this.#partitions = run.plan.partitions;
    const shard = run.plan.shards[rank]!; // rank < tasksOf
    this.#scope = scopeWords(dedup.scope, shard);
    const stored = shard.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const bandBytes = Math.min(BAND_SHUFFLE_BYTES, run.memory.sort, Math.max(LEAST_SHUFFLE_BYTES, Math.ceil(stored * BAND_BYTES_A_STORED_BYTE)));
    const keyBytes = Math.min(KEY_SHUFFLE_BYTES, Math.max(LEAST_SHUFFLE_BYTES, Math.ceil(bandBytes / 4)));
    const partitioned = (ending: string, words: number, memoryBytes: number): PartitionedWriter =>
      new PartitionedWriter(run.workPath('curate', rank, ending), run.path('work', 'curate'), memoryBytes, { words, partitions: this.#partitions });
    this.#store = new TextWriter(run.workPath('curate', rank, 'signatures'));
    this.#exact = partitioned('exact', EXACT_RECORD_WORDS, keyBytes);
    this.#urls = writesUrls(run, dedup) ? partitioned('urls', URL_RECORD_WORDS, keyBytes) : undefined;
    this.#bands = dedup.minhash !== undefined ? partitioned('bands', BAND_RECORD_WORDS, bandBytes) : undefined;
  }

  /** Signs the rows kept, in order: the n-th document added has number n in the shard. */
  add(batch: DocumentBatch, rows: Uint32Array): void {
    if (rows.length === 0) return;
    const { bands, rows: perBand, shingle } = this.#parameters;
    const signatures = this.#kernels.signatures(batch, rows, this.#parameters);
    const minima = new Uint8Array(signatures.minima.buffer, signatures.minima.byteOffset, signatures.minima.byteLength);
    const width = 2 * bands * perBand;
    const urls = this.#urls === undefined || !batch.columns.has('url') ? undefined : columnOf(batch, 'url', 'utf8');
    for (const row of rows) {
      const short = signatures.units[row]! < shingle.length;
      if (short) this.shortDocuments += 1;
      this.addSigned({
        exact: signatures.exact.subarray(4 * row, 4 * row + 4), minima: minima.subarray(row * width, (row + 1) * width),
        url: urls === undefined ? NO_URL : urlHash(utf8Bytes(urls, row)),
        bandHashes: short ? undefined : signatures.bandHashes.subarray(2 * bands * row, 2 * bands * (row + 1)),
      });
    }
  }

  /** Adds a document that is signed already. */
  addSigned({ exact, url, minima, bandHashes }: SignedDocument): void {
    const [low, high] = this.#scope;
    this.#store.append(bytesOf(exact));
    this.#store.append(bytesOf(url));
    this.#store.append(minima);
    const record = this.#record;
    packExactRecord(exact, 0, this.#documents, record, 0);
    record[0] = record[0]! ^ high;
    record[1] = record[1]! ^ low;
    this.#exact.add(partitionOf(record[0]!, this.#partitions), record);
    this.#counts.exact += 1;
    if (this.#urls !== undefined && (url[0] !== 0 || url[1] !== 0)) {
      record.set([url[1]! ^ high, url[0]! ^ low, this.#documents]);
      this.#urls.add(partitionOf(record[0]!, this.#partitions), record);
      this.#counts.urls += 1;
    }
    if (this.#bands !== undefined && bandHashes !== undefined) {
      const { bands } = this.#parameters;
      const records = this.#bandRecords;
      packBandRecords(bandHashes, 0, bands, this.#documents, records, 0);
      for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
        records[at + 1] = records[at + 1]! ^ high;
        records[at + 2] = records[at + 2]! ^ low;
        this.#bands.add(partitionOf(records[at + 1]!, this.#partitions), records, at);
      }
      this.#counts.bands += bands;
    }
    this.#documents += 1;
  }

  get counts(): RecordCounts {
    return { ...this.#counts };
  }

  commit(): Record<string, WrittenFile> {
    return {
      signatures: this.#store.commit(), exact: this.#exact.commit(),
      ...(this.#urls === undefined ? {} : { urls: this.#urls.commit() }), ...(this.#bands === undefined ? {} : { bands: this.#bands.commit() }),
    };
  }

  abort(): void {
    for (const output of [this.#store, this.#exact, this.#urls, this.#bands]) output?.abort();
  }
}

const NO_URL = new Uint32Array(2);

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** Addresses are compared where the recipe asks for it, and counted by every audit. */
export const writesUrls = (run: Run, dedup: DedupRecipe): boolean => dedup.url || run.plan.job === 'audit';
