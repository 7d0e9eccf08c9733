/**
 * The `text` source: one document a file. A shard is a run of small files of a folder in order of name, so a file that
 * cannot be read costs its own document only; only where it is the whole shard does the shard fail.
 */
import { ShardError } from '../../core/errors.js';
import type { Shard, ShardFile, Source, SourceItem } from '../../core/stage.js';
import { BatchBuilder, DEFAULT_MAX_DOCUMENT_BYTES, DOCUMENT_REASONS } from '../../formats/batch-builder.js';
import { isBinary } from '../../formats/binary-text.js';
import type { SourceLimits } from './source-limits.js';
import { openInput } from '../../storage/input-file.js';

/**
 * Documents: id = the file's name, offset = the sum of the planned sizes of the files before it, inner 0; url, date and
 * declaredLanguage are empty. Faults: `unreadable-file` (missing, no permission, not a file, another size than planned),
 * `binary-content` (a NUL in the first 8 KiB), `oversize-document`, `empty-text`, `invalid-utf8`. Memory: one file and the open batch.
 */
export function textSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES }: SourceLimits = {}): Source {
  async function* read(shard: Shard, signal?: AbortSignal): AsyncGenerator<SourceItem> {
    const builder = new BatchBuilder({ shardName: shard.name, maxDocumentBytes });
    let offset = 0;
    for (const file of shard.files) {
      signal?.throwIfAborted();
      await addFile(builder, shard, file, offset);
      offset += file.bytes;
      yield* builder.take();
    }
    yield* builder.finish();
  }

  async function addFile(builder: BatchBuilder, shard: Shard, file: ShardFile, offset: number): Promise<void> {
    const lose = (reason: string, detail: string): void =>
      builder.fault({ reason, offset, inner: 0, bytes: file.bytes, lost: true, detail: `${file.name}: ${detail}` });
    let text;
    try {
      text = await readWhole(file, maxDocumentBytes);
    } catch (error) {
      if (!(error instanceof ShardError) || shard.files.length === 1) throw error;
      return lose('unreadable-file', error.message);
    }
    if (text === undefined) return lose('oversize-document', `found ${file.bytes} bytes, expected at most ${maxDocumentBytes}`);
    if (isBinary(text)) return lose('binary-content', 'found a NUL byte in the first 8 KiB, expected text');
    builder.add({ id: file.name, url: '', date: '', declaredLanguage: '', offset, inner: 0, text });
  }

  /** Empty files share their offset with the file after them; they are no documents, so the one asked for is that file. */
  async function readAt(shard: Shard, offset: number): Promise<Uint8Array> {
    let at = 0;
    for (const file of shard.files) {
      if (at === offset && file.bytes > 0) {
        const text = await readWhole(file, maxDocumentBytes);
        if (text === undefined) throw new ShardError(`${file.name}: found ${file.bytes} bytes, expected at most ${maxDocumentBytes}`);
        return text;
      }
      at += file.bytes;
    }
    throw new ShardError(`${shard.name}: found no file at byte ${offset}, expected the one that was read there`);
  }

  return { kind: 'source', name: 'text', reasons: ['unreadable-file', 'binary-content', ...DOCUMENT_REASONS], read, readAt };
}

/** The bytes of a file that is as large as planned, or undefined where that is too large. ShardError otherwise. */
async function readWhole({ path, bytes }: ShardFile, maxBytes: number): Promise<Uint8Array | undefined> {
  const input = await openInput(path);
  try {
    const expectSize = (found: number): void => {
      if (found !== bytes) throw new ShardError(`${path}: found ${found} bytes, expected ${bytes} as when the run was planned`);
    };
    expectSize(input.size);
    if (bytes > maxBytes) return undefined;
    const text = await input.read(0, bytes);
    expectSize(text.length);
    return text;
  } finally {
    await input.close();
  }
}
