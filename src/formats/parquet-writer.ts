/**
 * Writes Parquet row group by row group to a file that appears whole or not at all: decision records, for DuckDB, pandas and `sluice why`.
 * Encoding is hyparquet-writer's; here are the buffering, the mapping from our columns, and bytes that depend on nothing but the rows.
 */
import { ByteWriter, ParquetWriter as Encoder, type SchemaElement } from 'hyparquet-writer';
import type { Column } from '../core/document-batch.js';
import { AtomicFile, type WrittenFile } from './atomic-file.js';

export interface ParquetColumn {
  readonly name: string;
  /** utf8 is BYTE_ARRAY/UTF8, uint32 is INT32/UINT_32, the others are FLOAT, DOUBLE and BOOLEAN. */
  readonly kind: 'utf8' | 'float32' | 'float64' | 'uint32' | 'boolean';
  /** Default: required. */
  readonly nullable?: boolean;
}

export type ParquetCell = string | number | boolean | null;

/**
 * Values of one column: plain cells, or a column of a batch. Of a batch's column, empty text and NaN are null where the Parquet column is
 * nullable; a boolean is a `bytes` column of width 1.
 */
export type ParquetValues = readonly ParquetCell[] | Column;

/** A row group is closed at so many rows, or when its values (text in UTF-16 code units, else 8 bytes a cell) come to so much. */
export const ROW_GROUP_ROWS = 1 << 15;
const ROW_GROUP_SIZE = 16 << 20;
/** Long enough that the bounds of ids tell shards apart: they begin with a shard's path. */
const STATISTICS_BYTES = 96;

export class ParquetWriter {
  readonly #file: AtomicFile;
  readonly #schema: readonly ParquetColumn[];
  readonly #encoder: Encoder;
  readonly #cells: ParquetCell[][];
  #size = 0;
  #rows = 0;

  /**
   * Throws OutputError, as all methods do. Memory: the cells of one row group (16 MiB of values and some 100 bytes for each of at most 32 Ki
   * rows and column) and its encoded bytes; 70 MB of resident memory were measured for 7 columns.
   */
  constructor(path: string, schema: readonly ParquetColumn[]) {
    if (schema.length === 0) throw new Error(`${path}: a Parquet file needs a column`);
    this.#schema = schema;
    this.#cells = schema.map(() => []);
    this.#file = AtomicFile.create(path);
    this.#encoder = new Encoder({
      writer: new FileBytes(this.#file),
      schema: [{ name: 'root', num_children: schema.length }, ...schema.map(schemaElement)],
      createdBy: 'sluice',
      statisticsTruncateLength: STATISTICS_BYTES,
    });
  }

  /** Rows appended so far. */
  get rows(): number {
    return this.#rows + this.#cells[0]!.length; // there is a column
  }

  /**
   * Appends the rows listed in `rows`, in that order, or else rows `0 .. length`. A nullable column that `columns` does not have is null in all
   * of them; a null in a required column is an error.
   */
  append(columns: ReadonlyMap<string, ParquetValues>, length: number, rows?: Uint32Array): void {
    const readers = this.#schema.map((column) => cellReader(column, columns.get(column.name), length));
    const count = rows?.length ?? length;
    for (let i = 0; i < count; i++) {
      const row = rows === undefined ? i : rows[i]!;
      if (row >= length) throw new Error(`row ${row} of ${length} appended`);
      for (let c = 0; c < readers.length; c++) {
        const cell = readers[c]!(row);
        this.#cells[c]!.push(cell);
        this.#size += typeof cell === 'string' ? cell.length : 8;
      }
      if (this.#size >= ROW_GROUP_SIZE || this.#cells[0]!.length === ROW_GROUP_ROWS) this.#writeRowGroup();
    }
  }

  /** Writes the last row group and the footer; the file appears under its name. */
  commit(): WrittenFile {
    if (this.#cells[0]!.length > 0) this.#writeRowGroup();
    void this.#encoder.finish(); // synchronous: the writer returns no promise
    return this.#file.commit();
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#file.abort();
  }

  #writeRowGroup(): void {
    const rows = this.#cells[0]!.length;
    const columnData = this.#schema.map(({ name }, c) => ({ name, data: this.#cells[c]! }));
    void this.#encoder.write({ columnData, rowGroupSize: rows }); // synchronous: the writer returns no promise
    for (const cells of this.#cells) cells.length = 0;
    this.#rows += rows;
    this.#size = 0;
  }
}

/** Collects what the encoder makes of one row group, then hands it to the file. */
export class FileBytes extends ByteWriter {
  readonly #file: AtomicFile;

  constructor(file: AtomicFile) {
    super(1 << 20);
    this.#file = file;
  }

  flush(): void {
    this.#file.write(this.getBytes());
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

function schemaElement({ name, kind, nullable = false }: ParquetColumn): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (kind) {
    case 'utf8': return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
    case 'float32': return { name, type: 'FLOAT', repetition_type };
    case 'float64': return { name, type: 'DOUBLE', repetition_type };
    case 'uint32': return { name, type: 'INT32', converted_type: 'UINT_32', repetition_type };
    case 'boolean': return { name, type: 'BOOLEAN', repetition_type };
  }
}

const CELL_TYPES = { utf8: 'string', float32: 'number', float64: 'number', uint32: 'number', boolean: 'boolean' } as const;

function cellReader(column: ParquetColumn, values: ParquetValues | undefined, length: number): (row: number) => ParquetCell {
  const { name, kind, nullable = false } = column;
  const wrong = (found: string): never => {
    throw new Error(`Parquet column "${name}": found ${found}, expected ${nullable ? 'nullable ' : ''}${kind}`);
  };
  if (values === undefined) return nullable ? () => null : wrong('none');
  if (!('kind' in values)) {
    if (values.length < length) wrong(`${values.length} cells for ${length} rows`);
    return (row) => {
      const cell = values[row]!;
      if (cell === null ? !nullable : typeof cell !== CELL_TYPES[kind]) wrong(JSON.stringify(cell));
      return cell;
    };
  }
  if (values.kind === 'utf8' && kind === 'utf8') {
    const { offsets } = values;
    const bytes = Buffer.from(values.bytes.buffer, values.bytes.byteOffset, values.bytes.byteLength);
    if (offsets.length <= length) wrong(`${offsets.length - 1} rows, not ${length}`);
    return (row) => {
      const start = offsets[row]!;
      const end = offsets[row + 1]!;
      return nullable && start === end ? null : bytes.toString('utf8', start, end);
    };
  }
  const numbers = values.kind === 'utf8' ? wrong(values.kind) : values.values;
  if (numbers.length < length) wrong(`${numbers.length} rows, not ${length}`);
  if (values.kind === 'bytes' && values.width === 1 && kind === 'boolean') return (row) => numbers[row] !== 0;
  if (values.kind !== kind) wrong(values.kind);
  return nullable && kind !== 'uint32' ? (row) => (Number.isNaN(numbers[row]) ? null : numbers[row]!) : (row) => numbers[row]!;
}
