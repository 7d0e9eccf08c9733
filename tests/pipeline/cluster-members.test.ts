import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf, piecesTogether, type Piece } from '#src/pipeline/cluster-members.js';

describe('pieces of components', () => {
  it('hold every member once, in order, a component in blocks that say where it begins and ends, however the stream is cut', () => {
    const sizes = fc.array(fc.integer({ min: 2, max: 12 }), { maxLength: 12 });
    fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 2, max: 5 }), (list, cut, block) => {
      const members = list.flatMap((size, i) => Array.from({ length: size }, (_, row) => [100 * i, 100 * i + row] as const));
      const chunks = Array.from({ length: Math.ceil(members.length / cut) }, (_, i) => Uint32Array.from(members.slice(i * cut, (i + 1) * cut).flat()));
      const pieces: Piece[] = [...piecesOf(chunks, block)];
      expect(pieces.flatMap(({ root, rows }) => [...rows].map((row) => [root, row]))).toEqual(members);
      expect(pieces.filter(({ first }) => first).map(({ root }) => root)).toEqual(list.map((_, i) => 100 * i));
      expect(pieces.filter(({ last }) => last).map(({ root }) => root)).toEqual(list.map((_, i) => 100 * i));
      for (const { rows, last } of pieces) if (!last) expect(rows).toHaveLength(block);
      expect([...piecesTogether(pieces)].flat()).toEqual(pieces);
    }));
  });

  it('are put together up to some thousand rows', () => {
    const piece = (rows: number): Piece => ({ root: 0, rows: new Uint32Array(rows), first: true, last: true });
    expect([...piecesTogether([piece(10_000), piece(6000), piece(385), piece(100_000), piece(2)])].map((list) => list.length)).toEqual([2, 1, 1, 1]);
  });
});
