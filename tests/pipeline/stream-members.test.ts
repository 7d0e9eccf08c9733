import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { componentsWithin, connectedComponents, type RowPairs } from '#src/dedup/components.js';
import { streamMembers } from '#src/pipeline/stream-members.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-members-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pairsOf = (edges: readonly (readonly [number, number])[]): RowPairs => ({ rowA: Uint32Array.from(edges, ([a]) => a), rowB: Uint32Array.from(edges, ([, b]) => b) });
const membersOf = (edges: RowPairs, memoryBytes: number): string[] => [...streamMembers([edges], memoryBytes, folder)]
  .flatMap((records) => Array.from({ length: records.length / 2 }, (_, i) => `${records[2 * i]!} ${records[2 * i + 1]!}`)).sort();
function unionOf(edges: RowPairs): string[] {
  const { rows, starts } = connectedComponents([edges]);
  return [...starts.subarray(0, -1)].flatMap((from, g) => [...rows.subarray(from, starts[g + 1])].map((row) => `${rows[from]!} ${row}`)).sort();
}

describe('components by sorting alone', () => {
  it('are those of union-find, for any edges, in memory for a few records', () => {
    const row = fc.nat(60);
    fc.assert(fc.property(fc.array(fc.tuple(row, row), { maxLength: 80 }), fc.constantFrom(64, 1 << 16), (edges, memory) => {
      expect(membersOf(pairsOf(edges), memory)).toEqual(unionOf(pairsOf(edges)));
    }), { numRuns: 150 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are those of union-find on long paths', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => (i * 1_103) % 3000);
    const path = pairsOf(rows.slice(1).map((to, i) => [rows[i]!, to] as const));
    expect(membersOf(path, 1 << 14)).toEqual(unionOf(path));
  });
});

describe('union-find with a bound', () => {
  it('finds components of as many rows as it may, and none of more', () => {
    const path = pairsOf(Array.from({ length: 99 }, (_, i) => [i, i + 1] as const));
    expect(componentsWithin([path], 100)!.rows).toHaveLength(100);
    expect(componentsWithin([path], 99)).toBe(undefined);
    expect(componentsWithin([path, path, path], 100)!.starts).toHaveLength(2);
  });
});
