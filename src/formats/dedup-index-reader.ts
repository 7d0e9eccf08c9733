/**
 * Opens an index for deduplication (layout: dedup-index.ts) before a run is planned. An index comes from elsewhere and may be damaged or made to
 * deceive: sizes are compared before memory is reserved, every column file is read once for its checksum, and footers must agree with index.json. Texts
 * can be as large as the corpus: their size is compared here, and each record's checksum by the task that takes the part over. Memory: index.json
 * (32 MiB at most), 1 MiB, and a footer (64 MiB at most).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../core/errors.js';
import { checksumFile } from './atomic-file.js';
import { openColumnFile } from './column-reader.js';
import {
  INDEX_FORMAT, INDEX_PART_NAME, INDEX_VERSION, MOST_INDEX_JSON_BYTES, indexColumns, indexPartPath, indexPath, indexSchema, type DedupIndex,
} from './dedup-index.js';
import { fileSize } from './json-file.js';

/** Whether a path is an index, or what a killed run left of one: then it is no folder of documents either. */
export function looksLikeDedupIndex(path: string): boolean {
  try {
    return statSync(path).isDirectory() && (fileSize(indexPath(path)) !== undefined || readdirSync(path).some((name) => INDEX_PART_NAME.test(name)));
  } catch {
    return false;
  }
}

/** The index in a folder, all of whose files are there and fit. ConfigError with the file, what was found and what was expected, otherwise. */
export function openDedupIndex(directory: string): DedupIndex {
  const index = readIndexJson(directory);
  const sum = index.parts.reduce((documents, part) => documents + part.documents, 0);
  if (sum !== index.documents) throw new ConfigError(`${indexPath(directory)}: found ${index.documents} documents, expected the ${sum} of its parts`);
  const schema = JSON.stringify(indexColumns(index.parameters));
  index.parts.forEach((_, part) => checkPart(directory, index, part, schema));
  return index;
}

function readIndexJson(directory: string): DedupIndex {
  const path = indexPath(directory);
  const fail = (message: string, cause?: unknown): never => {
    throw new ConfigError(`${path}: ${message}`, { cause });
  };
  const size = fileSize(path);
  if (size === undefined) return fail('found no such file, expected the index that a run finished writing here');
  if (size > MOST_INDEX_JSON_BYTES) return fail(`has ${size} bytes, expected at most ${MOST_INDEX_JSON_BYTES}`);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`is not JSON, so it is damaged or no index: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const head = z.object({ format: z.literal(INDEX_FORMAT), version: z.int() }).safeParse(found);
  if (!head.success) return fail('is no index for deduplication; to compare with the documents in a folder, name the files in it');
  if (head.data.version !== INDEX_VERSION) {
    return fail(`found version ${head.data.version} of the format, expected ${INDEX_VERSION}: write it again with this release`);
  }
  const parsed = indexSchema.safeParse(found);
  return parsed.success ? parsed.data : fail(`is damaged: ${z.prettifyError(parsed.error)}`);
}

function checkPart(directory: string, { parts, parameters }: DedupIndex, part: number, schema: string): void {
  const { documents, columns, text } = parts[part]!; // a part of the list
  const path = indexPartPath(directory, part, 'columns');
  checkSize(path, columns.bytes);
  if ((text !== undefined) !== parameters.texts) {
    const found = text === undefined ? 'no text' : 'a text';
    throw new ConfigError(`${indexPath(directory)}: part ${part}: found ${found}, expected ${parameters.texts ? 'one' : 'none'}`);
  }
  if (text !== undefined) checkSize(indexPartPath(directory, part, 'text'), text.bytes);
  try {
    const { crc32 } = checksumFile(path);
    if (crc32 !== columns.crc32) throw new Error(`${path}: CRC-32 is ${crc32}, expected ${columns.crc32}; the file is damaged`);
    const file = openColumnFile(path);
    try {
      if (file.rows !== documents) throw new Error(`${path}: has ${file.rows} rows, expected ${documents}`);
      if (JSON.stringify(file.schema) !== schema) throw new Error(`${path}: has columns ${JSON.stringify(file.schema)}, expected ${schema}`);
    } finally {
      file.close();
    }
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function checkSize(path: string, expected: number): void {
  const found = fileSize(path);
  if (found === expected) return;
  throw new ConfigError(`${path}: ${found === undefined ? 'found no such file' : `has ${found} bytes`}, expected ${expected} bytes; the index is damaged`);
}
