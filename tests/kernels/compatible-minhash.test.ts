import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compatibleMinima, drawCompatible, type CompatiblePermutations } from '#src/kernels/compatible-minhash.js';
import type { SignatureParameters } from '#src/kernels/kernels.js';
import { MersenneTwister } from '#src/kernels/mersenne-twister.js';
import { allRows, anyText, anyUnit, batchOf, FINEWEB, implementations, reference, rowOf, wasm } from './signatures-both.js';

const whole = (halves: Uint32Array): bigint[] => [...new BigUint64Array(halves.buffer, halves.byteOffset, halves.length / 2)];
const bytes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));
const RIVER = 'the quick brown fox jumps over the lazy dog near the river bank';
const RIVER_BUCKET = [
  197166454002902972n, 284080765670708113n, 96549057967596277n, 226360113463360020n, 42312182183823545n, 169000609679892039n, 73066559689472396n, 121981082476695592n,
];
const gramsOf = (text: string): string[] => text.split(' ').slice(4).map((_, i) => text.split(' ').slice(i, i + 5).join(' '));

describe('MersenneTwister', () => {
  it('gives the published first numbers and the 10,000th of seed 5489', () => {
    const generator = new MersenneTwister(5489);
    const drawn = Array.from({ length: 10_000 }, () => generator.next32());
    expect(drawn.slice(0, 3)).toEqual([3499211612, 581869302, 3890346734]);
    expect(drawn[9999]).toBe(4123659995); // the C++ standard's check of mt19937
  });
});

describe('compatible MinHash', () => {
  it('has the constants and minima that datasketch publishes for seed 1', () => {
    const permutations = drawCompatible('datasketch', 4, 1);
    expect(whole(permutations.multipliers)).toEqual([775169054918279404n, 2109959069025162n, 401325382989534145n, 1130051441076870728n]);
    expect(whole(permutations.addends)).toEqual([1758426461858698312n, 965365488286768773n, 1703346441743126657n, 1762784241922636284n]);
    expect(whole(compatibleMinima(bytes(['Hello']), permutations))).toEqual([734825475n, 960773806n, 359816889n, 342714745n]);
  });

  it('has the constants and the first bucket that datatrove gives with 64 bits of SHA-1 for seed 1', () => {
    const permutations = drawCompatible('datatrove', 112, 1);
    expect(whole(permutations.multipliers).slice(0, 2)).toEqual([775169054918279404n, 1758426461858698313n]);
    expect(whole(compatibleMinima(bytes(gramsOf(RIVER)), permutations)).slice(0, 8)).toEqual(RIVER_BUCKET);
  });

  it('wraps at 2^64 and then takes the remainder of 2^61 - 1, as in BigInt, for any constants and at the edges', () => {
    const edge = fc.constantFrom(0n, 1n, (1n << 61n) - 1n, (1n << 61n) - 2n, 1n << 61n, (1n << 64n) - 1n, (1n << 64n) - 8n, 0xffffffffn, 1n << 32n);
    const constant = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), edge);
    fc.assert(fc.property(fc.constantFrom('datasketch' as const, 'datatrove' as const), constant, constant, fc.string(), (kind, a, b, token) => {
      const permutations: CompatiblePermutations = { kind, multipliers: new Uint32Array(BigUint64Array.of(a).buffer), addends: new Uint32Array(BigUint64Array.of(b).buffer) };
      const digest = createHash('sha1').update(token).digest();
      const x = kind === 'datasketch' ? BigInt(digest.readUInt32LE(0)) : digest.readBigUInt64LE(0);
      const hash = BigInt.asUintN(64, a * x + b) % ((1n << 61n) - 1n);
      expect(whole(compatibleMinima(bytes([token]), permutations))).toEqual([kind === 'datasketch' ? BigInt.asUintN(32, hash) : hash]);
    }), { numRuns: 3000, seed: 4 });
  });

  it('takes the least of each permutation over tokens in any order and number', () => {
    for (const kind of ['datasketch', 'datatrove'] as const) {
      const permutations = drawCompatible(kind, 50, 3);
      const tokens = Array.from({ length: 30 }, (_, i) => `token ${i}`);
      const single = tokens.map((token) => whole(compatibleMinima(bytes([token]), permutations)));
      const least = single[0]!.map((_, p) => single.map((minima) => minima[p]!).reduce((x, y) => (x < y ? x : y)));
      expect(whole(compatibleMinima(bytes([...tokens].reverse().concat(tokens)), permutations))).toEqual(least);
    }
  });

  it('refuses seeds that numpy does not take', () => {
    for (const seed of [-1, 0.5, 2 ** 32]) expect(() => drawCompatible('datatrove', 1, seed)).toThrow(/seed is .*, expected a whole number from 0 to 4294967295/);
    expect(() => wasm.signatures(batchOf(['a']), Uint32Array.of(0), { ...FINEWEB, kind: 'datasketch', seed: -1 })).toThrow(RangeError);
  });
});

