/**
 * Finds and checks the end records of a zip archive (APPNOTE 6.3.10, 4.3.14-4.3.16) before node-stream-zip reads its directory. The library
 * trusts them: a directory beyond the end of the file makes it throw outside of its callbacks, and a count has no bound. So whatever
 * it would believe is checked here first, on the same record that it would find.
 */
import { ShardError } from '../core/errors.js';
import type { PositionedFile } from './positioned-file.js';

const END = 22;
const MAX_COMMENT = 0xffff;
const LOCATOR = 20;
const END64 = 56;
/** Smallest size of one entry's header in the directory. */
const ENTRY = 46;

export interface ZipEnd {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
}

export interface ZipEndLimits {
  readonly maxEntries: number;
  readonly maxDirectoryBytes: number;
}

/** The directory's place and size; ShardError when there is none, it lies outside of the file, or exceeds the limits. Memory: 64 KiB. */
export function readZipEnd(file: PositionedFile, { maxEntries, maxDirectoryBytes }: ZipEndLimits): ZipEnd {
  const fail = (found: string, expected: string): never => {
    throw new ShardError(`${file.path}: found ${found}, expected ${expected}`);
  };
  const tailBytes = Math.min(file.bytes, END + MAX_COMMENT);
  const tailStart = file.bytes - tailBytes;
  const tail = Buffer.from(file.read(tailStart, tailBytes).buffer);
  const at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at < 0 || at + END > tailBytes) fail('no end of central directory', 'a whole zip archive');
  const endAt = tailStart + at;
  let entriesHere = tail.readUInt16LE(at + 8);
  let entries = tail.readUInt16LE(at + 10);
  let directoryBytes = tail.readUInt32LE(at + 12);
  let directoryOffset = tail.readUInt32LE(at + 16);
  let directoryEnd = endAt;
  if ((entriesHere === 0xffff && entries === 0xffff) || directoryBytes === 0xffffffff || directoryOffset === 0xffffffff) {
    // Zip64. The library finds these records by searching; demanding that each follows the other makes its find and ours the same.
    if (tail.readUInt16LE(at + 20) !== 0) fail('a zip64 archive with a comment', 'none');
    const end64 = at - LOCATOR - END64;
    if (end64 < 0 || tail.toString('latin1', at - LOCATOR, at - LOCATOR + 4) !== 'PK\x06\x07') fail('no zip64 locator', 'one before the end record');
    directoryEnd = tailStart + end64;
    if (tail.readBigUInt64LE(at - LOCATOR + 8) !== BigInt(directoryEnd) || tail.lastIndexOf('PK\x06\x06', undefined, 'latin1') !== end64) {
      fail('a zip64 end record elsewhere', `one at byte ${directoryEnd}`);
    }
    const field = (position: number): number => Number(tail.readBigUInt64LE(end64 + position));
    entriesHere = field(24);
    entries = field(32);
    directoryBytes = field(40);
    directoryOffset = field(48);
  }
  if (entriesHere !== entries) fail(`${entriesHere} of ${entries} entries`, 'an archive in one file');
  if (directoryOffset + directoryBytes > directoryEnd) {
    fail(`a directory of ${directoryBytes} bytes at byte ${directoryOffset}`, `its end before byte ${directoryEnd}`);
  }
  if (directoryBytes > maxDirectoryBytes) fail(`a directory of ${directoryBytes} bytes`, `at most ${maxDirectoryBytes}`);
  if (entries > maxEntries) fail(`${entries} entries`, `at most ${maxEntries}`);
  if (entries * ENTRY > directoryBytes) fail(`${entries} entries in a directory of ${directoryBytes} bytes`, `at least ${entries * ENTRY} bytes`);
  return { entries, directoryOffset, directoryBytes };
}
