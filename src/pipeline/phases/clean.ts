/**
 * Phase `clean`, a task per shard: takes the n-grams of benchmarks out of the shard's documents, by dedup/contamination.ts; a document that they split too
 * often, or leave nothing of, drops out. Outputs: those of changed-texts.ts, with what was found in each document; documents that only phase `cut` changed are
 * copied, with no n-gram. Memory: the n-grams (benchmark-table.ts), one document and its hits, a block of columns, and a thousand rows.
 */
import { columnOf } from '../../core/document-batch.js';
import { cleanText, mergedRuns, type Hits } from '../../dedup/contamination.js';
import { addDocument, addTop, noCleanTotals, type CleanTotals } from '../../dedup/contamination-totals.js';
import type { ColumnSpec } from '../../formats/column-file.js';
import { openColumnFile } from '../../formats/column-reader.js';
import { unpackSurvivorRecord } from '../../formats/survivor-record.js';
import { TextReader } from '../../formats/text-file.js';
import type { NgramScanner } from '../../kernels/kernels.js';
import { benchmarkGroups, benchmarkScanner, ignoredNgrams } from '../benchmark-table.js';
import { changedBy, ChangedTextWriter } from '../changed-texts.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { isOnlyCompared, noDocument, stayingDocuments, type StayingDocument } from '../staying-documents.js';
import { Survivors } from '../survivors.js';
import { allRows, TextBatch } from '../text-batch.js';
import type { BenchmarkResult } from './benchmark.js';
import { textInputs } from './scan.js';

export type CleanResult = CleanTotals;

/** `ngrams`: different ones, 0 in a document that is only copied; `taken`: bytes; `benchmarks`: names, comma between; `sample`: the longest run of n-grams. */
const COLUMNS: readonly ColumnSpec[] = [
  { name: 'ngrams', kind: 'uint32' }, { name: 'pieces', kind: 'uint32' }, { name: 'taken', kind: 'uint32' }, { name: 'benchmarks', kind: 'utf8' }, { name: 'sample', kind: 'utf8' },
];

export const clean: Phase<CleanResult> = {
  name: 'clean',

  inputs(run, rank) {
    const { window, leastPiece, mostPieces } = run.plan.recipe.decontaminate!; // a plan without has no such task
    const { shards, recipe } = run.plan;
    return {
      ...textInputs(run, rank), window, leastPiece, mostPieces, bytesPerToken: recipe.sources[shards[rank]!.source]!.bytesPerToken, // rank < tasksOf
      benchmark: run.checksums('benchmark', ['first', 'second', 'groups']), groups: run.completed<BenchmarkResult>('benchmark', 0).result.groups, names: run.plan.benchmarks!.map(({ name }) => name),
      hits: run.checksums('scan', ['hits'], rank, rank + 1), ignored: run.checksums('frequent', ['ignored']),
    };
  },

  execute(run, rank) {
    const cleaning = new Cleaning(run, rank);
    try {
      if (!isOnlyCompared(run, rank) && run.completion('curate', rank) !== undefined) cleaning.all(); // a shard that failed is listed as such at the end
      return Promise.resolve(cleaning.commit());
    } finally {
      cleaning.close();
    }
  },
};

interface NgramHit {
  readonly ngram: number;
  readonly from: number;
  readonly to: number;
}

