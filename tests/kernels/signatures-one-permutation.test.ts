import { describe, expect, it } from 'vitest';
import type { SignatureParameters } from '#src/kernels/kernels.js';
import { drawOnePermutation } from '#src/kernels/permutations.js';
import { allRows, batchOf, FINEWEB, implementations, rowOf, SAMPLE } from './signatures-both.js';

const ONE: SignatureParameters = { ...FINEWEB, kind: 'one-permutation' };

/** Minima and bands from the sets of shingles, in BigInt and straight from the definition. */
function naive(shingles: BigUint64Array, { bands, rows, seed }: SignatureParameters): { bandHashes: number[]; minima: number[] } {
  const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
  const mix = (z: bigint): bigint => {
    z = wrap((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = wrap((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const [shingleKey, binKey] = [drawOnePermutation(seed).shingleKey, drawOnePermutation(seed).binKey].map(([low, high]) => (BigInt(high) << 32n) | BigInt(low));
  const bins = bands * rows;
  const partOf = (hash: bigint): number => Number((hash * BigInt(bins)) >> 64n);
  const found = new Map<number, bigint>();
  for (const shingle of shingles) {
    const hash = mix(shingle ^ shingleKey!);
    const least = found.get(partOf(hash));
    if (least === undefined || hash < least) found.set(partOf(hash), hash);
  }
  const dense = Array.from({ length: bins }, (_, bin) => {
    const tried = Array.from({ length: 64 }, (_, i) => partOf(mix(wrap(binKey! + (BigInt(bin) << 32n) + BigInt(i + 1)))));
    const behind = Array.from({ length: bins }, (_, i) => (bin + i) % bins);
    return found.get([bin, ...tried, ...behind].find((other) => found.has(other))!)!;
  });
  const bandHashes = Array.from({ length: bands }, (_, band) => {
    let hash = wrap(BigInt(band + 1) * 0x87c37b91114253d5n);
    for (const minimum of dense.slice(band * rows, (band + 1) * rows)) {
      hash = wrap((hash ^ minimum) * 0x4cf5ad432745937fn);
      hash ^= hash >> 32n;
    }
    return mix(hash);
  });
  return { bandHashes: bandHashes.flatMap((hash) => [Number(hash & 0xffffffffn), Number(hash >> 32n)]), minima: dense.map((minimum) => Number(minimum & 0xffffn)) };
}

const words = (count: number): string => Array.from({ length: count }, (_, i) => `w${i}`).join(' ');

for (const kernels of implementations) {
  describe(`one-permutation signatures by ${kernels.name}`, () => {
    const { signatures, shingleSets } = kernels;

    it.each([5, 6, 9, 30, 120, 1000, 5000])('are what the definition gives in BigInt, for documents of %d words', (count) => {
      const batch = batchOf([words(count)]);
      for (const chosen of [ONE, { ...ONE, bands: 20, rows: 5, seed: 0 }, { ...ONE, bands: 1, rows: 1 }, { ...ONE, bands: 300, rows: 3, seed: 12 }]) {
        const { hashes } = shingleSets(batch, allRows(batch), chosen.shingle);
        expect(rowOf(signatures(batch, allRows(batch), chosen), 0, chosen)).toMatchObject(naive(hashes, chosen));
      }
    });

    it('see the set of shingles alone: repeating a document in a circle changes nothing', () => {
      const batch = batchOf(['a b c d e f g '.repeat(2), 'a b c d e f g '.repeat(50), `c d e f g ${'a b c d e f g '.repeat(9)}`]);
      const signed = signatures(batch, allRows(batch), { ...ONE, shingle: { length: 3, unit: 'word' } });
      for (const row of [1, 2]) expect(rowOf(signed, row, ONE)).toMatchObject({ minima: [...signed.minima.slice(0, 112)], bandHashes: [...signed.bandHashes.slice(0, 28)] });
    });

    it('of documents of one shingle differ in every band, and are one minimum everywhere', () => {
      const batch = batchOf(['one two three four five', 'one two three four six']);
      const { minima, bandHashes } = signatures(batch, allRows(batch), ONE);
      expect(new Set(minima.subarray(0, 112)).size).toBe(1);
      for (let band = 0; band < 14; band++) expect(bandHashes[2 * band]).not.toBe(bandHashes[28 + 2 * band]);
    });

    it('change with the seed and leave the exact hash, and differ from those of permutations', () => {
      const batch = batchOf([SAMPLE]);
      const one = signatures(batch, allRows(batch), ONE);
      for (const other of [{ ...ONE, seed: 8 }, FINEWEB]) {
        const signed = signatures(batch, allRows(batch), other);
        expect(signed.exact).toEqual(one.exact);
        for (let band = 0; band < 14; band++) expect(signed.bandHashes[2 * band]).not.toBe(one.bandHashes[2 * band]);
      }
    });
  });
}
