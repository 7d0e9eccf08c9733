import { describe, expect, it } from 'vitest';
import { clusterSizes, dedupAlarms, removalsBySource } from '#src/dedup/report.js';

/** Clusters of these sizes over rows 0, 1, 2, ... */
function clustersOf(sizes: readonly number[]): { rows: Uint32Array; starts: Uint32Array } {
  const starts = [0];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  return { rows: Uint32Array.from({ length: starts.at(-1)! }, (_, row) => row), starts: Uint32Array.from(starts) };
}
const removalsOf = (rows: readonly number[], methods: readonly number[]): Parameters<typeof removalsBySource>[0] => ({
  rows: Uint32Array.from(rows), methods: Uint8Array.from(methods), keptRows: new Uint32Array(rows.length),
  jaccard: new Float32Array(rows.length), clusters: new Uint32Array(rows.length),
});
const NO_BUCKETS = { records: 0, buckets: 0, largestBucket: 0, comparisons: 0, edges: 0, cappedBuckets: 0, cappedRows: 0 };
const NONE_RESOLVED = { comparisons: 0, kept: 0, cappedClusters: 0 };

describe('clusterSizes', () => {
  it('puts sizes at both ends of every class into it, and documents without duplicates into the first', () => {
    const sizes = [2, 3, 5, 6, 10, 11, 100, 101, 1000, 1001];
    const documents = sizes.reduce((sum, size) => sum + size, 7);
    expect(clusterSizes(clustersOf(sizes), documents)).toEqual([
      { size: '1', clusters: 7, documents: 7 }, { size: '2', clusters: 1, documents: 2 }, { size: '3-5', clusters: 2, documents: 8 },
      { size: '6-10', clusters: 2, documents: 16 }, { size: '11-100', clusters: 2, documents: 111 },
      { size: '101-1000', clusters: 2, documents: 1101 }, { size: '>1000', clusters: 1, documents: 1001 },
    ]);
  });
});

describe('removalsBySource', () => {
  it('counts each removal for the source whose rows hold it, also past a source without documents', () => {
    expect(removalsBySource(removalsOf([0, 3, 4, 9], [0, 1, 1, 0]), ['web', 'none', 'wiki'], [0, 4, 4, 10])).toEqual([
      { source: 'web', documents: 4, exact: 1, minhash: 1, rate: 0.5 }, { source: 'none', documents: 0, exact: 0, minhash: 0, rate: 0 },
      { source: 'wiki', documents: 6, exact: 1, minhash: 1, rate: 1 / 3 },
    ]);
  });
});

describe('dedupAlarms', () => {
  const source = (rate: number): Parameters<typeof dedupAlarms>[0][number] => ({ source: 'web', documents: 1000, exact: 0, minhash: 1000 * rate, rate });

  it('is silent at the removal limit and below a mega-cluster', () => {
    expect(dedupAlarms([source(0.5)], clustersOf([999]), NO_BUCKETS, NONE_RESOLVED)).toEqual([]);
  });

  it('names a source above the limit, a mega-cluster, and what was capped', () => {
    const alarms = dedupAlarms([source(0.501)], clustersOf([3, 1000]), { ...NO_BUCKETS, cappedBuckets: 2 }, { ...NONE_RESOLVED, cappedClusters: 1 });
    expect(alarms).toEqual([
      { alarm: 'source-removal-rate', where: 'web', found: 0.501, limit: 0.5 }, { alarm: 'mega-cluster', where: 'row 3', found: 1000, limit: 1000 },
      { alarm: 'capped-buckets', where: 'minhash', found: 2, limit: 0 }, { alarm: 'capped-clusters', where: 'minhash', found: 1, limit: 0 },
    ]);
  });

  it('follows the limits it is given', () => {
    expect(dedupAlarms([source(0.2)], clustersOf([5]), NO_BUCKETS, NONE_RESOLVED, { maxSourceRemovalRate: 0.1, megaCluster: 5 })).toHaveLength(2);
  });
});
