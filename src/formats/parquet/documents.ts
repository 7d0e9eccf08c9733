/**
 * Parquet files as documents: the columns asked for, row group by row group, a page of each at a time. The place of a document is its row, counted from 0
 * through the file, as `offset`; `inner` is 0. Read with the code of this folder and not with hyparquet, which believes what a file says of itself (a run of
 * 2^31 values in five bytes fills its memory), holds whole column chunks, and makes an object of every value.
 *
 * Memory, for each column asked for: a dictionary and a page, inflated, and a page as it is stored, each at most 256 MiB (or 16 times the largest document,
 * where that is more); common ones have 1 MiB. Besides those the footer (footer.ts), a block of 4 MiB a column, and one row.
 *
 * What is damaged costs the rows of its row group that are not yet read: one fault at the first of them, which says how many they are. The other row groups
 * are read. A file without a footer that can be read holds nothing that can be found: ShardError.
 */
import { ShardError } from '../../core/errors.js';
import type { Fault } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES, type FoundDocument } from '../batch-builder.js';
import { allStrings } from '../json-strings.js';
import { cellId } from './cell-json.js';
import { ChunkReader, HARMLESS_BYTES, type PageLimits } from './chunk-reader.js';
import { assembledLeaves, columnsOf, leafNumbers, type ParquetColumns, type ParquetFields } from './columns.js';
import { ParquetDamage } from './damage.js';
import { type ParquetFooter, type ParquetInput, readFooter, type RowGroup } from './footer.js';
import { RecordJson, RowEntries } from './record-json.js';
import type { SchemaNode } from './schema.js';

export interface ParquetLimits {
  readonly maxDocumentBytes?: number | undefined;
  /** Default 200. */
  readonly maxRatio?: number | undefined;
}

export interface ParquetSink {
  add(found: FoundDocument): void;
  fault(fault: Fault): void;
}

const DEFAULT_MAX_RATIO = 200;
const LEAST_PAGE_LIMIT = 256 << 20;
/** What a row is reckoned to take beside its text: a row of nulls is a row in the decision records. */
const ROW_BYTES = 64;
/** Between two chances of handing on what was read. */
const STEP_BYTES = 256 << 10;

export class ParquetDocuments {
  readonly #input: ParquetInput;
  readonly #footer: ParquetFooter;
  readonly #columns: ParquetColumns;
  readonly #carries: boolean;
  readonly #limits: PageLimits;
  readonly #mostJson: number;

  private constructor(input: ParquetInput, footer: ParquetFooter, columns: ParquetColumns, carries: boolean, limits: ParquetLimits) {
    const { maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio = DEFAULT_MAX_RATIO } = limits;
    this.#input = input;
    this.#footer = footer;
    this.#columns = columns;
    this.#carries = carries;
    this.#limits = { mostPageBytes: Math.max(LEAST_PAGE_LIMIT, 16 * maxDocumentBytes), maxRatio };
    this.#mostJson = Math.max(maxDocumentBytes, DEFAULT_MAX_DOCUMENT_BYTES);
  }

  /** Reads the footer. Throws ShardError where there is none that can be read, and where the file has no column for the text. */
  static async open(input: ParquetInput, fields: ParquetFields, limits: ParquetLimits = {}): Promise<ParquetDocuments> {
    let columns: ParquetColumns | undefined;
    const footer = await readFooter(input, (schema) => {
      columns = columnsOf(input.name, schema, fields);
      return leafNumbers(columns);
    });
    return new ParquetDocuments(input, footer, columns!, fields.metadata !== undefined, limits); // a footer has a schema
  }

  /** Rows that the row groups say they have. */
  get rows(): number {
    return this.#footer.groups.reduce((sum, { rows }) => sum + countOf(rows), 0);
  }

  /** Hands documents and faults to the sink in the order of the file, and yields now and then, so that they can be passed on. */
  async *read(sink: ParquetSink, signal?: AbortSignal): AsyncGenerator<void> {
    if (this.#footer.rows !== this.rows) {
      const detail = `found row groups of ${this.rows} rows in all, expected ${this.#footer.rows} as the footer says`;
      sink.fault({ reason: 'wrong-row-count', offset: 0, inner: 0, bytes: 0, lost: false, detail });
    }
    let first = 0;
    for (const [number, group] of this.#footer.groups.entries()) {
      signal?.throwIfAborted();
      yield* this.#readGroup(sink, { number, first, group }, signal);
      first += countOf(group.rows);
    }
  }

  /** The text of a row, not repaired; undefined where there is none. Throws ShardError where the row group is damaged before it. */
  async textAt(row: number): Promise<Uint8Array | undefined> {
    const { text } = this.#columns;
    if (text === undefined) return this.#stringsAt(row);
    let first = 0;
    for (const group of this.#footer.groups) {
      if (row < first + countOf(group.rows)) {
        try {
          const reader = this.#readerOf(group, text);
          await reader.skip(row - first);
          return (await reader.next()) ? (reader.cell as Uint8Array | undefined) : undefined; // the text is byte arrays
        } catch (error) {
          if (error instanceof ParquetDamage) throw new ShardError(`${this.#input.name}: row ${row}: ${error.message}`, { cause: error });
          throw error;
        }
      }
      first += countOf(group.rows);
    }
    return undefined;
  }

