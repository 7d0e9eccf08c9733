import { beforeAll, describe, expect, it } from 'vitest';
import { candidateProbability } from '#src/dedup/lsh.js';
import { estimateRecall } from '#src/dedup/recall-estimate.js';
import { REMOVAL_METHODS } from '#src/dedup/resolve.js';
import { createKernels } from '#src/kernels/index.js';
import type { ShingleSets, SignatureParameters, Signatures } from '#src/kernels/kernels.js';
import { allPairs, type Pair } from '../accuracy/all-pairs.js';
import { jaccardOf, shinglesOf, wordsOf } from '../accuracy/words.js';
import { allRows, batchOf, deduplicate, FINEWEB, type Deduplicated } from './deduplicate.js';
import { mails, tiddlers } from './real-documents.js';

const SETTING: SignatureParameters = { ...FINEWEB, shingle: { length: 5, unit: 'script' } };
const THRESHOLD = 0.8;
const HASHES = SETTING.bands * SETTING.rows;
/** An estimate of 112 minima is off by more than this many standard deviations about once in 100,000 pairs. */
const SIGMAS = 4.5;
const deviation = (jaccard: number): number => Math.sqrt((jaccard * (1 - jaccard)) / HASHES);

let sequences: string[];
let shingles: Set<string>[];
let pairs: Pair[];
let sets: ShingleSets;
let signed: Signatures;
let result: Deduplicated;

const exactJaccard = (a: number, b: number): number => jaccardOf(shingles[a]!, shingles[b]!);

/** Similarities of the documents that a greedy choice removes which knows these pairs: earlier documents first. */
function removedBy(similar: readonly Pair[]): number[] {
  const before = new Map<number, Pair[]>();
  for (const pair of similar) before.set(pair.b, [...(before.get(pair.b) ?? []), pair]);
  const removed = new Map<number, number>();
  for (let row = 0; row < shingles.length; row++) {
    const best = Math.max(...(before.get(row) ?? []).filter(({ a }) => !removed.has(a)).map(({ jaccard }) => jaccard));
    if (best > 0) removed.set(row, best);
  }
  return [...removed.values()];
}

function clusterOfRow(): Map<number, number> {
  const { rows, starts } = result.clusters;
  return new Map([...rows].map((row, at) => [row, starts.findIndex((start) => start > at)]));
}

beforeAll(() => {
  const texts = [...tiddlers(), ...mails('spam-1'), ...mails('hard-ham-1')];
  const batch = batchOf(texts);
  const words = texts.map(wordsOf);
  sequences = words.map((list) => list.join(' '));
  shingles = words.map((list) => shinglesOf(list));
  pairs = allPairs(texts, 0.5);
  const kernels = createKernels('wasm');
  signed = kernels.signatures(batch, allRows(batch), SETTING);
  sets = kernels.shingleSets(batch, allRows(batch), SETTING.shingle);
  result = deduplicate(signed, SETTING, THRESHOLD, (a, b) => a - b);
});

