import { describe, expect, it } from 'vitest';
import { ClusterTally, type ClusterResult } from '#src/dedup/cluster-totals.js';
import { dedupAlarms, noSizes, removalsBySource, sizeClassOf } from '#src/dedup/report.js';

const NO_BUCKETS = { records: 0, buckets: 0, largestBucket: 0, comparisons: 0, edges: 0, cappedBuckets: 0, cappedRows: 0 };
const NO_CLUSTERS = new ClusterTally(1).result(0.8, { comparisons: 0, exactComparisons: 0, cappedClusters: 0 });

describe('classes of sizes', () => {
  it('hold sizes at both ends', () => {
    const classes = noSizes();
    for (const size of [2, 3, 5, 6, 10, 11, 100, 101, 1000, 1001]) sizeClassOf(classes, size).clusters += 1;
    expect(classes.map(({ size, clusters }) => [size, clusters])).toEqual([['2', 1], ['3-5', 2], ['6-10', 2], ['11-100', 2], ['101-1000', 2], ['>1000', 1]]);
  });
});

describe('removalsBySource', () => {
  it('sums what a source lost to each, also of a source without documents', () => {
    const removed = [[[1, 0, 1], [0, 0, 0], [2, 1, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 0, 1], [0, 0, 0], [0, 0, 1]]];
    expect(removalsBySource({ ...NO_CLUSTERS, removed }, ['web', 'none', 'wiki'], [10, 0, 6])).toEqual([
      { source: 'web', documents: 10, exact: 3, url: 1, minhash: 1, removed: 5, rate: 0.5 }, { source: 'none', documents: 0, exact: 0, url: 0, minhash: 0, removed: 0, rate: 0 },
      { source: 'wiki', documents: 6, exact: 0, url: 0, minhash: 2, removed: 2, rate: 1 / 3 },
    ]);
  });
});

describe('dedupAlarms', () => {
  const source = (rate: number): Parameters<typeof dedupAlarms>[0][number] => ({ source: 'web', documents: 1000, exact: 0, url: 0, minhash: 1000 * rate, removed: 1000 * rate, rate });

  it('is silent at the removal limit', () => {
    expect(dedupAlarms([source(0.5)], NO_CLUSTERS, NO_BUCKETS)).toEqual([]);
  });

  it('names a source above the limit, a mega-cluster, and what was capped', () => {
    const clusters: ClusterResult = { ...NO_CLUSTERS, cappedClusters: 1, megaClusters: [{ root: 3, size: 1000 }] };
    expect(dedupAlarms([source(0.501)], clusters, { ...NO_BUCKETS, cappedBuckets: 2 })).toEqual([
      { alarm: 'source-removal-rate', where: 'web', found: 0.501, limit: 0.5 }, { alarm: 'mega-cluster', where: 'row 3', found: 1000, limit: 1000 },
      { alarm: 'capped-buckets', where: 'minhash', found: 2, limit: 0 }, { alarm: 'capped-clusters', where: 'minhash', found: 1, limit: 0 },
    ]);
  });
});
