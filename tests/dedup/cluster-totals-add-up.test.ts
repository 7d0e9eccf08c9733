import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterTally, mergeClusterResults, SIMILARITY_BINS, type ClusterResult } from '#src/dedup/cluster-totals.js';

const SOURCES = 3;
const WORK = { comparisons: 5, exactComparisons: 2, cappedClusters: 1 };

/** A component in which one row stays for all others, which are as similar to it as is said. */
interface Component {
  readonly root: number;
  readonly source: number;
  readonly removed: readonly { readonly row: number; readonly method: number; readonly estimate: number; readonly exact: number; readonly source: number }[];
}

function tallyOf(components: readonly Component[]): ClusterResult {
  const tally = new ClusterTally(SOURCES);
  for (const { root, source, removed } of components) {
    for (const removal of removed) tally.removal({ ...removal, keptRow: root, cluster: root }, removal.source, source, false);
    tally.endComponent(root, removed.length + 1);
  }
  return tally.result(0.8, WORK);
}

const jaccard = fc.integer({ min: 800, max: 1000 }).map((thousandths) => thousandths / 1000);
const removed = fc.record({ method: fc.constantFrom(0, 1, 2), estimate: jaccard, exact: fc.oneof(jaccard, fc.constant(NaN)), source: fc.integer({ min: 0, max: SOURCES - 1 }) });
const components = fc.array(fc.record({ source: fc.integer({ min: 0, max: SOURCES - 1 }), removed: fc.array(removed, { minLength: 1, maxLength: 14 }) }), { maxLength: 40 })
  .map((all): Component[] => all.map((one, i) => ({ ...one, root: 100 * i, removed: one.removed.map((removal, k) => ({ ...removal, row: 100 * i + k + 1 })) })));

describe('the results of tasks', () => {
  it('add up to those of one task, however components are dealt out and in whatever order', () => {
    fc.assert(fc.property(components, fc.integer({ min: 1, max: 5 }), (all, tasks) => {
      const parts = Array.from({ length: tasks }, (_, task) => tallyOf(all.filter((_one, i) => i % tasks === task)));
      const whole = tallyOf(all);
      const sums = { comparisons: tasks * WORK.comparisons, exactComparisons: tasks * WORK.exactComparisons, cappedClusters: tasks * WORK.cappedClusters };
      expect(mergeClusterResults(parts)).toEqual({ ...whole, ...sums });
      expect(mergeClusterResults([...parts].reverse())).toEqual({ ...whole, ...sums });
    }), { numRuns: 200, seed: 12 });
  });

  it('count every removal once, by its sources and method, and in a class of size and of similarity', () => {
    fc.assert(fc.property(components, (all) => {
      const { sizes, removed: matrix, similarities, removals, members, largest, components: count } = tallyOf(all);
      const flat = all.flatMap((one) => one.removed.map((removal) => ({ ...removal, keptSource: one.source })));
      expect([removals, members, count]).toEqual([flat.length, flat.length + all.length, all.length]);
      expect(sizes.reduce((sum, { clusters }) => sum + clusters, 0)).toBe(all.length);
      expect(sizes.reduce((sum, { documents }) => sum + documents, 0)).toBe(members);
      matrix.forEach((row, a) => row.forEach((methods, b) => methods.forEach((found, m) => {
        expect(found).toBe(flat.filter(({ source, keptSource, method }) => source === a && keptSource === b && method === m).length);
      })));
      expect(similarities.reduce((sum, found) => sum + found, 0)).toBe(flat.filter(({ method }) => method === 2).length);
      expect(largest.map(({ size }) => size)).toEqual(all.map((one) => one.removed.length + 1).sort((a, b) => b - a).slice(0, 20));
      for (const { keptRow, rows } of largest) {
        const own = all.find(({ root }) => root === keptRow)!.removed.map(({ row, estimate, exact }) => ({ row, jaccard: Number.isNaN(exact) ? estimate : exact }));
        expect(rows).toEqual(own.sort((a, b) => a.jaccard - b.jaccard || a.row - b.row).slice(0, 10));
      }
    }), { numRuns: 200, seed: 13 });
  });

  it('have a similarity of 1 in the last class, and mega-clusters by their rows', () => {
    const tally = new ClusterTally(1);
    tally.removal({ row: 2, keptRow: 1, cluster: 1, method: 2, estimate: 0.9, exact: 1 }, 0, 0, false);
    tally.endComponent(1, 999);
    tally.endComponent(5000, 1000);
    const { similarities, megaClusters } = tally.result(0.8, WORK);
    expect(similarities[SIMILARITY_BINS - 1]).toBe(1);
    expect(megaClusters).toEqual([{ root: 5000, size: 1000 }]);
  });

  it('of two levels, or of no task, are refused', () => {
    expect(() => mergeClusterResults([tallyOf([]), { ...tallyOf([]), level: 0.5 }])).toThrow(/of one level/);
    expect(() => mergeClusterResults([])).toThrow(/of one level/);
  });
});
