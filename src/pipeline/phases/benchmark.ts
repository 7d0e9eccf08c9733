/**
 * Phase `benchmark`, one task: reads the benchmarks and lists their n-grams, each once, with a number. An item is a record, a file or an entry; of JSON its
 * strings are passages of their own, and no n-gram runs from one into another. Outputs: `first` and `second`, halves of the n-grams' names, by length and name
 * (NgramTable); `groups`, which benchmarks each is of (uint16); `pairs`, column file of [n-gram, item, bytes of the item's text from .. to], once for each
 * item that has it; `items`, where their texts are in `text`. Memory: one sort, one batch of items (1 MiB of text, or one longer item of at most 16), and some 80
 * bytes for each n-gram of it.
 */
import { documentBytes, type Column, type DocumentBatch } from '../../core/document-batch.js';
import { ConfigError } from '../../core/errors.js';
import type { Source } from '../../core/stage.js';
import { AtomicFile, type WrittenFile } from '../../formats/atomic-file.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { STRING_END } from '../../formats/json-strings.js';
import { TextWriter } from '../../formats/text-file.js';
import type { Kernels } from '../../kernels/kernels.js';
import { MAX_NGRAMS } from '../../kernels/ngram-table.js';
import { csvSource } from '../../stages/sources/csv.js';
import { jsonlSource } from '../../stages/sources/jsonl.js';
import { tarSource } from '../../stages/sources/tar.js';
import { parquetSource } from '../../stages/sources/parquet.js';
import { textSource } from '../../stages/sources/text.js';
import { zipSource } from '../../stages/sources/zip.js';
import { expectRoom } from '../benchmark-table.js';
import type { BenchmarkRecipe } from '../recipe.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { kernelsOf } from '../stage-context.js';
import { allRows } from '../text-batch.js';

export interface BenchmarkCounts {
  readonly name: string;
  readonly items: number;
  /** Those that have an n-gram at all: shorter ones cannot be found. */
  readonly comparable: number;
  /** Different ones. */
  readonly ngrams: number;
  /** Records that could not be read, or have no text, and the first of them. */
  readonly lost: number;
  readonly fault?: string;
}

export interface BenchmarkResult {
  /** Lengths in words of the n-grams, ascending, and how many have each. */
  readonly lengths: readonly number[];
  readonly counts: readonly number[];
  /** In the order of the recipe; items are numbered through in this order. */
  readonly benchmarks: readonly BenchmarkCounts[];
  /** Groups of benchmarks that have an n-gram in common, as indexes into `benchmarks`. */
  readonly groups: readonly (readonly number[])[];
}

/** [words, first half of the name high, low, second half high, low, benchmark, item, from, to] */
const RECORD_WORDS = 9;
const NAME_WORDS = 5;
const MOST_GROUPS = 2 ** 16;
const PAIRS_AT_ONCE = 4096;
const NAMES_AT_ONCE = 4096;

