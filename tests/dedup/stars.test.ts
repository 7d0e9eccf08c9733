import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '#src/dedup/components.js';
import { largeStar, noStarTotals, smallStar, starMembers, starPartition, starRecords, type StarTotals } from '#src/dedup/stars.js';
import { sortRecords } from './deduplicate.js';

type Pairs = ReadonlyArray<readonly [number, number]>;
type Step = (sorted: Iterable<Uint32Array>, totals: StarTotals) => Iterable<Uint32Array>;
const MOST_ROUNDS = 100;
const rowA = (pairs: Pairs): Uint32Array => Uint32Array.from(pairs, ([a]) => a);
const rowB = (pairs: Pairs): Uint32Array => Uint32Array.from(pairs, ([, b]) => b);

interface Execution {
  /** [root, row] of every partition. */
  readonly members: Uint32Array[];
  readonly rounds: number;
  /** What each round's largeStar read. */
  readonly reads: number[];
}

interface Partitioned {
  readonly partitions: number;
  /** Whether tasks run last partition first. */
  readonly backwards?: boolean;
  /** Records that a task reads at once. */
  readonly chunk?: number;
}

/** Rounds as an engine runs them: every step is a task per partition, and records meet by sorting within partitions. */
function components(pairs: Pairs, { partitions, backwards = false, chunk = 1 << 16 }: Partitioned): Execution {
  const reads: number[] = [];
  let records = exchange([starRecords(rowA(pairs), rowB(pairs))], partitions);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const large = run(largeStar, records);
    reads.push(large.totals.read);
    if (large.totals.unsettled === 0) return { members: run(starMembers, records).written, rounds: round, reads };
    const small = run(smallStar, exchange(large.written, partitions));
    expect(small.totals.read).toBe(large.totals.written);
    expect(small.totals.written).toBe(2 * (small.totals.read - small.totals.doubled));
    records = exchange(small.written, partitions);
  }
  throw new Error(`unsettled after ${MOST_ROUNDS} rounds`);

  function run(step: Step, from: readonly Uint32Array[]): { readonly written: Uint32Array[]; readonly totals: StarTotals } {
    const totals = noStarTotals();
    const order = from.map((_, partition) => (backwards ? from.length - 1 - partition : partition));
    const written: Uint32Array[] = [];
    for (const partition of order) written[partition] = concatenate([...step(chunks(from[partition]!, chunk), totals)]);
    expect(written.reduce((sum, { length }) => sum + length / 2, 0)).toBe(totals.written);
    return { written, totals };
  }
}

function exchange(written: readonly Uint32Array[], partitions: number): Uint32Array[] {
  const lists: number[][] = Array.from({ length: partitions }, () => []);
  for (const records of written) {
    for (let at = 0; at < records.length; at += 2) lists[starPartition(records[at]!, partitions)]!.push(records[at]!, records[at + 1]!);
  }
  return lists.map((list) => sortPairs(Uint32Array.from(list)));
}

/** Two words as one number: what fits 53 bits sorts fast. */
function sortPairs(records: Uint32Array): Uint32Array {
  if (records.some((row) => row >= 1 << 26)) return sortRecords(records, 2);
  const keys = Float64Array.from({ length: records.length / 2 }, (_, i) => records[2 * i]! * 2 ** 26 + records[2 * i + 1]!).sort();
  return Uint32Array.from({ length: records.length }, (_, i) => (i % 2 === 0 ? Math.floor(keys[i >> 1]! / 2 ** 26) : keys[i >> 1]! % 2 ** 26));
}

function* chunks(records: Uint32Array, size: number): Generator<Uint32Array> {
  for (let at = 0; at < records.length; at += 2 * size) yield records.slice(at, at + 2 * size);
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => { all.set(part, at); return at + part.length; }, 0);
  return all;
}

/** Of union-find, in the same form: [root, row], sorted. */
function byUnionFind(pairs: Pairs): Uint32Array {
  const { rows, starts } = connectedComponents([{ rowA: rowA(pairs), rowB: rowB(pairs) }]);
  const out = new Uint32Array(2 * rows.length);
  for (let g = 0; g + 1 < starts.length; g++) {
    for (let at = starts[g]!; at < starts[g + 1]!; at++) out.set([rows[starts[g]!]!, rows[at]!], 2 * at);
  }
  return out;
}

const found = ({ members }: Execution): Uint32Array => sortPairs(concatenate(members));
const noMoreThanFirst = ({ reads }: Execution): void => { for (const read of reads) expect(read).toBeLessThanOrEqual(reads[0]!); };

/** The numbers 0 .. length - 1 in an order that a seed decides. */
function shuffled(length: number, seed: number): number[] {
  const key = (i: number): number => Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ seed, 0x85ebca6b) >>> 0;
  return Array.from({ length }, (_, i) => i).sort((a, b) => key(a) - key(b));
}

