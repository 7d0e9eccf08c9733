/**
 * What phase `curate` does of a shard in an audit by sample: it reads the shard and keeps, of all its documents, those with the smallest numbers by keyed
 * hash (dedup/draw.ts), signed, with their texts. Outputs: `drawn`, a column file of the candidates in the order of their numbers, and `text`, survivor
 * records. Memory: a batch, and signature and place of each candidate.
 */
import { columnOf, documentBytes, utf8Bytes, utf8Column, type Column, type DocumentBatch } from '../core/document-batch.js';
import { hashKey, keyedUniform, type HashKey } from '../core/keyed-hash.js';
import { candidatesOf, SmallestNumbers } from '../dedup/draw.js';
import { urlHash } from '../dedup/normal-url.js';
import type { ColumnSpec } from '../formats/column-file.js';
import { ColumnWriter } from '../formats/column-writer.js';
import { appendSurvivorRecord } from '../formats/survivor-record.js';
import { TextWriter } from '../formats/text-file.js';
import type { SignatureParameters } from '../kernels/kernels.js';
import { DocumentAmounts } from './document-amounts.js';
import type { CurateResult } from './phases/curate.js';
import { inputBytes } from './plan.js';
import { ReadAccount } from './read-account.js';
import type { PhaseOutput, Run } from './run.js';
import { signatureParameters } from './signature-layout.js';
import { sourceOf } from './source-of.js';
import { kernelsOf } from './stage-context.js';

/** `number`: place in the shard. `units`: of the text, fewer than a shingle's where it has no signature. `url`: hash of the normal form, zeros where there is none. */
export const drawnColumns = ({ bands, rows }: SignatureParameters): readonly ColumnSpec[] => [
  { name: 'draw', kind: 'float64' }, { name: 'number', kind: 'float64' }, { name: 'bytes', kind: 'uint32' }, { name: 'units', kind: 'uint32' },
  { name: 'exact', kind: 'bytes', width: 16 }, { name: 'url', kind: 'hash64' }, { name: 'bandHashes', kind: 'bytes', width: 8 * bands },
  { name: 'minima', kind: 'bytes', width: 2 * bands * rows }, { name: 'id', kind: 'utf8' }, { name: 'recordAt', kind: 'float64' }, { name: 'recordBytes', kind: 'uint32' },
];

/** How many documents a shard hands on at most. */
export function candidatesAt({ plan }: Run, rank: number): number {
  const shard = plan.shards[rank]!; // rank < tasksOf
  return candidatesOf(plan.sample!, inputBytes([shard]) / Math.max(1, inputBytes(plan.shards))); // asked for a sample alone
}

interface Candidate {
  readonly draw: number;
  readonly number: number;
  readonly bytes: number;
  readonly units: number;
  readonly exact: Uint8Array;
  readonly url: Uint32Array;
  readonly bandHashes: Uint8Array;
  readonly minima: Uint8Array;
  readonly id: string;
  readonly recordAt: number;
  readonly recordBytes: number;
}

export class Drawing {
  readonly #run: Run;
  readonly #rank: number;
  readonly #key: HashKey;
  readonly #parameters: SignatureParameters;
  readonly #smallest: SmallestNumbers;
  readonly #candidates: Candidate[] = [];
  readonly #text: TextWriter;
  readonly #account = new ReadAccount();
  #documents = 0;

  constructor(run: Run, rank: number) {
    const { plan } = run;
    const { source, name } = plan.shards[rank]!; // rank < tasksOf
    this.#run = run;
    this.#rank = rank;
    this.#key = hashKey(plan.recipe.seed, `audit sample\0${source}\0${name}`);
    this.#parameters = signatureParameters(plan.recipe.dedup!); // an audit's recipe has it
    this.#smallest = new SmallestNumbers(candidatesAt(run, rank));
    this.#text = new TextWriter(run.workPath('curate', rank, 'text'));
  }

  async read(): Promise<void> {
    const shard = this.#run.plan.shards[this.#rank]!;
    const { read, bytesPerToken } = this.#run.plan.recipe.sources[shard.source]!; // shards are made from sources
    for await (const item of sourceOf(read).read(shard)) {
      if (item.kind === 'faults') this.#account.takeFaults(item.faults);
      else this.#takeBatch(item.batch, bytesPerToken);
    }
  }

