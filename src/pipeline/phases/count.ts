/**
 * Phase `count`, a task per shard, where a mixture is planned in words or in tokens of a tokenizer: counts the documents that may enter the corpus, all of
 * them, or a sample of each source by keyed hash, long ones rather than short. Output: `sizes`, a column file of the counted documents, ascending: the place in the shard, bytes of text,
 * and the count. Memory: one document, a tokenizer (tokenizer.ts), a thousand rows, and two bits a document of the shard.
 */
import type { Column } from '../../core/document-batch.js';
import type { ColumnSpec } from '../../formats/column-file.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { OpenFiles } from '../../formats/open-files.js';
import { unpackSurvivorRecord } from '../../formats/survivor-record.js';
import { TextReader } from '../../formats/text-file.js';
import { openTokenizer } from '../../kernels/tokenizer.js';
import { countWords } from '../../mixture/words.js';
import { Candidates } from '../candidates.js';
import { changedBy } from '../changed-texts.js';
import { sampledRate, sampler } from '../count-sample.js';
import { counterIdentity, countingOf, type Counting } from '../counting.js';
import { decidingSources, type Plan } from '../plan.js';
import type { Phase, Run } from '../run.js';
import { tasksOf } from '../tasks.js';

export interface CountResult {
  /** That may enter the corpus, and those of them that were counted. */
  readonly documents: number;
  readonly counted: number;
}

const SIZE_COLUMNS: readonly ColumnSpec[] = [{ name: 'place', kind: 'uint32' }, { name: 'bytes', kind: 'uint32' }, { name: 'size', kind: 'uint32' }];
const ROWS_AT_ONCE = 1024;

export const count: Phase<CountResult> = {
  name: 'count',

  inputs(run, rank) {
    const { recipe, shards } = run.plan;
    const { source } = shards[rank]!; // rank < tasksOf
    const perByte = sampledRate(run, source);
    const decision = decidingSources(run.plan).indexOf(source);
    return {
      counter: counterIdentity(run.plan), perByte: perByte ?? null, seed: perByte === undefined ? null : recipe.seed, against: recipe.dedup?.against.includes(source) ?? false,
      curated: run.checksums('curate', ['kept', 'text'], rank, rank + 1), decided: decision < 0 ? null : run.checksums('decide', ['kept'], decision, decision + 1),
      removals: shardOutputs(run, 'remove', 'removals', rank), cuts: shardOutputs(run, 'cut', 'cuts', rank), cutText: shardOutputs(run, 'cut', 'text', rank), cleaned: shardOutputs(run, 'clean', 'cuts', rank), cleanedText: shardOutputs(run, 'clean', 'text', rank),
    };
  },

  async execute(run, rank) {
    const { source } = run.plan.shards[rank]!; // rank < tasksOf
    const counting = countingOf(run.plan.recipe)!; // a plan without has no such task
    const isCounted = sampler(run.plan.recipe.seed, sampledRate(run, source));
    const sizeOf = await openCounter(counting, run.plan);
    const candidates = new Candidates(run, 'unsized');
    const stores = new OpenFiles((path) => new TextReader(path));
    const sizes = new SizeWriter(run.workPath('count', rank, 'sizes'));
    const result = { documents: 0, counted: 0 };
    try {
      for (const { row, low, high, bytes, recordAt, recordBytes, isCut } of candidates.ofShard(rank)) {
        result.documents += 1;
        if (!isCounted(low, high, bytes)) continue;
        const store = stores.get(run.outputPath(run.completed(isCut ? changedBy(run.plan)! : 'curate', rank), 'text')); // what is cut was changed
        const { text } = unpackSurvivorRecord(store.read(recordAt, recordBytes));
        if (text.length !== bytes) throw new Error(`row ${row}: its record has ${text.length} bytes of text, expected ${bytes}`);
        sizes.add(row - candidates.firstRow(rank), bytes, sizeOf(text));
        result.counted += 1;
        run.progress.add(1, bytes);
      }
      return { outputs: { sizes: sizes.commit() }, result };
    } finally {
      sizes.abort();
      stores.close();
      candidates.close();
    }
  },
};

/** Counts words or tokens of a document, at least 1: what is in the corpus counts for something. */
async function openCounter(counting: Counting, { files }: Plan): Promise<(text: Uint8Array) => number> {
  if (counting.unit === 'words') return (text) => Math.max(1, countWords(text));
  const tokenizer = await openTokenizer(counting.tokens.tokenizer, files[counting.tokens.tokenizer]);
  return (text) => Math.max(1, tokenizer.count(text));
}

/** The checksum of what an earlier phase wrote for the shard; null where the plan has no such phase. */
const shardOutputs = (run: Run, phase: 'remove' | 'cut' | 'clean', role: string, rank: number): unknown => (
  tasksOf(run.plan, phase) === 0 ? null : run.checksums(phase, [role], rank, rank + 1));

class SizeWriter {
  readonly #writer: ColumnWriter;
  readonly #rows = { place: new Uint32Array(ROWS_AT_ONCE), bytes: new Uint32Array(ROWS_AT_ONCE), size: new Uint32Array(ROWS_AT_ONCE) };
  #used = 0;

  constructor(path: string) {
    this.#writer = new ColumnWriter(path, SIZE_COLUMNS);
  }

  add(place: number, bytes: number, size: number): void {
    const at = this.#used++;
    this.#rows.place[at] = place;
    this.#rows.bytes[at] = bytes;
    this.#rows.size[at] = size;
    if (this.#used === ROWS_AT_ONCE) this.#append();
  }

  #append(): void {
    this.#writer.append(new Map(Object.entries(this.#rows).map(([name, values]): [string, Column] => [name, { kind: 'uint32', values: values.subarray(0, this.#used) }])));
    this.#used = 0;
  }

  commit() {
    if (this.#used > 0) this.#append();
    return this.#writer.commit();
  }

  abort(): void {
    this.#writer.abort();
  }
}
