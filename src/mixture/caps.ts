/**
 * Sharing a total among sources that can take so much and no more (water filling): everyone gets by weight, who would get more than his cap gets the cap,
 * and what he leaves goes to the others by weight, and again. What the caps mean (epochs, shares) is the caller's.
 */

export interface CappedClaim {
  readonly name: string;
  /** Above 0. */
  readonly weight: number;
  /** 0 or more; Infinity: none. */
  readonly cap: number;
}

/**
 * What each claim gets: none more than its cap, and those below theirs in proportion to their weights. Sums to `total`, or to all caps where these are
 * less. Does not depend on the order of the claims. Names are unique.
 */
export function waterFill(claims: readonly CappedClaim[], total: number): Map<string, number> {
  // By the level at which a claim is full: once one is not filled, none behind it is, so one pass settles all.
  const byLevel = claims.map((claim) => ({ ...claim, level: claim.cap / claim.weight })).sort((a, b) => (
    a.level === b.level ? (a.name < b.name ? -1 : 1) : a.level < b.level ? -1 : 1)); // levels may be infinite, so they are not subtracted
  const weightFrom = new Float64Array(byLevel.length + 1); // summed from the end, so that no subtraction loses digits
  for (let i = byLevel.length - 1; i >= 0; i--) weightFrom[i] = weightFrom[i + 1]! + byLevel[i]!.weight;
  const given = new Map<string, number>();
  let left = total;
  let filled = 0;
  for (; filled < byLevel.length; filled++) {
    const { name, weight, cap } = byLevel[filled]!; // within bounds
    if ((left * weight) / weightFrom[filled]! <= cap) break;
    given.set(name, cap);
    left -= cap;
  }
  for (const { name, weight, cap } of byLevel.slice(filled)) given.set(name, Math.min(cap, (left * weight) / weightFrom[filled]!)); // equal weights get equal amounts, to the last bit
  return given;
}
