/**
 * The footer of a Parquet file: its schema, and where the column chunks of each row group are. Only the chunks of the leaves that are asked for are kept.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
import { ShardError } from '../../core/errors.js';
import { ParquetDamage } from './damage.js';
import { type LogicalType, type SchemaElement, type SchemaNode, schemaTree, type TimeUnit } from './schema.js';
import { THRIFT, ThriftReader } from './thrift.js';

/** A file that is read at places: `InputFile` of storage is one. */
export interface ParquetInput {
  readonly name: string;
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
}

/** Bytes of one column in one row group. */
export interface ColumnChunk {
  /** As CompressionCodec numbers them. */
  readonly codec: number;
  readonly values: number;
  readonly start: number;
  readonly bytes: number;
}

export interface RowGroup {
  readonly rows: number;
  /** By leaf; what cannot be read has the reason instead. */
  readonly chunks: ReadonlyMap<number, ColumnChunk | ParquetDamage>;
}

export interface ParquetFooter {
  readonly schema: SchemaNode;
  /** As the footer says: row groups count for themselves. */
  readonly rows: number;
  readonly groups: readonly RowGroup[];
}

/** The whole of it is held while it is read. Common ones take some 100 KB, one of 1,000 columns and row groups 100 MB. */
const MOST_FOOTER_BYTES = 128 << 20;
const TAIL_BYTES = 64 << 10;
const MAGIC = 0x31524150;
const ENCRYPTED_MAGIC = 0x45524150;
const MOST_ELEMENTS = 1 << 17;
const MOST_GROUPS = 1 << 18;
/** Some 150 bytes each. */
const MOST_CHUNKS = 1 << 20;

/**
 * Reads the footer with one or two reads at the end of the file. `wanted` chooses leaves by their numbers once the schema is known. Throws ShardError where
 * the file has none, it is damaged, or it is encrypted. Memory: its bytes (128 MiB at most) while it is read, then 200 bytes a row group (2^18 at most) and 150 a
 * wanted chunk (2^20 at most).
 */
