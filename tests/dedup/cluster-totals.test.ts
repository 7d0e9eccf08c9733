import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterTally, mergeClusterResults, type ClusterResult } from '#src/dedup/cluster-totals.js';
import type { Removal } from '#src/dedup/resolve.js';

const WORK = { comparisons: 3, exactComparisons: 2, cappedClusters: 1 };
const removal = (row: number, keptRow: number, method: number, estimate: number, exact = NaN): Removal => ({ row, keptRow, cluster: 0, method, estimate, exact });

describe('ClusterTally', () => {
  it('counts a kept document with its removals as a cluster, and a component that split as several', () => {
    const tally = new ClusterTally(2);
    tally.removal(removal(1, 0, 0, 1, 1), 0, 0, false);
    tally.removal(removal(2, 0, 2, 0.85), 1, 0, false);
    tally.removal(removal(4, 3, 2, 0.9, 0.812), 1, 1, false);
    tally.removal(removal(5, 3, 1, NaN), 0, 1, false);
    tally.endComponent(0, 7);
    const result = tally.result(0.8, WORK);
    expect(result).toMatchObject({ level: 0.8, members: 7, removals: 4, components: 1, ...WORK, megaClusters: [] });
    expect(result.sizes.filter(({ clusters }) => clusters > 0)).toEqual([{ size: '3-5', clusters: 2, documents: 6 }]);
    expect(result.removed).toEqual([[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]]]);
    expect(result.similarities.flatMap((count, bin) => (count === 0 ? [] : [[bin, count]]))).toEqual([[812, 1], [850, 1]]);
    expect(result.largest).toEqual([
      { size: 3, keptRow: 0, rows: [{ row: 2, jaccard: 0.85 }, { row: 1, jaccard: 1 }] }, { size: 3, keptRow: 3, rows: [{ row: 5, jaccard: 0 }, { row: 4, jaccard: 0.812 }] },
    ]);
  });

  it('counts what drop-all took besides as removed, but as no cluster of its own', () => {
    const tally = new ClusterTally(1);
    tally.removal(removal(1, 0, 2, 0.9), 0, 0, false);
    tally.removal(removal(0, 1, 2, 0.9), 0, 0, true);
    tally.endComponent(0, 2);
    expect(tally.result(0.8, WORK)).toMatchObject({ removals: 2, removed: [[[0, 0, 2]]], largest: [{ size: 2, keptRow: 0 }] });
  });

  it('shows the ten least similar of a cluster, the twenty largest clusters, and components of a thousand', () => {
    const tally = new ClusterTally(1);
    for (let cluster = 0; cluster < 25; cluster++) {
      for (let row = 1; row <= cluster + 1; row++) tally.removal(removal(100 * cluster + row, 100 * cluster, 2, 1 - row / 100), 0, 0, false);
      tally.endComponent(100 * cluster, cluster === 7 ? 1000 : 100);
    }
    const { largest, megaClusters } = tally.result(0.5, WORK);
    expect(largest.map(({ size }) => size)).toEqual(Array.from({ length: 20 }, (_, i) => 26 - i));
    expect(largest[0]!.rows.map(({ row }) => row)).toEqual(Array.from({ length: 10 }, (_, i) => 2425 - i));
    expect(megaClusters).toEqual([{ root: 700, size: 1000 }]);
  });

  it('keeps a cluster open over the blocks of a component as long as its kept document is carried on', () => {
    const tally = new ClusterTally(1);
    for (const row of [1, 2]) tally.removal(removal(row, 0, 2, 0.9), 0, 0, false);
    tally.endBlock((row) => row === 0);
    tally.removal(removal(3, 0, 2, 0.9), 0, 0, false);
    tally.endComponent(0, 4);
    expect(tally.result(0.8, WORK).sizes[1]).toEqual({ size: '3-5', clusters: 1, documents: 4 });
  });
});

describe('mergeClusterResults', () => {
  it('gives the same for any split of the clusters over tasks', () => {
    const cluster = fc.record({ size: fc.integer({ min: 2, max: 12 }), source: fc.nat(2), method: fc.nat(2), jaccard: fc.integer({ min: 500, max: 1000 }), task: fc.nat(2) });
    fc.assert(fc.property(fc.array(cluster, { minLength: 1, maxLength: 40 }), (clusters) => {
      const resultOf = (wanted: (task: number) => boolean): ClusterResult => {
        const tally = new ClusterTally(3);
        clusters.forEach(({ size, source, method, jaccard, task }, i) => {
          if (!wanted(task)) return;
          for (let member = 1; member < size; member++) tally.removal(removal(20 * i + member, 20 * i, method, jaccard / 1000), source, (source + i) % 3, false);
          tally.endComponent(20 * i, size);
        });
        return tally.result(0.5, { comparisons: 0, exactComparisons: 0, cappedClusters: 0 });
      };
      expect(mergeClusterResults([0, 1, 2].map((task) => resultOf((own) => own === task)))).toEqual(resultOf(() => true));
    }));
  });

  it('refuses results of two levels', () => {
    const at = (level: number): ClusterResult => new ClusterTally(1).result(level, WORK);
    expect(() => mergeClusterResults([at(0.8), at(0.9)])).toThrow(/of one level/);
  });
});
