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

/** The table of these strings. Memory: its size, in one buffer. */
export function stringTable(strings: readonly Uint8Array[]): Uint8Array {
  let at = strings.length * ENTRY_BYTES;
  const table = new Uint8Array(strings.reduce((sum, { length }) => sum + length, at));
  const entries = new DataView(table.buffer);
  strings.forEach((string, i) => {
    entries.setBigUint64(i * ENTRY_BYTES, BigInt(at), true);
    entries.setUint32(i * ENTRY_BYTES + 8, string.length, true);
    entries.setUint32(i * ENTRY_BYTES + 12, crc32(string), true);
    table.set(string, at);
    at += string.length;
  });
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
