/**
 * The `text` source: one document a file, plain or compressed. A shard is a run of small files of a folder in order of name, so a file that
 * cannot be read costs its own document only; where it is the whole shard, or cannot be reached this time, the shard fails.
 */
import { Buffer } from 'node:buffer';
import { ShardError, UnreachableError } from '../../core/errors.js';
import type { Shard, ShardFile, Source, SourceItem } from '../../core/stage.js';
import { BatchBuilder, DEFAULT_MAX_DOCUMENT_BYTES, DOCUMENT_REASONS } from '../../formats/batch-builder.js';
import { archiveKind } from '../../formats/archive-content.js';
import { isBinary } from '../../formats/binary-text.js';
import { GZIP_REASONS, inflateMembers } from '../../formats/gzip-members.js';
import { ZSTD_REASONS } from '../../formats/zstd-frames.js';
import type { SourceLimits } from './source-limits.js';
import { openInput } from '../../storage/input-file.js';

/**
 * Documents: id = the file's name, offset = the sum of the planned sizes of the files before it, inner 0; url, date and
 * declaredLanguage are empty. Faults: `unreadable-file` (missing, no permission, not a file, another size than planned),
 * `binary-content` (a NUL in the first 8 KiB), `nested-archive`, `oversize-document`, `empty-text`, `invalid-utf8`, and those of gzip and Zstandard: of a
 * compressed file that is damaged anywhere nothing is taken. Memory: one file, stored and inflated, and the open batch.
 */
export function textSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio }: SourceLimits = {}): Source {
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
    let stored;
    try {
      stored = await readWhole(file, maxDocumentBytes);
    } catch (error) {
      if (!(error instanceof ShardError) || error instanceof UnreachableError || shard.files.length === 1) throw error;
      return lose('unreadable-file', error.message);
    }
    if (stored === undefined) return lose('oversize-document', `found ${file.bytes} bytes, expected at most ${maxDocumentBytes}`);
    const text = await inflated(stored, maxDocumentBytes, maxRatio);
    if (!(text instanceof Uint8Array)) return lose(text.reason, text.detail);
    const archive = archiveKind(text);
    if (archive !== undefined) return lose('nested-archive', `found ${archive}, expected text`);
    if (isBinary(text)) return lose('binary-content', 'found a NUL byte in the first 8 KiB, expected text');
    builder.add({ id: file.name, url: '', date: '', declaredLanguage: '', offset, inner: 0, text });
  }

  /** Empty files share their offset with the file after them; they are no documents, so the one asked for is that file. */
  async function readAt(shard: Shard, offset: number): Promise<Uint8Array> {
    let at = 0;
    for (const file of shard.files) {
      if (at === offset && file.bytes > 0) {
        const stored = await readWhole(file, maxDocumentBytes);
        if (stored === undefined) throw new ShardError(`${file.name}: found ${file.bytes} bytes, expected at most ${maxDocumentBytes}`);
        const text = await inflated(stored, maxDocumentBytes, maxRatio);
        if (!(text instanceof Uint8Array)) throw new ShardError(`${file.name}: ${text.reason}: ${text.detail}`);
        return text;
      }
      at += file.bytes;
    }
    throw new ShardError(`${shard.name}: found no file at byte ${offset}, expected the one that was read there`);
  }

  return { kind: 'source', name: 'text', reasons: ['unreadable-file', 'binary-content', 'nested-archive', ...GZIP_REASONS, ...ZSTD_REASONS, ...DOCUMENT_REASONS], read, readAt };
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

/** The text of a file that is compressed, and the same bytes of one that is not; or why there is none. No text begins as a compressed file does. */
async function inflated(stored: Uint8Array, maxBytes: number, maxRatio: number | undefined): Promise<Uint8Array | { readonly reason: string; readonly detail: string }> {
  const kind = archiveKind(stored);
  if (kind !== 'a gzip file' && kind !== 'a Zstandard file') return stored;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const item of inflateMembers(once(stored), { maxRatio })) {
    if (item.kind === 'fault') return item.fault;
    parts.push(item.bytes);
    bytes += item.bytes.length;
    if (bytes > maxBytes) return { reason: 'oversize-document', detail: `found ${bytes} bytes inflated and more to come, expected at most ${maxBytes}` };
  }
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
