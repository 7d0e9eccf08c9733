/**
 * Reads a column file (layout: column-file.ts): block by block in order, or a few rows anywhere. Nothing is reserved before its size was checked
 * against the file, and every section's CRC-32 is checked before its values are used.
 */
import { crc32 } from 'node:zlib';
import { utf8Bytes, type Column } from '../core/document-batch.js';
import { ShardError } from '../core/errors.js';
import { COLUMN_FILE_MAGIC, MOST_SECTION_BYTES, TRAILER_BYTES, parseFooter, type BlockEntry, type ColumnSpec } from './column-file.js';
import { PositionedFile } from './positioned-file.js';

/** Keeps a leading byte order mark: an id is what it was. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface ColumnBlock {
  /** Number of its first row in the file. */
  readonly firstRow: number;
  readonly length: number;
  /** The columns asked for; they belong to the caller. */
  readonly columns: Map<string, Column>;
}

/** Opens a column file and checks its footer; ShardError with the place where it is damaged or truncated. */
export function openColumnFile(path: string): ColumnFile {
  return new ColumnFile(path);
}

export class ColumnFile {
  readonly #file: PositionedFile;
  readonly schema: readonly ColumnSpec[];
  readonly rows: number;
  readonly #blocks: readonly BlockEntry[];
  /** Number of the first row of each block. */
  readonly #firstRows: Float64Array;
  /** The block last used by `at`, by column. */
  readonly #cache = new Map<string, { readonly block: number; readonly column: Column }>();

