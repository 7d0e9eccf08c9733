import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNumbers } from '#src/formats/number-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-numbers-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of numbers', () => {
  it('holds each at its place, whatever their width, and is no longer than that takes', () => {
    const width = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
    fc.assert(fc.property(width, fc.array(fc.nat(255), { maxLength: 40 }), fc.integer({ min: 1, max: 30_000 }), (bits, draws, repeat) => {
      const numbers = Array.from({ length: draws.length === 0 ? 0 : repeat }, (_, i) => draws[i % draws.length]! & (2 ** bits - 1));
      const { bytes } = writeNumbers(join(folder, 'numbers'), bits, numbers);
      const found = readFileSync(join(folder, 'numbers'));
      expect([bytes, found.length]).toEqual([Math.ceil((numbers.length * bits) / 8), bytes]);
      expect(numbers.every((number, i) => ((found[(i * bits) >> 3]! >> ((i * bits) & 7)) & (2 ** bits - 1)) === number)).toBe(true);
    }), { numRuns: 60 });
  });

  it('goes on across its buffer', () => {
    writeNumbers(join(folder, 'long'), 1, Array.from({ length: 8 * 65_536 + 3 }, (_, i) => Number(i % 3 === 0)));
    const found = readFileSync(join(folder, 'long'));
    expect([found.length, found[65_536]]).toEqual([65_537, Number((8 * 65_536) % 3 === 0) | (Number((8 * 65_536 + 1) % 3 === 0) << 1) | (Number((8 * 65_536 + 2) % 3 === 0) << 2)]);
  });
});
