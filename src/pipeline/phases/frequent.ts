/**
 * Phase `frequent`, one task: in how many documents of the corpus each n-gram stands, whichever shard and source they are of. Those in more than the recipe
 * allows are ignored. Output: `ignored`, a bit an n-gram; the result says of each benchmark how many of its items and n-grams were found. Memory: 4 bytes an
 * n-gram, a bit an item, and two blocks of columns.
 */
import { columnOf } from '../../core/document-batch.js';
import { openColumnFile } from '../../formats/column-reader.js';
import { writeNumbers } from '../../formats/number-file.js';
import { PositionedFile } from '../../formats/positioned-file.js';
import type { Phase, Run } from '../run.js';
import { tasksOf } from '../tasks.js';
import type { BenchmarkResult } from './benchmark.js';

export interface FoundOfBenchmark {
  /** Items with an n-gram that a document holds and that is not ignored. */
  readonly items: number;
  /** N-grams that a document holds: those that are taken out, and those that are ignored. */
  readonly matched: number;
  readonly ignored: number;
}

export interface IgnoredNgram {
  readonly text: string;
  /** That hold it. */
  readonly documents: number;
  /** Indexes of those that have it. */
  readonly benchmarks: readonly number[];
}

export interface FrequentResult {
  readonly ngrams: number;
  readonly matched: number;
  readonly ignored: number;
  /** In the order of the benchmarks. */
  readonly benchmarks: readonly FoundOfBenchmark[];
  /** The ignored n-grams that most documents hold. */
  readonly top: readonly IgnoredNgram[];
}

const TOP = 100;

export const frequent: Phase<FrequentResult> = {
  name: 'frequent',

  inputs(run) {
    const { mostDocuments } = run.plan.recipe.decontaminate!; // a plan without has no such task
    return { mostDocuments, benchmark: run.checksums('benchmark', ['first', 'second', 'pairs', 'items']), seen: run.checksums('scan', ['seen']) };
  },

  execute(run) {
    const { mostDocuments } = run.plan.recipe.decontaminate!;
    const { counts, groups } = run.completed<BenchmarkResult>('benchmark', 0).result;
    const documents = documentsOfNgrams(run, counts.reduce((sum, count) => sum + count, 0));
    const { benchmarks, top } = lookUp(run, documents, mostDocuments);
    const result: FrequentResult = {
      ngrams: documents.length, matched: countOf(documents, (count) => count > 0 && count <= mostDocuments), ignored: countOf(documents, (count) => count > mostDocuments),
      benchmarks, top: readTexts(run, top, groups),
    };
    const bits = function* (): Generator<number> {
      for (const count of documents) yield count > mostDocuments ? 1 : 0;
    };
    return Promise.resolve({ outputs: { ignored: writeNumbers(run.workPath('frequent', 0, 'ignored'), 1, bits()) }, result });
  },
};

const countOf = (values: Uint32Array, is: (value: number) => boolean): number => values.reduce((sum, value) => sum + (is(value) ? 1 : 0), 0);

function documentsOfNgrams(run: Run, ngrams: number): Uint32Array {
  const documents = new Uint32Array(ngrams);
  for (let rank = 0; rank < tasksOf(run.plan, 'scan'); rank++) {
    const file = openColumnFile(run.outputPath(run.completed('scan', rank), 'seen'));
    try {
      for (const block of file.blocks()) {
        const counts = columnOf(block, 'documents', 'uint32').values;
        columnOf(block, 'ngram', 'uint32').values.forEach((ngram, i) => { documents[ngram]! += counts[i]!; });
      }
    } finally {
      file.close();
    }
  }
  return documents;
}

interface Place {
  readonly ngram: number;
  readonly documents: number;
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

/** Goes through all pairs of an n-gram and an item, by n-gram. */
function lookUp(run: Run, documents: Uint32Array, mostDocuments: number): { readonly benchmarks: FoundOfBenchmark[]; readonly top: readonly Place[] } {
  const completion = run.completed<BenchmarkResult>('benchmark', 0);
  const ends: number[] = []; // of each benchmark's items
  for (const { items } of completion.result.benchmarks) ends.push((ends.at(-1) ?? 0) + items);
  const touched = new Uint8Array(Math.ceil((ends.at(-1) ?? 0) / 8));
  const found = ends.map(() => ({ items: 0, matched: 0, ignored: 0 }));
  let top: Place[] = [];
  let ngram = -1;
  let of = -1;
  const file = openColumnFile(run.outputPath(completion, 'pairs'));
  try {
    for (const block of file.blocks()) {
      const column = (name: string): Uint32Array => columnOf(block, name, 'uint32').values;
      const [ngrams, items, from, to] = [column('ngram'), column('item'), column('from'), column('to')];
      for (let i = 0; i < block.length; i++) {
        const count = documents[ngrams[i]!]!;
        if (count === 0) continue;
        const item = items[i]!;
        const isNew = ngrams[i] !== ngram;
        if (isNew) of = -1;
        ngram = ngrams[i]!;
        let benchmark = Math.max(0, of);
        while (item >= ends[benchmark]!) benchmark++;
        const counts = found[benchmark]!; // every item is of one
        if (benchmark !== of) counts[count > mostDocuments ? 'ignored' : 'matched'] += 1;
        of = benchmark;
        if (count <= mostDocuments) {
          counts.items += ((touched[item >> 3]! >> (item & 7)) & 1) === 1 ? 0 : 1;
          touched[item >> 3]! |= 1 << (item & 7);
        } else if (isNew) {
          top.push({ ngram, documents: count, item, from: from[i]!, to: to[i]! });
          if (top.length >= 2 * TOP) top = first(top);
        }
      }
    }
  } finally {
    file.close();
  }
  return { benchmarks: found, top: first(top) };
}

const first = (places: readonly Place[]): Place[] => [...places].sort((a, b) => b.documents - a.documents || a.ngram - b.ngram).slice(0, TOP);

/** The n-grams as their first item writes them, on one line. */
function readTexts(run: Run, places: readonly Place[], groups: BenchmarkResult['groups']): IgnoredNgram[] {
  const completion = run.completed('benchmark', 0);
  const items = openColumnFile(run.outputPath(completion, 'items'));
  const text = new PositionedFile(run.outputPath(completion, 'text'));
  const groupOf = new PositionedFile(run.outputPath(completion, 'groups'));
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  try {
    return places.map(({ ngram, documents, item, from, to }) => {
      const [low = 0, high = 0] = groupOf.read(2 * ngram, 2);
      const bytes = text.read(items.numberInPlace(item, 'textAt') + from, to - from);
      return { text: decoder.decode(bytes).replaceAll(/\s+/g, ' '), documents, benchmarks: groups[low + 256 * high]! }; // as the phase numbered them
    });
  } finally {
    items.close();
    text.close();
    groupOf.close();
  }
}
