/** What decontamination found, benchmark by benchmark: sums over shards, and the documents that hold most of one. Plain JSON. */

/** Of the documents that hold n-grams of a benchmark, those that count. */
export interface BenchmarkDocuments {
  /** All, those left shorter, and those dropped: split into too many pieces, or with no piece that is long enough. */
  touched: number;
  cut: number;
  dropped: number;
}

export interface ContaminatedDocument {
  readonly row: number;
  readonly id: string;
  readonly source: string;
  /** Names. */
  readonly benchmarks: readonly string[];
  /** Different ones that it holds. */
  readonly ngrams: number;
  readonly dropped: boolean;
  /** The longest run of them, on one line. */
  readonly text: string;
}

export interface CleanTotals {
  /** Hits of n-grams that phase `scan` wrote, ignored ones too. */
  hits: number;
  readonly documents: BenchmarkDocuments;
  /** Of the documents dropped, those that were split into too many pieces. */
  split: number;
  /** Bytes of text that went, with dropped documents and without. */
  bytes: number;
  /** Documents in which putting pieces together made an n-gram, which was cut too. */
  rejoined: number;
  /** In the order of the benchmarks. */
  readonly benchmarks: BenchmarkDocuments[];
  /** Those with the most n-grams, in that order. */
  top: ContaminatedDocument[];
}

export const TOP_DOCUMENTS = 20;

export const noDocuments = (): BenchmarkDocuments => ({ touched: 0, cut: 0, dropped: 0 });

export const noCleanTotals = (benchmarks: number): CleanTotals => ({
  hits: 0, documents: noDocuments(), split: 0, bytes: 0, rejoined: 0, benchmarks: Array.from({ length: benchmarks }, noDocuments), top: [],
});

/** Counts a document that was cut or dropped. */
export function addDocument(to: BenchmarkDocuments, isDropped: boolean): void {
  to.touched += 1;
  to.cut += isDropped ? 0 : 1;
  to.dropped += isDropped ? 1 : 0;
}

/** Keeps the first documents by n-grams held, then by row, so that it does not matter in which order they come. */
export function addTop(totals: CleanTotals, documents: readonly ContaminatedDocument[]): void {
  totals.top = [...totals.top, ...documents].sort((a, b) => b.ngrams - a.ngrams || a.row - b.row).slice(0, TOP_DOCUMENTS);
}

/** The sum over shards. */
export function mergeCleanTotals(benchmarks: number, parts: Iterable<CleanTotals>): CleanTotals {
  const sum = noCleanTotals(benchmarks);
  const add = (to: BenchmarkDocuments, from: BenchmarkDocuments): void => {
    to.touched += from.touched;
    to.cut += from.cut;
    to.dropped += from.dropped;
  };
  for (const part of parts) {
    sum.hits += part.hits;
    sum.split += part.split;
    sum.bytes += part.bytes;
    sum.rejoined += part.rejoined;
    add(sum.documents, part.documents);
    part.benchmarks.forEach((documents, i) => add(sum.benchmarks[i]!, documents)); // of the same plan
    addTop(sum, part.top);
  }
  return sum;
}
