/**
 * A file of the corpus, read back as it is stored: the lines of JSON Lines, or the texts of Parquet. Memory: a run of bytes and the longest line, or what
 * formats/parquet/documents.ts states.
 */
import { ShardError } from '../core/errors.js';
import { ParquetDocuments } from '../formats/parquet/documents.js';
import { openInput } from '../storage/input-file.js';
import { writtenLines } from './written-lines.js';

export type WrittenDocument =
  | { readonly kind: 'line'; readonly line: Uint8Array }
  | { readonly kind: 'text'; readonly text: Uint8Array };

/** In the order of the file; views that are valid until the next. ShardError where the file is damaged. */
export async function* writtenDocuments(path: string): AsyncGenerator<WrittenDocument> {
  if (path.endsWith('.parquet')) yield* writtenTexts(path);
  else for await (const line of writtenLines(path)) yield { kind: 'line', line };
}

async function* writtenTexts(path: string): AsyncGenerator<WrittenDocument> {
  const input = await openInput(path);
  try {
    const documents = await ParquetDocuments.open(input, { text: 'text', id: 'id', url: 'url' }, { maxRatio: Infinity, maxDocumentBytes: 2 ** 32 }); // our own file packs as well as it likes
    let found: WrittenDocument[] = [];
    const sink = {
      add: ({ text }: { readonly text: Uint8Array }) => { found.push({ kind: 'text', text }); },
      fault: ({ offset, detail }: { readonly offset: number; readonly detail: string }): never => {
        throw new ShardError(`${path}: row ${offset}: ${detail}`);
      },
    };
    for await (const _ of documents.read(sink)) {
      yield* found;
      found = [];
    }
  } finally {
    await input.close();
  }
}