describe('signatures of the compatible kinds', () => {
  it('are the same from both implementations for any text and unit', () => {
    const chosen = fc.record({
      bands: fc.integer({ min: 1, max: 4 }), rows: fc.integer({ min: 1, max: 4 }), seed: fc.integer({ min: 0, max: 99 }),
      kind: fc.constantFrom('datasketch' as const, 'datatrove' as const), shingle: fc.record({ length: fc.integer({ min: 1, max: 6 }), unit: anyUnit }),
    });
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 3 }), chosen, (texts, parameters) => {
      const batch = batchOf(texts);
      expect(wasm.signatures(batch, allRows(batch), parameters)).toEqual(reference.signatures(batch, allRows(batch), parameters));
    }), { numRuns: 200, seed: 5 });
  });

  for (const kernels of implementations) {
    it(`of ${kernels.name} hold the low 16 bits of datatrove's minima for a text, whatever its case and marks`, () => {
      const parameters: SignatureParameters = { ...FINEWEB, kind: 'datatrove', seed: 1 };
      const batch = batchOf([RIVER, 'The QUICK brown fox — jumps over the lazy dog, near\nthe river bank!', 'too short for it']);
      const signed = kernels.signatures(batch, allRows(batch), parameters);
      expect([...signed.minima.slice(0, 8)]).toEqual(RIVER_BUCKET.map((minimum) => Number(minimum & 0xffffn)));
      expect(rowOf(signed, 1, parameters)).toEqual(rowOf(signed, 0, parameters));
      expect(rowOf(signed, 2, parameters)).toMatchObject({ units: 4, minima: new Array<number>(112).fill(0), bandHashes: new Array<number>(28).fill(0) });
    });

    it(`of ${kernels.name} hold datasketch's minima over units joined by a space, characters too`, () => {
      const parameters: SignatureParameters = { bands: 2, rows: 2, kind: 'datasketch', seed: 1, shingle: { length: 3, unit: 'script' } };
      const batch = batchOf(['GPT-3は大きい。']);
      const expected = compatibleMinima(bytes(['gpt-3 は 大', 'は 大 き', '大 き い']), drawCompatible('datasketch', 4, 1));
      expect([...kernels.signatures(batch, allRows(batch), parameters).minima]).toEqual(whole(expected).map((minimum) => Number(minimum & 0xffffn)));
    });

    it(`of ${kernels.name} share a band exactly where all of its whole minima agree`, () => {
      const words = (from: number): string => Array.from({ length: 60 }, (_, i) => `w${from + i}`).join(' ');
      const batch = batchOf([words(0), words(6), words(1000)]);
      for (const kind of ['datasketch', 'datatrove'] as const) {
        const { bandHashes } = kernels.signatures(batch, allRows(batch), { bands: 40, rows: 2, kind, seed: 9, shingle: { length: 1, unit: 'word' } });
        const permutations = drawCompatible(kind, 80, 9);
        const minima = [0, 6, 1000].map((from) => whole(compatibleMinima(bytes(words(from).split(' ')), permutations)));
        let shared = 0;
        for (let band = 0; band < 40; band++) {
          for (const [a, b] of [[0, 1], [0, 2], [1, 2]] as const) {
            const equal = [0, 1].every((row) => minima[a]![2 * band + row] === minima[b]![2 * band + row]);
            expect(bandHashes[80 * a + 2 * band] === bandHashes[80 * b + 2 * band] && bandHashes[80 * a + 2 * band + 1] === bandHashes[80 * b + 2 * band + 1]).toBe(equal);
            shared += equal ? 1 : 0;
          }
        }
        expect(shared).toBeGreaterThan(10);
      }
    });
  }
});
