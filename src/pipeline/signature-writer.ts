/**
 * Signs a shard's surviving documents for deduplication: their exact hashes and minima in a store that is read by row, and the records by which equal
 * hashes meet in one partition. With `scope: source` the source's name is mixed into the hashes, so documents of two sources never meet.
 */
import { createHash } from 'node:crypto';
import type { DocumentBatch } from '../core/document-batch.js';
import { BAND_RECORD_WORDS, EXACT_RECORD_WORDS, packBandRecords, packExactRecord, partitionOf } from '../dedup/partition.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { PartitionedWriter } from '../formats/partitioned-file.js';
import { TextWriter } from '../formats/text-file.js';
import type { Kernels, SignatureParameters } from '../kernels/kernels.js';
import { kernelsOf } from './stage-context.js';
import type { DedupRecipe } from './recipe.js';
import type { Run } from './run.js';

/** Memory to sort in, at most: a shard of 40,000 documents, as Common Crawl's are, fits without spilling. */
const BAND_SHUFFLE_BYTES = 24 << 20;
const EXACT_SHUFFLE_BYTES = 4 << 20;
/** A smaller shard is given this for every stored byte, as what a task reserves hastens garbage collection: bands of gzipped text need about a third. */
const BAND_BYTES_A_STORED_BYTE = 0.5;
const LEAST_SHUFFLE_BYTES = 1 << 20;
/** What is signed where the recipe asks for exact duplicates alone: the least that the kernel knows. */
const EXACT_ONLY = { bands: 1, rows: 4, shingle: { length: 5, unit: 'word' }, signature: 'permutations' } as const;
/** Permutations are the same in every run, so that signatures of two runs can be compared. */
const SEED = 1;

/** What a recipe's signatures are made with. */
export function signatureParameters(dedup: DedupRecipe): SignatureParameters {
  const { bands, rows, shingle, signature } = dedup.minhash ?? EXACT_ONLY;
  return { bands, rows, shingle, kind: signature, seed: SEED };
}

/** Bytes of one document in the store: the exact hash, then the minima. */
export const EXACT_BYTES = 16;
export const signatureBytes = ({ bands, rows }: SignatureParameters): number => EXACT_BYTES + 2 * bands * rows;

export class SignatureWriter {
  readonly #kernels: Kernels;
  readonly #parameters: SignatureParameters;
  readonly #partitions: number;
  readonly #withBands: boolean;
  readonly #scope: readonly number[];
  readonly #store: TextWriter;
  readonly #exact: PartitionedWriter;
  readonly #bands: PartitionedWriter | undefined;
  #documents = 0;
  /** Documents with fewer words than a shingle: they have no signature. */
  shortDocuments = 0;

  constructor(run: Run, rank: number, dedup: DedupRecipe) {
    this.#kernels = kernelsOf(run);
    this.#parameters = signatureParameters(dedup);
    this.#partitions = run.plan.partitions;
    this.#withBands = dedup.minhash !== undefined;
    const { source, files } = run.plan.shards[rank]!; // rank < tasksOf
    const hash = createHash('sha256').update(source).digest();
    this.#scope = dedup.scope === 'source' ? [hash.readUInt32LE(0), hash.readUInt32LE(4)] : [0, 0];
    const folder = run.path('work', 'curate');
    const stored = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const bandBytes = Math.min(BAND_SHUFFLE_BYTES, Math.max(LEAST_SHUFFLE_BYTES, Math.ceil(stored * BAND_BYTES_A_STORED_BYTE)));
    const exactBytes = Math.min(EXACT_SHUFFLE_BYTES, Math.max(LEAST_SHUFFLE_BYTES, Math.ceil(bandBytes / 4)));
    const partitioned = (ending: string, words: number, memoryBytes: number): PartitionedWriter =>
      new PartitionedWriter(run.workPath('curate', rank, ending), folder, memoryBytes, { words, partitions: this.#partitions });
    this.#store = new TextWriter(run.workPath('curate', rank, 'signatures'));
    this.#exact = partitioned('exact', EXACT_RECORD_WORDS, exactBytes);
    this.#bands = this.#withBands ? partitioned('bands', BAND_RECORD_WORDS, bandBytes) : undefined;
  }

  /** Signs the rows kept, in order: the n-th document added has number n in the shard. */
  add(batch: DocumentBatch, rows: Uint32Array): void {
    if (rows.length === 0) return;
    const { bands, rows: perBand, shingle } = this.#parameters;
    const signatures = this.#kernels.signatures(batch, rows, this.#parameters);
    const minima = new Uint8Array(signatures.minima.buffer, signatures.minima.byteOffset, signatures.minima.byteLength);
    const exact = new Uint8Array(signatures.exact.buffer, signatures.exact.byteOffset, signatures.exact.byteLength);
    const width = 2 * bands * perBand;
    const records = new Uint32Array(bands * BAND_RECORD_WORDS);
    const record = new Uint32Array(EXACT_RECORD_WORDS);
    const [low, high] = this.#scope as [number, number]; // made of two words
    for (const row of rows) {
      this.#store.append(exact.subarray(row * EXACT_BYTES, (row + 1) * EXACT_BYTES));
      this.#store.append(minima.subarray(row * width, (row + 1) * width));
      packExactRecord(signatures.exact, row * 4, this.#documents, record, 0);
      record[0] = record[0]! ^ high;
      record[1] = record[1]! ^ low;
      this.#exact.add(partitionOf(record[0]!, this.#partitions), record);
      if (signatures.units[row]! < shingle.length) {
        this.shortDocuments += 1;
      } else if (this.#bands !== undefined) {
        packBandRecords(signatures.bandHashes, row * 2 * bands, bands, this.#documents, records, 0);
        for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
          records[at + 1] = records[at + 1]! ^ high;
          records[at + 2] = records[at + 2]! ^ low;
          this.#bands.add(partitionOf(records[at + 1]!, this.#partitions), records, at);
        }
      }
      this.#documents += 1;
    }
  }

  commit(): Record<string, WrittenFile> {
    return {
      signatures: this.#store.commit(), exact: this.#exact.commit(),
      ...(this.#bands === undefined ? {} : { bands: this.#bands.commit() }),
    };
  }

  abort(): void {
    this.#store.abort();
    this.#exact.abort();
    this.#bands?.abort();
  }
}
