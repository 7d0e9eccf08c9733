/**
 * Verifying candidates. A bucket is the documents that share one band's hash; sharing it only nominates them. Each row of a bucket is compared, by
 * estimated Jaccard similarity, with the bucket's representatives: at every level, the rows that matched none of that level before them. Rows arrive in
 * order, so a bucket is never held: only its representatives are, and a bucket of a million rows costs at most 64 comparisons a row and level.
 */
import { assertSorted, BAND_RECORD_WORDS, sharesKey } from './partition.js';
import { RowList } from './rows.js';
import { estimateJaccard, reaches } from './similarity.js';

export interface BucketOptions {
  /** Least estimates of an edge, ascending, at most 31: several thresholds are answered in one pass. */
  readonly levels: readonly number[];
  /** Minima of a signature. */
  readonly permutations: number;
  /** The signature of a row; used before the next call, so it may be a view of a cache. */
  readonly signatureOf: (row: number) => Uint16Array;
  /** Of each level; default 64. */
  readonly maxRepresentatives?: number;
}

/** Verified pairs; rowA < rowB. One pair may come from several bands. */
export interface Edges {
  readonly rowA: Uint32Array;
  readonly rowB: Uint32Array;
  readonly jaccard: Float32Array;
}

/** All but `largestBucket` add up over partitions. */
export interface BucketTotals {
  records: number;
  /** Of two rows or more. */
  buckets: number;
  largestBucket: number;
  comparisons: number;
  edges: number;
  /** Buckets where a row that matched nothing at a level found no room among its representatives, so that later rows were not compared with it. */
  cappedBuckets: number;
  cappedRows: number;
}

const NONE: Readonly<BucketTotals> = { records: 0, buckets: 0, largestBucket: 0, comparisons: 0, edges: 0, cappedBuckets: 0, cappedRows: 0 };

export function mergeBucketTotals(parts: Iterable<Readonly<BucketTotals>>): BucketTotals {
  const sum = { ...NONE };
  for (const part of parts) {
    for (const key of Object.keys(NONE) as (keyof BucketTotals)[]) { // the keys of a literal of that type
      sum[key] = key === 'largestBucket' ? Math.max(sum[key], part[key]) : sum[key] + part[key];
    }
  }
  return sum;
}

const MAX_REPRESENTATIVES = 64;
const MOST_LEVELS = 31;

/**
 * Takes one partition's band records in sorted order. Memory: `maxRepresentatives` signatures a level, and the edges of one `add`.
 *
 * Rows of one signature meet in the bucket of every band, where one edge is enough: only band 0 gives it. Nothing falls apart by that. Let F be the
 * first row of a signature in its bucket of band 0, X a later one, and take any level. If F became a representative there, X was compared with it: the
 * edge F-X is given. If F matched a representative Q, Q has another signature, so Q-F is given whatever the band; X was compared with Q too, and being
 * F's equal got the same estimate: Q-X is given. Either way F and X are connected by edges that reach the level, and so are any two rows of the
 * signature. Left are two cases. F found no room: counted as capped. And a signature here is the low 16 bits of each minimum, while band hashes are
 * made of whole minima, so rows may look equal without meeting in band 0: where all but one of k minima are the same and that one, in
 * band 0, has equal low bits; at most 4e-7 of pairs for 14 x 8 at the worst J, 1 - 1 / k.
 */
export class BucketVerifier {
  readonly totals: BucketTotals = { ...NONE };
  readonly #options: BucketOptions;
  readonly #maxRepresentatives: number;
  /** Rows that represent at some level, at which (a bit a level), and their minima one behind the other. */
  readonly #rows: number[] = [];
  readonly #levelsOf: number[] = [];
  readonly #minima: Uint16Array;
  /** Representatives of each level. */
  readonly #counts: Uint32Array;
  #last: Uint32Array = new Uint32Array(0);
  #size = 0;
  #capped = false;

