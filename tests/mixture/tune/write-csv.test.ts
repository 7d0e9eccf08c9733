import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { metricsCsv, ratiosCsv } from '#src/mixture/tune/write-csv.js';

const name = fc.oneof(fc.stringMatching(/^[a-z0-9_-]{1,8}$/), fc.constantFrom('a,b', 'a "b"', 'two\nlines'));
const value = fc.double({ min: 0, max: 10, noNaN: true });

test('another reader of CSV finds every name and every number as it was, to the last bit', () => {
  fc.assert(fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), fc.array(fc.array(value, { minLength: 4, maxLength: 4 }), { maxLength: 4 }), (columns, rows) => {
    const runs = rows.map((values, index) => ({
      run: `r-${index}`, name: `n, ${index}`, index, values, byColumn: Object.fromEntries(columns.map((column, i) => [column, values[i]!])),
    }));
    const expected = [['run', 'name', 'index', ...columns], ...runs.map(({ run, name: title, index, values }) => [run, title, index, ...columns.map((_, i) => values[i])])];
    const read = (text: string): unknown[][] => (parse(text) as string[][]).map((line, i) => line.map((field, at) => (i > 0 && at > 1 ? Number(field) : field)));
    expect(read(ratiosCsv(runs.map(({ byColumn, ...run }) => ({ ...run, weights: byColumn })), columns))).toEqual(expected);
    expect(read(metricsCsv(runs.map(({ byColumn, ...run }) => ({ ...run, losses: byColumn })), columns))).toEqual(expected);
  }));
});

test('a source that a mixture does not have is 0, a loss that is missing is a mistake', () => {
  const run = { run: 'a', name: 'b', index: 0 };
  expect(ratiosCsv([{ ...run, weights: { x: 1 } }], ['x', 'y'])).toBe('run,name,index,x,y\na,b,0,1,0\n');
  expect(() => metricsCsv([{ ...run, losses: {} }], ['x'])).toThrow('run a: found no loss of target x');
});
