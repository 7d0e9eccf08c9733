/**
 * Phase `scan`, a task per shard: looks for n-grams of the benchmarks in the documents that stay. Outputs: `hits`, a column file of every place where one
 * stands, by row and place; `seen`, how many of the shard's documents hold each n-gram that any does. Memory: the n-grams (benchmark-table.ts), two batches of
 * text, and a block of columns.
 */
import type { Column } from '../../core/document-batch.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { benchmarkScanner, isScanned } from '../benchmark-table.js';
import { changedBy } from '../changed-texts.js';
import type { Phase, Run } from '../run.js';
import { stayingTexts } from '../staying-texts.js';
import { Survivors } from '../survivors.js';
import { allRows } from '../text-batch.js';
import { tasksOf } from '../tasks.js';
import type { BenchmarkResult } from './benchmark.js';

export interface ScanResult {
  /** Looked through. */
  readonly documents: number;
  readonly bytes: number;
  /** Places found, ignored n-grams among them. */
  readonly hits: number;
}

export const scan: Phase<ScanResult> = {
  name: 'scan',

  inputs(run, rank) {
    return { ...textInputs(run, rank), benchmark: run.checksums('benchmark', ['first', 'second']), lengths: run.completed<BenchmarkResult>('benchmark', 0).result.lengths };
  },

  execute(run, rank) {
    const hits = new ColumnWriter(run.workPath('scan', rank, 'hits'), ['row', 'ngram', 'from', 'to'].map((name) => ({ name, kind: 'uint32' })));
    const seen = new Seen(run);
    const survivors = new Survivors(run);
    const result = { documents: 0, bytes: 0, hits: 0 };
    try {
      const scanner = benchmarkScanner(run);
      const texts = isScanned(run, run.plan.shards[rank]!.source) ? stayingTexts(run, survivors, rank, 'clean') : []; // rank < tasksOf
      for (const { batch, rows } of texts) {
        const found = scanner.scan(batch, allRows(batch));
        const rowOf = new Uint32Array(found.ngrams.length);
        rows.forEach((row, i) => {
          rowOf.fill(row, found.offsets[i], found.offsets[i + 1]);
          seen.add(found.ngrams.subarray(found.offsets[i], found.offsets[i + 1]));
        });
        hits.append(columns({ row: rowOf, ngram: found.ngrams, from: found.from, to: found.to }));
        result.documents += batch.length;
        result.bytes += batch.text.length;
        result.hits += found.ngrams.length;
        run.progress.add(batch.length, batch.text.length);
      }
      return Promise.resolve({ outputs: { hits: hits.commit(), seen: seen.write(run.workPath('scan', rank, 'seen')) }, result });
    } finally {
      hits.abort();
      survivors.close();
    }
  },
};

/** What the shard's texts depend on before this phase and the next, and which of them are looked through. */
export function textInputs(run: Run, rank: number): Readonly<Record<string, unknown>> {
  const changed = changedBy(run.plan, 'clean');
  const { shards } = run.plan;
  const of = (phase: 'remove' | 'cut', roles: readonly string[]): unknown => (tasksOf(run.plan, phase) === 0 ? null : run.checksums(phase, roles, rank, rank + 1));
  return {
    shard: rank, shards: shards.length, scanned: isScanned(run, shards[rank]!.source), curated: run.checksums('curate', ['kept']), // of all: rows are numbered through
    text: run.checksums('curate', ['text'], rank, rank + 1), decided: run.checksums('decide', ['kept']),
    removals: of('remove', ['removals']), cuts: changed === undefined ? null : of('cut', ['cuts', 'text']),
  };
}

const columns = (values: Readonly<Record<string, Uint32Array>>): Map<string, Column> => new Map(Object.entries(values).map(([name, one]) => [name, { kind: 'uint32', values: one }]));

const ROWS_AT_ONCE = 1 << 16;

/** Documents by n-gram. Memory: 8 bytes an n-gram. */
class Seen {
  readonly #documents: Uint32Array;
  /** The document that was the last to hold it, counted from 1. */
  readonly #last: Uint32Array;
  #document = 0;

  constructor(run: Run) {
    const ngrams = run.completed<BenchmarkResult>('benchmark', 0).result.counts.reduce((sum, count) => sum + count, 0);
    this.#documents = new Uint32Array(ngrams);
    this.#last = new Uint32Array(ngrams);
  }

  /** The n-grams of the next document, some of them repeatedly. */
  add(ngrams: Uint32Array): void {
    this.#document += 1;
    for (const ngram of ngrams) {
      if (this.#last[ngram] === this.#document) continue;
      this.#last[ngram] = this.#document;
      this.#documents[ngram]! += 1;
    }
  }

  write(path: string) {
    const writer = new ColumnWriter(path, [{ name: 'ngram', kind: 'uint32' }, { name: 'documents', kind: 'uint32' }]);
    try {
      for (let from = 0; from < this.#documents.length; from += ROWS_AT_ONCE) {
        const held: number[] = [];
        for (let ngram = from; ngram < Math.min(this.#documents.length, from + ROWS_AT_ONCE); ngram++) if (this.#documents[ngram]! > 0) held.push(ngram);
        writer.append(columns({ ngram: Uint32Array.from(held), documents: Uint32Array.from(held, (ngram) => this.#documents[ngram]!) }));
      }
      return writer.commit();
    } finally {
      writer.abort();
    }
  }
}
