import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents, type RowPairs } from '#src/dedup/components.js';

const pairsOf = (edges: ReadonlyArray<readonly [number, number]>): RowPairs => ({
  rowA: Uint32Array.from(edges, ([a]) => a), rowB: Uint32Array.from(edges, ([, b]) => b),
});
const lists = ({ rows, starts }: { rows: Uint32Array; starts: Uint32Array }): number[][] =>
  Array.from({ length: starts.length - 1 }, (_, g) => [...rows.subarray(starts[g], starts[g + 1])]);

/** By spreading labels until nothing changes. */
function naive(edges: ReadonlyArray<readonly [number, number]>): number[][] {
  const label = new Map(edges.flat().map((row) => [row, row]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [a, b] of edges) {
      const least = Math.min(label.get(a)!, label.get(b)!);
      if (label.get(a) !== least || label.get(b) !== least) changed = true;
      label.set(a, least).set(b, least);
    }
  }
  const rows = [...label.keys()].sort((a, b) => a - b);
  return [...new Set(rows.map((row) => label.get(row)!))].map((root) => rows.filter((row) => label.get(row) === root));
}

const edges = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })).filter(([a, b]) => a !== b), { maxLength: 60 });

describe('connectedComponents', () => {
  it('are those found by spreading labels, smallest row first, in any order and grouping of edges', () => {
    fc.assert(fc.property(edges, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (list, random) => {
      const expected = naive(list);
      expect(lists(connectedComponents([pairsOf(list)]))).toEqual(expected);
      const shuffled = list.map((edge) => ({ edge, key: random.next().value as number })).sort((a, b) => a.key - b.key).map(({ edge: [a, b] }) => [b, a] as const);
      expect(lists(connectedComponents(shuffled.map((edge) => pairsOf([edge]))))).toEqual(expected);
    }));
  });

  it('are not made by pairs of a row with itself', () => {
    expect(lists(connectedComponents([pairsOf([[5, 5], [1, 2], [2, 2]])]))).toEqual([[1, 2]]);
  });

  it('hold rows at both ends of the numbering', () => {
    expect(lists(connectedComponents([pairsOf([[0, 0xfffffffe]])]))).toEqual([[0, 0xfffffffe]]);
    expect(lists(connectedComponents([]))).toEqual([]);
  });

  it('of a path of 200,000 rows given in a bad order are one', () => {
    const length = 200_000;
    const path = { rowA: Uint32Array.from({ length }, (_, i) => length - i - 1), rowB: Uint32Array.from({ length }, (_, i) => length - i) };
    const { rows, starts } = connectedComponents([path, path]);
    expect([...starts]).toEqual([0, length + 1]);
    expect(rows[0]).toBe(0);
    expect(rows[length]).toBe(length);
  });
});
