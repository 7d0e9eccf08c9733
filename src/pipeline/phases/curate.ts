/**
 * Phase `curate`, a task per shard: reads the shard once, annotates and filters its documents, and writes what every later phase needs. Outputs:
 *   rows        column file, one row per record found (kept, dropped or lost): the decision record so far
 *   kept        column file, one row per surviving document, in the order of the shard: what dedup and mixture decide from
 *   text        survivor records end to end (formats/survivor-record.ts), read again only when the corpus is written
 *   signatures  hashes of text and address, and the minima, per surviving document (signature-layout.ts; where documents are compared)
 *   exact, urls, bands   records for the exchanges, dealt out to partitions (what the methods of `dedup` compare)
 *   paragraphKeys        the same of paragraphs, for phase `repeats` (with method paragraphs)
 *   rejects     a sample of what was dropped, by reason, for people (reject-sample.ts)
 * Memory: a batch and its columns, the kernels' tables, the models, and at most 32 MB for the exchanges.
 */
import { columnOf, documentBytes, utf8Bytes, utf8Column, type Column, type DocumentBatch } from '../../core/document-batch.js';
import { documentKeys } from '../../core/document-key.js';
import type { SourceLedger } from '../../core/ledger.js';
import type { Fault } from '../../core/stage.js';
import { placeId } from '../../formats/batch-builder.js';
import type { ColumnSpec } from '../../formats/column-file.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { appendSurvivorRecord } from '../../formats/survivor-record.js';
import { TextWriter } from '../../formats/text-file.js';
import { Chain, type Verdict } from '../chain.js';
import { chainOf } from '../chain-of.js';
import { DocumentAmounts } from '../document-amounts.js';
import { candidatesAt, Drawing } from '../drawing.js';
import { takeIndexPart } from '../index-part.js';
import { paragraphInputs, ParagraphWriter } from '../paragraph-writer.js';
import { ReadAccount, type FaultSummary } from '../read-account.js';
import { readOptions } from '../read-options.js';
import { drawOf, rejectOf, RejectSample, writeRejects } from '../reject-sample.js';
import { SignatureWriter, writesUrls, type RecordCounts } from '../signature-writer.js';
import { sourceOf } from '../source-of.js';
import { TallyWriter } from '../tally-writer.js';
import { signatureParameters } from '../signature-layout.js';
import type { DedupRecipe, ModelRecipe } from '../recipe.js';
import type { Phase, Run } from '../run.js';
import { clusteredBy } from '../tasks.js';

export interface CurateResult {
  /** Records found, and surviving documents. */
  readonly rows: number;
  readonly kept: number;
  readonly ledger: SourceLedger;
  readonly faults: readonly FaultSummary[];
  /** What the verdict codes in `rows` mean: `verdicts[code - 1]`. */
  readonly verdicts: readonly Verdict[];
  /** Surviving documents with fewer words than a shingle: compared as a whole only. */
  readonly shortDocuments: number;
  /** Records written for the exchanges of deduplication. */
  readonly records: RecordCounts;
  /** The same, of paragraphs. */
  readonly paragraphs: number;
  /** In an audit by sample, the number in the draw up to which the candidates are all there are (drawing.ts). */
  readonly completeTo?: number;
  /** Columns of `rows` that stages wrote. */
  readonly annotations: readonly ColumnSpec[];
}