export async function readFooter(input: ParquetInput, wanted: (schema: SchemaNode) => ReadonlySet<number>): Promise<ParquetFooter> {
  const { name, size } = input;
  const refuse = (found: string, cause?: unknown): ShardError => new ShardError(`${name}: found ${found}, expected a Parquet file`, { cause });
  if (size < 12) throw refuse(`${size} bytes`);
  const tail = await input.read(Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  if (tail.length < 8) throw refuse(`${tail.length} bytes at its end`);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  const magic = view.getUint32(tail.length - 4, true);
  if (magic === ENCRYPTED_MAGIC) throw refuse('an encrypted footer (PARE)');
  if (magic !== MAGIC) throw refuse('other bytes than PAR1 at its end (cut off, or of another format)');
  const bytes = view.getUint32(tail.length - 8, true);
  if (bytes > size - 12) throw refuse(`a footer of ${bytes} bytes in a file of ${size}`);
  if (bytes > MOST_FOOTER_BYTES) throw refuse(`a footer of ${bytes} bytes, more than ${MOST_FOOTER_BYTES}`);
  const footer = bytes + 8 <= tail.length ? tail.subarray(tail.length - 8 - bytes, tail.length - 8) : await input.read(size - 8 - bytes, bytes);
  if (footer.length < bytes) throw refuse(`${footer.length} bytes of a footer of ${bytes}`);
  try {
    return parseFooter(footer, size - 8 - bytes, wanted);
  } catch (error) {
    if (error instanceof ParquetDamage) throw refuse(`a damaged footer (${error.message})`, error);
    throw error;
  }
}

/** `dataEnd`: where the footer begins, behind all chunks. */
export function parseFooter(bytes: Uint8Array, dataEnd: number, wanted: (schema: SchemaNode) => ReadonlySet<number>): ParquetFooter {
  const thrift = new ThriftReader(bytes);
  const elements: SchemaElement[] = [];
  const groups: RowGroup[] = [];
  let rows = 0;
  let chunks = 0;
  let schema: SchemaNode | undefined;
  let leaves: ReadonlySet<number> = new Set();
  thrift.struct((id, type) => {
    switch (id) {
      case 2:
        thrift.list(type, THRIFT.struct, () => {
          if (elements.length >= MOST_ELEMENTS) throw new ParquetDamage(`found a schema of more than ${MOST_ELEMENTS} elements`);
          elements.push(readElement(thrift));
        });
        schema = schemaTree(elements);
        leaves = wanted(schema);
        return true;
      case 3: rows = thrift.int(type); return true;
      case 4:
        if (schema === undefined) throw new ParquetDamage('found row groups before the schema');
        thrift.list(type, THRIFT.struct, () => {
          const group = readGroup(thrift, dataEnd, leaves);
          chunks += group.chunks.size;
          if (groups.push(group) > MOST_GROUPS || chunks > MOST_CHUNKS) {
            throw new ParquetDamage(`found more than ${MOST_GROUPS} row groups, or ${MOST_CHUNKS} chunks of the columns asked for`);
          }
        });
        return true;
      default: return false;
    }
  });
  if (schema === undefined) throw new ParquetDamage('found no schema');
  return { schema, rows, groups };
}

function readElement(thrift: ThriftReader): SchemaElement {
  const element = {
    name: '', children: 0, repetition: 0, typeLength: 0, scale: 0,
    type: undefined as number | undefined, converted: undefined as number | undefined, logical: undefined as LogicalType | undefined,
  };
  thrift.struct((id, type) => {
    switch (id) {
      case 1: element.type = thrift.int(type); return true;
      case 2: element.typeLength = thrift.int(type); return true;
      case 3: element.repetition = thrift.int(type); return true;
      case 4: element.name = thrift.text(type); return true;
      case 5: element.children = thrift.int(type); return true;
      case 6: element.converted = thrift.int(type); return true;
      case 7: element.scale = thrift.int(type); return true;
      case 10: element.logical = readLogical(thrift, type); return true;
      default: return false;
    }
  });
  return element;
}

function readLogical(thrift: ThriftReader, type: number): LogicalType | undefined {
  if (type !== THRIFT.struct) throw new ParquetDamage(`found a logical type of type ${type}`);
  let logical: LogicalType | undefined;
  thrift.struct((id, member) => {
    if (member !== THRIFT.struct) return false;
    const found = { id, scale: 0, unit: 6 as TimeUnit, utc: false, signed: true };
    thrift.struct((field, fieldType) => {
      if (id === 5 && field === 1) found.scale = thrift.int(fieldType);
      else if ((id === 7 || id === 8) && field === 1) found.utc = thrift.bool(fieldType);
      else if ((id === 7 || id === 8) && field === 2 && fieldType === THRIFT.struct) found.unit = readUnit(thrift);
      else if (id === 10 && field === 2) found.signed = thrift.bool(fieldType);
      else return false;
      return true;
    });
    logical = found;
    return true;
  });
  return logical;
}

function readUnit(thrift: ThriftReader): TimeUnit {
  let unit: TimeUnit = 6;
  thrift.struct((id) => {
    unit = id === 1 ? 3 : id === 2 ? 6 : 9;
    return false;
  });
  return unit;
}

function readGroup(thrift: ThriftReader, dataEnd: number, leaves: ReadonlySet<number>): RowGroup {
  const chunks = new Map<number, ColumnChunk | ParquetDamage>();
  let rows = 0;
  thrift.struct((id, type) => {
    if (id === 1) {
      let leaf = 0;
      thrift.list(type, THRIFT.struct, () => {
        if (leaves.has(leaf)) chunks.set(leaf, readChunk(thrift, dataEnd));
        else thrift.skip(THRIFT.struct);
        leaf++;
      });
    } else if (id === 3) {
      rows = thrift.int(type);
    } else {
      return false;
    }
    return true;
  });
  return { rows, chunks };
}

function readChunk(thrift: ThriftReader, dataEnd: number): ColumnChunk | ParquetDamage {
  let place: { codec: number; values: number; bytes: number; data: number; dictionary: number } | undefined;
  let elsewhere = false;
  let encrypted = false;
  thrift.struct((id, type) => {
    if (id === 1) elsewhere = thrift.text(type) !== '';
    else if (id === 3 && type === THRIFT.struct) place = readPlace(thrift);
    else {
      encrypted ||= id === 8;
      return false;
    }
    return true;
  });
  if (encrypted) return new ParquetDamage('found an encrypted column', 'unsupported-row-group');
  if (elsewhere) return new ParquetDamage('found a column in another file', 'unsupported-row-group');
  if (place === undefined) return new ParquetDamage('found a column without its place');
  const { codec, values, bytes, data, dictionary } = place;
  const start = dictionary >= 4 && dictionary < data ? dictionary : data;
  if (values === 0) return { codec, values, start: 0, bytes: 0 }; // of no rows: where it is may be anything
  if (start < 4 || bytes < 0 || values < 0 || start + bytes > dataEnd) {
    return new ParquetDamage(`found a column of ${bytes} bytes at ${start}, expected it before the footer at ${dataEnd}`);
  }
  return { codec, values, start, bytes };
}

function readPlace(thrift: ThriftReader): { codec: number; values: number; bytes: number; data: number; dictionary: number } {
  const place = { codec: 0, values: 0, bytes: -1, data: 0, dictionary: 0 };
  thrift.struct((id, type) => {
    switch (id) {
      case 4: place.codec = thrift.int(type); return true;
      case 5: place.values = thrift.int(type); return true;
      case 7: place.bytes = thrift.int(type); return true;
      case 9: place.data = thrift.int(type); return true;
      case 11: place.dictionary = thrift.int(type); return true;
      default: return false;
    }
  });
  return place;
}
