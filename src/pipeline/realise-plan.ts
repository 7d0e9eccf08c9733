/**
 * What the corpus of a plan will hold of each source, to the document, without writing it: whole copies, and the documents of the fractional one, which are
 * found as phase `select` finds them. Reads columns, up to four times those of the sources with a fractional copy. Memory: 768 KiB a source, a block of columns.
 */
import type { MixturePlan } from '../mixture/budget.js';
import { Candidates } from './candidates.js';
import { findThresholds } from './phases/select.js';
import type { Run } from './run.js';

/** In the mixture's unit, by source of the plan. Once `size` has ended. */
export function realisePlan(run: Run, plan: MixturePlan): Record<string, number> {
  const documents = new Candidates(run);
  try {
    const thresholds = findThresholds(run, documents, plan);
    return Object.fromEntries(plan.sources.map(({ source, wholeCopies, available }) => [source, wholeCopies * available + (thresholds.get(source)?.size ?? 0)]));
  } finally {
    documents.close();
  }
}