  #takeBatch(batch: DocumentBatch, bytesPerToken: number): void {
    this.#account.takeDocuments(new DocumentAmounts(batch, bytesPerToken), batch.length);
    const wanted: number[] = [];
    const draws = new Float64Array(batch.length);
    for (let row = 0; row < batch.length; row++) {
      const number = this.#documents + row;
      draws[row] = keyedUniform(this.#key, number % 2 ** 32, Math.floor(number / 2 ** 32));
      if (this.#smallest.wants(draws[row]!)) wanted.push(row);
    }
    if (wanted.length > 0) this.#offer(batch, Uint32Array.from(wanted), draws);
    this.#documents += batch.length;
    if (batch.length > 0) this.#run.progress.add(batch.length, batch.offsets[batch.length]!);
  }

  #offer(batch: DocumentBatch, rows: Uint32Array, draws: Float64Array): void {
    const { bands, rows: perBand } = this.#parameters;
    const signatures = kernelsOf(this.#run).signatures(batch, rows, this.#parameters);
    const slice = (values: Uint32Array | Uint16Array, at: number, length: number): Uint8Array => new Uint8Array(values.slice(at, at + length).buffer);
    for (const row of rows) {
      const place = this.#smallest.offer(draws[row]!);
      if (place < 0) continue;
      const text = documentBytes(batch, row);
      const id = utf8Bytes(columnOf(batch, 'id', 'utf8'), row);
      const url = utf8Bytes(columnOf(batch, 'url', 'utf8'), row);
      const recordAt = this.#text.bytes;
      const recordBytes = appendSurvivorRecord(this.#text, { id, url, language: NO_BYTES, quality: NaN, text });
      this.#candidates[place] = {
        draw: draws[row]!, number: this.#documents + row, bytes: text.length, units: signatures.units[row]!, exact: slice(signatures.exact, 4 * row, 4),
        url: urlHash(url), bandHashes: slice(signatures.bandHashes, 2 * bands * row, 2 * bands), minima: slice(signatures.minima, bands * perBand * row, bands * perBand),
        id: new TextDecoder('utf-8', { ignoreBOM: true }).decode(id), recordAt, recordBytes,
      };
    }
  }

  commit(): PhaseOutput<CurateResult> {
    const drawn = this.#writeCandidates();
    const { source } = this.#run.plan.shards[this.#rank]!;
    return {
      outputs: { drawn, text: this.#text.commit() },
      result: {
        rows: this.#documents, kept: this.#documents, verdicts: [], faults: this.#account.faults, shortDocuments: 0, paragraphs: 0, annotations: [],
        records: { exact: 0, urls: 0, bands: 0 }, completeTo: this.#smallest.completeTo(this.#documents),
        ledger: { source, stages: [this.#account.ledger], repaired: this.#account.repaired },
      },
    };
  }

  #writeCandidates() {
    const found = [...this.#candidates].sort((a, b) => a.draw - b.draw || a.number - b.number);
    const writer = new ColumnWriter(this.#run.workPath('curate', this.#rank, 'drawn'), drawnColumns(this.#parameters));
    try {
      for (let at = 0; at < found.length; at += ROWS_AT_ONCE) writer.append(columnsOf(found.slice(at, at + ROWS_AT_ONCE), this.#parameters));
      return writer.commit();
    } finally {
      writer.abort();
    }
  }

  abort(): void {
    this.#text.abort();
  }
}

const ROWS_AT_ONCE = 1024;
const NO_BYTES = new Uint8Array(0);

function columnsOf(candidates: readonly Candidate[], parameters: SignatureParameters): Map<string, Column> {
  const widths = new Map(drawnColumns(parameters).map(({ name, width }) => [name, width]));
  const float64 = (of: (one: Candidate) => number): Column => ({ kind: 'float64', values: Float64Array.from(candidates, of) });
  const uint32 = (of: (one: Candidate) => number): Column => ({ kind: 'uint32', values: Uint32Array.from(candidates, of) });
  const bytes = (name: string, of: (one: Candidate) => Uint8Array): Column => {
    const width = widths.get(name)!; // a column of bytes
    const values = new Uint8Array(width * candidates.length);
    candidates.forEach((one, i) => values.set(of(one), width * i));
    return { kind: 'bytes', width, values };
  };
  const url = new Uint32Array(2 * candidates.length);
  candidates.forEach((one, i) => url.set(one.url, 2 * i));
  return new Map<string, Column>([
    ['draw', float64(({ draw }) => draw)], ['number', float64(({ number }) => number)], ['bytes', uint32((one) => one.bytes)], ['units', uint32(({ units }) => units)],
    ['exact', bytes('exact', ({ exact }) => exact)], ['url', { kind: 'hash64', values: url }], ['bandHashes', bytes('bandHashes', ({ bandHashes }) => bandHashes)],
    ['minima', bytes('minima', ({ minima }) => minima)], ['id', utf8Column(candidates.map(({ id }) => id))],
    ['recordAt', float64(({ recordAt }) => recordAt)], ['recordBytes', uint32(({ recordBytes }) => recordBytes)],
  ]);
}
