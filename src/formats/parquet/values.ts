/** Values of a page, one after another, in each of Parquet's encodings; and dictionaries. https://github.com/apache/parquet-format/blob/master/Encodings.md */
import { ParquetDamage } from './damage.js';
import { Deltas } from './deltas.js';
import { RunLengths } from './run-lengths.js';
import type { Leaf } from './schema.js';

/** INT64 and INT96 are bigints; byte arrays are views into the page. */
export type Cell = number | bigint | boolean | Uint8Array;

export interface Values {
  /** Throws ParquetDamage where the page has no more. */
  next(): Cell;
}

/** By their number in Encoding. */
const ENCODINGS = [
  'PLAIN', 'GROUP_VAR_INT', 'PLAIN_DICTIONARY', 'RLE', 'BIT_PACKED', 'DELTA_BINARY_PACKED', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY', 'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
] as const;

export interface PageValues {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Values that are there, at most: nulls have none. */
  readonly count: number;
  readonly encoding: number;
  readonly leaf: Leaf;
  readonly dictionary: Dictionary | undefined;
  /** Bytes that values of one page may come to where they are written by what they share with the one before. */
  readonly mostBytes: number;
}

export function pageValues(page: PageValues): Values {
  const { bytes, start, encoding, leaf, dictionary } = page;
  const name = ENCODINGS[encoding];
  switch (name) {
    case 'PLAIN': return new PlainValues(bytes, start, leaf);
    case 'PLAIN_DICTIONARY': case 'RLE_DICTIONARY':
      if (dictionary === undefined) throw new ParquetDamage('found indexes into a dictionary, expected the dictionary before them');
      if (start >= bytes.length) return dictionaryValues(dictionary, new RunLengths(bytes, start, start, 32));
      return dictionaryValues(dictionary, new RunLengths(bytes, start + 1, bytes.length, bytes[start]!)); // before the end
    case 'RLE': if (leaf.type === 'BOOLEAN') return booleanRuns(bytes, start); break;
    case 'DELTA_BINARY_PACKED': if (leaf.type === 'INT32' || leaf.type === 'INT64') return deltaValues(bytes, start, leaf.type); break;
    case 'DELTA_LENGTH_BYTE_ARRAY': if (leaf.type === 'BYTE_ARRAY') return deltaLengthValues(bytes, start); break;
    case 'DELTA_BYTE_ARRAY': if (leaf.type === 'BYTE_ARRAY' || leaf.type === 'FIXED_LEN_BYTE_ARRAY') return deltaByteValues(page); break;
    case 'BYTE_STREAM_SPLIT': if (leaf.type !== 'BYTE_ARRAY' && leaf.type !== 'BOOLEAN' && leaf.type !== 'INT96') return splitValues(page); break;
    default:
  }
  throw new ParquetDamage(`found encoding ${name ?? encoding} of ${leaf.type} values, expected one that is read`, 'unsupported-row-group');
}

/** Bytes of a value; 0 where values say themselves how long they are, or are bits. */
function widthOf({ type, typeLength }: Leaf): number {
  switch (type) {
    case 'INT32': case 'FLOAT': return 4;
    case 'INT64': case 'DOUBLE': return 8;
    case 'INT96': return 12;
    case 'FIXED_LEN_BYTE_ARRAY': return typeLength;
    case 'BYTE_ARRAY': case 'BOOLEAN': return 0;
  }
}

