/**
 * Connected components for any number of edges: alternating large-star and small-star (Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii,
 * "Connected Components in MapReduce and Beyond", 2014). Every step reads records [u, v] sorted by both words and holds three numbers, however many
 * neighbours a row has: sorting brings the smallest first. A step can be cut into tasks by `starPartition` of u.
 *
 *   largeStar: reads each edge in both directions, hands every neighbour v > u over to the smallest row that u knows; writes [v, least], v > least
 *   smallStar: reads that, hands u and its smaller neighbours over to the smallest of them; writes both directions
 *
 * A round is one of each. It is over when `unsettled`, summed over the tasks of a largeStar, is 0: what that step read are stars, each row beside the
 * smallest one of its component, and `starMembers` of the same input is the result. Records: with E distinct edges largeStar reads 2 E and writes E,
 * smallStar reads E and writes 2 E, and E never grows, since each step makes one edge of each; the doubles that arise are skipped when they are read.
 * A path of 20,000 rows, the worst shape there is, settles in 14 to 16 rounds by the numbering of its rows (`tests/dedup/stars.test.ts`).
 */
import { partitionOf } from './partition.js';
import { RowList } from './rows.js';

/** Words of a record. */
export const STAR_RECORD_WORDS = 2;

export interface StarTotals {
  /** Records read, those among them that repeated the one before, and records written: a step's reads are the step before's writes. */
  read: number;
  doubled: number;
  written: number;
  /** Counted by largeStar: neighbours that keep its input from being stars. */
  unsettled: number;
}

export const noStarTotals = (): StarTotals => ({ read: 0, doubled: 0, written: 0, unsettled: 0 });

/** The partition, 0 to `partitions` - 1, of a record by its first word. Rows follow one another, so they are mixed first. */
export function starPartition(row: number, partitions: number): number {
  const mixed = Math.imul(row ^ (row >>> 16), 0x85eb_ca6b); // murmur3's finaliser
  const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return partitionOf((again ^ (again >>> 16)) >>> 0, partitions);
}

/** Edges as the first largeStar reads them: both directions, pairs of a row with itself left out. Not sorted. */
export function starRecords(rowA: Uint32Array, rowB: Uint32Array): Uint32Array {
  const out = new RowList();
  for (let i = 0; i < rowA.length; i++) {
    if (rowA[i] !== rowB[i]) pushBoth(out, rowA[i]!, rowB[i]!);
  }
  return out.toArray();
}

/** Writes an array of records for each array read, at most as long. Adds to `totals`; throws where records are not sorted. */
export function* largeStar(sorted: Iterable<Uint32Array>, totals: StarTotals): Generator<Uint32Array> {
  let least = 0;
  yield* step(sorted, totals, (u, v, first, out) => {
    if (first) least = Math.min(u, v);
    if (v > u ? least < u : !first) totals.unsettled++; // v has a better row to be beside; u is beside two
    if (v > u) {
      out.push(v);
      out.push(least);
    }
  });
}

/** Writes an array of records for each array read, at most twice as long. Adds to `totals`; throws where records are not sorted, or u is not the larger. */
export function* smallStar(sorted: Iterable<Uint32Array>, totals: StarTotals): Generator<Uint32Array> {
  let least = 0;
  yield* step(sorted, totals, (u, v, first, out) => {
    if (v >= u) throw new Error(`small-star: record [${u}, ${v}], expected the larger row first`);
    if (first) least = v;
    pushBoth(out, first ? u : v, least);
  });
}

/**
 * What a largeStar read that had nothing unsettled, as [root, row]: every row of each component of two or more, the root itself first, rows ascending.
 * A root's records are in the partition that the root's were in. Throws where the input is not made of stars.
 */
export function* starMembers(sorted: Iterable<Uint32Array>, totals: StarTotals): Generator<Uint32Array> {
  let root = false;
  yield* step(sorted, totals, (u, v, first, out) => {
    if (first) {
      root = v > u;
      if (root) out.push(u), out.push(u);
    } else if (!root) {
      throw new Error(`star-members: row ${u} is beside ${v} too, expected its root alone`);
    }
    if (root) out.push(u), out.push(v);
  });
}

type Visit = (u: number, v: number, first: boolean, out: RowList) => void;

/** Shows each distinct record to `visit`, `first` where it begins the neighbours of u. */
function* step(sorted: Iterable<Uint32Array>, totals: StarTotals, visit: Visit): Generator<Uint32Array> {
  let lastU = -1;
  let lastV = -1;
  for (const records of sorted) {
    const out = new RowList();
    totals.read += records.length / STAR_RECORD_WORDS;
    for (let at = 0; at < records.length; at += STAR_RECORD_WORDS) {
      const u = records[at]!;
      const v = records[at + 1]!;
      if (u < lastU || (u === lastU && v < lastV)) throw new Error(`record [${u}, ${v}] after [${lastU}, ${lastV}]: not sorted`);
      if (u === lastU && v === lastV) {
        totals.doubled++;
        continue;
      }
      visit(u, v, u !== lastU, out);
      lastU = u;
      lastV = v;
    }
    totals.written += out.length / STAR_RECORD_WORDS;
    yield out.toArray();
  }
}

function pushBoth(out: RowList, u: number, v: number): void {
  out.push(u);
  out.push(v);
  out.push(v);
  out.push(u);
}
