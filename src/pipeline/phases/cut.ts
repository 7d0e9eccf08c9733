/**
 * Phase `cut`, a task per shard: takes the paragraphs that `repeats` found out of the shard's documents. Outputs: `text`, survivor records with what is
 * left of each document that lost some; `cuts`, a column file of one row for each, ascending: where its record is, what it counts for now, and what was
 * cut. A document without text afterwards has no record, and drops out. Memory: one sort, one document, and a thousand rows of columns.
 */
import { utf8Column, type Column } from '../../core/document-batch.js';
import { cutParagraphs, withoutSpans } from '../../dedup/paragraphs.js';
import { PARAGRAPH_RECORD_WORDS } from '../../dedup/repeated-paragraphs.js';
import type { ColumnSpec } from '../../formats/column-file.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { readPartition } from '../../formats/partitioned-file.js';
import { appendSurvivorRecord } from '../../formats/survivor-record.js';
import { TextWriter } from '../../formats/text-file.js';
import { tokensOf } from '../document-amounts.js';
import type { Phase, Run } from '../run.js';
import { scopeWords } from '../signature-layout.js';
import { Survivors } from '../survivors.js';
import { tasksOf } from '../tasks.js';

export interface CutResult {
  /** Documents that lost paragraphs, and those among them that have no text left. */
  readonly documents: number;
  readonly emptied: number;
  /** Different paragraphs of each document, summed: the records of `repeats`. */
  readonly cuts: number;
  /** Of text. */
  readonly bytes: number;
}

