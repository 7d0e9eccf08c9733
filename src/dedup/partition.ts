/**
 * The records that travel between signing and comparing, and the partition each belongs to. Records are 32-bit words, most significant first, so
 * sorting by words is the order that the readers want; equal hashes always meet in one partition.
 *
 *   band record   [band, hash high, hash low, row]
 *   exact record  [h3, h2, h1, h0, row]
 *   url record    [hash high, hash low, row]
 *   edge          [row, larger row, similarity as float32 bits]: not sorted
 *   member        [root, row]: a row of a component that is named by its smallest row
 */
export const BAND_RECORD_WORDS = 4;
export const EXACT_RECORD_WORDS = 5;
export const URL_RECORD_WORDS = 3;
export const EDGE_WORDS = 3;
export const MEMBER_WORDS = 2;

/**
 * The partition, 0 to `partitions` - 1, of a hash with this high word (a band's hash high, an exact hash's h3). Hashes are uniform, so a partition
 * of n records holds n / partitions of them, give or take a few square roots of that, unless documents repeat.
 */
export function partitionOf(highWord: number, partitions: number): number {
  return Math.floor((highWord * partitions) / 0x1_0000_0000); // exact below 2^21 partitions
}

/**
 * Writes the `bands` records of one document at `out[at]`. Its band hashes begin at `bandHashes[from]`, low words first. Not for documents with
 * fewer words than a shingle: their zeros would all meet.
 */
export function packBandRecords(bandHashes: Uint32Array, from: number, bands: number, row: number, out: Uint32Array, at: number): void {
  for (let band = 0; band < bands; band++) {
    out[at + 4 * band] = band;
    out[at + 4 * band + 1] = bandHashes[from + 2 * band + 1]!;
    out[at + 4 * band + 2] = bandHashes[from + 2 * band]!;
    out[at + 4 * band + 3] = row;
  }
}

/** Writes the record of one document at `out[at]`. Its exact hash is `exact[from .. from + 4)`. */
export function packExactRecord(exact: Uint32Array, from: number, row: number, out: Uint32Array, at: number): void {
  for (let word = 0; word < 4; word++) out[at + word] = exact[from + 3 - word]!;
  out[at + 4] = row;
}

/** Throws unless `records` goes on ascending behind `last` (the last record before it; empty at the start): an unsorted partition is a bug. */
export function assertSorted(records: Uint32Array, last: Uint32Array, width: number): void {
  if (records.length % width !== 0) throw new Error(`records of ${width} words: found ${records.length} words`);
  for (let at = 0; at < records.length; at += width) {
    for (let word = 0; word < width; word++) {
      const before = at > 0 ? records[at - width + word]! : (last[word] ?? -1);
      const found = records[at + word]!;
      if (found > before) break;
      if (found < before || word === width - 1) throw new Error(`record ${at / width}: word ${word} is ${found} after ${before}: not sorted, or doubled`);
    }
  }
}

/** Whether the record at `at` has the key (all words but the row) of the record before it, which is `last` for the first. */
export function sharesKey(records: Uint32Array, at: number, last: Uint32Array, width: number): boolean {
  const before = at > 0 ? records : last;
  if (before.length === 0) return false;
  const from = at > 0 ? at - width : 0;
  for (let word = 0; word < width - 1; word++) {
    if (records[at + word] !== before[from + word]) return false;
  }
  return true;
}
