/**
 * Parses tar archives out of byte runs, as they come: plain files as documents for a batch builder, and faults for what is none. It is our own because
 * the readers that npm has give no positions, stop at the first damage, and believe sizes: here a block whose checksum differs is passed over to the next
 * header, wherever it lies. Nothing is ever unpacked, and no more of an archive is held than one entry of the largest size a document may have.
 */
import type { Fault } from '../core/stage.js';
import { archiveKind } from './archive-content.js';
import type { FoundDocument } from './batch-builder.js';
import { isBinary } from './binary-text.js';
import { ByteWindow } from './byte-window.js';
import { EntryIds, shownName } from './entry-name.js';
import { type ByteRun, PlaceFinder } from './record-place.js';
import { judgeTarEntry, type TarEntry, type TarEntryOptions, type TarExtension } from './tar-entry.js';
import { BLOCK_BYTES, findHeader, gnuName, isZeroBlock, paxRecords, tarHeader, type TarHeader } from './tar-header.js';

/**
 * The reasons of faults in tar archives. `damaged-header`: blocks that are no header, or one that contradicts itself; `truncated-entry`: the archive ends
 * inside an entry, or damage below it (compression) cut it; `special-file`: a device, a pipe, a volume; `missing-end` (not lost): nothing is known to be
 * missing, but the archive lacks the zeros that end one.
 */
export const TAR_REASONS = [
  'damaged-header', 'truncated-entry', 'unsafe-name', 'link', 'special-file', 'sparse', 'nested-archive', 'binary-content', 'oversize-document', 'missing-end',
] as const;

export interface TarSink {
  add(found: FoundDocument): void;
  fault(fault: Fault): void;
}

export interface TarOptions extends TarEntryOptions {
  /** Stands in ids. */
  readonly archive: string;
}

/** Names and pax records that are longer are none. */
const MAX_EXTENSION_BYTES = 1024 * 1024;
const EXTENSIONS = 'xL';

/** Push runs as they come, `break` where continuity ends, `end` at the end. Memory: one document and one run. */
export class TarParser {
  readonly #sink: TarSink;
  readonly #options: TarOptions;
  readonly #window = new ByteWindow();
  readonly #places = new PlaceFinder();
  readonly #ids: EntryIds;
  /** Stream position of the first byte of the window. */
  #position = 0;
  /** An entry whose content is awaited. */
  #entry: TarEntry | undefined;
  #extension: TarExtension | undefined;
  /** Bytes still to be passed over: content nobody asked for, and padding. */
  #skip = 0;
  /** Whether the next block is more of the map of a file with holes. */
  #inMap = false;
  /** Whether the next header is searched, and since when: bytes passed over so far, their fault, or undefined where another speaks for them. */
  #lost: { bytes: number; readonly fault: { readonly offset: number; readonly inner: number; readonly detail: string } | undefined } | undefined;
  #anyHeader = false;
  #ended = false;

  constructor(sink: TarSink, options: TarOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#ids = new EntryIds(options.archive);
  }