/** `bytes` and `tokens` are of the text that is left, 0 where there is none; `sample` is the beginning of what was cut. */
const CUT_COLUMNS: readonly ColumnSpec[] = [
  { name: 'row', kind: 'uint32' }, { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' }, { name: 'paragraphs', kind: 'uint32' },
  { name: 'recordAt', kind: 'float64' }, { name: 'recordBytes', kind: 'uint32' }, { name: 'sample', kind: 'utf8' },
];

export const cut: Phase<CutResult> = {
  name: 'cut',

  inputs(run, rank) {
    const { shards, recipe } = run.plan;
    const { unit, leastBytes } = recipe.dedup!.paragraphs!; // a plan without has no such task
    return {
      shard: rank, shards: shards.length, unit, leastBytes, bytesPerToken: recipe.sources[shards[rank]!.source]!.bytesPerToken, // rank < tasksOf
      curated: run.checksums('curate', ['kept']), text: run.completion('curate', rank)?.outputs['text']?.crc32 ?? null, repeats: run.checksums('repeats', ['cuts']),
    };
  },

  async execute(run, rank) {
    const work = new Cutting(run, rank);
    try {
      for (const { row, keys } of documentsOf(run, rank)) work.cut(row, keys);
      return work.commit();
    } finally {
      work.close();
    }
  },
};

/** The documents of a shard that lose paragraphs, by row, each with the keys of these as `high low`. */
function* documentsOf(run: Run, rank: number): Generator<{ readonly row: number; readonly keys: ReadonlySet<string> }> {
  const options = { words: PARAGRAPH_RECORD_WORDS, partitions: run.plan.shards.length };
  const sort = new ExternalSort({ words: PARAGRAPH_RECORD_WORDS, keyWords: PARAGRAPH_RECORD_WORDS, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
  try {
    for (let task = 0; task < tasksOf(run.plan, 'repeats'); task++) {
      for (const records of readPartition(run.outputPath(run.completed('repeats', task), 'cuts'), rank, options)) sort.addAll(records);
    }
    let row = -1;
    let keys = new Set<string>();
    for (const records of sort.sorted()) {
      for (let at = 0; at < records.length; at += PARAGRAPH_RECORD_WORDS) {
        if (records[at] !== row) {
          if (keys.size > 0) yield { row, keys };
          row = records[at]!;
          keys = new Set();
        }
        keys.add(keyOf(records[at + 1]!, records[at + 2]!));
      }
    }
    if (keys.size > 0) yield { row, keys };
  } finally {
    sort.dispose();
  }
}

const keyOf = (high: number, low: number): string => `${high} ${low}`;

interface CutRow {
  readonly row: number;
  readonly bytes: number;
  readonly paragraphs: number;
  readonly recordAt: number;
  readonly recordBytes: number;
  readonly sample: string;
}

const ROWS_AT_ONCE = 1024;

class Cutting {
  readonly #run: Run;
  readonly #rank: number;
  readonly #survivors: Survivors;
  readonly #text: TextWriter;
  readonly #columns: ColumnWriter;
  readonly #scope: readonly [low: number, high: number];
  readonly #totals = { documents: 0, emptied: 0, cuts: 0, bytes: 0 };
  #rows: CutRow[] = [];

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#rank = rank;
    this.#survivors = new Survivors(run);
    this.#scope = scopeWords(run.plan.recipe.dedup!.scope, run.plan.shards[rank]!); // a plan with this task has both
    this.#text = new TextWriter(run.workPath('cut', rank, 'text'));
    this.#columns = new ColumnWriter(run.workPath('cut', rank, 'cuts'), CUT_COLUMNS);
  }

  cut(row: number, keys: ReadonlySet<string>): void {
    const [scopeLow, scopeHigh] = this.#scope;
    const record = this.#survivors.recordOf(row);
    const { spans, paragraphs, bytes } = cutParagraphs(record.text, this.#run.plan.recipe.dedup!.paragraphs!, (high, low) => // a plan with this task has both
      keys.has(keyOf((high ^ scopeHigh) >>> 0, (low ^ scopeLow) >>> 0)));
    if (paragraphs < keys.size) throw new Error(`row ${row}: found ${paragraphs} of the ${keys.size} paragraphs that are cut from it`);
    const recordAt = this.#text.bytes;
    const recordBytes = bytes === 0 ? 0 : appendSurvivorRecord(this.#text, { ...record, text: withoutSpans(record.text, spans) });
    this.#totals.documents += 1;
    this.#totals.emptied += bytes === 0 ? 1 : 0;
    this.#totals.cuts += keys.size;
    this.#totals.bytes += record.text.length - bytes;
    this.#rows.push({ row, bytes, paragraphs, recordAt, recordBytes, sample: sampleOf(record.text, spans) });
    this.#run.progress.add(1, record.text.length);
    if (this.#rows.length === ROWS_AT_ONCE) this.#append();
  }

  #append(): void {
    const { bytesPerToken } = this.#run.plan.recipe.sources[this.#run.plan.shards[this.#rank]!.source]!; // rank < tasksOf
    const numbers = (of: (row: CutRow) => number): Column => ({ kind: 'uint32', values: Uint32Array.from(this.#rows, of) });
    this.#columns.append(new Map<string, Column>([
      ['row', numbers(({ row }) => row)], ['bytes', numbers(({ bytes }) => bytes)],
      ['tokens', numbers(({ bytes }) => (bytes === 0 ? 0 : tokensOf(bytes, bytesPerToken)))], ['paragraphs', numbers(({ paragraphs }) => paragraphs)],
      ['recordAt', { kind: 'float64', values: Float64Array.from(this.#rows, ({ recordAt }) => recordAt) }], ['recordBytes', numbers(({ recordBytes }) => recordBytes)],
      ['sample', utf8Column(this.#rows.map(({ sample }) => sample))],
    ]));
    this.#rows = [];
  }

  commit() {
    if (this.#rows.length > 0) this.#append();
    return { outputs: { text: this.#text.commit(), cuts: this.#columns.commit() }, result: { ...this.#totals } };
  }

  close(): void {
    this.#text.abort();
    this.#columns.abort();
    this.#survivors.close();
  }
}

const SAMPLE_CHARACTERS = 100;

/** The beginning of the first span, on one line. */
function sampleOf(text: Uint8Array, [from = 0, to = 0]: Uint32Array): string {
  const begin = new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(from, Math.min(to, from + 8 * SAMPLE_CHARACTERS)));
  const characters = Array.from(begin.replaceAll(/\s+/g, ' ').trim());
  return characters.length <= SAMPLE_CHARACTERS ? characters.join('') : `${characters.slice(0, SAMPLE_CHARACTERS - 3).join('')}...`;
}