  constructor(options: BucketOptions) {
    const { levels, permutations, maxRepresentatives = MAX_REPRESENTATIVES } = options;
    if (levels.length < 1 || levels.length > MOST_LEVELS || levels.some((level, i) => i > 0 && level <= levels[i - 1]!)) {
      throw new Error(`levels: found ${levels.join(', ')}, expected 1 to ${MOST_LEVELS} of them, ascending`);
    }
    this.#options = options;
    this.#maxRepresentatives = maxRepresentatives;
    this.#minima = new Uint16Array(maxRepresentatives * levels.length * permutations);
    this.#counts = new Uint32Array(levels.length);
  }

  /** The next records of the partition; gives the edges that they bring. Throws when they are out of order. */
  add(records: Uint32Array): Edges {
    assertSorted(records, this.#last, BAND_RECORD_WORDS);
    const found = { rowA: new RowList(), rowB: new RowList(), jaccard: [] as number[] };
    for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
      if (!sharesKey(records, at, this.#last, BAND_RECORD_WORDS)) this.#begin();
      this.totals.records++;
      this.#place(records[at]!, records[at + 3]!, found);
    }
    if (records.length > 0) this.#last = records.slice(-BAND_RECORD_WORDS);
    this.totals.edges += found.rowA.length;
    return { rowA: found.rowA.toArray(), rowB: found.rowB.toArray(), jaccard: Float32Array.from(found.jaccard) };
  }

  /** Ends a partition: the next `add` begins another. */
  endPartition(): void {
    this.#begin();
    this.#last = new Uint32Array(0);
  }

  #begin(): void {
    this.#rows.length = this.#levelsOf.length = 0;
    this.#counts.fill(0);
    this.#size = 0;
    this.#capped = false;
  }

  #place(band: number, row: number, found: { rowA: RowList; rowB: RowList; jaccard: number[] }): void {
    const { levels, permutations, signatureOf } = this.#options;
    const everyLevel = 2 ** levels.length - 1;
    this.#size++;
    if (this.#size === 1) {
      this.#represent(row, everyLevel, undefined); // its signature is fetched when a second row comes: most buckets have one
      return;
    }
    if (this.#size === 2) {
      this.totals.buckets++;
      this.#minima.set(signatureOf(this.#rows[0]!).subarray(0, permutations));
    }
    this.totals.largestBucket = Math.max(this.totals.largestBucket, this.#size);
    const signature = signatureOf(row);
    let matched = 0;
    for (let i = 0; i < this.#rows.length; i++) {
      const jaccard = estimateJaccard(signature, 0, this.#minima, i * permutations, permutations);
      const reached = this.#levelsReached(jaccard) & this.#levelsOf[i]!;
      matched |= reached;
      if (reached === 0 || (jaccard === 1 && band !== 0)) continue;
      found.rowA.push(this.#rows[i]!); // came earlier in the bucket, so it is the smaller row
      found.rowB.push(row);
      found.jaccard.push(jaccard);
    }
    this.totals.comparisons += this.#rows.length;
    if (matched !== everyLevel) this.#represent(row, everyLevel & ~matched, signature);
  }

  /** One bit for each level that an estimate reaches. */
  #levelsReached(jaccard: number): number {
    const { levels } = this.#options;
    let count = 0;
    while (count < levels.length && reaches(jaccard, levels[count]!)) count++;
    return 2 ** count - 1;
  }

  /** Makes a row a representative of those levels that have room. */
  #represent(row: number, levels: number, signature: Uint16Array | undefined): void {
    let taken = 0;
    for (let level = 0; level < this.#counts.length; level++) {
      if ((levels & (1 << level)) === 0 || this.#counts[level]! >= this.#maxRepresentatives) continue;
      this.#counts[level]!++;
      taken |= 1 << level;
    }
    if (taken !== levels) this.#countCapped();
    if (taken === 0) return;
    const { permutations } = this.#options;
    if (signature !== undefined) this.#minima.set(signature.subarray(0, permutations), this.#rows.length * permutations);
    this.#rows.push(row);
    this.#levelsOf.push(taken);
  }

  #countCapped(): void {
    this.totals.cappedRows++;
    if (!this.#capped) this.totals.cappedBuckets++;
    this.#capped = true;
  }
}
