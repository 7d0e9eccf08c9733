/**
 * Phase `index`, a task per part (index-parts.ts), in runs that write an index for later ones: of the documents that filters, decisions and deduplication
 * left, selected for the corpus or not, whatever a later run needs to find their repetitions. Documents that were nothing but repeated paragraphs are not
 * among them. Outputs: `columns` and, where texts are compared, `text`, as formats/dedup-index.ts says; the command publishes them when the run has
 * ended. Memory: one block of columns, 4 MiB of signatures, two bits a document of a shard, and one sort.
 */
import { crc32 } from 'node:zlib';
import { columnOf, type Column } from '../../core/document-batch.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { indexColumns } from '../../formats/dedup-index.js';
import { PositionedFile } from '../../formats/positioned-file.js';
import { appendSurvivorRecord, unpackSurvivorRecord } from '../../formats/survivor-record.js';
import { TextReader, TextWriter } from '../../formats/text-file.js';
import { DocumentBands } from '../index-bands.js';
import { addBands, addSignatures, valuesOf } from '../index-columns.js';
import { indexParts } from '../index-parts.js';
import type { DedupRecipe } from '../recipe.js';
import type { Phase, Run } from '../run.js';
import { ShardCuts } from '../shard-cuts.js';
import { scopeWords, signatureBytes, signatureParameters } from '../signature-layout.js';
import { stayingRows } from '../staying-rows.js';
import { Survivors } from '../survivors.js';
import { taskKey, tasksOf } from '../tasks.js';

export interface IndexResult {
  readonly source: string;
  readonly documents: number;
}

/** The columns are made from so many bytes of signatures at a time. */
const SIGNATURE_BYTES_AT_ONCE = 4 << 20;

export const index: Phase<IndexResult> = {
  name: 'index',

  inputs(run, rank) {
    const { source, shards } = indexParts(run.plan)[rank]!; // rank < tasksOf
    const { minhash, scope } = run.plan.recipe.dedup!; // an index is of a run with dedup
    const curated = shards.map((shard) => {
      const outputs = run.completion('curate', shard)?.outputs;
      return outputs === undefined ? null : ['kept', 'signatures', 'bands', 'text'].map((role) => outputs[role]?.crc32 ?? null);
    });
    const left = (phase: 'remove' | 'cut', role: string): unknown => (
      tasksOf(run.plan, phase) === 0 ? null : shards.map((shard) => run.completion(phase, shard)?.outputs[role]?.crc32 ?? null));
    const { firstRows } = new Survivors(run);
    return {
      source, minhash: minhash ?? null, scope, shards: shards.map((shard) => [taskKey(run.plan, 'curate', shard), firstRows[shard]!]), curated,
      removals: left('remove', 'removals'), cuts: left('cut', 'cuts'),
      partitions: run.plan.partitions, decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run, rank) {
    const { source, shards } = indexParts(run.plan)[rank]!;
    const survivors = new Survivors(run);
    const part = new PartWriter(run, rank, survivors);
    try {
      for (const shard of shards) if (run.completion('curate', shard) !== undefined) part.add(shard);
      return { outputs: part.commit(), result: { source, documents: part.documents } };
    } finally {
      part.abort();
      survivors.close();
    }
  },
};

class PartWriter {
  readonly #run: Run;
  readonly #survivors: Survivors;
  readonly #dedup: DedupRecipe;
  readonly #columns: ColumnWriter;
  readonly #text: TextWriter | undefined;

  constructor(run: Run, rank: number, survivors: Survivors) {
    this.#run = run;
    this.#survivors = survivors;
    this.#dedup = run.plan.recipe.dedup!; // an index is of a run with dedup
    const texts = this.#dedup.minhash?.verify === 'exact';
    const minhash = this.#dedup.minhash === undefined ? null : signatureParameters(this.#dedup);
    this.#columns = new ColumnWriter(run.workPath('index', rank, 'columns'), indexColumns({ minhash, texts }));
    this.#text = texts ? new TextWriter(run.workPath('index', rank, 'text')) : undefined;
  }

  get documents(): number {
    return this.#columns.rows;
  }

  /** The documents of a shard that are left. */
  add(shard: number): void {
    const run = this.#run;
    const curated = run.completed('curate', shard);
    const first = this.#survivors.firstRows[shard]!;
    if (this.#survivors.firstRows[shard + 1] === first) return;
    const parameters = signatureParameters(this.#dedup);
    const width = signatureBytes(parameters);
    const store = new PositionedFile(run.outputPath(curated, 'signatures'));
    const bands = this.#dedup.minhash === undefined ? undefined : new DocumentBands(run.outputPath(curated, 'bands'), {
      bands: parameters.bands, scope: scopeWords(this.#dedup.scope, run.plan.shards[shard]!), partitions: run.plan.partitions, // a rank of the plan
      memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle'),
    });
    const text = this.#text === undefined ? undefined : new TextReader(run.outputPath(curated, 'text'));
    const stays = stayingRows(run, this.#survivors, shard);
    const cuts = new ShardCuts(run, shard);
    try {
      const step = Math.max(1, Math.floor(SIGNATURE_BYTES_AT_ONCE / (width + 8 * parameters.bands)));
      for (const block of this.#survivors.keptFile(shard).blocks({ columns: ['id', 'date', 'bytes', 'tokens', 'quality', 'recordAt', 'recordBytes'] })) {
        for (let from = 0; from < block.length; from += step) {
          const end = Math.min(block.length, from + step);
          const documents = block.firstRow + from;
          const left: number[] = [];
          for (let i = 0; i < end - from; i++) {
            const row = first + documents + i;
            if (stays(row) && cuts.at(row)?.bytes !== 0) left.push(i);
          }
          const rows = Uint32Array.from(left);
          const columns = valuesOf(block, from, end);
          addSignatures(columns, store.read(documents * width, (end - from) * width), width);
          if (bands !== undefined) addBands(columns, bands, documents, end - from, parameters.bands);
          if (text !== undefined) this.#addText(columns, text, rows);
          this.#columns.append(columns, rows);
        }
      }
      cuts.expectAllFound();
    } finally {
      store.close();
      bands?.dispose();
      text?.close();
      cuts.close();
    }
  }

  /** Copies the records of `rows`, without what was carried of their input; where they were in the shard becomes where they are in the part. */
  #addText(columns: Map<string, Column>, from: TextReader, rows: Uint32Array): void {
    const at = columnOf({ columns }, 'recordAt', 'float64').values.slice();
    const bytes = columnOf({ columns }, 'recordBytes', 'uint32').values;
    const crcs = new Uint32Array(at.length);
    const lengths = new Uint32Array(at.length);
    const to = this.#text!; // a reader was given because there is a writer
    for (const row of rows) {
      const { id, url, language, quality, text } = unpackSurvivorRecord(from.read(at[row]!, bytes[row]!));
      at[row] = to.bytes;
      let crc = 0;
      lengths[row] = appendSurvivorRecord({
        append: (part) => {
          crc = crc32(part, crc);
          to.append(part);
        },
      }, { id, url, language, quality, text });
      crcs[row] = crc;
    }
    columns.set('recordAt', { kind: 'float64', values: at }).set('recordBytes', { kind: 'uint32', values: lengths })
      .set('recordCrc', { kind: 'uint32', values: crcs });
  }

  commit() {
    return { columns: this.#columns.commit(), ...(this.#text === undefined ? {} : { text: this.#text.commit() }) };
  }

  abort(): void {
    this.#columns.abort();
    this.#text?.abort();
  }
}
