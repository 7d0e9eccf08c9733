/**
 * The `tar` source: one document a file of an archive, plain or compressed, in the order of the archive, which is read once from its beginning to its
 * end. Names are only names here: no entry is ever written to a disk.
 */
import type { Shard, Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { entryMatcher, type EntryGlobs } from '../../formats/entry-name.js';
import { TAR_REASONS, TarParser } from '../../formats/tar-archive.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';
import type { SourceLimits } from './source-limits.js';

export interface TarSourceOptions extends SourceLimits, EntryGlobs {}

/**
 * Documents: id `<tar name>!/<entry name>` (EntryIds), place = that of the entry's first header, its extensions included; url, date and declaredLanguage
 * are empty. Folders and entries that the globs leave out are neither documents nor faults. ConfigError for a glob that is not understood.
 */
export function tarSource(options: TarSourceOptions = {}): Source {
  const { maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio } = options;
  const wanted = entryMatcher(options);
  const makeParser = ({ name, files }: Shard): ParserMaker => (sink) => new TarParser(sink, { archive: files[0]?.name ?? name, wanted, maxDocumentBytes });
  return {
    kind: 'source',
    name: 'tar',
    reasons: [...new Set([...RECORD_FILE_REASONS, ...TAR_REASONS])],
    read: (shard, signal) => readRecords(shard, makeParser(shard), { maxDocumentBytes, maxRatio }, signal),
    readAt: (shard, offset, inner) => readRecordAt(shard, makeParser(shard), { maxRatio }, offset, inner),
  };
}
