/**
 * One column of one row group, entry by entry: pages are read and inflated one at a time, and what a header declares is compared with the limits before
 * memory is reserved. Memory: the dictionary and one page, inflated, the page as it is stored, and a block of the file.
 */
import * as zlib from 'node:zlib';
import { ParquetDamage } from './damage.js';
import type { ColumnChunk, ParquetInput } from './footer.js';
import { inflatePage, preparePageCodec } from './inflate-page.js';
import { PAGE, type PageHeader, readPageHeader } from './page-header.js';
import { RunLengths } from './run-lengths.js';
import type { SchemaNode } from './schema.js';
import { ThriftEnd } from './thrift.js';
import { type Cell, Dictionary, pageValues, type Values } from './values.js';

export interface PageLimits {
  /** A page that is larger, stored or inflated, is refused. */
  readonly mostPageBytes: number;
  /** A page of more than HARMLESS_BYTES that is more than so many times what is stored is refused. */
  readonly maxRatio: number;
}

/** No bomb, whatever its ratio: as in the other formats. */
export const HARMLESS_BYTES = 16 << 20;
/** Read at once: few requests where the file is behind a network. */
const BLOCK_BYTES = 4 << 20;
/** What is at hand of a page that is so many times as long is read again with the rest. */
const REREAD = 4;
const HEADER_BYTES = 1 << 10;
const MOST_HEADER_BYTES = 16 << 20;
const RLE = 3;

export class ChunkReader {
  /** Of the entry at hand. */
  repetition = 0;
  definition = 0;
  /** Present where `definition` is the highest. */
  cell: Cell | undefined;
  readonly #input: ParquetInput;
  readonly #chunk: ColumnChunk;
  readonly #node: SchemaNode;
  readonly #limits: PageLimits;
  /** Bytes of the file at hand, from `#position` on. */
  #window: Uint8Array = new Uint8Array(0);
  #position: number;
  #dictionary: Dictionary | undefined;
  /** Of the page at hand. */
  #left = 0;
  #repetitions: RunLengths | undefined;
  #definitions: RunLengths | undefined;
  #values: Values | undefined;
  #seen = 0;

  /** `node` has a leaf. */
  constructor(input: ParquetInput, chunk: ColumnChunk, node: SchemaNode, limits: PageLimits) {
    this.#input = input;
    this.#chunk = chunk;
    this.#node = node;
    this.#limits = limits;
    this.#position = chunk.start;
  }

  /** Goes to the next entry of the page at hand; false where it has no more. */
  step(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    const { maxDefinition, maxRepetition } = this.#node;
    this.repetition = this.#repetitions === undefined ? 0 : this.#repetitions.next();
    this.definition = this.#definitions === undefined ? maxDefinition : this.#definitions.next();
    if (this.repetition > maxRepetition || this.definition > maxDefinition) {
      throw new ParquetDamage(`found levels ${this.repetition} and ${this.definition}, expected at most ${maxRepetition} and ${maxDefinition}`);
    }
    this.cell = this.definition === maxDefinition ? this.#values!.next() : undefined; // a page is at hand
    return true;
  }

  /** Goes to the next entry, in whatever page; false at the end. */
  async next(): Promise<boolean> {
    while (!this.step()) if (!(await this.load())) return false;
    return true;
  }

  /** Passes over so many entries, without inflating pages that hold nothing else. */
  async skip(entries: number): Promise<void> {
    let left = entries;
    while (left > 0) {
      if (this.#left === 0) {
        const skipped = await this.#load(left);
        if (skipped === undefined) throw new ParquetDamage(`found ${this.#seen} entries, expected more`);
        left -= skipped;
      } else {
        this.step();
        left--;
      }
    }
  }

