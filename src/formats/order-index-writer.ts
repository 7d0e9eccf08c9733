/** Writes the index of a corpus's order (layout: order-index.ts): places as the order comes, ids by corpus file, and at the end what names them all. */
import { relative } from 'node:path';
import { crc32 } from 'node:zlib';
import { AtomicFile, writeFileAtomic, type WrittenFile } from './atomic-file.js';
import { orderFilePath, orderHead, orderIdsPath, PLACE_BYTES, type OrderFile, type OrderHead, type OrderParts, type Place } from './order-index.js';
import { stringTable, type StringTable } from './string-table.js';

/** A file of the index, as a manifest names it. */
export interface IndexFile {
  /** Relative to the run's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const CHECKED_BYTES = PLACE_BYTES - 4;
const MOST_UINT16 = 2 ** 16 - 1;

/** Writes places.bin front to back. Memory: a buffer of 1 MiB. Throws OutputError, as all methods do. */
export class PlaceWriter {
  readonly #file: AtomicFile;
  /** The checked bytes, the position, and behind that the record as it is written. */
  readonly #checked = new Uint8Array(CHECKED_BYTES + 8);
  readonly #view = new DataView(this.#checked.buffer);
  readonly #record = new Uint8Array(PLACE_BYTES);
  readonly #recordView = new DataView(this.#record.buffer);
  #documents = 0;

  constructor(directory: string) {
    this.#file = AtomicFile.create(orderFilePath(directory, 'places.bin'), { sha256: true });
  }

  get documents(): number {
    return this.#documents;
  }

  /** Appends the place of the next document. */
  add({ file, line, source, copy }: Place): void {
    if (file > 0xffffffff || line > 0xffffffff || source > MOST_UINT16 || copy > MOST_UINT16) {
      throw new RangeError(`document ${this.#documents}: file ${file}, line ${line}, source ${source}, copy ${copy}: expected 32, 32, 16 and 16 bits at most`);
    }
    this.#view.setUint32(0, file, true);
    this.#view.setUint32(4, line, true);
    this.#view.setUint16(8, source, true);
    this.#view.setUint16(10, copy, true);
    this.#view.setUint32(12, this.#documents % 2 ** 32, true);
    this.#view.setUint32(16, Math.floor(this.#documents / 2 ** 32), true);
    this.#record.set(this.#checked.subarray(0, CHECKED_BYTES));
    this.#recordView.setUint32(CHECKED_BYTES, crc32(this.#checked), true);
    this.#file.write(this.#record);
    this.#documents += 1;
  }

  commit(): WrittenFile {
    return this.#file.commit();
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#file.abort();
  }
}

/** Writes the ids of a corpus file, one a line. */
export function writeOrderIds(directory: string, file: number, ids: StringTable): WrittenFile {
  return writeTable(orderIdsPath(directory, file), ids);
}

function writeTable(path: string, table: StringTable): WrittenFile {
  const file = AtomicFile.create(path, { sha256: true });
  try {
    for (const piece of table.pieces()) file.write(piece);
    return file.commit();
  } finally {
    file.abort();
  }
}

/**
 * Writes files.bin and then index.json, without which there is no index; gives the head, and both files as a manifest names them. `files` in the order of
 * their numbers. Memory: some 200 bytes a file.
 */
export function writeOrderHead(
  directory: string, parts: Omit<OrderParts, 'files' | 'filesFile'>, files: readonly OrderFile[],
): { readonly head: OrderHead; readonly written: readonly IndexFile[] } {
  const described = files.map(({ path, documents, ids }) => new TextEncoder().encode(JSON.stringify({ path, documents, ids })));
  const table = writeTable(orderFilePath(directory, 'files.bin'), stringTable(described));
  const filesFile = indexFile(directory, table);
  const head = orderHead({ ...parts, files: files.length, filesFile: { bytes: filesFile.bytes, sha256: filesFile.sha256 } });
  const json = writeFileAtomic(orderFilePath(directory, 'index.json'), `${JSON.stringify(head, null, 2)}\n`, { sha256: true });
  return { head, written: [indexFile(directory, json), filesFile] };
}

/** The file as a manifest names it; it was written with a SHA-256. */
export function indexFile(directory: string, { path, bytes, sha256 }: WrittenFile): IndexFile {
  if (sha256 === undefined) throw new Error(`${path}: written without SHA-256`);
  return { path: relative(directory, path), bytes, sha256 };
}
