/** Whole numbers from shares, by largest remainder: every share is rounded down, and what is left over goes to those that lost most by it, ties by name. */

/** Sums to the rounded sum of `amounts`, none above its cap. Caps are whole and not below the amounts; both have the same names. */
export function roundShares(amounts: ReadonlyMap<string, number>, caps: ReadonlyMap<string, number>): Map<string, number> {
  const whole = new Map([...amounts].map(([name, amount]) => [name, Math.floor(amount)]));
  const byLoss = [...amounts].sort(([a, x], [b, y]) => (y % 1) - (x % 1) || (a < b ? -1 : 1)).map(([name]) => name);
  let over = Math.round([...amounts.values()].reduce((sum, amount) => sum + amount, 0)) - [...whole.values()].reduce((sum, amount) => sum + amount, 0);
  for (const name of byLoss) {
    if (over <= 0) break;
    if (whole.get(name)! >= caps.get(name)!) continue;
    whole.set(name, whole.get(name)! + 1);
    over -= 1;
  }
  return whole;
}
