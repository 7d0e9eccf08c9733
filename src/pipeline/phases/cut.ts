/**
 * Phase `cut`, a task per shard: takes the paragraphs that `repeats` found out of the shard's documents. Outputs: those of changed-texts.ts, with what was
 * cut of each. A document without text afterwards has no record, and drops out. Memory: one sort, one document, and a thousand rows of columns.
 */
import { cutParagraphs, withoutSpans } from '../../dedup/paragraphs.js';
import { PARAGRAPH_RECORD_WORDS } from '../../dedup/repeated-paragraphs.js';
import type { ColumnSpec } from '../../formats/column-file.js';
import { ChangedTextWriter } from '../changed-texts.js';
import { shardRecords } from '../exchange.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { scopeWords } from '../signature-layout.js';
import { Survivors } from '../survivors.js';

export interface CutResult {
  /** Documents that lost paragraphs, and those among them that have no text left. */
  readonly documents: number;
  readonly emptied: number;
  /** Different paragraphs of each document, summed: the records of `repeats`. */
  readonly cuts: number;
  /** Of text. */
  readonly bytes: number;
}

/** `sample` is the beginning of what was cut. */
const COLUMNS: readonly ColumnSpec[] = [{ name: 'paragraphs', kind: 'uint32' }, { name: 'sample', kind: 'utf8' }];

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
  let row = -1;
  let keys = new Set<string>();
  for (const records of shardRecords(run, 'repeats', 'cuts', rank, { words: PARAGRAPH_RECORD_WORDS, keyWords: PARAGRAPH_RECORD_WORDS })) {
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
}

const keyOf = (high: number, low: number): string => `${high} ${low}`;

class Cutting {
  readonly #run: Run;
  readonly #survivors: Survivors;
  readonly #left: ChangedTextWriter;
  readonly #scope: readonly [low: number, high: number];
  readonly #totals = { documents: 0, emptied: 0, cuts: 0, bytes: 0 };

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#survivors = new Survivors(run);
    this.#scope = scopeWords(run.plan.recipe.dedup!.scope, run.plan.shards[rank]!); // a plan with this task has both
    this.#left = new ChangedTextWriter(run, 'cut', rank, COLUMNS);
  }

  cut(row: number, keys: ReadonlySet<string>): void {
    const [scopeLow, scopeHigh] = this.#scope;
    const record = this.#survivors.recordOf(row);
    const { spans, paragraphs, bytes } = cutParagraphs(record.text, this.#run.plan.recipe.dedup!.paragraphs!, (high, low) => // a plan with this task has both
      keys.has(keyOf((high ^ scopeHigh) >>> 0, (low ^ scopeLow) >>> 0)));
    if (paragraphs < keys.size) throw new Error(`row ${row}: found ${paragraphs} of the ${keys.size} paragraphs that are cut from it`);
    this.#left.add(row, record, bytes === 0 ? record.text.subarray(0, 0) : withoutSpans(record.text, spans), { paragraphs, sample: sampleOf(record.text, spans) });
    this.#totals.documents += 1;
    this.#totals.emptied += bytes === 0 ? 1 : 0;
    this.#totals.cuts += keys.size;
    this.#totals.bytes += record.text.length - bytes;
    this.#run.progress.add(1, record.text.length);
  }

  commit(): PhaseOutput<CutResult> {
    return { outputs: this.#left.commit(), result: { ...this.#totals } };
  }

  close(): void {
    this.#left.abort();
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
