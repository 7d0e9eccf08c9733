/**
 * Batches of the corpus's order, by number: batch K of size n is the positions [K n, (K + 1) n), and the last may be short. A run of training that met a bad
 * stretch goes on without it (PaLM, Chowdhery et al. 2022, section 5.1: from a checkpoint some 100 steps before a spike of the loss, without the 200 to 500 batches
 * around it): the order without some batches is the others, numbered anew. Arithmetic alone; everything counts from 0.
 */

/** Batches `first` to `last`, both included. */
export interface BatchRange {
  readonly first: number;
  readonly last: number;
}

/** How many batches an order of so many documents has. */
export function countBatches(documents: number, size: number): number {
  return Math.ceil(documents / size);
}

/** The same batches in ranges that ascend and neither meet nor overlap. */
export function mergeRanges(ranges: readonly BatchRange[]): readonly BatchRange[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** How many batches the ranges hold, which must be merged. */
export function countSkipped(merged: readonly BatchRange[]): number {
  return merged.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The batch of the whole order that is number `at` of those that remain without the ranges, which must be merged. */
export function batchWithout(at: number, merged: readonly BatchRange[]): number {
  let batch = at;
  for (const { first, last } of merged) {
    if (batch < first) break;
    batch += last - first + 1;
  }
  return batch;
}