  /** Reads the next page of data; false at the end. */
  async load(): Promise<boolean> {
    return (await this.#load(0)) !== undefined;
  }

  /** Reads pages up to the next one of data; one with no more than `skippable` entries is passed over, and they are returned; else 0. Undefined at the end. */
  async #load(skippable: number): Promise<number | undefined> {
    const end = this.#chunk.start + this.#chunk.bytes;
    while (this.#seen < this.#chunk.values && this.#position < end) {
      const header = await this.#header();
      this.#consume(header.headerBytes);
      const isData = header.type === PAGE.data || header.type === PAGE.data2;
      if (header.storedBytes > end - this.#position) {
        throw new ParquetDamage(`found a page of ${header.storedBytes} bytes at ${this.#position}, expected at most ${end - this.#position}`);
      }
      if (isData) this.#seen += header.values;
      if ((!isData && header.type !== PAGE.dictionary) || (isData && header.values <= skippable)) {
        this.#pass(header.storedBytes);
        if (isData && header.values > 0) return header.values;
        continue;
      }
      await preparePageCodec(this.#chunk.codec);
      this.#expectBounded(header);
      const stored = await this.#take(header.storedBytes);
      if (header.crc !== undefined && crc32(stored) !== header.crc) {
        throw new ParquetDamage(`found a page at ${this.#position - stored.length} with another checksum than its header's`);
      }
      if (header.type === PAGE.dictionary) {
        if (this.#dictionary !== undefined) throw new ParquetDamage('found a second dictionary, expected one');
        this.#dictionary = new Dictionary(inflatePage(this.#chunk.codec, stored, header.plainBytes), header.values, this.#node.leaf!); // the constructor's condition
      } else if (header.values > 0) {
        this.#open(header, stored);
        return 0;
      }
    }
    if (this.#seen < this.#chunk.values) throw new ParquetDamage(`found ${this.#seen} values in a column, expected ${this.#chunk.values}`);
    return undefined;
  }

  #expectBounded({ plainBytes, storedBytes }: PageHeader): void {
    const { mostPageBytes, maxRatio } = this.#limits;
    if (plainBytes > mostPageBytes || storedBytes > mostPageBytes) {
      const found = `found a page of ${Math.max(plainBytes, storedBytes)} bytes`;
      throw new ParquetDamage(`${found}, expected at most ${mostPageBytes} (16 times the largest document, or 256 MiB)`, 'row-group-bomb');
    }
    if (plainBytes > HARMLESS_BYTES && plainBytes > maxRatio * storedBytes) {
      throw new ParquetDamage(`found a page of ${storedBytes} bytes that inflates to ${plainBytes}, expected at most ${maxRatio} times as much`, 'row-group-bomb');
    }
  }

  #open(header: PageHeader, stored: Uint8Array): void {
    const { values, encoding, type, plainBytes } = header;
    const { maxDefinition, maxRepetition, leaf } = this.#node;
    let bytes: Uint8Array;
    let start = 0;
    if (type === PAGE.data2) {
      const { repetitionBytes, definitionBytes, compressed } = header;
      const levels = repetitionBytes + definitionBytes;
      this.#repetitions = maxRepetition === 0 ? undefined : new RunLengths(stored, 0, repetitionBytes, bitsOf(maxRepetition));
      this.#definitions = maxDefinition === 0 ? undefined : new RunLengths(stored, repetitionBytes, levels, bitsOf(maxDefinition));
      const rest = stored.subarray(levels);
      bytes = compressed ? inflatePage(this.#chunk.codec, rest, plainBytes - levels) : rest;
    } else {
      bytes = inflatePage(this.#chunk.codec, stored, plainBytes);
      const [definition, repetition] = header.levelEncodings;
      const levels = (most: number, levelEncoding: number): RunLengths | undefined => {
        if (most === 0) return undefined;
        if (levelEncoding !== RLE) {
          throw new ParquetDamage(`found levels of encoding ${levelEncoding}, expected ${RLE} (RLE)`, 'unsupported-row-group');
        }
        const length = start + 4 <= bytes.length ? new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true) : Infinity;
        if (length > bytes.length - start - 4) throw new ParquetDamage(`found levels of ${length} bytes in a page of ${bytes.length}`);
        start += 4 + length;
        return new RunLengths(bytes, start - length, start, bitsOf(most));
      };
      this.#repetitions = levels(maxRepetition, repetition);
      this.#definitions = levels(maxDefinition, definition);
    }
    const mostBytes = Math.max(HARMLESS_BYTES, this.#limits.maxRatio * stored.length);
    this.#values = pageValues({ bytes, start, count: values, encoding, leaf: leaf!, dictionary: this.#dictionary, mostBytes }); // the constructor's condition
    this.#left = values;
  }

  /** Reads as much of the file as the header needs: statistics in it may be long. */
  async #header(): Promise<PageHeader> {
    for (let bytes = HEADER_BYTES; ; bytes *= 8) {
      await this.#fill(bytes);
      try {
        return readPageHeader(this.#window, 0, Math.min(this.#window.length, bytes));
      } catch (error) {
        if (!(error instanceof ThriftEnd) || this.#window.length < bytes || bytes >= MOST_HEADER_BYTES) throw error;
      }
    }
  }

  /** Has so many bytes in the window, or all up to the chunk's end. */
  async #fill(bytes: number): Promise<void> {
    const needed = Math.min(bytes, this.#chunk.start + this.#chunk.bytes - this.#position);
    if (needed <= this.#window.length) return;
    if (bytes > REREAD * this.#window.length) this.#window = new Uint8Array(0); // cheaper read twice than all of a large page copied
    const at = this.#position + this.#window.length;
    const missing = needed - this.#window.length;
    const wanted = Math.min(Math.max(missing, BLOCK_BYTES), this.#chunk.start + this.#chunk.bytes - at);
    const read = await this.#input.read(at, wanted);
    if (read.length < missing) {
      throw new ParquetDamage(`found the end of the file at ${at + read.length}, expected a column up to ${this.#chunk.start + this.#chunk.bytes}`);
    }
    if (this.#window.length === 0) {
      this.#window = read;
      return;
    }
    const joined = new Uint8Array(this.#window.length + read.length); // never the old memory: pages are views of it
    joined.set(this.#window);
    joined.set(read, this.#window.length);
    this.#window = joined;
  }

  async #take(bytes: number): Promise<Uint8Array> {
    await this.#fill(bytes);
    const taken = this.#window.subarray(0, bytes);
    this.#consume(bytes);
    return taken;
  }

  #consume(bytes: number): void {
    this.#window = this.#window.subarray(bytes);
    this.#position += bytes;
  }

  /** Over bytes that need not be in the window. */
  #pass(bytes: number): void {
    this.#window = this.#window.subarray(Math.min(bytes, this.#window.length));
    this.#position += bytes;
  }
}

const bitsOf = (most: number): number => 32 - Math.clz32(most);

/** Node's, which its types for Node 20 do not name: there since 20.15. */
const { crc32 } = zlib as unknown as { readonly crc32: (bytes: Uint8Array) => number };