export const ROW_COLUMNS: readonly ColumnSpec[] = [
  { name: 'id', kind: 'utf8' }, { name: 'url', kind: 'utf8' }, { name: 'date', kind: 'utf8' }, { name: 'offset', kind: 'float64' },
  { name: 'inner', kind: 'float64' }, { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' }, { name: 'verdict', kind: 'uint32' },
];
export const KEPT_COLUMNS: readonly ColumnSpec[] = [
  { name: 'id', kind: 'utf8' }, { name: 'date', kind: 'utf8' }, { name: 'bytes', kind: 'uint32' }, { name: 'tokens', kind: 'uint32' },
  { name: 'key', kind: 'hash64' }, { name: 'quality', kind: 'float32' }, { name: 'recordAt', kind: 'float64' }, { name: 'recordBytes', kind: 'uint32' },
];

export const curate: Phase<CurateResult> = {
  name: 'curate',

  inputs(run, rank) {
    const { recipe, shards } = run.plan;
    const { source, name, identity } = shards[rank]!; // rank < tasksOf
    const { read, stages, bytesPerToken } = recipe.sources[source]!; // shards are made from sources
    const format = readOptions(read);
    const needs = run.plan.needs[source]!; // made of the same sources
    const models = needs.models.map((model) => [model, recipe.models[model]!, run.completed('train', Object.keys(recipe.models).indexOf(model)).outputs]);
    const clustered = clusteredBy(run.plan);
    const files = [...needs.files, ...needs.models.flatMap((name) => fileOf(recipe.models[name]!))].map((path) => [path, run.plan.files[path]]);
    return {
      source, name, identity, format, stages, bytesPerToken, models, files, stageFiles: run.plan.stageFiles.map(({ sha256 }) => sha256), seed: recipe.seed,
      dedup: clustered === undefined ? null : signingInputs(run, clustered), paragraphs: paragraphInputs(recipe.dedup),
      ...(run.plan.sample === undefined ? {} : { candidates: candidatesAt(run, rank) }),
    };
  },

  async execute(run, rank) {
    if (run.plan.recipe.sources[run.plan.shards[rank]!.source]!.read.format === 'index') return takeIndexPart(run, rank);
    const work = run.plan.sample === undefined ? new Curation(run, rank) : new Drawing(run, rank);
    try {
      await work.read();
      return work.commit();
    } finally {
      work.abort();
    }
  },
};

/** What signatures and records depend on: not the threshold, the keep policy or how candidates are verified. */
function signingInputs(run: Run, dedup: DedupRecipe): unknown {
  return { ...signatureParameters(dedup), bandRecords: dedup.minhash !== undefined, urls: writesUrls(run, dedup), tallied: run.plan.job === 'audit', scope: dedup.scope, partitions: run.plan.partitions };
}

const fileOf = (model: ModelRecipe): string[] => (model.kind === 'file' ? [model.path] : []);

class Curation {
  readonly #run: Run;
  readonly #rank: number;
  readonly #chain: Chain;
  readonly #annotations: readonly ColumnSpec[];
  readonly #rows: ColumnWriter;
  readonly #kept: ColumnWriter;
  readonly #text: TextWriter;
  readonly #signatures: SignatureWriter | undefined;
  readonly #paragraphs: ParagraphWriter | undefined;
  readonly #tally: TallyWriter | undefined;
  readonly #account = new ReadAccount();
  readonly #rejects = new RejectSample();

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#rank = rank;
    const { links, annotations } = chainOf(run, this.#shard.source);
    this.#annotations = annotations;
    this.#chain = new Chain(links, sourceOf(this.#recipe.read).reasons, (batch, row, code) => this.#sampleReject(batch, row, code));
    this.#rows = new ColumnWriter(run.workPath('curate', rank, 'rows'), [...ROW_COLUMNS, ...annotations]);
    this.#kept = new ColumnWriter(run.workPath('curate', rank, 'kept'), KEPT_COLUMNS);
    this.#text = new TextWriter(run.workPath('curate', rank, 'text'));
    const { dedup } = run.plan.recipe;
    const clustered = clusteredBy(run.plan);
    this.#signatures = clustered === undefined ? undefined : new SignatureWriter(run, rank, clustered);
    this.#paragraphs = dedup?.paragraphs === undefined || run.plan.job === 'audit' ? undefined : new ParagraphWriter(run, rank, dedup, dedup.paragraphs);
    this.#tally = run.plan.job === 'audit' ? new TallyWriter(run, rank) : undefined;
  }

  get #shard() {
    return this.#run.plan.shards[this.#rank]!;
  }
  get #recipe() {
    return this.#run.plan.recipe.sources[this.#shard.source]!;
  }

  async read(): Promise<void> {
    for await (const item of sourceOf(this.#recipe.read).read(this.#shard)) {
      if (item.kind === 'faults') this.#takeFaults(item.faults);
      else this.#takeBatch(item.batch);
    }
  }

  #takeFaults(faults: readonly Fault[]): void {
    this.#account.takeFaults(faults);
    const lost = faults.filter((fault) => fault.lost);
    if (lost.length > 0) this.#rows.append(faultColumns(this.#shard.name, lost, this.#chain, this.#annotations));
  }

  #takeBatch(batch: DocumentBatch): void {
    const amounts = new DocumentAmounts(batch, this.#recipe.bytesPerToken);
    this.#account.takeDocuments(amounts, batch.length);
    const { columns } = batch;
    columns.set('key', documentKeys(this.#shard.source, batch));
    const codes = new Uint32Array(batch.length);
    const { batch: edited, rows: kept } = this.#chain.run(batch, amounts, codes);
    columns.set('bytes', { kind: 'uint32', values: amounts.bytes }).set('tokens', { kind: 'uint32', values: amounts.tokens });
    columns.set('verdict', { kind: 'uint32', values: codes });
    for (const spec of this.#annotations) if (!columns.has(spec.name)) columns.set(spec.name, emptyColumn(spec, batch.length));
    this.#rows.append(columns);
    this.#signatures?.add(edited, kept);
    this.#paragraphs?.add(edited, kept);
    this.#tally?.add(edited, kept);
    this.#keep(edited, kept);
    this.#run.progress.add(batch.length, batch.offsets[batch.length]!);
  }

  #sampleReject(batch: DocumentBatch, row: number, code: number): void {
    const keys = columnOf(batch, 'key', 'hash64').values;
    const verdict = this.#chain.verdicts[code - 1]!; // codes are places in that list
    const draw = drawOf(keys[2 * row]!, keys[2 * row + 1]!);
    if (this.#rejects.wants(verdict, draw)) this.#rejects.add(rejectOf(batch, row, verdict, draw, this.#annotations.map(({ name }) => name)));
  }

  #keep(batch: DocumentBatch, kept: Uint32Array): void {
    const { columns } = batch;
    const positions = new Float64Array(batch.length);
    const lengths = new Uint32Array(batch.length);
    const quality = columns.get('quality') ?? emptyColumn({ name: 'quality', kind: 'float32' }, batch.length);
    const language = columns.get('language');
    for (const row of kept) {
      positions[row] = this.#text.bytes;
      lengths[row] = appendSurvivorRecord(this.#text, {
        id: bytesOf(columns.get('id'), row), url: bytesOf(columns.get('url'), row), language: bytesOf(language, row),
        quality: quality.kind === 'float32' ? quality.values[row]! : NaN, frame: bytesOf(columns.get('frame'), row), metadata: bytesOf(columns.get('metadata'), row),
        text: documentBytes(batch, row),
      });
    }
    columns.set('quality', quality).set('recordAt', { kind: 'float64', values: positions }).set('recordBytes', { kind: 'uint32', values: lengths });
    this.#kept.append(columns, kept);
  }

  commit(): Awaited<ReturnType<Phase<CurateResult>['execute']>> {
    const rows = this.#rows.rows;
    const kept = this.#kept.rows;
    return {
      outputs: { rows: this.#rows.commit(), kept: this.#kept.commit(), text: this.#text.commit(),
        rejects: writeRejects(this.#run.workPath('curate', this.#rank, 'rejects'), this.#rejects), ...this.#signatures?.commit(), ...this.#paragraphs?.commit(), ...this.#tally?.commit() },
      result: {
        rows, kept, verdicts: this.#chain.verdicts, faults: this.#account.faults, shortDocuments: this.#signatures?.shortDocuments ?? 0, annotations: this.#annotations,
        records: this.#signatures?.counts ?? { exact: 0, urls: 0, bands: 0 }, paragraphs: this.#paragraphs?.records ?? 0,
        ledger: { source: this.#shard.source, stages: [this.#account.ledger, ...this.#chain.ledgers], repaired: this.#account.repaired },
      },
    };
  }

  abort(): void {
    for (const output of [this.#rows, this.#kept, this.#text, this.#signatures, this.#paragraphs, this.#tally]) output?.abort();
  }
}

const NO_BYTES = new Uint8Array(0);
const bytesOf = (column: Column | undefined, row: number): Uint8Array => (column?.kind === 'utf8' ? utf8Bytes(column, row) : NO_BYTES);

/** A column of absent values: empty strings, not-a-number. */
function emptyColumn({ kind, name, width }: ColumnSpec, length: number): Column {
  switch (kind) {
    case 'utf8': return { kind, bytes: NO_BYTES, offsets: new Uint32Array(length + 1) };
    case 'float32': return { kind, values: new Float32Array(length).fill(NaN) };
    case 'float64': return { kind, values: new Float64Array(length).fill(NaN) };
    case 'uint32': return { kind, values: new Uint32Array(length) };
    case 'hash64': return { kind, values: new Uint32Array(2 * length) };
    case 'bytes': {
      if (width === undefined) throw new Error(`column "${name}" of bytes has no width`);
      return { kind, width, values: new Uint8Array(width * length) };
    }
  }
}

function faultColumns(shard: string, faults: readonly Fault[], chain: Chain, annotations: readonly ColumnSpec[]): Map<string, Column> {
  const { length } = faults;
  const columns = new Map<string, Column>([
    ['id', utf8Column(faults.map(({ offset, inner }) => placeId(shard, offset, inner)))],
    ['offset', { kind: 'float64', values: Float64Array.from(faults, ({ offset }) => offset) }],
    ['inner', { kind: 'float64', values: Float64Array.from(faults, ({ inner }) => inner) }],
    ['verdict', { kind: 'uint32', values: Uint32Array.from(faults, ({ reason }) => chain.faultCode(reason)) }],
  ]);
  for (const spec of [...ROW_COLUMNS, ...annotations]) if (!columns.has(spec.name)) columns.set(spec.name, emptyColumn(spec, length));
  return columns;
}
