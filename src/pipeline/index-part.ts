/**
 * What `curate` does with a part of an index (formats/dedup-index.ts): its documents are not read and not signed again, but taken over as the earlier run
 * left them, so that to every later phase they are rows like others, which are never removed and never written. The part may come from elsewhere:
 * whatever a later phase relies on is checked here. Memory: one block of columns (at most 64 MiB a column), one record (at most 64 MiB), and the exchanges'
 * sorts.
 */
import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { columnOf, utf8Bytes } from '../core/document-batch.js';
import { documentKeys } from '../core/document-key.js';
import { ShardError } from '../core/errors.js';
import { stageLedger } from '../core/ledger.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { MOST_SECTION_BYTES } from '../formats/column-file.js';
import { openColumnFile, type ColumnBlock, type ColumnFile } from '../formats/column-reader.js';
import { ColumnWriter } from '../formats/column-writer.js';
import { placeFile } from '../formats/place-file.js';
import { unpackSurvivorRecord } from '../formats/survivor-record.js';
import { TextReader } from '../formats/text-file.js';
import { KEPT_COLUMNS, ROW_COLUMNS, type CurateResult } from './phases/curate.js';
import { ParagraphWriter } from './paragraph-writer.js';
import { RejectSample, writeRejects } from './reject-sample.js';
import type { PhaseOutput, Run } from './run.js';
import { signatureBytes, signatureParameters, MINIMA_AT } from './signature-layout.js';
import { SignatureWriter, type SignedDocuments } from './signature-writer.js';

/** Takes over the part that shard `rank` of the plan is. Throws ShardError where it is damaged or does not agree with itself. */
export function takeIndexPart(run: Run, rank: number): PhaseOutput<CurateResult> {
  const part = new IndexPart(run, rank);
  try {
    part.take();
    return part.commit();
  } finally {
    part.abort();
  }
}

class IndexPart {
  readonly #run: Run;
  readonly #rank: number;
  readonly #columns: ColumnFile;
  readonly #text: TextReader | undefined;
  readonly #rows: ColumnWriter;
  readonly #kept: ColumnWriter;
  readonly #signatures: SignatureWriter;
  /** Of none: an index has no paragraphs, and those of other documents are counted without it. */
  readonly #paragraphs: ParagraphWriter | undefined;
  readonly #withBands: boolean;
  readonly #bands: number;
  readonly #minimaBytes: number;
  /** Bytes of text seen, and their checksum. */
  #textBytes = 0;
  #textCrc = 0;

  constructor(run: Run, rank: number) {
    this.#run = run;
    this.#rank = rank;
    const dedup = run.plan.recipe.dedup!; // an index is only under dedup.against
    const [columns, text] = run.plan.shards[rank]!.files; // rank < tasksOf
    this.#columns = openColumnFile(columns!.path); // a shard has a file
    this.#text = text === undefined ? undefined : new TextReader(text.path);
    this.#rows = new ColumnWriter(run.workPath('curate', rank, 'rows'), ROW_COLUMNS);
    this.#kept = new ColumnWriter(run.workPath('curate', rank, 'kept'), KEPT_COLUMNS);
    this.#signatures = new SignatureWriter(run, rank, dedup);
    this.#paragraphs = dedup.paragraphs === undefined ? undefined : new ParagraphWriter(run, rank, dedup, dedup.paragraphs);
    this.#withBands = dedup.minhash !== undefined;
    const parameters = signatureParameters(dedup);
    this.#bands = parameters.bands;
    this.#minimaBytes = signatureBytes(parameters) - MINIMA_AT;
  }