export const benchmark: Phase<BenchmarkResult> = {
  name: 'benchmark',

  inputs(run) {
    const { against, ngram, leastWords } = run.plan.recipe.decontaminate!; // a plan without has no such task
    return {
      ngram, leastWords,
      benchmarks: run.plan.benchmarks!.map(({ name, shards }) => [name, against[name], shards.map(({ identity }) => identity)]), // made of the same recipe
    };
  },

  async execute(run) {
    const sort = new ExternalSort({ words: RECORD_WORDS, keyWords: 3, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
    const reading = new Reading(run, sort);
    const listing = new Listing(run);
    try {
      for (const [number, { name, shards }] of run.plan.benchmarks!.entries()) { // a plan with this task has some
        const source = readerOf(run.plan.recipe.decontaminate!.against[name]!);
        reading.begin(name);
        for (const shard of shards) {
          for await (const item of source.read(shard)) {
            if (item.kind === 'documents') reading.add(number, item.batch);
            else for (const fault of item.faults) if (fault.lost) reading.lose(`${shard.name}: byte ${fault.offset}: ${fault.detail}`);
          }
        }
      }
      for (const records of sort.sorted()) listing.add(records);
      const { outputs, counts, ngrams, groups } = listing.commit();
      expectRoom(run, [...counts.values()]);
      return {
        outputs: { ...outputs, ...reading.commit() },
        result: { lengths: [...counts.keys()], counts: [...counts.values()], benchmarks: reading.benchmarks.map((one, i) => ({ ...one, ngrams: ngrams[i] ?? 0 })), groups },
      } satisfies PhaseOutput<BenchmarkResult>;
    } finally {
      reading.abort();
      listing.abort();
      sort.dispose();
    }
  },
};

function readerOf(read: BenchmarkRecipe): Source {
  switch (read.format) {
    case 'jsonl': return jsonlSource({ text: read.text ?? '', strings: true });
    case 'csv': return csvSource({ text: read.text });
    case 'tar': return tarSource({});
    case 'parquet': return parquetSource({ text: read.text ?? '', strings: true });
    case 'text': return textSource({});
    case 'zip': return zipSource({});
  }
}

/** Takes the items in: their texts, and a record for every n-gram. */
class Reading {
  readonly benchmarks: { name: string; items: number; comparable: number; lost: number; fault?: string }[] = [];
  readonly #run: Run;
  readonly #kernels: Kernels;
  readonly #sort: ExternalSort;
  readonly #text: TextWriter;
  readonly #items: ColumnWriter;
  #count = 0;

  constructor(run: Run, sort: ExternalSort) {
    this.#run = run;
    this.#kernels = kernelsOf(run);
    this.#sort = sort;
    this.#text = new TextWriter(run.workPath('benchmark', 0, 'text'));
    this.#items = new ColumnWriter(run.workPath('benchmark', 0, 'items'), [{ name: 'textAt', kind: 'float64' }, { name: 'textBytes', kind: 'uint32' }]);
  }

  begin(name: string): void {
    this.benchmarks.push({ name, items: 0, comparable: 0, lost: 0 });
  }

  lose(fault: string): void {
    const counts = this.benchmarks.at(-1)!; // begun
    counts.lost += 1;
    counts.fault ??= fault;
  }

  add(benchmarkNumber: number, batch: DocumentBatch): void {
    const counts = this.benchmarks.at(-1)!; // begun
    const { ngram, leastWords } = this.#run.plan.recipe.decontaminate!; // a plan with this task has it
    const passages = passagesOf(batch);
    const found = this.#kernels.ngrams(passages.batch, allRows(passages.batch), { length: ngram, least: leastWords });
    const halves = [found.first, found.second].map((names) => new Uint32Array(names.buffer, names.byteOffset, 2 * names.length)) as [Uint32Array, Uint32Array]; // of two
    const record = new Uint32Array(RECORD_WORDS);
    const at = new Float64Array(batch.length);
    let passage = 0;
    for (let row = 0; row < batch.length; row++) {
      const text = documentBytes(batch, row);
      at[row] = this.#text.append(text);
      const before = found.offsets[passage]!;
      for (; passage < passages.rows.length && passages.rows[passage] === row; passage++) {
        const start = passages.batch.offsets[passage]! - batch.offsets[row]!;
        for (let i = found.offsets[passage]!; i < found.offsets[passage + 1]!; i++) {
          record[0] = found.lengths[i]!;
          record[1] = halves[0][2 * i + 1]!;
          record[2] = halves[0][2 * i]!;
          record[3] = halves[1][2 * i + 1]!;
          record[4] = halves[1][2 * i]!;
          record[5] = benchmarkNumber;
          record[6] = this.#count;
          record[7] = start + found.from[i]!;
          record[8] = start + found.to[i]!;
          this.#sort.add(record);
        }
      }
      counts.items += 1;
      counts.comparable += found.offsets[passage]! > before ? 1 : 0;
      this.#count += 1;
    }
    this.#items.append(new Map<string, Column>([
      ['textAt', { kind: 'float64', values: at }], ['textBytes', { kind: 'uint32', values: Uint32Array.from(at, (_, row) => documentBytes(batch, row).length) }],
    ]));
    this.#run.progress.add(batch.length, batch.text.length);
  }

  commit(): Record<'text' | 'items', WrittenFile> {
    return { text: this.#text.commit(), items: this.#items.commit() };
  }

  abort(): void {
    this.#text.abort();
    this.#items.abort();
  }
}

/** A batch of the passages of its documents, and the row that each is of: they end behind every STRING_END, which is in no word. */
function passagesOf(batch: DocumentBatch): { readonly batch: DocumentBatch; readonly rows: readonly number[] } {
  const offsets = [0];
  const rows: number[] = [];
  for (let row = 0; row < batch.length; row++) {
    const end = batch.offsets[row + 1]!;
    for (let at = batch.offsets[row]!; at < end;) {
      const found = batch.text.indexOf(STRING_END, at);
      at = found < 0 || found >= end ? end : found + 1;
      offsets.push(at);
      rows.push(row);
    }
  }
  return { batch: { length: rows.length, text: batch.text, offsets: Uint32Array.from(offsets), columns: new Map() }, rows };
}

/** Numbers the n-grams of sorted records. */
class Listing {
  readonly #first: AtomicFile;
  readonly #second: AtomicFile;
  readonly #groups: AtomicFile;
  readonly #pairs: ColumnWriter;
  /** By words of the n-gram. */
  readonly #counts = new Map<number, number>();
  readonly #groupNumbers = new Map<string, number>();
  /** Different n-grams of each benchmark. */
  readonly #ngrams: number[] = [];
  #ngram = -1;
  readonly #last = new Uint32Array(NAME_WORDS);
  /** Not yet written: halves of names, low words first, and groups. */
  readonly #names = [new Uint32Array(2 * NAMES_AT_ONCE), new Uint32Array(2 * NAMES_AT_ONCE)] as const;
  readonly #groupOf = new Uint16Array(NAMES_AT_ONCE);
  /** Of the n-gram at hand. */
  #benchmarks: number[] = [];
  #item = -1;
  #waiting: number[] = [];

