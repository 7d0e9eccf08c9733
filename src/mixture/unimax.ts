/**
 * UniMax (Chung et al. 2023, arXiv:2304.09151): every source the same share of the budget, but none repeated more often than its largest number of
 * epochs. The rule that a tuned mixture has to beat.
 */
import { waterFill } from './caps.js';

export interface UniMaxSource {
  readonly name: string;
  /** In the unit of the budget. */
  readonly size: number;
  /** How often it may be repeated; the paper has one number for all. */
  readonly maxEpochs: number;
  /** Of the budget at most, 0 to 1. Absent: 1. Not in the paper. */
  readonly maxShare?: number;
}

/** The part of the budget that each source gives, which is less than the whole where every source is at its cap. By name. */
export function unimax(sources: readonly UniMaxSource[], budget: number): Map<string, number> {
  return waterFill(sources.map(({ name, size, maxEpochs, maxShare = 1 }) => ({ name, weight: 1, cap: Math.min(size * maxEpochs, maxShare * budget) })), budget);
}