class Cleaning {
  readonly #run: Run;
  readonly #rank: number;
  readonly #survivors: Survivors;
  readonly #left: ChangedTextWriter;
  readonly #scanner: NgramScanner;
  readonly #groups: Uint16Array;
  readonly #isIgnored: (ngram: number) => boolean;
  readonly #totals: CleanTotals;

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#rank = rank;
    this.#survivors = new Survivors(run);
    this.#scanner = benchmarkScanner(run);
    this.#groups = benchmarkGroups(run);
    this.#isIgnored = ignoredNgrams(run);
    this.#totals = noCleanTotals(run.plan.benchmarks!.length); // a plan with this task has some
    this.#left = new ChangedTextWriter(run, 'clean', rank, COLUMNS);
  }

  all(): void {
    const { plan } = this.#run;
    const changed = changedBy(plan, 'clean');
    const reader = (phase: 'curate' | 'cut'): TextReader => new TextReader(this.#run.outputPath(this.#run.completed(phase, this.#rank), 'text'));
    const curated = reader('curate');
    const cut = changed === undefined ? curated : reader('cut');
    const hits = new ShardHits(this.#run, this.#rank, this.#isIgnored);
    try {
      for (const document of stayingDocuments(this.#run, this.#survivors, this.#rank, noDocument(), 'clean')) {
        const found = hits.of(document.row);
        if (found.length === 0 && !document.isCut) continue;
        const store = document.isCut ? cut : curated;
        this.#take(document, store.read(document.recordAt, document.recordBytes), found);
      }
      this.#totals.hits = hits.read;
    } finally {
      hits.close();
      curated.close();
      if (cut !== curated) cut.close();
    }
  }

  #take({ row }: StayingDocument, bytes: Uint8Array, found: readonly NgramHit[]): void {
    const record = unpackSurvivorRecord(bytes);
    if (found.length === 0) {
      this.#left.add(row, record, record.text, { ngrams: 0, pieces: 1, taken: 0, benchmarks: '', sample: '' });
      return;
    }
    const { text } = record;
    const rule = this.#run.plan.recipe.decontaminate!; // a plan with this task has it
    const { text: left, pieces, rounds } = cleanText(text, spans(found), rule, (some) => spans(this.#look(some)));
    const ngrams = new Set(found.map(({ ngram }) => ngram));
    const benchmarks = this.#benchmarksOf(ngrams);
    const names = benchmarks.map((benchmark) => this.#run.plan.benchmarks![benchmark]!.name); // numbers of the plan
    const sample = longestRun(text, spans(found));
    const dropped = left.length === 0;
    this.#left.add(row, record, left, { ngrams: ngrams.size, pieces, taken: text.length - left.length, benchmarks: names.join(', '), sample });
    const totals = this.#totals;
    addDocument(totals.documents, dropped);
    for (const benchmark of benchmarks) addDocument(totals.benchmarks[benchmark]!, dropped);
    totals.split += dropped && pieces > rule.mostPieces ? 1 : 0;
    totals.bytes += text.length - left.length;
    totals.rejoined += rounds > 1 ? 1 : 0;
    addTop(totals, [{
      row, id: new TextDecoder().decode(record.id), source: this.#run.plan.shards[this.#rank]!.source, benchmarks: names, ngrams: ngrams.size, dropped, text: sample,
    }]);
    this.#run.progress.add(1, text.length);
  }

  /** N-grams that are still in a text. */
  #look(text: Uint8Array): NgramHit[] {
    const one = new TextBatch();
    one.add(text);
    const batch = one.take();
    const { ngrams, from, to } = this.#scanner.scan(batch, allRows(batch));
    return Array.from(ngrams, (ngram, i) => ({ ngram, from: from[i]!, to: to[i]! })).filter(({ ngram }) => !this.#isIgnored(ngram));
  }

  /** Ascending. */
  #benchmarksOf(ngrams: Iterable<number>): number[] {
    const { groups } = this.#run.completed<BenchmarkResult>('benchmark', 0).result;
    const found = new Set<number>();
    for (const ngram of ngrams) for (const benchmark of groups[this.#groups[ngram]!]!) found.add(benchmark); // as the phase numbered them
    return [...found].sort((a, b) => a - b);
  }

  commit(): PhaseOutput<CleanResult> {
    return { outputs: this.#left.commit(), result: this.#totals };
  }

  close(): void {
    this.#left.abort();
    this.#survivors.close();
  }
}

const spans = (hits: readonly NgramHit[]): Hits => ({ from: hits.map(({ from }) => from), to: hits.map(({ to }) => to) });

const SAMPLE_CHARACTERS = 300;

/** The longest run of overlapping hits, on one line. */
function longestRun(text: Uint8Array, hits: Hits): string {
  const runs = mergedRuns(hits);
  let best = 0;
  for (let i = 2; i < runs.length; i += 2) if (runs[i + 1]! - runs[i]! > runs[best + 1]! - runs[best]!) best = i;
  const from = runs[best]!; // there is a hit
  const shown = new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(from, Math.min(runs[best + 1]!, from + 8 * SAMPLE_CHARACTERS)));
  const characters = Array.from(shown.replaceAll(/\s+/g, ' ').trim());
  return characters.length <= SAMPLE_CHARACTERS ? characters.join('') : `${characters.slice(0, SAMPLE_CHARACTERS - 3).join('')}...`;
}

/** The hits of a shard's documents that are not ignored, asked for by ascending row. Memory: a block of columns, and the hits of one document, some 50 bytes each. */
class ShardHits {
  readonly #hits: Generator<NgramHit & { readonly row: number }>;
  readonly #isIgnored: (ngram: number) => boolean;
  #next: IteratorResult<NgramHit & { readonly row: number }>;
  /** Hits gone through so far, ignored ones too. */
  read = 0;

  constructor(run: Run, rank: number, isIgnored: (ngram: number) => boolean) {
    this.#isIgnored = isIgnored;
    this.#hits = hitsOf(run.outputPath(run.completed('scan', rank), 'hits'));
    this.#next = this.#hits.next();
  }

  of(row: number): NgramHit[] {
    const found: NgramHit[] = [];
    while (this.#next.done !== true && this.#next.value.row === row) {
      if (!this.#isIgnored(this.#next.value.ngram)) found.push(this.#next.value);
      this.read += 1;
      this.#next = this.#hits.next();
    }
    return found;
  }

  close(): void {
    this.#hits.return(undefined);
  }
}

function* hitsOf(path: string): Generator<NgramHit & { readonly row: number }> {
  const file = openColumnFile(path);
  try {
    for (const block of file.blocks()) {
      const column = (name: string): Uint32Array => columnOf(block, name, 'uint32').values;
      const [row, ngram, from, to] = [column('row'), column('ngram'), column('from'), column('to')];
      for (let i = 0; i < block.length; i++) yield { row: row[i]!, ngram: ngram[i]!, from: from[i]!, to: to[i]! };
    }
  } finally {
    file.close();
  }
}
