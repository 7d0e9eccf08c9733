/**
 * Documents of the files that a command line names by globs, for commands that work without a recipe. The format goes by the file's name; reading is
 * the sources' work, so every document that a recipe would read is read here too.
 */
import { statSync } from 'node:fs';
import type { DocumentBatch } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import type { Fault, Source } from '../core/stage.js';
import { csvSource } from '../stages/sources/csv.js';
import { jsonlSource } from '../stages/sources/jsonl.js';
import { parquetSource } from '../stages/sources/parquet.js';
import { tarSource } from '../stages/sources/tar.js';
import { textSource } from '../stages/sources/text.js';
import { warcSource } from '../stages/sources/warc.js';
import { wetSource } from '../stages/sources/wet.js';
import { zipSource } from '../stages/sources/zip.js';
import { listFiles, type ListedFile } from '../storage/list-files.js';
import { hideSecrets } from '../storage/http-list.js';
import { placeOf } from '../storage/place.js';
import { expectFormat, type FileFormat } from './file-formats.js';

export interface DocumentFilesOptions {
  /** What the documents' keys are made of, beside their ids. */
  readonly source: string;
  /** Field of the text in JSONL and Parquet, its path joined by dots. Default `text`. */
  readonly text?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for each record that was lost or repaired, with the file's name. */
  readonly onFault?: ((file: string, fault: Fault) => void) | undefined;
}

const SOURCES: Readonly<Record<FileFormat, (text: string) => Source>> = {
  wet: () => wetSource({}), warc: () => warcSource({}), jsonl: (text) => jsonlSource({ text }), csv: (text) => csvSource({ text }), parquet: (text) => parquetSource({ text }),
  tar: () => tarSource({}), zip: () => zipSource({}), text: () => textSource(),
};

/** The files that the globs name, by name. Errors: ConfigError for a glob that matches nothing, a file that is not there, or is none, or of a format not read. */
export async function findDocumentFiles(given: readonly string[]): Promise<readonly ListedFile[]> {
  const globs = given.map(hideSecrets);
  for (const glob of globs) {
    const found = await listFiles([glob], process.cwd());
    if (found.length === 0) throw new ConfigError(`${glob}: found no file, expected at least one`);
    for (const { name, path } of found) {
      if (placeOf(path).kind === 'local') expectFile(name, path);
      expectFormat(name);
    }
  }
  return listFiles(globs, process.cwd());
}

function expectFile(name: string, path: string): void {
  let status;
  try {
    status = statSync(path);
  } catch (cause) {
    throw new ConfigError(`${name}: found no such file, expected one to read (${(cause as Error).message})`, { cause }); // node:fs throws Error
  }
  if (!status.isFile()) throw new ConfigError(`${name}: found something that is not a file, expected one to read (or a glob such as ${name}/**)`);
}

/**
 * All documents, in the order of the files' names (never of the globs) and of the files. Memory: one file being read, as its source states. Errors:
 * ConfigError before anything is read where a glob matches nothing; ShardError where a file cannot be read.
 */
export async function* readDocuments(globs: readonly string[], options: DocumentFilesOptions): AsyncGenerator<DocumentBatch> {
  const { source, text = 'text', signal, onFault } = options;
  for (const { name, path, bytes } of await findDocumentFiles(globs)) {
    const reader = SOURCES[expectFormat(name)](text);
    for await (const item of reader.read({ source, name, files: [{ name, path, bytes }] }, signal)) {
      if (item.kind === 'documents') yield item.batch;
      else for (const fault of item.faults) onFault?.(name, fault);
    }
  }
}
