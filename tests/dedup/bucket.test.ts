import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BucketVerifier, mergeBucketTotals, type BucketOptions } from '#src/dedup/bucket.js';
import { connectedComponents } from '#src/dedup/components.js';
import { estimateJaccard, reaches } from '#src/dedup/similarity.js';

const WIDTH = 10;
/** Signature of a row whose text is `kind`; kinds k and k + .n differ in n tenths of their minima. */
const signature = (kind: number): Uint16Array =>
  Uint16Array.from({ length: WIDTH }, (_, i) => (i < Math.round((kind % 1) * WIDTH) ? 5000 : 0) + Math.floor(kind) * 100 + i);

function verifierOf(kinds: readonly number[], options: Partial<BucketOptions> = {}): BucketVerifier {
  const view = new Uint16Array(WIDTH); // one view for all rows, as a cache may hand out
  return new BucketVerifier({
    levels: [0.8], permutations: WIDTH, signatureOf: (row) => { view.set(signature(kinds[row]!)); return view; }, ...options,
  });
}
/** All rows in one bucket. */
const bucket = (kinds: readonly number[], band = 0): Uint32Array => Uint32Array.from(kinds.flatMap((_, row) => [band, 4, 2, row]));
const pairsOf = ({ rowA, rowB }: { rowA: Uint32Array; rowB: Uint32Array }): string[] => [...rowA].map((a, i) => `${a}-${rowB[i]}`);

/** Every edge of the rule without its exception for equal signatures: rows against each level's representatives, one bucket after another. */
function plainEdges(records: readonly number[][], kinds: readonly number[], levels: readonly number[]): { a: number; b: number; jaccard: number }[] {
  const buckets = new Map<string, number[]>();
  for (const [band, high, low, row] of records) buckets.set(`${band} ${high} ${low}`, [...(buckets.get(`${band} ${high} ${low}`) ?? []), row!]);
  return [...buckets.values()].flatMap((rows) => {
    const representatives = levels.map((): number[] => []);
    return rows.flatMap((b) => {
      const edges = new Map<number, number>();
      levels.forEach((level, l) => {
        const similar = representatives[l]!.map((a) => ({ a, jaccard: estimateJaccard(signature(kinds[a]!), 0, signature(kinds[b]!), 0, WIDTH) }));
        const matches = similar.filter(({ jaccard }) => reaches(jaccard, level));
        for (const { a, jaccard } of matches) edges.set(a, jaccard);
        if (matches.length === 0) representatives[l]!.push(b);
      });
      return [...edges].map(([a, jaccard]) => ({ a, b, jaccard }));
    });
  });
}

function componentsOf(pairs: readonly string[]): object {
  const rows = pairs.map((pair) => pair.split('-').map(Number) as [number, number]);
  return connectedComponents([{ rowA: Uint32Array.from(rows, ([a]) => a), rowB: Uint32Array.from(rows, ([, b]) => b) }]);
}

