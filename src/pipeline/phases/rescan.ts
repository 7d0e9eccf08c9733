/**
 * Phase `rescan`, a task per writer: reads the parts of the corpus that the writer wrote, as anybody would, and looks for n-grams of the benchmarks that are not
 * ignored. There must be none: one that is there fails the run, with its place. No output but the counts. Memory: the n-grams (benchmark-table.ts), two batches
 * of text, a line, and the order of a part (20 bytes a document).
 */
import { documentBytes } from '../../core/document-batch.js';
import { ShardError } from '../../core/errors.js';
import { valueAt } from '../../formats/json-path.js';
import type { NgramScanner } from '../../kernels/kernels.js';
import { benchmarkScanner, ignoredNgrams, isScanned } from '../benchmark-table.js';
import { SELECTED_WORDS } from '../corpus-order.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import { allRows, TextBatch } from '../text-batch.js';
import { writtenDocuments } from '../written-documents.js';
import type { BenchmarkResult } from './benchmark.js';
import type { SelectResult } from './select.js';
import { readSelected, type WriteResult } from './write.js';

export interface RescanResult {
  /** Copies of documents looked through, and their text. */
  readonly documents: number;
  readonly bytes: number;
}

export const rescan: Phase<RescanResult> = {
  name: 'rescan',

  inputs(run, rank) {
    const { result } = run.completed<WriteResult>('write', rank);
    const { sources, decontaminate } = run.plan.recipe;
    return {
      parts: result.parts.map(({ path, sha256 }) => [path, sha256]), selected: run.checksums('select', ['selected']), of: Object.keys(sources), sources: decontaminate!.sources ?? null, // a plan without has no such task
      ignored: run.checksums('frequent', ['ignored']), benchmark: run.checksums('benchmark', ['first', 'second']), lengths: run.completed<BenchmarkResult>('benchmark', 0).result.lengths,
    };
  },

  async execute(run, rank) {
    const survivors = new Survivors(run);
    const looking = new Looking(run);
    try {
      for (const { part, path, documents } of run.completed<WriteResult>('write', rank).result.parts) {
        const selected = readSelected(run, run.completed<SelectResult>('select', 0).result, part);
        let line = 0;
        for await (const stored of writtenDocuments(run.path(path))) {
          if (line >= documents) throw new ShardError(`${path}: found more than ${documents} lines, expected as many as were written`);
          const { source } = run.plan.shards[survivors.shardOf(selected[line * SELECTED_WORDS]!)]!; // a line a record; every row is in a shard
          line += 1;
          if (isScanned(run, source)) looking.add(stored.kind === 'text' ? stored.text : textOf(run, source, stored.line, `${path}: line ${line}`), `${path}: line ${line}`);
        }
        if (line !== documents) throw new ShardError(`${path}: found ${line} lines, expected ${documents}`);
      }
      looking.end();
      return { outputs: {}, result: { documents: looking.documents, bytes: looking.bytes } };
    } finally {
      survivors.close();
    }
  },
};

/** The document's text in a line of the corpus. */
function textOf(run: Run, source: string, line: Uint8Array, place: string): Uint8Array {
  const { read } = run.plan.recipe.sources[source]!; // a source of the plan
  const whole = (read.format === 'jsonl' || read.format === 'csv') && read.wholeRecords === true;
  const field = whole ? read.text : 'text';
  let text: unknown;
  try {
    text = valueAt(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)), field);
  } catch (error) {
    throw new ShardError(`${place}: found no JSON in UTF-8, expected a document`, { cause: error });
  }
  if (typeof text !== 'string') throw new ShardError(`${place}: found no "${field}", expected the text`);
  return new TextEncoder().encode(text);
}

class Looking {
  documents = 0;
  bytes = 0;
  readonly #run: Run;
  readonly #scanner: NgramScanner;
  readonly #isIgnored: (ngram: number) => boolean;
  readonly #texts = new TextBatch();
  #places: string[] = [];

  constructor(run: Run) {
    this.#run = run;
    this.#scanner = benchmarkScanner(run);
    this.#isIgnored = ignoredNgrams(run);
  }

  add(text: Uint8Array, place: string): void {
    this.#texts.add(text);
    this.#places.push(place);
    if (this.#texts.isFull) this.end();
  }

  /** Looks through what was added. Throws ShardError where there is an n-gram. */
  end(): void {
    const batch = this.#texts.take();
    const { offsets, ngrams, from, to } = this.#scanner.scan(batch, allRows(batch));
    this.#places.forEach((place, row) => {
      for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
        if (this.#isIgnored(ngrams[i]!)) continue;
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(documentBytes(batch, row).subarray(from[i], to[i])).replaceAll(/\s+/g, ' ');
        throw new ShardError(`${place}: found an n-gram of a benchmark, "${text}", expected none in the corpus`);
      }
    });
    this.documents += batch.length;
    this.bytes += batch.text.length;
    this.#run.progress.add(batch.length, batch.text.length);
    this.#places = [];
  }
}
