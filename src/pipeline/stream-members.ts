/**
 * Components of any number of edges in one task, by sorting alone: the star steps of dedup/stars.ts one after another until nothing changes. For what union-find
 * has no room for, and for clusters that the rounds of a plan did not settle. Memory: two sorts.
 */
import type { RowPairs } from '../dedup/components.js';
import { largeStar, noStarTotals, smallStar, starMembers, starRecords, STAR_RECORD_WORDS, type StarTotals } from '../dedup/stars.js';
import { ExternalSort } from '../formats/external-sort.js';
import { expectConserved } from './conservation.js';

/** Members [root, row] of every component of two rows or more; roots in no order, the rows of one ascending. */
export function* streamMembers(edges: Iterable<RowPairs>, memoryBytes: number, folder: string): Generator<Uint32Array> {
  const newSort = (): ExternalSort => new ExternalSort({ words: STAR_RECORD_WORDS, keyWords: STAR_RECORD_WORDS, memoryBytes, folder });
  let sort = newSort();
  /** Puts what the step makes of the sort's records in its place. */
  const step = (make: (sorted: Iterable<Uint32Array>, totals: StarTotals) => Iterable<Uint32Array>): StarTotals => {
    const totals = noStarTotals();
    const next = newSort();
    try {
      for (const records of make(sort.sorted(), totals)) next.addAll(records);
      expectConserved(`${make.name} step of clusters`, sort.records, totals.read);
      expectConserved(`${make.name} step of clusters`, totals.written, next.records);
      sort.dispose();
      sort = next;
    } catch (error) {
      next.dispose();
      throw error;
    }
    return totals;
  };
  try {
    for (const { rowA, rowB } of edges) sort.addAll(starRecords(rowA, rowB));
    for (let settled = false; !settled;) {
      settled = step(largeStar).unsettled === 0;
      step(smallStar); // of stars it makes the same stars
    }
    yield* starMembers(sort.sorted(), noStarTotals());
  } finally {
    sort.dispose();
  }
}
