/** Search of a grid of penalties: leave-one-out errors are smooth in a penalty's logarithm, so a third of the grid and the best one's neighbours do. */

const STRIDE = 3;

/** The scored candidate with the least score; of equal ones the first that was tried. Every third is tried, then neighbours as long as they are better. `candidates` has one at least. */
export function searchGrid<Candidate, Scored extends { readonly score: number }>(candidates: readonly Candidate[], scoreOf: (candidate: Candidate) => Scored): Scored {
  const scored = new Map<number, Scored>();
  const at = (i: number): Scored => {
    const known = scored.get(i);
    if (known !== undefined) return known;
    const fresh = scoreOf(candidates[i]!);
    scored.set(i, fresh);
    return fresh;
  };
  let best = 0;
  const better = (i: number): boolean => i >= 0 && i < candidates.length && at(i).score < at(best).score;
  for (let i = 0; i < candidates.length; i += STRIDE) if (better(i)) best = i;
  for (;;) {
    const [below, above] = [better(best - 1), better(best + 1)];
    if (!below && !above) return at(best);
    best += above && !(below && at(best - 1).score < at(best + 1).score) ? 1 : -1;
  }
}
