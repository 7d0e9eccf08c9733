import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import type { CsvTable } from '#src/mixture/tune/csv.js';
import { joinRuns, readMetrics, readRatios } from '#src/mixture/tune/read-runs.js';

/** Fields without quotes, as a table; line 1 is the header. */
const table = (file: string, ...lines: readonly string[]): CsvTable => {
  const [header, ...rows] = lines.map((line, i) => ({ line: i + 1, fields: line.split(',') }));
  return { file, header: header!, rows };
};
const message = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('ratios', () => {
  test('have a share per source and run, whatever else stands beside them', () => {
    const { sources, runs, warnings } = readRatios(table('r.csv', ',run,name,index,web,my books', '0,a1,swarm-0,7,2.5e-1,.75', '1,b2,swarm-1,8,1,0'));
    expect(sources).toEqual(['web', 'my books']);
    expect(runs).toEqual([
      { run: 'a1', name: 'swarm-0', index: 7, weights: { web: 0.25, 'my books': 0.75 } }, { run: 'b2', name: 'swarm-1', index: 8, weights: { web: 1, 'my books': 0 } },
    ]);
    expect(warnings).toEqual([]);
  });

  test('need no name and no index, may name runs as run_id, and may come from pandas', () => {
    const { sources, runs } = readRatios(table('r.csv', 'Unnamed: 0,run_id, web ,books', '0,x,0.5,0.5'));
    expect(sources).toEqual(['web', 'books']);
    expect(runs).toEqual([{ run: 'x', name: 'x', index: 0, weights: { web: 0.5, books: 0.5 } }]);
  });

  test('that were rounded are divided by their sum, with a word', () => {
    const { runs, warnings } = readRatios(table('r.csv', 'run,a,b,c', 'x,.33,.33,.335', 'y,.5,.5,0', 'z,.3333333333,.3333333333,.3333333333'));
    expect(Object.values(runs[0]!.weights).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(warnings).toEqual(['r.csv: the shares of 1 runs do not sum to 1 (the worst: 0.995); each was divided by its sum']);
  });

  test.each([
    [['run,a,b', 'x,.5,.5', 'y,NaN,.5'], 'r.csv:3: a: found "NaN", expected a number'],
    [['run,a,b', 'x,.5,inf'], 'r.csv:2: b: found "inf", expected a number'],
    [['run,a,b', 'x,.5,Infinity'], 'r.csv:2: b: found "Infinity", expected a number'],
    [['run,a,b', 'x,.5,1e400'], 'r.csv:2: b: found "1e400", expected a number'],
    [['run,a,b', 'x,.5,'], 'r.csv:2: b: found nothing, expected a number'],
    [['run,a,b', 'x,.5,half'], 'r.csv:2: b: found "half", expected a number'],
    [['run,a,b', 'x,.5,0x1'], 'r.csv:2: b: found "0x1", expected a number'],
    [['run,a,b', 'x,1.5,-.5'], 'r.csv:2: b: found the share -0.5, expected 0 or more'],
    [['run,a,b', 'x,.5,.4'], 'r.csv:2: found shares that sum to 0.9, expected 1'],
    [['run,a,b', 'x,60,40'], 'r.csv:2: found shares that sum to 100, expected 1'],
    [['run,a,b', 'x,0,0'], 'r.csv:2: found shares that sum to 0, expected 1'],
    [['run,a,b', 'x,.5,.5', 'y,1,0', 'x,0,1'], 'r.csv:4: found run x again, which is in line 2, expected each run once'],
    [['run,a,b', ',.5,.5'], "r.csv:2: run: found nothing, expected the run's name"],
    [['name,index,a', 'x,0,1'], 'r.csv:1: found the columns name, index, a, expected one named run (or run_id)'],
    [['run,name,index', 'x,y,0'], 'r.csv:1: found no column beside run, name and index, expected one per source'],
    [['run,a,b,a', 'x,.5,.5,0'], 'r.csv:1: found two columns named a, expected one'],
    [['run,run,a', 'x,y,1'], 'r.csv:1: found two columns named run, expected one'],
    [['run,index,a', 'x,first,1'], 'r.csv:2: index: found "first", expected a number'],
    [['run,a,b'], 'r.csv: found no row below the header, expected one per run'],
  ])('of %j are refused: %s', (lines, expected) => {
    expect(message(() => readRatios(table('r.csv', ...lines)))).toBe(expected);
  });
});

describe('metrics', () => {
  test('keep the names of their columns as written, and may be negative', () => {
    const { targets, metrics } = readMetrics(table('m.csv', 'run,name,index, arc easy ,mmlu:rc', 'x,y,0,-1.5,2e3'));
    expect(targets).toEqual([' arc easy ', 'mmlu:rc']);
    expect(metrics[0]!.losses).toEqual({ ' arc easy ': -1.5, 'mmlu:rc': 2000 });
  });

  test.each([
    [['run,loss', 'x,1', 'y,nan'], 'm.csv:3: loss: found "nan", expected a number'],
    [['run,loss', 'x,'], 'm.csv:2: loss: found nothing, expected a number'],
    [['run,name,index', 'x,y,0'], 'm.csv:1: found no column beside run, name and index, expected one per target'],
  ])('of %j are refused: %s', (lines, expected) => {
    expect(message(() => readMetrics(table('m.csv', ...lines)))).toBe(expected);
  });
});

describe('runs', () => {
  const ratios = (...names: readonly string[]) => ({ file: 'r.csv', runs: names.map((run, index) => ({ run, name: run, index, weights: { a: 1 } })) });
  const metrics = (...names: readonly string[]) => ({ file: 'm.csv', metrics: names.map((run, index) => ({ run, name: run, index, losses: { t: 1 } })) });

  test('are joined by name, and those of one file alone are named', () => {
    const joined = joinRuns(ratios('a', 'b', 'c'), metrics('c', 'a', 'z', 'y', 'x', 'w', 'v', 'u'));
    expect(joined.runs.map(({ run }) => run)).toEqual(['a', 'c']);
    expect(joined.metrics.map(({ run }) => run)).toEqual(['a', 'c']);
    expect(joined.warnings).toEqual([
      'r.csv: 1 runs are not in m.csv and are left out: b', 'm.csv: 6 runs are not in r.csv and are left out: u, v, w, x, y, ... 6 in all',
    ]);
  });

  test('that do not join are refused', () => {
    expect(message(() => joinRuns(ratios('a', 'b'), metrics('c')))).toBe('r.csv and m.csv: found no run in both (a, b; c), expected the same names under run');
  });
});
