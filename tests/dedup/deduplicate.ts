// The whole of deduplication in memory, as the phases of a run do it with files: what tests on real text are made on.
import type { DocumentBatch } from '#src/core/document-batch.js';
import { BucketVerifier, type BucketTotals, type Edges } from '#src/dedup/bucket.js';
import { connectedComponents, type RowPairs } from '#src/dedup/components.js';
import { ClusterTally, type ClusterResult } from '#src/dedup/cluster-totals.js';
import { KeyEdges } from '#src/dedup/exact.js';
import { BAND_RECORD_WORDS, EDGE_WORDS, EXACT_RECORD_WORDS, packBandRecords, packExactRecord, partitionOf } from '#src/dedup/partition.js';
import { ClusterResolver, type Removal } from '#src/dedup/resolve.js';
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
  /** Pairs of rows with one text. */
  readonly equal: RowPairs;
  readonly edges: readonly Edges[];
  readonly clusters: RowGroups;
  /** Rows ascending. */
  readonly removals: readonly Removal[];
  readonly buckets: BucketTotals;
  readonly result: ClusterResult;
}

export function deduplicate(
  signed: Signatures, parameters: SignatureParameters, threshold: number, compare: (a: number, b: number) => number, partitions = 3,
): Deduplicated {
  const { bands, rows: bandRows, shingle } = parameters;
  const permutations = bands * bandRows;
  const documents = signed.units.length;
  const exactRecords = new Uint32Array(EXACT_RECORD_WORDS * documents);
  for (let row = 0; row < documents; row++) packExactRecord(signed.exact, 4 * row, row, exactRecords, EXACT_RECORD_WORDS * row);
  const keyEdges = exchange(exactRecords, EXACT_RECORD_WORDS, 0, partitions).flatMap((records) => [...new KeyEdges(EXACT_RECORD_WORDS).add(records)]);
  const equal = { rowA: Uint32Array.from(keyEdges.filter((_, i) => i % EDGE_WORDS === 0)), rowB: Uint32Array.from(keyEdges.filter((_, i) => i % EDGE_WORDS === 1)) };

  const withSignature = Array.from({ length: documents }, (_, row) => row).filter((row) => signed.units[row]! >= shingle.length);
  const bandRecords = new Uint32Array(BAND_RECORD_WORDS * bands * withSignature.length);
  withSignature.forEach((row, i) => packBandRecords(signed.bandHashes, 2 * bands * row, bands, row, bandRecords, BAND_RECORD_WORDS * bands * i));
  const minimaOf = (row: number): Uint16Array => signed.minima.subarray(permutations * row, permutations * (row + 1));
  const verifier = new BucketVerifier({ levels: [threshold], permutations, signatureOf: minimaOf });
  const edges: Edges[] = [];
  for (const partition of exchange(bandRecords, BAND_RECORD_WORDS, 1, partitions)) {
    const half = BAND_RECORD_WORDS * Math.floor(partition.length / BAND_RECORD_WORDS / 2);
    edges.push(verifier.add(partition.subarray(0, half)), verifier.add(partition.subarray(half)));
    verifier.endPartition();
  }
  const clusters = connectedComponents([...edges, equal]);
  const removals: Removal[] = [];
  const tally = new ClusterTally(1);
  const resolver = new ClusterResolver({
    level: threshold, exact: true, url: false, minhash: 'estimated', permutations, minimaOf, keysOf: (row) => Uint32Array.of(...signed.exact.subarray(4 * row, 4 * row + 4), 0, 0),
    exactJaccard: () => { throw new Error('asked for'); }, isAgainst: () => false, within: true, dropAll: false,
  }, { removed: (removal) => { removals.push(removal); tally.removal(removal, 0, 0, false); }, blockEnded: (isCarried) => tally.endBlock(isCarried) });
  for (let g = 0; g + 1 < clusters.starts.length; g++) {
    const members = clusters.rows.slice(clusters.starts[g], clusters.starts[g + 1]);
    resolver.begin(members[0]!);
    resolver.add(members.sort(compare));
    resolver.end();
    tally.endComponent(clusters.rows[clusters.starts[g]!]!, members.length);
  }
  return { equal, edges, clusters, removals: removals.sort((a, b) => a.row - b.row), buckets: verifier.totals, result: tally.result(threshold, resolver.totals) };
}
