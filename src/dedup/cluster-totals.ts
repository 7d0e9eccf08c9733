/**
 * What the clusters of a level come to, in figures that add up over tasks. A cluster here is a kept document with those that were removed for it: a
 * component that turned out to be several counts as several, and a document without a duplicate is not counted.
 */
import { MEGA_CLUSTER, noSizes, sizeClassOf, type SizeClass } from './report.js';
import { REMOVAL_METHODS, type Removal } from './resolve.js';

export interface ClusterResult {
  /** Jaccard similarity from which documents were duplicates. */
  readonly level: number;
  /** Rows of components read, and removals written: what the exchanges before and behind must agree with. */
  readonly members: number;
  readonly removals: number;
  readonly components: number;
  /** Of two documents or more. */
  readonly sizes: readonly SizeClass[];
  /** removed[a][b][m]: documents of source a that went for a kept one of source b by method m, in the job's order of sources and that of REMOVAL_METHODS. */
  readonly removed: readonly (readonly (readonly number[])[])[];
  /** Removals by minhash in bins of .001 of similarity: exact where it was computed, else estimated; 1 is in the last bin. */
  readonly similarities: readonly number[];
  /** At most 20, the largest first, then by kept row. */
  readonly largest: readonly LargestCluster[];
  /** Pairs of signatures, and pairs of texts, that were compared. */
  readonly comparisons: number;
  readonly exactComparisons: number;
  /** Components with more kept documents than later members were compared with. */
  readonly cappedClusters: number;
  /** Components that were resolved in blocks or have 1,000 rows or more: at most 20, the largest first. */
  readonly megaClusters: readonly { readonly root: number; readonly size: number }[];
}

export interface LargestCluster {
  readonly size: number;
  readonly keptRow: number;
  /** At most 10, the least similar first. */
  readonly rows: readonly { readonly row: number; readonly jaccard: number }[];
}

export const SIMILARITY_BINS = 1000;
const LARGEST = 20;
const ROWS_SHOWN = 10;

/** Removals seen for one kept row: how many, then row and similarity of the least similar. */
type Seen = number[];

/** Counts one task's clusters. Memory: some 100 bytes for each kept document with a removal, of one block of one component. */
export class ClusterTally {
  readonly #sizes = noSizes();
  readonly #removed: number[][][];
  readonly #similarities = new Array<number>(SIMILARITY_BINS).fill(0);
  #largest: LargestCluster[] = [];
  #megaClusters: { root: number; size: number }[] = [];
  readonly #seen = new Map<number, Seen>();
  #members = 0;
  #removals = 0;
  #components = 0;

  constructor(sources: number) {
    this.#removed = Array.from({ length: sources }, () => Array.from({ length: sources }, () => REMOVAL_METHODS.map(() => 0)));
  }

  /** A removal, with the sources of both rows. `forMember`: of a document that would have stayed, by drop-all. */
  removal({ row, keptRow, method, estimate, exact }: Removal, source: number, keptSource: number, forMember: boolean): void {
    const jaccard = Number.isNaN(exact) ? estimate : exact;
    this.#removals += 1;
    this.#removed[source]![keptSource]![method]! += 1; // made for all sources and methods
    if (REMOVAL_METHODS[method] === 'minhash') this.#similarities[Math.min(SIMILARITY_BINS - 1, Math.floor(jaccard * SIMILARITY_BINS))]! += 1;
    if (forMember) return;
    let seen = this.#seen.get(keptRow);
    if (seen === undefined) this.#seen.set(keptRow, (seen = [0]));
    seen[0]! += 1;
    addLeast(seen, row, Number.isNaN(jaccard) ? 0 : jaccard);
  }

  /** Ends a block of a component: clusters of kept rows that later blocks are not compared with are whole. */
  endBlock(isCarried: (keptRow: number) => boolean): void {
    for (const [keptRow, seen] of this.#seen) {
      if (isCarried(keptRow)) continue;
      this.#seen.delete(keptRow);
      const size = seen[0]! + 1;
      const entry = sizeClassOf(this.#sizes, size);
      entry.clusters += 1;
      entry.documents += size;
      this.#addLargest(size, keptRow, seen);
    }
  }

  /** Ends a component of so many rows. */
  endComponent(root: number, size: number): void {
    this.endBlock(() => false);
    this.#members += size;
    this.#components += 1;
    if (size >= MEGA_CLUSTER) this.#megaClusters = largestFirst([...this.#megaClusters, { root, size }], ({ root: row }) => row);
  }

  result(level: number, work: Pick<ClusterResult, 'comparisons' | 'exactComparisons' | 'cappedClusters'>): ClusterResult {
    return {
      level, members: this.#members, removals: this.#removals, components: this.#components, sizes: this.#sizes, removed: this.#removed,
      similarities: this.#similarities, largest: this.#largest, megaClusters: this.#megaClusters, ...work,
    };
  }

  #addLargest(size: number, keptRow: number, seen: Seen): void {
    const last = this.#largest[LARGEST - 1];
    if (last !== undefined && size < last.size) return;
    const rows = Array.from({ length: (seen.length - 1) / 2 }, (_, i) => ({ row: seen[2 * i + 1]!, jaccard: seen[2 * i + 2]! }));
    this.#largest = largestFirst([...this.#largest, { size, keptRow, rows }], (cluster) => cluster.keptRow);
  }
}

/** Puts a row among the least similar ones, which ascend; the earlier row first of equals. */
function addLeast(seen: Seen, row: number, jaccard: number): void {
  let at = seen.length;
  while (at > 1 && (jaccard < seen[at - 1]! || (jaccard === seen[at - 1] && row < seen[at - 2]!))) at -= 2;
  if (at > 2 * ROWS_SHOWN) return;
  seen.splice(at, 0, row, jaccard);
  if (seen.length > 2 * ROWS_SHOWN + 1) seen.length = 2 * ROWS_SHOWN + 1;
}

function largestFirst<Entry extends { readonly size: number }>(entries: readonly Entry[], rowOf: (entry: Entry) => number): Entry[] {
  return [...entries].sort((a, b) => b.size - a.size || rowOf(a) - rowOf(b)).slice(0, LARGEST);
}

/** The sum of the results of tasks of one level, in any order; throws where there is none, or levels differ. */
export function mergeClusterResults(parts: readonly ClusterResult[]): ClusterResult {
  const [first] = parts;
  if (first === undefined || parts.some(({ level }) => level !== first.level)) throw new Error('cluster results: expected some of one level');
  const sum = (of: (part: ClusterResult) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    level: first.level,
    members: sum(({ members }) => members), removals: sum(({ removals }) => removals), components: sum(({ components }) => components),
    sizes: first.sizes.map(({ size }, i) => ({ size, clusters: sum(({ sizes }) => sizes[i]!.clusters), documents: sum(({ sizes }) => sizes[i]!.documents) })),
    removed: first.removed.map((row, a) => row.map((methods, b) => methods.map((_, m) => sum(({ removed }) => removed[a]![b]![m]!)))),
    similarities: first.similarities.map((_, bin) => sum(({ similarities }) => similarities[bin]!)),
    largest: largestFirst(parts.flatMap(({ largest }) => largest), ({ keptRow }) => keptRow),
    comparisons: sum(({ comparisons }) => comparisons), exactComparisons: sum(({ exactComparisons }) => exactComparisons),
    cappedClusters: sum(({ cappedClusters }) => cappedClusters),
    megaClusters: largestFirst(parts.flatMap(({ megaClusters }) => megaClusters), ({ root }) => root),
  };
}
