/**
 * The `zip` source: one document an entry of an archive, in the order of the entries' local headers. Names are only names here: no
 * entry is ever written to a disk. Whatever an archive claims about itself is checked before memory is reserved.
 */
import { ShardError } from '../../core/errors.js';
import type { Shard, ShardFile, Source, SourceItem } from '../../core/stage.js';
import { BatchBuilder, DEFAULT_MAX_DOCUMENT_BYTES, DOCUMENT_REASONS } from '../../formats/batch-builder.js';
import { EntryIds, entryMatcher, shownName, type EntryGlobs } from '../../formats/entry-name.js';
import { ZipArchive } from '../../formats/zip-archive.js';
import { ENTRY_REASONS, type ZipEntry } from '../../formats/zip-entry.js';
import type { SourceLimits } from './source-limits.js';
import { localCopy } from '../../storage/local-copy.js';

export interface ZipSourceOptions extends SourceLimits, EntryGlobs {
  /** An archive with more entries fails. Default 200,000. */
  readonly maxEntries?: number | undefined;
}

/** Where plain text ends: source code shrinks 3 to 10 times, logs 20 to 50, deflate's own limit is 1,032. */
const DEFAULT_MAX_RATIO = 200;
const DEFAULT_MAX_ENTRIES = 200_000;

/**
 * Documents: id `<zip name>!/<entry name>` (EntryIds), offset = byte
 * position of the local header, inner 0; url, date and declaredLanguage are empty. Folders and entries that the globs leave out are neither
 * documents nor faults; an unsafe name is a fault whatever the globs say. `read` throws ShardError when the directory cannot be
 * read. Memory: the directory, one entry compressed and inflated, and the open batch. ConfigError for a glob that is not understood.
 */
export function zipSource(options: ZipSourceOptions = {}): Source {
  const matches = entryMatcher(options);
  const isWanted = ({ name, folder }: ZipEntry): boolean => !folder && matches(name);
  const limits = {
    maxDocumentBytes: options.maxDocumentBytes ?? DEFAULT_MAX_DOCUMENT_BYTES,
    maxRatio: options.maxRatio ?? DEFAULT_MAX_RATIO,
    maxEntries: options.maxEntries ?? DEFAULT_MAX_ENTRIES,
  };

  /** The library opens files by name, and jumps about in them: one that is elsewhere is copied first, and the copy is gone as soon as it is open. */
  async function openArchive(shard: Shard, signal?: AbortSignal): Promise<ZipArchive> {
    const { name, path, bytes } = onlyFile(shard);
    const copy = await localCopy(path, { signal });
    try {
      if (copy.bytes !== bytes) throw new ShardError(`${name}: found ${copy.bytes} bytes, expected ${bytes} as when the run was planned`);
      return await ZipArchive.open(copy.path, limits);
    } catch (error) {
      if (!(error instanceof ShardError)) throw error;
      throw new ShardError(error.message.replaceAll(copy.path, path), { cause: error }); // nobody knows a copy by its name
    } finally {
      await copy.remove();
    }
  }

  async function* read(shard: Shard, signal?: AbortSignal): AsyncGenerator<SourceItem> {
    const { name } = onlyFile(shard);
    const archive = await openArchive(shard, signal);
    try {
      const builder = new BatchBuilder({ shardName: shard.name, maxDocumentBytes: limits.maxDocumentBytes });
      const ids = new EntryIds(name);
      for (const entry of archive.entries) {
        if (!isWanted(entry)) continue;
        signal?.throwIfAborted();
        const content = await archive.read(entry);
        if (content.kind === 'fault') {
          const detail = `${shownName(entry.name)}: ${content.detail}`;
          builder.fault({ reason: content.reason, offset: entry.place, inner: 0, bytes: archive.storedBytes(entry), lost: true, detail });
        } else {
          builder.add({ id: ids.next(entry.name, entry.offset, 0), url: '', date: '', declaredLanguage: '', offset: entry.offset, inner: 0, text: content.bytes });
        }
        yield* builder.take();
      }
      yield* builder.finish();
    } finally {
      archive.close();
    }
  }

  async function readAt(shard: Shard, offset: number): Promise<Uint8Array> {
    const { name } = onlyFile(shard);
    const archive = await openArchive(shard);
    try {
      const entry = archive.entries.findLast((candidate) => candidate.offset === offset && isWanted(candidate));
      if (entry === undefined) throw new ShardError(`${name}: found no entry at byte ${offset}, expected the one that was read there`);
      const content = await archive.read(entry);
      if (content.kind === 'fault') throw new ShardError(`${name}: entry at byte ${offset}: ${content.reason}: ${content.detail}`);
      return content.bytes;
    } finally {
      archive.close();
    }
  }

  return { kind: 'source', name: 'zip', reasons: [...new Set([...ENTRY_REASONS, ...DOCUMENT_REASONS])], read, readAt };
}

function onlyFile({ name, files }: Shard): ShardFile {
  const [file, second] = files;
  if (file === undefined || second !== undefined) throw new Error(`shard ${name}: found ${files.length} files, expected one archive`);
  return file;
}
