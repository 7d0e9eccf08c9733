import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvText, type CsvTable } from '#src/mixture/tune/csv.js';
import { fitSwarm } from '#src/mixture/tune/fit.js';
import { predictTable } from '#src/mixture/tune/predict.js';
import { keyedNumbers, logLinear, swarmOf } from './synthetic.js';

const { mixture } = keyedNumbers('predict');
const [easy, hard] = [logLinear(1, [0.5, -0.5, 0.2]), logLinear(0.5, [-0.2, 0.1, 0.6])];
const fit = fitSwarm(swarmOf(Array.from({ length: 24 }, (_, i) => mixture(i, 3)), { 'arc, easy': easy, ' mmlu "hard" ': hard }));
const table = (header: readonly string[], ...rows: readonly (readonly string[])[]): CsvTable => ({
  file: 'new.csv', header: { line: 1, fields: header }, rows: rows.map((fields, i) => ({ line: i + 2, fields })),
});

describe('predictions', () => {
  test('stand under the names of the metrics file, in the order of the rows', () => {
    const { csv } = predictTable(fit, table(['run', 'name', 'index', 's0', 's1', 's2'], ['b', 'second, of two', '7', '.2', '.3', '.5'], ['a', 'x', '8', '1', '0', '0']));
    const [header, first, second] = parse(csv);
    expect(header).toEqual(['run', 'name', 'index', 'arc, easy', ' mmlu "hard" ']);
    expect(first!.slice(0, 3)).toEqual(['b', 'second, of two', '7']);
    expect(second!.slice(0, 3)).toEqual(['a', 'x', '8']);
    expect(Number(first![3])).toBeCloseTo(easy([0.2, 0.3, 0.5]), 4);
    expect(Number(second![4])).toBeCloseTo(hard([1, 0, 0]), 4);
  });

  test('do not depend on the order of columns', () => {
    const plain = predictTable(fit, table(['run', 's0', 's1', 's2'], ['a', '.2', '.3', '.5'])).csv;
    expect(predictTable(fit, table(['s2', 's0', 'run', 's1'], ['.5', '.2', 'a', '.3'])).csv).toBe(plain);
  });

  test('of other sources are refused with those that are missing and those that are too many', () => {
    expect(() => predictTable(fit, table(['run', 's0', 's1', 'web'], ['a', '.2', '.3', '.5'])))
      .toThrow("new.csv:1: found no column s2, a column web that the fit has not, expected the fit's sources: s0, s1, s2");
  });
});

describe('CSV', () => {
  test('comes back as it was written, by a reader that we did not write', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), { minLength: 1 }), (rows) => {
      expect(parse(csvText(rows))).toEqual(rows);
    }));
  });

  test('has numbers that come back to the last bit', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(parse(csvText([[value, 0]]))[0]![0]) === value).toBe(true);
    }));
  });
});
