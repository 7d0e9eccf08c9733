// The whole of deduplication in memory, as the phases of a run do it with files: what tests on real text are made on.
import type { DocumentBatch } from '#src/core/document-batch.js';
import { BucketVerifier, type BucketTotals, type Edges } from '#src/dedup/bucket.js';
import { connectedComponents, type RowPairs } from '#src/dedup/components.js';
import { exactKeptRow, ExactGrouper, resolveExact, type ExactDuplicates } from '#src/dedup/exact.js';
import { BAND_RECORD_WORDS, EXACT_RECORD_WORDS, packBandRecords, packExactRecord, partitionOf } from '#src/dedup/partition.js';
import { resolveClusters, type Removals, type ResolveTotals } from '#src/dedup/resolve.js';
import type { RowGroups } from '#src/dedup/rows.js';
import type { SignatureParameters, Signatures } from '#src/kernels/kernels.js';

export const FINEWEB: SignatureParameters = { bands: 14, rows: 8, shingle: { length: 5, unit: 'word' }, kind: 'permutations', seed: 7 };

export function batchOf(texts: readonly (string | Uint8Array)[]): DocumentBatch {
  const parts = texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : text));
  const offsets = new Uint32Array(texts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  return { length: texts.length, text: Buffer.concat(parts), offsets, columns: new Map() };
}

export const allRows = (batch: DocumentBatch): Uint32Array => Uint32Array.from({ length: batch.length }, (_, row) => row);

/** Records of `width` words in ascending order. */
export function sortRecords(records: Uint32Array, width: number): Uint32Array {
  const parts = Array.from({ length: records.length / width }, (_, i) => records.subarray(i * width, (i + 1) * width));
  const order = (a: Uint32Array, b: Uint32Array): number => {
    const at = a.findIndex((word, i) => word !== b[i]);
    return at < 0 ? 0 : a[at]! - b[at]!;
  };
  return Uint32Array.from(parts.sort(order).flatMap((part) => [...part]));
}

/** Sorted records of each partition; `keyWord` is the word that decides. */
function exchange(records: Uint32Array, width: number, keyWord: number, partitions: number): Uint32Array[] {
  const lists: number[][] = Array.from({ length: partitions }, () => []);
  for (let at = 0; at < records.length; at += width) lists[partitionOf(records[at + keyWord]!, partitions)]!.push(...records.subarray(at, at + width));
  return lists.map((list) => sortRecords(Uint32Array.from(list), width));
}

export interface Deduplicated {
  readonly exact: ExactDuplicates;
  readonly edges: readonly Edges[];
  readonly clusters: RowGroups;
  readonly removals: Removals;
  readonly buckets: BucketTotals;
  readonly resolved: ResolveTotals;
}

export function deduplicate(
  signed: Signatures, parameters: SignatureParameters, threshold: number, compare: (a: number, b: number) => number, partitions = 3,
): Deduplicated {
  const { bands, rows: bandRows, shingle } = parameters;
  const permutations = bands * bandRows;
  const documents = signed.units.length;
  const exactRecords = new Uint32Array(EXACT_RECORD_WORDS * documents);
  for (let row = 0; row < documents; row++) packExactRecord(signed.exact, 4 * row, row, exactRecords, EXACT_RECORD_WORDS * row);
  const grouper = new ExactGrouper();
  for (const partition of exchange(exactRecords, EXACT_RECORD_WORDS, 0, partitions)) {
    grouper.add(partition);
    grouper.endPartition();
  }
  const exact = resolveExact(grouper.groups(), compare);

  const withSignature = Array.from({ length: documents }, (_, row) => row).filter((row) => signed.units[row]! >= shingle.length);
  const bandRecords = new Uint32Array(BAND_RECORD_WORDS * bands * withSignature.length);
  withSignature.forEach((row, i) => packBandRecords(signed.bandHashes, 2 * bands * row, bands, row, bandRecords, BAND_RECORD_WORDS * bands * i));
  const signatureOf = (row: number): Uint16Array => signed.minima.subarray(permutations * row, permutations * (row + 1));
  const keptOf = (row: number): number => exactKeptRow(exact, row);
  const verifier = new BucketVerifier({ levels: [threshold], permutations, signatureOf });
  const edges: Edges[] = [];
  for (const partition of exchange(bandRecords, BAND_RECORD_WORDS, 1, partitions)) {
    const half = BAND_RECORD_WORDS * Math.floor(partition.length / BAND_RECORD_WORDS / 2);
    edges.push(verifier.add(partition.subarray(0, half)), verifier.add(partition.subarray(half)));
    verifier.endPartition();
  }
  const pairs: RowPairs[] = [...edges, { rowA: exact.rows, rowB: exact.keptRows }];
  const clusters = connectedComponents(pairs);
  const { removals, totals } = resolveClusters(clusters, { threshold, permutations, signatureOf, compare, exactKeptRow: keptOf });
  return { exact, edges, clusters, removals, buckets: verifier.totals, resolved: totals };
}
