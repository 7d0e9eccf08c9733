/**
 * A table of strings in one file, any of which is found by its number with two reads. Little-endian; of n strings:
 *
 *   n entries of 16 bytes: uint64 byte of the file at which the string begins, uint32 its bytes, uint32 CRC-32 (as in gzip) of these
 *   the strings, UTF-8, end to end in the same order
 *
 * n is not in the file: whoever names the table says it. A string is checked when it is read, so a damaged one is found, and no other is read for it.
 */
import { crc32 } from 'node:zlib';
import { ShardError } from '../core/errors.js';
import type { PositionedFile } from './positioned-file.js';

const ENTRY_BYTES = 16;
/** Ids and paths are shorter; what a damaged entry asks for is not reserved. */
const MOST_STRING_BYTES = 16 << 20;

/** Collects the strings of a table in their order. Memory: 16 bytes a string, and at most twice the strings. */
export class StringTable {
  readonly #entries: DataView<ArrayBuffer>;
  #strings = new Uint8Array(1 << 16);
  #used = 0;
  #count = 0;

  /** `count`: how many strings will be added. */
  constructor(count: number) {
    this.#entries = new DataView(new ArrayBuffer(count * ENTRY_BYTES));
  }

  /** The bytes are copied. */
  add(string: Uint8Array): void {
    const at = this.#count * ENTRY_BYTES;
    if (at === this.#entries.byteLength) throw new Error(`string table: a string more than the ${this.#count} announced`);
    if (this.#used + string.length > this.#strings.length) {
      const larger = new Uint8Array(Math.max(2 * this.#strings.length, this.#used + string.length));
      larger.set(this.#strings.subarray(0, this.#used));
      this.#strings = larger;
    }
    this.#strings.set(string, this.#used);
    this.#entries.setBigUint64(at, BigInt(this.#entries.byteLength + this.#used), true);
    this.#entries.setUint32(at + 8, string.length, true);
    this.#entries.setUint32(at + 12, crc32(string), true);
    this.#used += string.length;
    this.#count += 1;
  }

  /** The bytes of the file, in pieces. All strings must have been added. */
  pieces(): readonly Uint8Array[] {
    const announced = this.#entries.byteLength / ENTRY_BYTES;
    if (this.#count !== announced) throw new Error(`string table: ${this.#count} strings, announced were ${announced}`);
    return [new Uint8Array(this.#entries.buffer), this.#strings.subarray(0, this.#used)];
  }
}

/** The table of these strings. */
export function stringTable(strings: readonly Uint8Array[]): StringTable {
  const table = new StringTable(strings.length);
  for (const string of strings) table.add(string);
  return table;
}

/** Strings `first .. first + count` of a table. Throws ShardError where one is damaged, or the file ends before it. */
export function readStrings(file: PositionedFile, first: number, count: number): string[] {
  const entries = new DataView(file.read(first * ENTRY_BYTES, count * ENTRY_BYTES).buffer);
  return Array.from({ length: count }, (_, i) => {
    const bytes = entries.getUint32(i * ENTRY_BYTES + 8, true);
    const fail = (what: string): never => {
      throw new ShardError(`${file.path}: string ${first + i}: ${what}; the file is damaged`);
    };
    if (bytes > MOST_STRING_BYTES) fail(`found ${bytes} bytes, expected at most ${MOST_STRING_BYTES}`);
    const string = file.read(Number(entries.getBigUint64(i * ENTRY_BYTES, true)), bytes);
    const [found, expected] = [crc32(string), entries.getUint32(i * ENTRY_BYTES + 12, true)];
    if (found !== expected) fail(`CRC-32 is ${found.toString(16)}, expected ${expected.toString(16)}`);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(string);
  });
}