/** The value of fixed width that begins at `at`. */
function cellAt(bytes: Uint8Array, view: DataView, at: number, { type, typeLength }: Leaf): Cell {
  switch (type) {
    case 'INT32': return view.getInt32(at, true);
    case 'INT64': return view.getBigInt64(at, true);
    case 'INT96': return (BigInt(view.getInt32(at + 8, true)) << 64n) | view.getBigUint64(at, true);
    case 'FLOAT': return view.getFloat32(at, true);
    case 'DOUBLE': return view.getFloat64(at, true);
    default: return bytes.subarray(at, at + typeLength);
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

class PlainValues implements Values {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #leaf: Leaf;
  readonly #width: number;
  #at: number;
  #bit = 0;

  constructor(bytes: Uint8Array, start: number, leaf: Leaf) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#at = start;
    this.#leaf = leaf;
    this.#width = widthOf(leaf);
  }

  next(): Cell {
    if (this.#leaf.type === 'BYTE_ARRAY') {
      const start = this.#take(4);
      const length = this.#view.getUint32(start, true);
      const at = this.#take(length);
      return this.#bytes.subarray(at, at + length);
    }
    if (this.#leaf.type === 'BOOLEAN') {
      if (this.#bit === 0) this.#take(1);
      const value = (this.#bytes[this.#at - 1]! >>> this.#bit) & 1; // taken
      this.#bit = (this.#bit + 1) & 7;
      return value === 1;
    }
    return cellAt(this.#bytes, this.#view, this.#take(this.#width), this.#leaf);
  }

  #take(bytes: number): number {
    if (bytes > this.#bytes.length - this.#at) {
      throw new ParquetDamage(`found ${this.#bytes.length - this.#at} bytes left in a page, expected a value of ${bytes}`);
    }
    this.#at += bytes;
    return this.#at - bytes;
  }
}

/** The values of a dictionary page by number; of byte arrays it holds where they begin, 4 bytes each. */
export class Dictionary {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #leaf: Leaf;
  readonly #count: number;
  readonly #starts: Uint32Array | undefined;
  readonly #width: number;

  constructor(bytes: Uint8Array, count: number, leaf: Leaf) {
    const width = leaf.type === 'BYTE_ARRAY' ? 4 : widthOf(leaf);
    if (width === 0) throw new ParquetDamage(`found a dictionary of ${leaf.type} values`);
    if (!(count >= 0 && count * width <= bytes.length)) {
      throw new ParquetDamage(`found a dictionary of ${count} values in ${bytes.length} bytes, expected ${width} bytes for each`);
    }
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#leaf = leaf;
    this.#count = count;
    this.#width = width;
    this.#starts = leaf.type === 'BYTE_ARRAY' ? this.#findStarts() : undefined;
  }

  at(index: number): Cell {
    if (index >= this.#count) throw new ParquetDamage(`found value ${index} of a dictionary of ${this.#count}`);
    if (this.#starts === undefined) return cellAt(this.#bytes, this.#view, index * this.#width, this.#leaf);
    const start = this.#starts[index]!; // below the count
    return this.#bytes.subarray(start, start + this.#view.getUint32(start - 4, true));
  }

  #findStarts(): Uint32Array {
    const starts = new Uint32Array(this.#count);
    let at = 0;
    for (let i = 0; i < this.#count; i++) {
      const length = at + 4 <= this.#bytes.length ? this.#view.getUint32(at, true) : Infinity;
      if (length > this.#bytes.length - at - 4) throw new ParquetDamage(`found the end inside value ${i} of a dictionary of ${this.#count}`);
      starts[i] = at + 4;
      at += 4 + length;
    }
    return starts;
  }
}

const dictionaryValues = (dictionary: Dictionary, indexes: RunLengths): Values => ({ next: () => dictionary.at(indexes.next()) });

/** Four bytes of length, then runs. */
function booleanRuns(bytes: Uint8Array, start: number): Values {
  const length = start + 4 <= bytes.length ? viewOf(bytes).getUint32(start, true) : 0;
  const runs = new RunLengths(bytes, start + 4, Math.min(bytes.length, start + 4 + length), 1);
  return { next: () => runs.next() === 1 };
}

function deltaValues(bytes: Uint8Array, start: number, type: 'INT32' | 'INT64'): Values {
  const deltas = new Deltas(bytes, start, bytes.length, type === 'INT32' ? 32 : 64);
  return { next: type === 'INT32' ? () => Number(deltas.next()) : () => deltas.next() };
}

function deltaLengthValues(bytes: Uint8Array, start: number): Values {
  const lengths = new Deltas(bytes, start, bytes.length, 32);
  let at = lengths.end();
  return {
    next: () => {
      const length = Number(lengths.next());
      if (length < 0 || length > bytes.length - at) {
        throw new ParquetDamage(`found ${bytes.length - at} bytes left in a page, expected a value of ${length}`);
      }
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
}

/** Each value is so many bytes of the one before, and bytes of its own. */
function deltaByteValues({ bytes, start, mostBytes }: PageValues): Values {
  const shared = new Deltas(bytes, start, bytes.length, 32);
  const own = deltaLengthValues(bytes, shared.end());
  let before: Uint8Array = new Uint8Array(0);
  let made = 0;
  return {
    next: () => {
      const prefix = Number(shared.next());
      const suffix = own.next() as Uint8Array; // it gives byte arrays
      if (prefix < 0 || prefix > before.length) throw new ParquetDamage(`found a value that shares ${prefix} bytes with one of ${before.length}`);
      made += prefix + suffix.length;
      if (made > mostBytes) throw new ParquetDamage(`found values of more than ${mostBytes} bytes in a page of ${bytes.length}`, 'row-group-bomb');
      if (prefix === 0) return (before = suffix);
      const value = new Uint8Array(prefix + suffix.length);
      value.set(before.subarray(0, prefix));
      value.set(suffix, prefix);
      return (before = value);
    },
  };
}

/** The first bytes of all values, then their second bytes, and so on. */
function splitValues({ bytes, start, leaf }: PageValues): Values {
  const width = widthOf(leaf);
  const count = (bytes.length - start) / width;
  if (!Number.isInteger(count)) throw new ParquetDamage(`found ${bytes.length - start} bytes of split values, expected a multiple of ${width}`);
  let at = 0;
  return {
    next: () => {
      if (at >= count) throw new ParquetDamage(`found ${count} split values in a page, expected more`);
      const value = new Uint8Array(width);
      for (let i = 0; i < width; i++) value[i] = bytes[start + i * count + at]!; // count x width bytes are there
      at++;
      return cellAt(value, viewOf(value), 0, leaf);
    },
  };
}
