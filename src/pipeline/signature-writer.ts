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
import { EXACT_BYTES, MINIMA_AT, scopeWords, signatureBytes, signatureParameters } from './signature-layout.js';
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

/** What is stored of documents, and the hashes that they meet others by, row after row: as the kernel gives them, not mixed with a scope. */
export interface SignedDocuments {
  /** 4 words a row. */
  readonly exact: Uint32Array;
  /** 2 words a row, low first; zeros where there is no address. */
  readonly url: Uint32Array;
  /** `bands` x `rows` a row. */
  readonly minima: Uint16Array;
  /** 2 words a band, low first. */
  readonly bandHashes: Uint32Array;
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
  /** Reused for every document; the bytes are those of the entry. */
  readonly #entry: Uint16Array;
  readonly #entryBytes: Uint8Array;
  readonly #record = new Uint32Array(EXACT_RECORD_WORDS);
  readonly #bandRecords: Uint32Array;
  #documents = 0;
  /** Documents with fewer units than a shingle: they have no signature. */
  shortDocuments = 0;

  constructor(run: Run, rank: number, dedup: DedupRecipe) {
    this.#kernels = kernelsOf(run);
    this.#parameters = signatureParameters(dedup);
    this.#entry = new Uint16Array(signatureBytes(this.#parameters) / 2);
    this.#entryBytes = new Uint8Array(this.#entry.buffer);
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
    const signatures = this.#kernels.signatures(batch, rows, this.#parameters);
    const url = new Uint32Array(2 * batch.length);
    const urls = this.#urls === undefined || !batch.columns.has('url') ? undefined : columnOf(batch, 'url', 'utf8');
    if (urls !== undefined) for (const row of rows) urlHash(utf8Bytes(urls, row), url, 2 * row);
    const { exact, minima, bandHashes } = signatures;
    const signed: SignedDocuments = { exact, url, minima, bandHashes };
    for (const row of rows) {
      const isShort = signatures.units[row]! < this.#parameters.shingle.length;
      if (isShort) this.shortDocuments += 1;
      this.addSigned(signed, row, !isShort);
    }
  }

  /** Adds a document that is signed already. `hasBands`: whether it has units enough for a shingle, without which it meets none by its bands. */
  addSigned(signed: SignedDocuments, row: number, hasBands: boolean): void {
    this.#store.append(this.#packEntry(signed, row));
    this.#addExact(signed.exact, row);
    if (this.#urls !== undefined) this.#addUrl(this.#urls, signed.url, row);
    if (this.#bands !== undefined && hasBands) this.#addBands(this.#bands, signed.bandHashes, row);
    this.#documents += 1;
  }

  /** As signature-layout.ts has it. */
  #packEntry({ exact, url, minima }: SignedDocuments, row: number): Uint8Array {
    const entry = this.#entry;
    for (let word = 0; word < 4; word++) packWord(entry, 2 * word, exact[4 * row + word]!);
    packWord(entry, EXACT_BYTES / 2, url[2 * row]!);
    packWord(entry, EXACT_BYTES / 2 + 2, url[2 * row + 1]!);
    const count = entry.length - MINIMA_AT / 2;
    for (let i = 0; i < count; i++) entry[MINIMA_AT / 2 + i] = minima[count * row + i]!;
    return this.#entryBytes;
  }

  #addExact(exact: Uint32Array, row: number): void {
    const [low, high] = this.#scope;
    const record = this.#record;
    packExactRecord(exact, 4 * row, this.#documents, record, 0);
    record[0] = record[0]! ^ high;
    record[1] = record[1]! ^ low;
    this.#exact.add(partitionOf(record[0]!, this.#partitions), record);
    this.#counts.exact += 1;
  }

  #addUrl(writer: PartitionedWriter, url: Uint32Array, row: number): void {
    const [urlLow, urlHigh] = [url[2 * row]!, url[2 * row + 1]!];
    if (urlLow === 0 && urlHigh === 0) return;
    const [low, high] = this.#scope;
    const record = this.#record;
    record[0] = urlHigh ^ high;
    record[1] = urlLow ^ low;
    record[2] = this.#documents;
    writer.add(partitionOf(record[0]!, this.#partitions), record);
    this.#counts.urls += 1;
  }

  #addBands(writer: PartitionedWriter, bandHashes: Uint32Array, row: number): void {
    const [low, high] = this.#scope;
    const { bands } = this.#parameters;
    const records = this.#bandRecords;
    packBandRecords(bandHashes, 2 * bands * row, bands, this.#documents, records, 0);
    for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
      records[at + 1] = records[at + 1]! ^ high;
      records[at + 2] = records[at + 2]! ^ low;
      writer.add(partitionOf(records[at + 1]!, this.#partitions), records, at);
    }
    this.#counts.bands += bands;
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

/** Low half first, as all of a store is. */
function packWord(entry: Uint16Array, at: number, word: number): void {
  entry[at] = word & 0xffff;
  entry[at + 1] = word >>> 16;
}

/** Addresses are compared where the recipe asks for it, and counted by every audit. */
export const writesUrls = (run: Run, dedup: DedupRecipe): boolean => dedup.url || run.plan.job === 'audit';