  constructor(path: string) {
    this.#file = new PositionedFile(path);
    try {
      const { schema, rows, blocks } = readFooter(this.#file);
      this.schema = schema;
      this.rows = rows;
      this.#blocks = blocks;
      this.#firstRows = new Float64Array(blocks.length);
      for (let i = 1; i < blocks.length; i++) this.#firstRows[i] = this.#firstRows[i - 1]! + blocks[i - 1]!.rows;
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** All blocks in order, with `columns` or else all columns. Memory: the asked-for columns of one block (8 MiB, or one longer row). */
  *blocks(options: { readonly columns?: readonly string[] } = {}): Generator<ColumnBlock> {
    const wanted = (options.columns ?? this.schema.map(({ name }) => name)).map((name) => this.#indexOf(name));
    for (const [i, { rows }] of this.#blocks.entries()) {
      const columns = new Map(wanted.map((c) => [this.schema[c]!.name, this.#readSection(i, c)]));
      yield { firstRow: this.#firstRows[i]!, length: rows, columns };
    }
  }

  /** Where a row's value is: a column of its block, and the row in it. The block is kept until another one is asked for: for few or ascending rows. */
  at(row: number, name: string): { readonly column: Column; readonly row: number } {
    if (!(row >= 0 && row < this.rows)) throw new Error(`${this.#file.path}: row ${row} of ${this.rows} asked for`);
    const block = this.#blockOf(row);
    let cached = this.#cache.get(name);
    if (cached?.block !== block) {
      cached = { block, column: this.#readSection(block, this.#indexOf(name)) };
      this.#cache.set(name, cached);
    }
    return { column: cached.column, row: row - this.#firstRows[block]! };
  }

  /** A value of a utf8 column as a string. */
  utf8At(row: number, name: string): string {
    const found = this.at(row, name);
    if (found.column.kind !== 'utf8') throw new Error(`column "${name}": found ${found.column.kind}, expected utf8`);
    return decoder.decode(utf8Bytes(found.column, found.row));
  }

  /** A value of a float32, float64 or uint32 column. */
  numberAt(row: number, name: string): number {
    const { column, row: inBlock } = this.at(row, name);
    if (column.kind === 'utf8' || column.kind === 'bytes' || column.kind === 'hash64') {
      throw new Error(`column "${name}": found ${column.kind}, expected a number`);
    }
    return column.values[inBlock]!;
  }

  /**
   * A value of a float32, float64 or uint32 column, read from its place alone: for scattered rows, where a block for each would be read to no end. Only
   * `at` and `blocks` look at checksums.
   */
  numberInPlace(row: number, name: string): number {
    const { kind, position, row: inBlock } = this.#placeOf(row, name);
    if (kind === 'utf8' || kind === 'bytes' || kind === 'hash64') throw new Error(`column "${name}": found ${kind}, expected a number`);
    const width = kind === 'float64' ? 8 : 4;
    const bytes = this.#file.read(position + width * inBlock, width);
    const view = new DataView(bytes.buffer);
    return kind === 'float64' ? view.getFloat64(0, true) : kind === 'float32' ? view.getFloat32(0, true) : view.getUint32(0, true);
  }

  /** The bytes of a value of a utf8 column, read in the same way. */
  utf8InPlace(row: number, name: string): Uint8Array {
    const { kind, position, row: inBlock, rows, bytes } = this.#placeOf(row, name);
    if (kind !== 'utf8') throw new Error(`column "${name}": found ${kind}, expected utf8`);
    const [from = 0, to = 0] = new Uint32Array(this.#file.read(position + 4 * inBlock, 8).buffer);
    const values = 4 * (rows + 1);
    if (!(from <= to && values + to <= bytes)) throw new ShardError(`${this.#file.path}: column "${name}": row ${row} lies outside its section; the file is damaged`);
    return this.#file.read(position + values + from, to - from);
  }

  close(): void {
    this.#file.close();
  }

  /** The section that holds a row's value of a column. */
  #placeOf(row: number, name: string) {
    if (!(row >= 0 && row < this.rows)) throw new Error(`${this.#file.path}: row ${row} of ${this.rows} asked for`);
    const block = this.#blockOf(row);
    const index = this.#indexOf(name);
    const entry = this.#blocks[block]!;
    let { position } = entry;
    for (let c = 0; c < index; c++) position += entry.sections[c]![0];
    return { kind: this.schema[index]!.kind, position, bytes: entry.sections[index]![0], rows: entry.rows, row: row - this.#firstRows[block]! };
  }

  #indexOf(name: string): number {
    const index = this.schema.findIndex((spec) => spec.name === name);
    if (index < 0) throw new Error(`${this.#file.path}: column "${name}" asked for, it has ${this.schema.map((spec) => spec.name).join(', ')}`);
    return index;
  }

  #blockOf(row: number): number {
    let low = 0;
    let high = this.#firstRows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#firstRows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #readSection(block: number, index: number): Column {
    const entry = this.#blocks[block]!;
    const spec = this.schema[index]!;
    const [bytes, crc] = entry.sections[index]!;
    let { position } = entry;
    for (let c = 0; c < index; c++) position += entry.sections[c]![0];
    const section = this.#file.read(position, bytes);
    const place = `${this.#file.path}: block ${block}, column "${spec.name}" at byte ${position}`;
    const found = crc32(section);
    if (found !== crc) throw new ShardError(`${place}: CRC-32 is ${found.toString(16)}, expected ${crc.toString(16)}; the file is damaged`);
    return columnOfSection(spec, section, entry.rows, place);
  }
}

function readFooter(file: PositionedFile): ReturnType<typeof parseFooter> {
  const fail = (what: string): never => {
    throw new ShardError(`${file.path}: ${what}; it is no column file, or damaged or truncated`);
  };
  const magicBytes = COLUMN_FILE_MAGIC.length;
  if (file.bytes < magicBytes + TRAILER_BYTES) fail(`has ${file.bytes} bytes, expected at least ${magicBytes + TRAILER_BYTES}`);
  const trailerPosition = file.bytes - TRAILER_BYTES;
  const trailer = file.read(trailerPosition, TRAILER_BYTES);
  if (!Buffer.from(COLUMN_FILE_MAGIC).equals(file.read(0, magicBytes))) fail('no magic at byte 0');
  if (!Buffer.from(COLUMN_FILE_MAGIC).equals(trailer.subarray(8))) fail(`no magic at byte ${trailerPosition + 8}`);
  const [footerBytes = 0, footerCrc = 0] = new Uint32Array(trailer.buffer, trailer.byteOffset, 2);
  const footerPosition = trailerPosition - footerBytes;
  if (footerPosition < magicBytes || footerBytes > MOST_SECTION_BYTES) fail(`footer of ${footerBytes} bytes announced at byte ${trailerPosition}`);
  const footer = file.read(footerPosition, footerBytes);
  if (crc32(footer) !== footerCrc) fail(`footer at byte ${footerPosition} has another CRC-32 than announced`);
  return parseFooter(file.path, new TextDecoder().decode(footer), footerPosition);
}

/** The section starts at its own buffer's byte 0 (PositionedFile.read), so typed arrays over it are aligned; its size was checked with the footer. */
function columnOfSection(spec: ColumnSpec, section: Uint8Array, rows: number, place: string): Column {
  switch (spec.kind) {
    case 'float32': return { kind: 'float32', values: new Float32Array(section.buffer) };
    case 'float64': return { kind: 'float64', values: new Float64Array(section.buffer) };
    case 'uint32': return { kind: 'uint32', values: new Uint32Array(section.buffer) };
    case 'hash64': return { kind: 'hash64', values: new Uint32Array(section.buffer) };
    case 'bytes': return { kind: 'bytes', width: spec.width!, values: section }; // checked with the schema
    case 'utf8': {
      const offsets = new Uint32Array(section.buffer, 0, rows + 1);
      const bytes = section.subarray(4 * (rows + 1));
      let ordered = offsets[0] === 0 && offsets[rows] === bytes.length;
      for (let row = 0; row < rows; row++) ordered &&= offsets[row]! <= offsets[row + 1]!;
      if (!ordered) throw new ShardError(`${place}: offsets do not ascend from 0 to ${bytes.length}`);
      return { kind: 'utf8', bytes, offsets };
    }
  }
}
