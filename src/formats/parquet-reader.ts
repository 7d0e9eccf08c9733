/**
 * Reads Parquet files that parquet-writer.ts wrote, a row group at a time: for `sluice why` and reports. Values are decoded by the code that reads Parquet of
 * strangers (parquet/), which checks what a file declares; of hyparquet only the bounds of row groups are used, since its readers leave promises behind that
 * nobody awaits where a file is damaged, which ends the process, and go round forever in some.
 */
import { parquetMetadataAsync, type FileMetaData } from 'hyparquet';
import { ShardError } from '../core/errors.js';
import { ChunkReader } from './parquet/chunk-reader.js';
import { ParquetDamage } from './parquet/damage.js';
import { readFooter, type ParquetFooter, type ParquetInput, type RowGroup } from './parquet/footer.js';
import type { SchemaNode } from './parquet/schema.js';
import type { Cell } from './parquet/values.js';
import { PositionedFile } from './positioned-file.js';
import { ROW_GROUP_ROWS, type ParquetCell } from './parquet-writer.js';

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

/** Text as it was written: a leading byte order mark is part of it. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes) };
/** A page holds a row group's values of a column at most: 16 MiB, or one longer text. */
const LIMITS = { mostPageBytes: 1 << 30, maxRatio: 2000 };

/**
 * Yields the rows of each row group in the order of the file, leaving out row groups without any. Throws ShardError when the file is missing
 * or damaged. Memory: one row group of the asked-for columns, decoded (at most 32 Ki rows), and a page of each.
 */
export async function* readParquetRows(path: string, { columns, equals }: ReadParquetOptions = {}): AsyncGenerator<readonly ParquetRecord[]> {
  const file = new PositionedFile(path);
  try {
    const input: ParquetInput = { name: path, size: file.bytes, read: async (position, length) => file.read(position, Math.min(length, file.bytes - position)) };
    const footer = await readFooter(input, (schema) => new Set(schema.children.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf.index]))));
    const nodeOf = (name: string): SchemaNode => {
      const node = footer.schema.children.find((child) => child.name === name && child.leaf !== undefined && child.maxRepetition === 0);
      if (node !== undefined) return node;
      throw new Error(`${path}: column "${name}" asked for, it has ${footer.schema.children.map((child) => child.name).join(', ')}`);
    };
    const wanted = (columns ?? footer.schema.children.map(({ name }) => name)).map(nodeOf);
    const key = equals && nodeOf(equals.column);
    const bounds = equals && await boundsOf(file, footer, equals.column);
    for (const [number, group] of footer.groups.entries()) {
      if (bounds !== undefined && excludes(bounds[number], equals?.value ?? null)) continue;
      const rows = await damagedAsShardError(`${path}: row group ${number}`, async () => {
        if (group.rows < 0 || group.rows > ROW_GROUP_ROWS) throw new ParquetDamage(`found ${group.rows} rows, expected at most ${ROW_GROUP_ROWS}`);
        const matches = key && equals && (await cellsOf(input, group, key)).flatMap((cell, row) => (cell === equals.value ? [row] : []));
        if (matches?.length === 0) return [];
        const cells = await Promise.all(wanted.map((node) => cellsOf(input, group, node, matches)));
        return Array.from({ length: matches?.length ?? group.rows }, (_, row): ParquetRecord => Object.fromEntries(wanted.map(({ name }, column) => [name, cells[column]![row]!]))); // as many cells
      });
      if (rows.length > 0) yield rows;
    }
  } finally {
    file.close();
  }
}

/** The cells of a column in the rows given, ascending, or in all. */
async function cellsOf(input: ParquetInput, group: RowGroup, node: SchemaNode, rows?: readonly number[]): Promise<ParquetCell[]> {
  const chunk = group.chunks.get(node.leaf!.index); // nodes asked for are leaves
  if (chunk === undefined) throw new ParquetDamage(`found no column "${node.name}"`);
  if (chunk instanceof ParquetDamage) throw chunk;
  const reader = new ChunkReader(input, chunk, node, LIMITS);
  const cells: ParquetCell[] = [];
  let at = 0;
  for (const row of rows ?? { [Symbol.iterator]: () => upTo(group.rows) }) {
    await reader.skip(row - at);
    if (!reader.step() && !(await reader.next())) throw new ParquetDamage(`found ${row} rows in "${node.name}", expected more`);
    cells.push(reader.cell === undefined ? null : cellOf(node, reader.cell));
    at = row + 1;
  }
  return cells;
}

function* upTo(end: number): Generator<number> {
  for (let row = 0; row < end; row++) yield row;
}

/** Of the kinds that the writer writes. */
function cellOf({ name, leaf }: SchemaNode, cell: Cell): ParquetCell {
  if (cell instanceof Uint8Array) return decoder.decode(cell);
  if (typeof cell === 'bigint') throw new ParquetDamage(`found 64-bit numbers in "${name}", expected a column that decision records have`);
  return leaf?.kind.kind === 'uint' && typeof cell === 'number' ? cell >>> 0 : cell;
}

interface Bounds {
  readonly least: unknown;
  readonly most: unknown;
}

/** Of a column, by row group; undefined where there are none. */
async function boundsOf(file: PositionedFile, footer: ParquetFooter, column: string): Promise<readonly (Bounds | undefined)[]> {
  const slice = (start: number, end = file.bytes): ArrayBuffer => {
    const bytes = new ArrayBuffer(end - start);
    file.readInto(start, new Uint8Array(bytes));
    return bytes;
  };
  const metadata: FileMetaData = await damagedAsShardError(file.path, () => parquetMetadataAsync({ byteLength: file.bytes, slice }, { parsers }));
  return footer.groups.map((_, number) => {
    const found = metadata.row_groups[number]?.columns?.find(({ meta_data: data }) => data?.path_in_schema?.join('.') === column)?.meta_data?.statistics;
    return found === undefined ? undefined : { least: found.min_value, most: found.max_value };
  });
}

/**
 * Whether no value between the bounds equals the one looked for; they say nothing of nulls. The format orders text by bytes, the package that wrote the bounds by code
 * units, and cuts them by bytes: a row group is passed over where both orders say so.
 */
function excludes(bounds: Bounds | undefined, value: ParquetCell): boolean {
  const { least, most } = bounds ?? {};
  if (typeof value === 'string' && typeof least === 'string' && typeof most === 'string') {
    return (value < least && bytesCompare(value, least) < 0) || (value > most && bytesCompare(value, most) > 0);
  }
  return typeof value === 'number' && typeof least === 'number' && typeof most === 'number' && (value < least || value > most);
}

const bytesCompare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What damage makes either reader throw, with the place. */
async function damagedAsShardError<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ShardError) throw error;
    throw new ShardError(`${place}: cannot be read as Parquet: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