  push(run: ByteRun): void {
    this.#window.append(run.bytes);
    this.#places.push(run);
    while (this.#step());
  }

  /** The stream is interrupted: the entry that was being read is lost, and the next header may be anywhere. */
  break(): void {
    this.#cut();
    this.#lost ??= { bytes: 0, fault: undefined };
    this.#ended = true; // what is missing at the end is what the damage was
  }

  end(): void {
    if (!this.#cut() && this.#anyHeader && !this.#ended) {
      this.#places.find(this.#position);
      this.#fault('missing-end', this.#places, 0, 'found the end of the file, expected two blocks of zeros before it', false);
    }
  }

  /** One step, where the window holds enough for it. */
  #step(): boolean {
    if (this.#inMap) return this.#passOverMap();
    if (this.#skip > 0) return this.#passOver();
    if (this.#lost !== undefined) return this.#search();
    if (this.#entry !== undefined) return this.#readContent(this.#entry);
    if (this.#window.length < BLOCK_BYTES) return false;
    this.#readHeader();
    return true;
  }

  #passOver(): boolean {
    const count = Math.min(this.#skip, this.#window.length);
    this.#consume(count);
    this.#skip -= count;
    return this.#skip === 0;
  }

  #passOverMap(): boolean {
    if (this.#window.length < BLOCK_BYTES) return false;
    this.#inMap = this.#window.bytes[this.#window.start + 504] !== 0;
    this.#consume(BLOCK_BYTES);
    return true;
  }

  #readHeader(): void {
    const { bytes, start } = this.#window;
    if (isZeroBlock(bytes, start)) {
      this.#ended = true; // one block or two; archives that were joined go on behind them
      return this.#consume(BLOCK_BYTES);
    }
    this.#places.find(this.#position);
    const { offset, inner } = this.#places;
    const header = tarHeader(bytes, start);
    if (header?.bytes === undefined) {
      const found = header === undefined ? 'a block that is no header' : `${shownName(header.name)} with a size that is no number`;
      if (header !== undefined) this.#consume(BLOCK_BYTES);
      this.#extension = undefined;
      this.#lost = { bytes: header === undefined ? 0 : BLOCK_BYTES, fault: { offset, inner, detail: `found ${found}, expected a header of 512 bytes with its checksum` } };
      return;
    }
    this.#consume(BLOCK_BYTES);
    this.#anyHeader = true;
    this.#ended = false;
    if (EXTENSIONS.includes(header.type)) this.#startExtension(header, header.bytes, offset, inner);
    else if (header.type === 'g' || header.type === 'K') this.#skip = padded(header.bytes); // the extension before it is of the entry behind it
    else this.#startEntry(header, header.bytes, offset, inner);
  }

  #startExtension({ type, name }: TarHeader, bytes: number, offset: number, inner: number): void {
    this.#extension ??= { offset, inner };
    if (bytes <= MAX_EXTENSION_BYTES) {
      this.#entry = { type, name, bytes, offset, inner };
      return;
    }
    this.#extension.broken = `an extension of ${bytes} bytes`;
    this.#skip = padded(bytes);
  }

  /** What is no document is passed over. */
  #startEntry(header: TarHeader, bytes: number, offset: number, inner: number): void {
    const { entry, wanted, fault } = judgeTarEntry(header, bytes, this.#extension ?? { offset, inner }, this.#options);
    this.#extension = undefined;
    this.#inMap = header.continued;
    if (fault !== undefined) this.#fault(fault.reason, entry, entry.bytes, fault.detail);
    if (wanted && fault === undefined) this.#entry = entry;
    else this.#skip = padded(entry.bytes);
  }

  #readContent(entry: TarEntry): boolean {
    if (this.#window.length < entry.bytes) return false;
    const { bytes, start } = this.#window;
    const content = bytes.subarray(start, start + entry.bytes);
    if (EXTENSIONS.includes(entry.type)) this.#readExtension(entry.type, content);
    else this.#addDocument(entry, content);
    this.#entry = undefined;
    this.#consume(entry.bytes);
    this.#skip = padded(entry.bytes) - entry.bytes;
    return true;
  }

  #readExtension(type: string, content: Uint8Array): void {
    const extension = this.#extension!; // set when its header was read
    if (type === 'L') {
      extension.path = gnuName(content);
      return;
    }
    const records = paxRecords(content);
    if (records === undefined) extension.broken = 'pax records that are none';
    else Object.assign(extension, records);
  }

  #addDocument(entry: TarEntry, text: Uint8Array): void {
    const { name, offset, inner, bytes } = entry;
    const archive = archiveKind(text);
    if (archive !== undefined) return this.#fault('nested-archive', entry, bytes, `${shownName(name)}: found ${archive}, expected text`);
    if (isBinary(text)) return this.#fault('binary-content', entry, bytes, `${shownName(name)}: found a NUL byte in the first 8 KiB, expected text`);
    this.#sink.add({ id: this.#ids.next(name, offset, inner), url: '', date: '', declaredLanguage: '', offset, inner, text });
  }

  /** Passes over bytes up to the next header. */
  #search(): boolean {
    const lost = this.#lost!; // a step of the state in which it is set
    const window = this.#window;
    const found = findHeader(window.bytes, window.start, window.end) - window.start;
    if (found < 0) {
      const count = Math.max(0, Math.floor(window.length / BLOCK_BYTES) - 1) * BLOCK_BYTES; // a header that is not aligned may begin in the last block
      lost.bytes += count;
      this.#consume(count);
      return false;
    }
    lost.bytes += found;
    this.#consume(found);
    this.#endSearch();
    return true;
  }

  #endSearch(): void {
    if (this.#lost?.fault !== undefined) this.#fault('damaged-header', this.#lost.fault, this.#lost.bytes, this.#lost.fault.detail);
    this.#lost = undefined;
  }

  /** Drops what is left of the window, and says what was cut; whether something was. What nobody asked for is not. */
  #cut(): boolean {
    const left = this.#window.length;
    const entry = this.#entry;
    const extension = this.#extension;
    const { bytes, start, end } = this.#window;
    const zeros = bytes.subarray(start, end).every((byte) => byte === 0); // the first of those that end an archive
    const inHeader = !zeros && entry === undefined && this.#skip === 0 && !this.#inMap;
    let cut = true;
    if (this.#lost !== undefined) {
      this.#lost.bytes += left;
      this.#endSearch();
    } else if (entry !== undefined && extension === undefined) {
      this.#fault('truncated-entry', entry, left, `${shownName(entry.name)}: found ${left} bytes before the end, expected ${entry.bytes}`);
    } else if (inHeader || extension !== undefined) {
      this.#places.find(this.#position);
      this.#fault('truncated-entry', extension ?? this.#places, left, 'found the end inside a header, expected all of it and the entry that it announces');
    } else {
      cut = false;
    }
    this.#consume(left);
    this.#entry = this.#extension = undefined;
    this.#skip = 0;
    this.#inMap = false;
    return cut;
  }

  #consume(bytes: number): void {
    this.#window.consume(bytes);
    this.#position += bytes;
  }

  #fault(reason: string, { offset, inner }: { readonly offset: number; readonly inner: number }, bytes: number, detail: string, lost = true): void {
    this.#sink.fault({ reason, offset, inner, bytes, lost, detail });
  }
}

const padded = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
