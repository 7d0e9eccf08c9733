/** One entry of a zip archive as its directory describes it, and what can be wrong with it before a byte of it is read. Pure. */
import { unsafeName } from './entry-name.js';

/** As the central directory says; not to be believed. */
export interface ZipEntry {
  /** '/' between parts; decoded as UTF-8, with U+FFFD where it is not. */
  readonly name: string;
  /** Byte position of the local header. */
  readonly offset: number;
  /** Where it is reported: there, or at its header in the directory where that position is not before the directory. */
  readonly place: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
  /** The name ends in a slash: there is nothing in it. */
  readonly folder: boolean;
  /** A symbolic link: its content is another path. */
  readonly link: boolean;
}

/** Why an entry is lost: one of the reasons below. */
export interface EntryFault {
  readonly reason: (typeof ENTRY_REASONS)[number];
  readonly detail: string;
}

export const ENTRY_REASONS = [
  'unsafe-name', 'link', 'encrypted', 'unsupported-method', 'bomb', 'oversize-document', 'damaged-entry', 'bad-crc', 'nested-archive', 'binary-content',
] as const;

export interface EntryLimits {
  /** Inflated size. */
  readonly maxDocumentBytes: number;
  /** Inflated bytes per compressed byte, for entries of more than 1 MiB inflated. */
  readonly maxRatio: number;
}

/** Below this nothing is a bomb, however well it compresses. */
const HARMLESS_BYTES = 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;

/** The fixed part of a local header. */
export const LOCAL_HEADER_BYTES = 30;

/** The first reason not to read an entry, or undefined. `nextOffset` is where the next entry or the directory begins. */
export function judgeEntry(entry: ZipEntry, nextOffset: number, { maxDocumentBytes, maxRatio }: EntryLimits): EntryFault | undefined {
  const unsafe = unsafeName(entry.name);
  if (unsafe !== undefined) return { reason: 'unsafe-name', detail: `found ${unsafe}, expected a relative name` };
  if (entry.link) return { reason: 'link', detail: 'found a symbolic link, expected a file' };
  if (entry.encrypted) return { reason: 'encrypted', detail: 'found an encrypted entry, expected plain or deflated bytes' };
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    return { reason: 'unsupported-method', detail: `found compression method ${entry.method}, expected 0 (stored) or 8 (deflated)` };
  }
  const { offset, place, bytes, compressedBytes } = entry;
  if (place !== offset) {
    return { reason: 'damaged-entry', detail: `found a local header announced at byte ${offset}, expected it before the directory` };
  }
  if (bytes > Math.max(HARMLESS_BYTES, compressedBytes * maxRatio)) {
    return { reason: 'bomb', detail: `found ${bytes} bytes declared for ${compressedBytes} compressed, expected at most ${maxRatio} to 1` };
  }
  if (bytes > maxDocumentBytes) {
    return { reason: 'oversize-document', detail: `found ${bytes} bytes declared, expected at most ${maxDocumentBytes}` };
  }
  // Entries that share bytes are how a small archive holds a huge one; archivers write them end to end.
  if (offset + compressedBytes > nextOffset) {
    return { reason: 'bomb', detail: `found ${compressedBytes} compressed bytes, expected at most ${nextOffset - offset} before the next entry` };
  }
  // Deflate adds five bytes a block at worst (RFC 1951, 3.2.4), so longer input than this is padding that nothing will inflate.
  if (compressedBytes > bytes + bytes / 256 + 1024) {
    return { reason: 'damaged-entry', detail: `found ${compressedBytes} compressed bytes for ${bytes}, expected no more than storing takes` };
  }
  return undefined;
}
