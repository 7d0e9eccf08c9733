import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studentQuantile } from '#src/mixture/student.js';
import { meanInterval, pairedInterval } from '#src/mixture/tune/interval.js';
import { PythonOracle } from '../../python-oracle.js';

const python = new PythonOracle();
let missing: string | undefined;

beforeAll(async () => {
  missing = await python.install(['scipy', 'numpy']);
}, 150_000);
afterAll(() => python.remove());

const SCRIPT = `
import json, sys
import numpy as np
from scipy import stats
asked = json.load(open(sys.argv[1]))
def interval(values):
    n = len(values); sem = stats.sem(values)
    return list(stats.t.interval(0.95, n - 1, loc=float(np.mean(values)), scale=float(sem)))
paired = [list(stats.ttest_rel(a, b).confidence_interval(0.95)) for a, b in asked['pairs']]
print(json.dumps({'quantiles': [float(stats.t.ppf(0.975, d)) for d in asked['degrees']], 'intervals': [[float(x) for x in interval(v)] for v in asked['lists']],
                  'paired': [[float(x) for x in p] for p in paired]}))
`;

describe('intervals beside scipy', () => {
  it('are the same to 1e-9', async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const degrees = [...Array.from({ length: 60 }, (_, i) => i + 1), 99, 250, 1000];
    const lists = Array.from({ length: 40 }, (_, i) => Array.from({ length: 2 + (i % 9) }, (_unused, j) => 2 + Math.sin(i * 7 + j * 3.7) / (1 + (i % 5))));
    const pairs = lists.map((list, i) => [list, list.map((value, j) => value + 0.01 * Math.cos(i + 5 * j))] as const);
    const answer = await python.ask(SCRIPT, { degrees, lists, pairs }) as { quantiles: number[]; intervals: [number, number][]; paired: [number, number][] };
    degrees.forEach((degree, i) => expect(studentQuantile(degree), `${degree} degrees`).toBeCloseTo(answer.quantiles[i]!, 9));
    lists.forEach((list, i) => {
      const { low, high } = meanInterval(list);
      expect([low, high].map((end, j) => Math.abs(end - answer.intervals[i]![j]!)).every((apart) => apart < 1e-9), `list ${i}`).toBe(true);
    });
    pairs.forEach(([a, b], i) => {
      const { low, high } = pairedInterval(a, b);
      expect([low, high].map((end, j) => Math.abs(end - answer.paired[i]![j]!)).every((apart) => apart < 1e-9), `pair ${i}`).toBe(true);
    });
  });
});
