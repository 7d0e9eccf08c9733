/**
 * What repeating a source costs. Muennighoff et al. (2023, arXiv:2305.16264) fitted how much less a repeated token teaches: reading U unique tokens R + 1
 * times is worth D' = U + U R* (1 - exp(-R / R*)) fresh ones, with R* = 15.39 for data. Four epochs are worth 93 % of as many fresh tokens, sixteen 66 %.
 */

/** R*: repetitions after which the worth of another has fallen to 1 / e. */
export const REPETITION_DECAY = 15.39;

/** What `given` of a source is worth in fresh data, where it has `available`, both in one unit. At most one epoch is worth what it is. */
export function worthOf(given: number, available: number): number {
  if (given <= available) return given;
  if (available === 0) return 0;
  const repetitions = given / available - 1;
  return available * (1 - REPETITION_DECAY * Math.expm1(-repetitions / REPETITION_DECAY));
}

/** Epochs whose passing a person wants to know of: all of it once; 4, from where repetition begins to cost; 16, where it is worth little more. */
export const MILESTONES = [1, 4, 16] as const;

/** The size of a corpus at which a source of this share has been read `epochs` times; Infinity where it has no share. */
export function budgetAtEpochs(available: number, weight: number, epochs: number): number {
  return weight === 0 ? Infinity : (available * epochs) / weight;
}
