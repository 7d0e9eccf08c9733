/**
 * A zip archive for reading entries as documents, on top of node-stream-zip: the library reads the directory and each local header, and
 * this bounds and verifies what comes out. Content is read and inflated here, because the library's streams skip the checksum of
 * entries with a data descriptor, accept entries that end early, and end the process when reading fails. Nothing is ever unpacked.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import StreamZip from 'node-stream-zip';
import { ShardError } from '../core/errors.js';
import { archiveKind } from './archive-content.js';
import { isBinary } from './binary-text.js';
import { PositionedFile } from './positioned-file.js';
import { judgeEntry, LOCAL_HEADER_BYTES, type EntryFault, type EntryLimits, type ZipEntry } from './zip-entry.js';
import { readZipEnd } from './zip-end.js';

export interface ZipLimits extends EntryLimits {
  /** An archive with more entries is refused. Each takes about half a KiB of memory. */
  readonly maxEntries: number;
}

/** Refused above: names would fill the memory. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

export type EntryContent = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | ({ readonly kind: 'fault' } & EntryFault);

/** Holds the directory, and while an entry is read its compressed and inflated bytes (each at most about `maxDocumentBytes`). */
export class ZipArchive {
  /** In the order of their local headers. */
  readonly entries: readonly ZipEntry[];
  readonly #limits: ZipLimits;
  readonly #file: PositionedFile;
  readonly #zip: StreamZip;
  readonly #listed: ReadonlyMap<ZipEntry, StreamZip.ZipEntry>;
  readonly #nextOffset: ReadonlyMap<ZipEntry, number>;

  private constructor(file: PositionedFile, zip: StreamZip, found: readonly StreamZip.ZipEntry[], directoryOffset: number, limits: ZipLimits) {
    const listed = found.map((entry) => [describe(entry, directoryOffset), entry] as const).sort(([a], [b]) => a.offset - b.offset);
    this.entries = listed.map(([entry]) => entry);
    this.#listed = new Map(listed);
    this.#nextOffset = new Map(this.entries.map((entry, i) => [entry, Math.min(this.entries[i + 1]?.offset ?? Infinity, directoryOffset)]));
    this.#file = file;
    this.#zip = zip;
    this.#limits = limits;
  }

  /** Reads the directory of the archive at `path`. ShardError when it has none, or a broken or unbounded one. */
  static async open(path: string, limits: ZipLimits): Promise<ZipArchive> {
    const file = new PositionedFile(path);
    try {
      const { directoryOffset } = readZipEnd(file, { maxEntries: limits.maxEntries, maxDirectoryBytes: MAX_DIRECTORY_BYTES });
      const { zip, entries } = await readDirectory(path);
      return new ZipArchive(file, zip, entries, directoryOffset, limits);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Bytes stored for an entry, as far as there can be so many before the next one: claims are not to be counted. */
  storedBytes(entry: ZipEntry): number {
    const { offset, compressedBytes } = entry;
    return Math.max(0, Math.min(compressedBytes, (this.#nextOffset.get(entry) ?? offset) - offset));
  }

  /** The content of an entry of this archive, whole and verified, or why there is none. Inflates no more than the entry declares. */
  async read(entry: ZipEntry): Promise<EntryContent> {
    const listed = this.#listed.get(entry);
    if (listed === undefined) throw new Error(`${entry.name}: not an entry of ${this.#file.path}`);
    const refused = judgeEntry(entry, this.#nextOffset.get(entry)!, this.#limits) ?? await this.#checkLocalHeader(listed);
    if (refused !== undefined) return { kind: 'fault', ...refused };
    try {
      const bytes = this.#inflate(entry);
      if (bytes.length !== entry.bytes) return fault('damaged-entry', `found ${bytes.length} bytes, expected ${entry.bytes}`);
      const crc = crc32(bytes);
      if (crc !== entry.crc) return fault('bad-crc', `found CRC ${hex(crc)}, expected ${hex(entry.crc)}`);
      const archive = archiveKind(bytes);
      if (archive !== undefined) return fault('nested-archive', `found ${archive}, expected text`);
      if (isBinary(bytes)) return fault('binary-content', 'found a NUL byte in the first 8 KiB, expected text');
      return { kind: 'bytes', bytes };
    } catch (error) {
      if (isTooLong(error)) return fault('bomb', `found more than the ${entry.bytes} bytes declared, expected no more; inflating stopped there`);
      return fault('damaged-entry', `found ${messageOf(error)}, expected deflated bytes`);
    }
  }

  close(): void {
    this.#zip.close();
    this.#file.close();
  }

  /** The library compares the local header with the directory; the local flags count too, as some archivers set only those. */
  async #checkLocalHeader(listed: StreamZip.ZipEntry): Promise<EntryFault | undefined> {
    const error = await new Promise<unknown>((resolve) => this.#zip.openEntry(listed, resolve, false));
    if (listed.encrypted) return { reason: 'encrypted', detail: 'found an encrypted entry, expected plain or deflated bytes' };
    if (error === null || error === undefined) return undefined;
    return { reason: 'damaged-entry', detail: `found ${messageOf(error)}, expected a local header as in the directory` };
  }

  #inflate({ offset, compressedBytes, bytes, method }: ZipEntry): Uint8Array {
    const header = Buffer.from(this.#file.read(offset, LOCAL_HEADER_BYTES).buffer);
    const start = offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28); // after the name and the extra field
    const stored = this.#file.read(start, compressedBytes);
    if (method === 0) return stored;
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, bytes), chunkSize: Math.min(Math.max(bytes, 64), 1 << 20) });
  }
}

function readDirectory(path: string): Promise<{ zip: StreamZip; entries: StreamZip.ZipEntry[] }> {
  return new Promise((resolve, reject) => {
    // Entries are kept in a list, not by name: names repeat, and "__proto__" is one. Names are judged one by one, not by refusing the archive.
    const zip = new StreamZip({ file: path, storeEntries: false, skipEntryNameValidation: true, chunkSize: 128 * 1024 });
    const entries: StreamZip.ZipEntry[] = [];
    zip.on('entry', (entry) => entries.push(entry));
    zip.on('ready', () => resolve({ zip, entries }));
    zip.on('error', (cause: unknown) => {
      zip.close();
      reject(new ShardError(`${path}: central directory: found ${messageOf(cause)}, expected a list of entries`, { cause }));
    });
  });
}

function describe(entry: StreamZip.ZipEntry, directoryOffset: number): ZipEntry {
  const { name, offset, compressedSize, size, method, crc, encrypted, isDirectory, attr } = entry;
  const link = ((attr >>> 16) & FILE_TYPE) === SYMBOLIC_LINK;
  const { headerOffset } = entry as StreamZip.ZipEntry & { readonly headerOffset: number }; // the library sets it; its types leave it out
  const place = offset + LOCAL_HEADER_BYTES <= directoryOffset ? offset : headerOffset;
  return { name, offset, place, compressedBytes: compressedSize, bytes: size, method, crc, encrypted, folder: isDirectory, link };
}

function fault(reason: EntryFault['reason'], detail: string): EntryContent {
  return { kind: 'fault', reason, detail };
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