  async #stringsAt(row: number): Promise<Uint8Array | undefined> {
    let found: Uint8Array | undefined;
    const sink = { add: ({ offset, text }: FoundDocument) => { if (offset === row) found = text; }, fault: () => undefined };
    for await (const _ of this.read(sink)) if (found !== undefined) break;
    return found;
  }

  async *#readGroup(sink: ParquetSink, { number, first, group }: GroupPlace, signal?: AbortSignal): AsyncGenerator<void> {
    const stored = storedBytes(group);
    let row = 0;
    try {
      if (group.rows < 0) throw new ParquetDamage(`found ${group.rows} rows, expected no negative number`);
      const { text, strings, id, url, metadata } = this.#columns;
      const texts = text && this.#readerOf(group, text);
      const ids = id && this.#readerOf(group, id);
      const urls = url && this.#readerOf(group, url);
      const entries = new Map(assembledLeaves(this.#columns).map((leaf) => [leaf, new RowEntries(leaf, this.#readerOf(group, leaf))] as const));
      const json = new RecordJson(entries, this.#mostJson);
      let step = 0;
      let delivered = 0;
      for (; row < group.rows; row++) {
        if (step > STEP_BYTES) {
          step = 0;
          signal?.throwIfAborted();
          yield;
        }
        // waiting costs as much as a short row, so it is done at the end of a page only
        if (texts?.step() === false) await nextRow(texts, row, group.rows);
        if (ids?.step() === false) await nextRow(ids, row, group.rows);
        if (urls?.step() === false) await nextRow(urls, row, group.rows);
        for (const one of entries.values()) {
          if (!one.step() && !(await one.fill())) throw new ParquetDamage(`found ${row} rows in "${one.node.name}", expected ${group.rows}`);
        }
        const carried = this.#carries ? { metadata: metadataOf(json, metadata) } : {};
        const found = texts === undefined ? stringsText(json, strings) : (texts.cell as Uint8Array | undefined); // the text is byte arrays
        const size = ROW_BYTES + (found?.length ?? 0) + (carried.metadata?.length ?? 0);
        step += size;
        delivered += size;
        if (delivered > HARMLESS_BYTES && delivered > this.#limits.maxRatio * stored) {
          const found = `found ${row} rows of ${delivered} bytes in ${stored} stored ones`;
          throw new ParquetDamage(`${found}, expected at most ${this.#limits.maxRatio} times as much`, 'row-group-bomb');
        }
        const offset = first + row;
        if (found === undefined) {
          const detail = text === undefined ? 'found no string in the row, expected some' : `found null as "${text.name}", expected a text`;
          sink.fault({ reason: 'no-text', offset, inner: 0, bytes: 0, lost: true, detail });
          continue;
        }
        sink.add({
          id: ids?.cell === undefined ? '' : (cellId(id!.leaf!, ids.cell) ?? ''), // a leaf, or there would be no reader
          url: urls?.cell === undefined ? '' : (urls.cell as Uint8Array), // a column of byte arrays
          date: '', declaredLanguage: '', offset, inner: 0, text: found, ...carried,
        });
      }
      const [one] = entries.values();
      if (await (texts?.next() ?? one?.fill())) {
        throw new ParquetDamage(`found more rows than ${group.rows}, expected as many as the row group says`, 'wrong-row-count');
      }
    } catch (error) {
      if (!(error instanceof ParquetDamage)) throw error;
      const rows = countOf(group.rows) - row;
      const expected = error.message.includes('expected') ? '' : ', expected a row group as it was written';
      const lost = rows > 0 ? `rows ${first + row} to ${first + row + rows - 1} (${rows}) of row group ${number} are lost` : `row group ${number}, behind its last row`;
      sink.fault({ reason: error.reason, offset: first + row, inner: 0, bytes: stored, lost: true, detail: `${error.message}${expected}: ${lost}` });
    }
    yield;
  }

  #readerOf({ chunks }: RowGroup, node: SchemaNode): ChunkReader {
    const chunk = chunks.get(node.leaf!.index); // wanted columns are leaves
    if (chunk === undefined) throw new ParquetDamage(`found no column "${node.name}" in the row group`);
    if (chunk instanceof ParquetDamage) throw chunk;
    return new ChunkReader(this.#input, chunk, node, this.#limits);
  }
}

interface GroupPlace {
  readonly number: number;
  /** Its first row in the file. */
  readonly first: number;
  readonly group: RowGroup;
}

async function nextRow(reader: ChunkReader, row: number, rows: number): Promise<void> {
  if (!(await reader.next())) throw new ParquetDamage(`found ${row} rows in a column, expected ${rows}`);
}

/** Every string of these columns; undefined where there is none. */
function stringsText(json: RecordJson, nodes: readonly SchemaNode[]): Uint8Array | undefined {
  const text = allStrings(nodes.map((node) => JSON.parse(json.of(node)) as unknown));
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

function metadataOf(json: RecordJson, fields: ParquetColumns['metadata']): Uint8Array {
  const members = fields.map(({ name, node }) => `${JSON.stringify(name)}:${json.of(node)}`);
  return Buffer.from(members.length === 0 ? '' : `{${members.join(',')}}`, 'utf8');
}

const countOf = (rows: number): number => Math.max(0, rows);

function storedBytes({ chunks }: RowGroup): number {
  let sum = 0;
  for (const chunk of chunks.values()) if (!(chunk instanceof ParquetDamage)) sum += chunk.bytes;
  return sum;
}