  constructor(run: Run) {
    const file = (ending: string): AtomicFile => AtomicFile.create(run.workPath('benchmark', 0, ending));
    this.#first = file('first');
    this.#second = file('second');
    this.#groups = file('groups');
    this.#pairs = new ColumnWriter(run.workPath('benchmark', 0, 'pairs'), ['ngram', 'item', 'from', 'to'].map((name) => ({ name, kind: 'uint32' })));
  }

  add(records: Uint32Array): void {
    for (let at = 0; at < records.length; at += RECORD_WORDS) {
      let isSame = this.#ngram >= 0;
      for (let word = 0; isSame && word < NAME_WORDS; word++) isSame = records[at + word] === this.#last[word];
      if (!isSame) this.#begin(records, at);
      const of = records[at + NAME_WORDS]!;
      const item = records[at + NAME_WORDS + 1]!;
      if (item === this.#item) continue; // an item that has it twice
      this.#item = item;
      if (this.#benchmarks.at(-1) !== of) {
        this.#benchmarks.push(of);
        this.#ngrams[of] = (this.#ngrams[of] ?? 0) + 1;
      }
      this.#waiting.push(this.#ngram, item, records[at + NAME_WORDS + 2]!, records[at + NAME_WORDS + 3]!);
      if (this.#waiting.length >= 4 * PAIRS_AT_ONCE) this.#writePairs();
    }
  }

  #begin(records: Uint32Array, at: number): void {
    this.#end();
    for (let word = 0; word < NAME_WORDS; word++) this.#last[word] = records[at + word]!;
    this.#ngram += 1;
    if (this.#ngram >= MAX_NGRAMS) throw new ConfigError(`decontaminate.against: found more than ${MAX_NGRAMS} different n-grams, expected at most so many: take fewer benchmarks at a time`);
    const length = this.#last[0]!;
    this.#counts.set(length, (this.#counts.get(length) ?? 0) + 1);
    const to = 2 * (this.#ngram % NAMES_AT_ONCE);
    this.#names[0][to] = this.#last[2]!; // low half first
    this.#names[0][to + 1] = this.#last[1]!;
    this.#names[1][to] = this.#last[4]!;
    this.#names[1][to + 1] = this.#last[3]!;
    this.#benchmarks = [];
    this.#item = -1;
  }

  /** Writes the group of the n-gram at hand. */
  #end(): void {
    if (this.#ngram < 0) return;
    const key = this.#benchmarks.join();
    let group = this.#groupNumbers.get(key);
    if (group === undefined) {
      group = this.#groupNumbers.size;
      if (group >= MOST_GROUPS) throw new ConfigError(`decontaminate.against: found more than ${MOST_GROUPS} groups of benchmarks that share n-grams, expected at most so many: take fewer benchmarks at a time`);
      this.#groupNumbers.set(key, group);
    }
    this.#groupOf[this.#ngram % NAMES_AT_ONCE] = group;
    if ((this.#ngram + 1) % NAMES_AT_ONCE === 0) this.#writeNames(NAMES_AT_ONCE);
  }

  #writeNames(count: number): void {
    this.#first.write(new Uint8Array(this.#names[0].buffer, 0, 8 * count));
    this.#second.write(new Uint8Array(this.#names[1].buffer, 0, 8 * count));
    this.#groups.write(new Uint8Array(this.#groupOf.buffer, 0, 2 * count));
  }

  #writePairs(): void {
    const word = (at: number): Column => ({ kind: 'uint32', values: Uint32Array.from({ length: this.#waiting.length / 4 }, (_, i) => this.#waiting[4 * i + at]!) });
    this.#pairs.append(new Map([['ngram', word(0)], ['item', word(1)], ['from', word(2)], ['to', word(3)]]));
    this.#waiting = [];
  }

  commit() {
    this.#end();
    this.#writeNames((this.#ngram + 1) % NAMES_AT_ONCE);
    if (this.#waiting.length > 0) this.#writePairs();
    return {
      outputs: { first: this.#first.commit(), second: this.#second.commit(), groups: this.#groups.commit(), pairs: this.#pairs.commit() },
      counts: this.#counts, ngrams: this.#ngrams, groups: [...this.#groupNumbers.keys()].map((key) => key.split(',').map(Number)),
    };
  }

  abort(): void {
    for (const file of [this.#first, this.#second, this.#groups, this.#pairs]) file.abort();
  }
}
