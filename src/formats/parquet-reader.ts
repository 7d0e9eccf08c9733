/**
 * Reads Parquet files that parquet-writer.ts wrote, a row group at a time: for `sluice why` and reports. Reading Parquet as a source of
 * documents is another matter and not done here.
 */
import { parquetMetadataAsync, parquetReadObjects, rowIndex, type AsyncBuffer, type FileMetaData, type ParquetRow } from 'hyparquet';
import { ShardError } from '../core/errors.js';
import { PositionedFile } from './positioned-file.js';
import type { ParquetCell } from './parquet-writer.js';

export type ParquetRecord = Readonly<Record<string, ParquetCell>>;

export interface ReadParquetOptions {
  /** Default: all. */
  readonly columns?: readonly string[];
  /**
   * Only rows whose column has this value. Row groups whose bounds exclude it are not read; of the others this column alone is read, and the
   * rest only where a row matches.
   */
  readonly equals?: { readonly column: string; readonly value: ParquetCell };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Text as it was written: hyparquet's own decoder would take a leading byte order mark away. */
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes) };

/**
 * Yields the rows of each row group in the order of the file, leaving out row groups without any. Throws ShardError when the file is missing
 * or damaged. Memory: one row group of the asked-for columns, decoded (at most 32 Ki rows), and its bytes.
 */
export async function* readParquetRows(path: string, options: ReadParquetOptions = {}): AsyncGenerator<readonly ParquetRecord[]> {
  const input = new PositionedFile(path);
  try {
    const file: AsyncBuffer = {
      byteLength: input.bytes,
      slice: (start, end = input.bytes) => {
        const bytes = new ArrayBuffer(end - start);
        input.readInto(start, new Uint8Array(bytes));
        return bytes;
      },
    };
    const metadata = await damagedAsShardError(path, () => parquetMetadataAsync(file, { parsers }));
    const known = metadata.schema.slice(1).map(({ name }) => name);
    for (const name of [...(options.columns ?? []), ...(options.equals === undefined ? [] : [options.equals.column])]) {
      if (!known.includes(name)) throw new Error(`${path}: column "${name}" asked for, it has ${known.join(', ')}`);
    }
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await damagedAsShardError(path, () => readGroup({ file, metadata, rowStart, rowEnd, parsers }, options));
      if (rows.length > 0) yield rows;
      rowStart = rowEnd;
    }
  } finally {
    input.close();
  }
}

interface GroupRange {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly parsers: typeof parsers;
}

async function readGroup(range: GroupRange, { columns, equals }: ReadParquetOptions): Promise<ParquetRecord[]> {
  const wanted = columns === undefined ? {} : { columns: [...columns] };
  if (equals === undefined) return (await parquetReadObjects({ ...range, ...wanted })).map(asRecord);
  const matches = await parquetReadObjects({
    ...range,
    columns: [equals.column],
    filter: { [equals.column]: { $eq: equals.value } },
    includeRowIndex: true,
  });
  const rows: ParquetRecord[] = [];
  for (const match of matches) {
    const row = match[rowIndex]!; // includeRowIndex put it there
    rows.push(...(await parquetReadObjects({ ...range, ...wanted, rowStart: row, rowEnd: row + 1, useOffsetIndex: true })).map(asRecord));
  }
  return rows;
}

/** hyparquet gives a missing value as undefined or null. */
function asRecord(row: ParquetRow): ParquetRecord {
  return Object.fromEntries(Object.entries(row).map(([name, value]): [string, ParquetCell] => [name, value ?? null])); // cells of the kinds that the writer writes
}

/** hyparquet knows nothing of paths, and throws whatever a damaged file leads it to. */
async function damagedAsShardError<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ShardError) throw error;
    throw new ShardError(`${path}: cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