  take(): void {
    const names = ['id', 'date', 'bytes', 'tokens', 'quality', 'exact', 'url', ...(this.#withBands ? ['signed', 'minima', 'bands'] : []),
      ...(this.#text === undefined ? [] : ['recordAt', 'recordBytes', 'recordCrc'])];
    for (const block of this.#columns.blocks({ columns: names })) {
      this.#checkIds(block);
      this.#sign(block);
      if (this.#text === undefined) {
        block.columns.set('recordAt', { kind: 'float64', values: new Float64Array(block.length).fill(NaN) })
          .set('recordBytes', { kind: 'uint32', values: new Uint32Array(block.length) });
      } else {
        this.#checkText(block, this.#text);
      }
      block.columns.set('key', documentKeys(this.#run.plan.shards[this.#rank]!.source, block));
      this.#kept.append(block.columns);
      this.#run.progress.add(block.length, 0);
    }
    if (this.#text !== undefined && this.#textBytes !== this.#text.bytes) {
      this.#fail(`texts end at byte ${this.#textBytes}, expected ${this.#text.bytes}, the end of the file`);
    }
  }

  /** Ids go into decision records, which are UTF-8. */
  #checkIds(block: ColumnBlock): void {
    const ids = columnOf(block, 'id', 'utf8');
    for (let row = 0; row < block.length; row++) if (!isUtf8(utf8Bytes(ids, row))) this.#fail(`row ${block.firstRow + row}: found an id that is not UTF-8`);
  }

  #sign(block: ColumnBlock): void {
    const signed = this.#withBands ? columnOf(block, 'signed', 'uint32').values : undefined;
    const documents: SignedDocuments = {
      exact: wordsOf(columnOf(block, 'exact', 'bytes').values), url: columnOf(block, 'url', 'hash64').values,
      minima: this.#withBands ? halvesOf(this.#bytesOf(block, 'minima', this.#minimaBytes)) : new Uint16Array((this.#minimaBytes / 2) * block.length),
      bandHashes: this.#withBands ? wordsOf(this.#bytesOf(block, 'bands', 8 * this.#bands)) : new Uint32Array(0),
    };
    for (let row = 0; row < block.length; row++) {
      if (signed !== undefined && signed[row]! > 1) this.#fail(`row ${block.firstRow + row}: found ${signed[row]} as \`signed\`, expected 0 or 1`);
      this.#signatures.addSigned(documents, row, signed?.[row] === 1);
    }
  }

  /** Its width was compared when the run was planned; the file may have been exchanged since. */
  #bytesOf(block: ColumnBlock, name: string, width: number): Uint8Array {
    const column = columnOf(block, name, 'bytes');
    if (column.width !== width) this.#fail(`column "${name}" has ${column.width} bytes a row, expected ${width}`);
    return column.values;
  }

  /** Records must lie end to end in the order of the rows, be of the row's document, and hold UTF-8: kernels read them without looking again. */
  #checkText(block: ColumnBlock, text: TextReader): void {
    const ids = columnOf(block, 'id', 'utf8');
    const at = columnOf(block, 'recordAt', 'float64').values;
    const bytes = columnOf(block, 'recordBytes', 'uint32').values;
    const crcs = columnOf(block, 'recordCrc', 'uint32').values;
    for (let row = 0; row < block.length; row++) {
      const start = this.#textBytes;
      const fail = (what: string): never => this.#fail(`row ${block.firstRow + row}: text at byte ${start}: ${what}`);
      if (at[row] !== start) fail(`found byte ${at[row]} in the columns`);
      if (bytes[row]! > MOST_SECTION_BYTES) fail(`found ${bytes[row]} bytes, expected at most ${MOST_SECTION_BYTES}`);
      const record = text.read(start, bytes[row]!);
      const crc = crc32(record);
      if (crc !== crcs[row]) fail(`CRC-32 is ${crc.toString(16)}, expected ${crcs[row]!.toString(16)}; the file is damaged`);
      this.#textBytes += record.length;
      this.#textCrc = crc32(record, this.#textCrc);
      const { id, text: content } = recordOf(record, fail);
      if (!Buffer.from(id).equals(utf8Bytes(ids, row))) fail('is the record of another document');
      if (!isUtf8(content)) fail('is not UTF-8');
    }
  }

  #fail(what: string): never {
    throw new ShardError(`${this.#run.plan.shards[this.#rank]!.name}: ${what}; the index is damaged`);
  }

  commit(): PhaseOutput<CurateResult> {
    const run = this.#run;
    const kept = this.#kept.rows;
    return {
      outputs: {
        rows: this.#rows.commit(), kept: this.#kept.commit(), rejects: writeRejects(run.workPath('curate', this.#rank, 'rejects'), new RejectSample()),
        ...this.#signatures.commit(), ...this.#paragraphs?.commit(), ...(this.#text === undefined ? {} : { text: this.#placeText() }),
      },
      result: {
        rows: 0, kept, verdicts: [], faults: [], shortDocuments: 0, records: this.#signatures.counts, paragraphs: 0, annotations: [],
        ledger: { source: run.plan.shards[this.#rank]!.source, stages: [stageLedger('read')], repaired: {} },
      },
    };
  }

  /** The run reads the texts as if it had written them; they are linked into its folder, not copied, where that can be done. */
  #placeText(): WrittenFile {
    const path = this.#run.workPath('curate', this.#rank, 'text');
    const written = { bytes: this.#textBytes, crc32: this.#textCrc.toString(16).padStart(8, '0') };
    placeFile({ path: this.#run.plan.shards[this.#rank]!.files[1]!.path, ...written }, path); // a text was read, so there is one
    return { path, ...written };
  }

  abort(): void {
    this.#columns.close();
    this.#text?.close();
    for (const output of [this.#rows, this.#kept, this.#signatures, this.#paragraphs]) output?.abort();
  }
}

/** A section of fixed width begins at its own buffer's byte 0 (column-reader.ts), so it can be seen as words, or as halves of them. */
const halvesOf = (bytes: Uint8Array): Uint16Array => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

function recordOf(record: Uint8Array, fail: (what: string) => never): ReturnType<typeof unpackSurvivorRecord> {
  try {
    return unpackSurvivorRecord(record);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
