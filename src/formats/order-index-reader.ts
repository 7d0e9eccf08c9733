/**
 * Reads the index of a corpus's order (layout: order-index.ts) without trusting it: sizes are compared before anything is read, every record and string by its
 * own checksum, and lines of a file must follow one another. Nothing is read but what is asked for. Memory: the head (8 MiB at most), and what is given back.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { ConfigError, ShardError } from '../core/errors.js';
import { fileSize } from './json-file.js';
import {
  isWhole, MOST_ORDER_JSON_BYTES, ORDER_VERSION, orderFilePath, orderFileSchema, orderIdsPath, orderSchema, PLACE_BYTES, type OrderFile, type OrderHead, type Place,
} from './order-index.js';
import { PositionedFile } from './positioned-file.js';
import { readStrings } from './string-table.js';

/** One document of the order. */
export interface OrderedDocument {
  /** In the whole order. */
  readonly position: number;
  readonly id: string;
  readonly source: string;
  readonly copy: number;
  /** The corpus file, relative to the run's folder. */
  readonly file: string;
  readonly line: number;
}

/** The index in the folder of a whole run. ConfigError where there is none, ShardError where it is damaged. */
export function readOrderHead(directory: string): OrderHead {
  const path = orderFilePath(directory, 'index.json');
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new ConfigError(`${directory}: holds no whole run (manifest.json is not there): expected the output folder of a run that has ended`);
  }
  const size = fileSize(path);
  if (size === undefined) throw new ConfigError(`${path}: found no such file, expected the index that a run writes: run the recipe again with this release`);
  const fail = (what: string, cause?: unknown): never => {
    throw new ShardError(`${path}: ${what}; the index is damaged, or of another release`, { cause });
  };
  if (size > MOST_ORDER_JSON_BYTES) return fail(`has ${size} bytes, expected at most ${MOST_ORDER_JSON_BYTES}`);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const version = z.object({ version: z.int() }).safeParse(found);
  if (version.success && version.data.version !== ORDER_VERSION) return fail(`found version ${version.data.version}, expected ${ORDER_VERSION}`);
  const parsed = orderSchema.safeParse(found);
  if (!parsed.success) return fail(`is not the head of an order: ${z.prettifyError(parsed.error)}`);
  if (!isWhole(parsed.data)) return fail('its fields are not those that its check was made of');
  const head = parsed.data;
  if (head.placesFile.bytes === head.documents * PLACE_BYTES) return head;
  return fail(`found ${head.placesFile.bytes} bytes of places, expected ${PLACE_BYTES} for each of ${head.documents} documents`);
}

/** `count` documents of the order from position `first` on; both within it. ShardError where what is read is damaged. */
export function readOrder(directory: string, head: OrderHead, first: number, count: number): OrderedDocument[] {
  const damaged = damagedPlaces(directory);
  const places = readPlaces(directory, head, first, count);
  const lines = new Map<number, { readonly first: number; count: number }>();
  places.forEach(({ file, line }, i) => {
    const before = lines.get(file);
    if (before === undefined) lines.set(file, { first: line, count: 1 });
    else if (line === before.first + before.count) before.count += 1;
    else damaged(first + i, `found line ${line} of file ${file}, expected ${before.first + before.count}`);
  });
  const files = new Map([...lines].map(([file, range]) => [file, { ...range, ...readFile(directory, head, file, range) }]));
  return places.map(({ file, line, source, copy }, i) => {
    const { path, ids, first: firstLine } = files.get(file)!; // made of the same places
    return { position: first + i, id: ids[line - firstLine]!, source: head.sources[source]!, copy, file: path, line }; // both were checked
  });
}

function readPlaces(directory: string, head: OrderHead, first: number, count: number): Place[] {
  if (!(first >= 0 && count >= 0 && first + count <= head.documents)) throw new RangeError(`positions ${first} to ${first + count} of an order of ${head.documents}`);
  const damaged = damagedPlaces(directory);
  const bytes = reading(orderFilePath(directory, 'places.bin'), head.placesFile.bytes, (file) => file.read(first * PLACE_BYTES, count * PLACE_BYTES));
  const view = new DataView(bytes.buffer);
  const checked = new Uint8Array(PLACE_BYTES + 4);
  return Array.from({ length: count }, (_, i) => {
    const at = i * PLACE_BYTES;
    checked.set(bytes.subarray(at, at + PLACE_BYTES - 4));
    new DataView(checked.buffer).setBigUint64(PLACE_BYTES - 4, BigInt(first + i), true);
    const [found, expected] = [crc32(checked), view.getUint32(at + 12, true)];
    if (found !== expected) damaged(first + i, `CRC-32 is ${found.toString(16)}, expected ${expected.toString(16)}`);
    const [file, line, source, copy] = [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    if (file >= head.files || source >= head.sources.length) {
      damaged(first + i, `found file ${file} and source ${source}, expected below ${head.files} and ${head.sources.length}`);
    }
    return { file, line, source, copy };
  });
}

/** Refuses what a position of places.bin says. */
function damagedPlaces(directory: string): (position: number, what: string) => never {
  return (position, what) => {
    throw new ShardError(`${orderFilePath(directory, 'places.bin')}: position ${position}: ${what}; the index is damaged`);
  };
}

interface Lines {
  readonly first: number;
  readonly count: number;
}

/** The path of a corpus file, and the ids of some of its lines. */
function readFile(directory: string, head: OrderHead, number: number, { first, count }: Lines): { readonly path: string; readonly ids: readonly string[] } {
  const table = orderFilePath(directory, 'files.bin');
  const [text = ''] = reading(table, head.filesFile.bytes, (file) => readStrings(file, number, 1));
  let described: OrderFile;
  try {
    described = orderFileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ShardError(`${table}: string ${number}: describes no corpus file; the index is damaged`, { cause: error });
  }
  const { path, documents, ids } = described;
  if (first + count > documents) throw new ShardError(`${table}: string ${number}: found ${documents} documents, expected ${first + count} or more; the index is damaged`);
  return { path, ids: reading(orderIdsPath(directory, number), ids, (file) => readStrings(file, first, count)) };
}

function reading<Value>(path: string, bytes: number, read: (file: PositionedFile) => Value): Value {
  const file = new PositionedFile(path);
  try {
    if (file.bytes !== bytes) throw new ShardError(`${path}: has ${file.bytes} bytes, expected ${bytes}; the index is damaged or truncated`);
    return read(file);
  } finally {
    file.close();
  }
}
