import { describe, expect, it } from 'vitest';
import { bestRun, joinCandidates, objectiveOf, totalVariation } from '#src/mixture/tune/candidates.js';

describe('candidates', () => {
  const even = { a: 0.5, b: 0.5 };

  it('that are one mixture are measured once, under all their names', () => {
    const joined = joinCandidates({ proposal: { a: 0.7, b: 0.3 }, unimax: even, proportional: { a: 0.2, b: 0.8 }, recipe: { b: 50, a: 50 } }, ['a', 'b']);
    expect(joined).toEqual([
      { names: ['proposal'], weights: { a: 0.7, b: 0.3 } },
      { names: ['unimax', 'recipe'], weights: even },
      { names: ['proportional'], weights: { a: 0.2, b: 0.8 } },
    ]);
  });

  it('that differ by a rounding are one, by a thousandth are two', () => {
    expect(joinCandidates({ proposal: { a: 0.5 + 1e-9, b: 0.5 - 1e-9 }, unimax: even }, ['a', 'b'])).toHaveLength(1);
    expect(joinCandidates({ proposal: { a: 0.501, b: 0.499 }, unimax: even }, ['a', 'b'])).toHaveLength(2);
  });

  it('have a weight for every source', () => {
    expect(joinCandidates({ proposal: { a: 1 }, unimax: even }, ['a', 'b'])[0]!.weights).toEqual({ a: 1, b: 0 });
  });

  it('are as far apart as the share that has to move', () => {
    expect(totalVariation({ a: 1 }, { b: 1 })).toBe(1);
    expect(totalVariation({ a: 0.75, b: 0.25 }, even)).toBe(0.25);
  });
});

describe('the best run of a swarm', () => {
  const run = (name: string) => ({ run: name, name, index: 0, weights: { a: 1 } });
  const metrics = (name: string, x: number, y: number) => ({ run: name, name, index: 0, losses: { x, y } });

  it('has the lowest objective, not the lowest mean', () => {
    const best = bestRun([run('1'), run('2')], [metrics('2', 1, 9), metrics('1', 2, 2)], { x: 0.9, y: 0.1 });
    expect(best?.run).toBe('2');
  });

  it('is one that was measured', () => {
    expect(bestRun([run('1'), run('2')], [metrics('2', 5, 5)], { x: 1 })?.run).toBe('2');
    expect(bestRun([run('1')], [], { x: 1 })).toBeUndefined();
  });

  it('cannot be told without a loss of a target', () => {
    expect(() => objectiveOf({ x: 1 }, { x: 0.5, z: 0.5 })).toThrow(/no loss of target z/);
  });
});