describe('deduplication of real documents, against brute force over sets of word 5-grams', () => {
  it('has enough of them, and enough pairs to find', () => {
    expect(sequences.length).toBeGreaterThanOrEqual(2000);
    expect(pairs.filter(({ jaccard }) => jaccard >= 0.9).length).toBeGreaterThan(100);
    expect(pairs.filter(({ jaccard }) => jaccard >= 0.7 && jaccard < 0.9).length).toBeGreaterThan(100);
  });

  it('compares the same sets: as large as those of plain strings, and with as much in common', () => {
    const setOf = (row: number): BigUint64Array => sets.hashes.subarray(sets.offsets[row], sets.offsets[row + 1]);
    shingles.forEach((set, row) => expect(setOf(row).length, `row ${row}`).toBe(set.size));
    for (const { a, b, jaccard } of pairs) {
      const inA = new Set(setOf(a));
      const shared = setOf(b).filter((hash) => inA.has(hash)).length;
      expect(shared / (setOf(a).length + setOf(b).length - shared)).toBe(jaccard);
    }
  });

  it('keeps no two documents with J >= .9, and puts both in one cluster', () => {
    const removed = new Set(result.removals.map(({ row }) => row));
    const cluster = clusterOfRow();
    for (const { a, b, jaccard } of pairs) {
      if (jaccard < 0.9) continue;
      expect(cluster.get(a), `${a} and ${b}, J = ${jaccard}`).toBeDefined();
      expect(cluster.get(a)).toBe(cluster.get(b));
      expect(removed.has(a) || removed.has(b)).toBe(true);
    }
  });

  it('nominates as many of the pairs at every level as theory says', () => {
    const { bands } = SETTING;
    const meet = (a: number, b: number): boolean => Array.from({ length: bands }, (_, band) => band).some((band) =>
      [0, 1].every((half) => signed.bandHashes[2 * (bands * a + band) + half] === signed.bandHashes[2 * (bands * b + band) + half]));
    for (const [from, to] of [[0.5, 0.6], [0.6, 0.7], [0.7, 0.8], [0.8, 0.9], [0.9, 1.01]] as const) {
      const level = pairs.filter(({ jaccard }) => jaccard >= from && jaccard < to);
      const nominated = level.filter(({ a, b }) => meet(a, b)).length;
      const probabilities = level.map(({ jaccard }) => candidateProbability(jaccard, SETTING));
      const expected = probabilities.reduce((sum, p) => sum + p, 0);
      // Pairs of one mail campaign share documents, so their errors go together: allowed for by four times the variance of separate pairs.
      const spread = Math.sqrt(4 * probabilities.reduce((sum, p) => sum + p * (1 - p), 0));
      expect(Math.abs(nominated - expected), `J in [${from}, ${to}): ${nominated} of ${level.length} nominated, ${expected.toFixed(1)} expected`)
        .toBeLessThanOrEqual(3 * spread + 1);
    }
  });

  it('finds .95 of the pairs with J >= .8', () => {
    const similar = pairs.filter(({ jaccard }) => jaccard >= 0.8);
    const cluster = clusterOfRow();
    const found = similar.filter(({ a, b }) => cluster.has(a) && cluster.get(a) === cluster.get(b));
    expect(found.length / similar.length).toBeGreaterThanOrEqual(0.95);
  });

  it.each([0.5, 0.7, 0.8, 0.9, 0.95])('estimates from what is found at %d an interval that holds what brute force removes', (level) => {
    const { bands } = FINEWEB;
    const equal = new Set(result.equal.rowB);
    const meet = ({ a, b }: Pair): boolean => Array.from({ length: bands }, (_, band) => 2 * band).some((at) =>
      [0, 1].every((half) => signed.bandHashes[2 * bands * a + at + half] === signed.bandHashes[2 * bands * b + at + half]));
    const different = pairs.filter(({ a, b, jaccard }) => jaccard >= level && !equal.has(a) && !equal.has(b));
    const truth = removedBy(different).length + equal.size;
    const similarities = new Float64Array(1000);
    for (const jaccard of removedBy(different.filter(meet))) similarities[Math.min(999, Math.floor(jaccard * 1000))]!++;
    const documents = sequences.length;
    const { found, corrected, interval } = estimateRecall({ similarities, certain: equal.size, documents, level, setting: FINEWEB });
    expect(found).toBeLessThanOrEqual(truth);
    expect(interval[0] * documents).toBeCloseTo(found, 6);
    expect(interval[1] * documents).toBeGreaterThanOrEqual(truth);
    expect(corrected).toBeLessThanOrEqual(interval[1] * documents);
  });

  it('removes only documents whose own text is close to a kept one’s, as close as the evidence says', () => {
    const removed = new Set(result.removals.map(({ row }) => row));
    expect(removed.size).toBeGreaterThan(100);
    for (const { row, keptRow, method, estimate } of result.removals) {
      expect(removed.has(keptRow)).toBe(false);
      if (REMOVAL_METHODS[method] === 'exact') {
        expect(sequences[row]).toBe(sequences[keptRow]);
        continue;
      }
      const exact = exactJaccard(row, keptRow);
      expect(Math.abs(exact - estimate), `row ${row}: ${exact} exact, ${estimate} estimated`).toBeLessThanOrEqual(SIGMAS * deviation(Math.min(exact, 0.95)));
      expect(exact).toBeGreaterThanOrEqual(0.6); // where 112 minima show .8 once in 290,000 pairs
    }
  });

  it('finds equal exact hashes for equal word sequences and for nothing else', () => {
    const byWords = new Map<string, number[]>();
    sequences.forEach((words, row) => { if (words !== '') byWords.set(words, [...(byWords.get(words) ?? []), row]); });
    const expected = [...byWords.values()].flatMap((rows) => rows.slice(1)).sort((a, b) => a - b);
    expect([...result.equal.rowB].sort((a, b) => a - b).filter((row) => sequences[row] !== '')).toEqual(expected);
    expect(expected.length).toBeGreaterThan(5);
  });

  it('verifies far fewer pairs than there are, and caps nothing here', () => {
    expect(result.buckets.comparisons).toBeLessThan((sequences.length * sequences.length) / 50);
    expect(result.buckets).toMatchObject({ cappedBuckets: 0, cappedRows: 0 });
    expect(result.result).toMatchObject({ cappedClusters: 0, members: result.clusters.rows.length, removals: result.removals.length, components: result.clusters.starts.length - 1 });
  });

  it('gives the same removals with another number of partitions', () => {
    expect(deduplicate(signed, SETTING, THRESHOLD, (a, b) => a - b, 1).removals).toEqual(result.removals);
  });
});