describe('BucketVerifier', () => {
  it('links a row to the representative it matches, and makes a representative of one that matches none', () => {
    const kinds = [1, 2, 1, 2.1, 3, 1.2];
    const verifier = verifierOf(kinds);
    const edges = verifier.add(bucket(kinds));
    expect(pairsOf(edges)).toEqual(['0-2', '1-3']); // 1.2 is at .79998 after the correction for chance
    expect(edges.jaccard[0]).toBe(1);
    expect(edges.jaccard[1]).toBeCloseTo(0.9, 4);
    expect(verifier.totals).toEqual({
      records: 6, buckets: 1, largestBucket: 6, comparisons: 1 + 2 + 2 + 2 + 3, edges: 2, cappedBuckets: 0, cappedRows: 0,
    });
  });

  it('never links rows for sharing a bucket alone', () => {
    const kinds = [1, 2, 3, 4, 5];
    expect(pairsOf(verifierOf(kinds).add(bucket(kinds)))).toEqual([]);
  });

  it('compares nothing across buckets, bands or partitions', () => {
    const kinds = [1, 1, 1, 1, 1.1];
    const verifier = verifierOf(kinds);
    expect(pairsOf(verifier.add(Uint32Array.of(0, 4, 2, 0, 0, 4, 3, 1, 0, 5, 3, 2, 1, 5, 3, 3)))).toEqual([]);
    expect(pairsOf(verifier.add(Uint32Array.of(1, 5, 3, 4)))).toEqual(['3-4']);
    verifier.endPartition();
    expect(pairsOf(verifier.add(Uint32Array.of(1, 5, 3, 4)))).toEqual([]);
    expect(verifier.totals.buckets).toBe(1);
  });

  it('asks for no signature in buckets of one', () => {
    const verifier = verifierOf([], { signatureOf: () => { throw new Error('asked'); } });
    expect(() => verifier.add(Uint32Array.of(0, 0, 0, 1, 0, 0, 1, 1))).not.toThrow();
  });

  it('stops taking representatives at the limit, and counts the bucket and the rows that were left unlinked', () => {
    const kinds = [1, 2, 3, 4, 3, 1, 2];
    const full = verifierOf(kinds, { maxRepresentatives: 3 });
    expect(pairsOf(full.add(bucket(kinds)))).toEqual(['2-4', '0-5', '1-6']);
    expect(full.totals).toMatchObject({ cappedBuckets: 1, cappedRows: 1, comparisons: 1 + 2 + 3 + 3 + 3 + 3 });
    const enough = verifierOf(kinds, { maxRepresentatives: 4 });
    enough.add(bucket(kinds));
    expect(enough.totals).toMatchObject({ cappedBuckets: 0, cappedRows: 0 });
  });

  it('has representatives of each level, compares with each once, and gives an edge for any level it reaches', () => {
    const kinds = [1, 1.3, 1.1, 1.4, 2];
    const verifier = verifierOf(kinds, { levels: [0.5, 0.85] });
    // 1.3 matches 1 at .5 only, so it represents at .85; 1.1 is at .9 of 1 and at .8 of 1.3, which is none at .5; 1.4 is at .6 of 1 and at .9 of 1.3.
    expect(pairsOf(verifier.add(bucket(kinds)))).toEqual(['0-1', '0-2', '0-3', '1-3']);
    expect(verifier.totals.comparisons).toBe(1 + 2 + 2 + 2);
    expect(pairsOf(verifierOf(kinds, { levels: [0.5] }).add(bucket(kinds)))).toEqual(['0-1', '0-2', '0-3']);
    expect(pairsOf(verifierOf(kinds, { levels: [0.85] }).add(bucket(kinds)))).toEqual(['0-2', '1-3']);
  });

  it('counts a row as capped once, though it found no room at two levels', () => {
    const kinds = [1, 2, 3];
    const verifier = verifierOf(kinds, { levels: [0.5, 0.8], maxRepresentatives: 1 });
    verifier.add(bucket(kinds));
    expect(verifier.totals).toMatchObject({ cappedBuckets: 1, cappedRows: 2, comparisons: 1 + 1 });
  });

  it('gives one edge for a row of a signature that came before, and only in band 0', () => {
    const kinds = [1, 2, 1, 1, 2];
    expect(pairsOf(verifierOf(kinds).add(bucket(kinds, 0)))).toEqual(['0-2', '0-3', '1-4']);
    const other = verifierOf(kinds);
    expect(pairsOf(other.add(bucket(kinds, 1)))).toEqual([]);
    expect(other.totals).toMatchObject({ comparisons: 1 + 2 + 2 + 2, cappedBuckets: 0 });
  });

  it('connects the same rows at every level as giving every edge of every band would', () => {
    const levels = [0.5, 0.7, 0.9];
    // Few kinds, so that signatures repeat; band b of a document is made of its minima 2 b and 2 b + 1, as bands are.
    const documents = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 9 })), { minLength: 2, maxLength: 30 });
    let edgesLeftOut = 0;
    fc.assert(fc.property(documents, (made) => {
      const kinds = made.map(([kind, tenths]) => kind + tenths / 10);
      const records = Array.from({ length: WIDTH / 2 }, (_, band) => kinds.map((kind, row) => [band, ...signature(kind).subarray(2 * band, 2 * band + 2), row]))
        .flatMap((list) => list.sort((a, b) => a[1]! - b[1]! || a[2]! - b[2]! || a[3]! - b[3]!));
      const plain = plainEdges(records, kinds, levels);
      const found = verifierOf(kinds, { levels }).add(Uint32Array.from(records.flat()));
      edgesLeftOut += plain.length - found.rowA.length;
      for (const level of levels) {
        const kept = pairsOf(found).filter((_, i) => reaches(found.jaccard[i]!, level));
        expect(componentsOf(kept)).toEqual(componentsOf(plain.filter(({ jaccard }) => reaches(jaccard, level)).map(({ a, b }) => `${a}-${b}`)));
      }
    }), { numRuns: 300, seed: 5 });
    expect(edgesLeftOut).toBeGreaterThan(1000);
  });

  it('gives the same edges however the stream is cut', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 9 }), (kinds, cut) => {
      const records = Uint32Array.from(kinds.flatMap((_, row) => [Math.floor(row / 10), 0, 0, row]));
      const cutVerifier = verifierOf(kinds);
      const edges: string[] = [];
      for (let at = 0; at < records.length; at += 4 * cut) {
        const chunk = records.slice(at, at + 4 * cut);
        edges.push(...pairsOf(cutVerifier.add(chunk)));
        chunk.fill(0);
      }
      const whole = verifierOf(kinds);
      expect(edges).toEqual(pairsOf(whole.add(records)));
      expect(cutVerifier.totals).toEqual(whole.totals);
    }));
  });

  it('refuses records that are out of order', () => {
    expect(() => verifierOf([1, 1]).add(Uint32Array.of(0, 0, 0, 1, 0, 0, 0, 0))).toThrow(/not sorted/);
  });

  it('refuses levels that do not ascend', () => {
    for (const levels of [[], [0.8, 0.5], [0.5, 0.5]]) expect(() => verifierOf([], { levels })).toThrow(/levels: found/);
  });
});

it('mergeBucketTotals adds what adds up and keeps the largest bucket', () => {
  const part = { records: 1, buckets: 2, largestBucket: 3, comparisons: 4, edges: 5, cappedBuckets: 6, cappedRows: 7 };
  expect(mergeBucketTotals([part, { ...part, largestBucket: 2 }])).toEqual(
    { records: 2, buckets: 4, largestBucket: 3, comparisons: 8, edges: 10, cappedBuckets: 12, cappedRows: 14 });
  expect(mergeBucketTotals([]).records).toBe(0);
});
