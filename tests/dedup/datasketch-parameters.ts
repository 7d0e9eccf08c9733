/**
 * What datasketch's MinHashLSH takes for a threshold: the least sum of the area under the curve below it and over the curve above it, the first found with
 * bands, then rows, ascending. Its published choices hold our curve and its area to account; recipes are planned otherwise, as it promises no recall.
 */
import { falseArea, type LshSetting } from '#src/dedup/lsh.js';

export function missedArea(threshold: number, setting: LshSetting): number {
  return 1 - threshold - (falseArea(1, setting) - falseArea(threshold, setting));
}

export function datasketchParameters(threshold: number, permutations: number): LshSetting {
  let best = { bands: 1, rows: 1 };
  let least = Infinity;
  for (let bands = 1; bands <= permutations; bands++) {
    for (let rows = 1; rows * bands <= permutations; rows++) {
      const error = 0.5 * falseArea(threshold, { bands, rows }) + 0.5 * missedArea(threshold, { bands, rows });
      if (error >= least) continue;
      least = error;
      best = { bands, rows };
    }
  }
  return best;
}
