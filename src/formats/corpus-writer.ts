/**
 * What the files of a corpus are written by, whatever their form. Each is given a document as its JSON line and as its fields, and all of them count and hash
 * the lines: the digest of a corpus does not depend on its form.
 */
import { CorpusParquet } from './corpus-parquet.js';
import type { CorpusDocument } from './json-line.js';
import { LINE_CODECS, LineWriter, type WrittenLines } from './line-writer.js';
import { loadZstd } from './zstd-module.js';

export const CORPUS_FORMATS = [...LINE_CODECS, 'parquet'] as const;
export type CorpusFormat = (typeof CORPUS_FORMATS)[number];

export interface CorpusWriter {
  /** Appends a document; `line` ends in its only line feed. All bytes are copied. */
  write(line: Uint8Array, document: CorpusDocument): void;
  /** The file appears under its name, with the counts and checksum of its lines. */
  commit(): WrittenLines;
  /** Does nothing after a commit. */
  abort(): void;
}

/** What a format needs, once a thread. */
export async function prepareCorpus(format: CorpusFormat): Promise<void> {
  if (format === 'parquet' || format === 'jsonl.zst') await loadZstd();
}

/** `prepareCorpus` has ended. Throws OutputError, as all methods do. */
export function createCorpus(path: string, format: CorpusFormat): CorpusWriter {
  return format === 'parquet' ? new CorpusParquet(path) : new LineWriter(path, format);
}