describe('large-star and small-star', () => {
  const row = fc.integer({ min: 0, max: 60 });
  const shape = fc.oneof(
    fc.array(fc.tuple(row, row), { maxLength: 80 }),
    fc.uniqueArray(row, { minLength: 2 }).map((rows) => rows.slice(1).map((b, i): [number, number] => [rows[i]!, b])), // a path
    fc.uniqueArray(row, { minLength: 2 }).map(([centre, ...rows]) => rows.map((b): [number, number] => [b, centre!])), // a star
    fc.uniqueArray(row, { minLength: 2, maxLength: 12 }).map((rows) => rows.flatMap((a) => rows.map((b): [number, number] => [a, b]))), // all, with themselves
  );

  it('find the components of union-find, at any number of partitions and order of tasks, and never more records than at first', () => {
    const execution = fc.record({ partitions: fc.integer({ min: 1, max: 5 }), backwards: fc.boolean(), chunk: fc.integer({ min: 1, max: 9 }) });
    fc.assert(fc.property(fc.array(shape, { minLength: 1, maxLength: 3 }), execution, (shapes, how) => {
      const pairs = shapes.flat();
      const result = components(pairs, how);
      expect(found(result)).toEqual(byUnionFind(pairs));
      noMoreThanFirst(result);
      result.members.forEach((records, partition) => {
        for (let at = 0; at < records.length; at += 2) expect(starPartition(records[at]!, how.partitions)).toBe(partition);
      });
    }), { numRuns: 500, seed: 11 });
  });

  it.each([
    ['in order', (length: number): number[] => Array.from({ length }, (_, i) => i)],
    ['shuffled', (length: number): number[] => shuffled(length, 1)],
    ['from both ends', (length: number): number[] => Array.from({ length }, (_, i) => (i % 2 === 0 ? i / 2 : length - (i + 1) / 2))],
  ])('need at most 20 rounds for a path of 20,000 rows, numbered %s', (_, numbering) => {
    const rows = numbering(20_000);
    const path = rows.slice(1).map((b, i): [number, number] => [rows[i]!, b]);
    const result = components(path, { partitions: 3 });
    expect(found(result)).toEqual(byUnionFind(path));
    expect(result.rounds).toBeLessThanOrEqual(20);
    noMoreThanFirst(result);
  });

  it('need at most three rounds for a star of 50,000 rows, whatever its centre is', () => {
    const centre = 25_000;
    const star = Array.from({ length: 50_000 }, (_, i): [number, number] => [centre, i]);
    const result = components(star, { partitions: 2 });
    expect(found(result)).toEqual(byUnionFind(star));
    expect(result.rounds).toBeLessThanOrEqual(3);
    noMoreThanFirst(result);
  });

  it('write what a row’s neighbours bring before the next of them are read', () => {
    const totals = noStarTotals();
    const neighbours = (function* (): Generator<Uint32Array> {
      for (let v = 1; ; v++) yield Uint32Array.of(0, v);
    })();
    let v = 1;
    for (const written of largeStar(neighbours, totals)) {
      expect([...written]).toEqual([v, 0]);
      if (v++ === 1000) break;
    }
    expect(totals).toEqual({ read: 1000, doubled: 0, written: 1000, unsettled: 0 });
  });

  it('settle at once on stars, and say how many neighbours keep the rest from being stars', () => {
    const unsettled = (pairs: Pairs): number => {
      const totals = noStarTotals();
      for (const _ of largeStar([sortPairs(starRecords(rowA(pairs), rowB(pairs)))], totals)) continue;
      return totals.unsettled;
    };
    expect(unsettled([[1, 2], [1, 3], [4, 9]])).toBe(0);
    expect(unsettled([[1, 2], [2, 3]])).toBe(1); // 3 is beside 2, which is beside 1
    expect(unsettled([[1, 3], [2, 3]])).toBe(1); // 3 is beside two roots
    expect(components([], { partitions: 2 })).toMatchObject({ rounds: 1, reads: [0] });
  });

  it('hold rows at both ends of the numbering', () => {
    const result = components([[0, 0xfffffffe], [0xfffffffd, 0xfffffffe]], { partitions: 2 });
    expect([...sortRecords(concatenate(result.members), 2)]).toEqual([0, 0, 0, 0xfffffffd, 0, 0xfffffffe]);
  });

  it('refuse records that are out of order, and members of what is no star', () => {
    const read = (step: Step, records: readonly number[]) => () => [...step([Uint32Array.from(records)], noStarTotals())];
    expect(read(largeStar, [2, 1, 1, 2])).toThrow(/\[1, 2\] after \[2, 1\]: not sorted/);
    expect(read(smallStar, [1, 2])).toThrow(/expected the larger row first/);
    expect(read(starMembers, [2, 1, 2, 3])).toThrow(/row 2 is beside 3 too/);
  });
});

describe('starPartition', () => {
  it('spreads consecutive rows evenly', () => {
    const counts = new Uint32Array(16);
    for (let row = 0; row < 160_000; row++) counts[starPartition(row, 16)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
