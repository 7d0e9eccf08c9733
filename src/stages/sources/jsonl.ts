/** The `jsonl` source: one JSON object a line with the text in one of its fields, plain or compressed. */
import type { Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { JsonlParser } from '../../formats/jsonl.js';
import { JSONL_REASONS } from '../../formats/jsonl-record.js';
import type { SourceLimits } from './source-limits.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';

export interface JsonlSourceOptions extends SourceLimits {
  /** Field of the text, its path joined by dots. */
  readonly text: string;
  /** Field of the document's own id, a string or a number. Default `id`. */
  readonly id?: string | undefined;
  /** Default `url`. */
  readonly url?: string | undefined;
  /** All strings at `text` and below it (formats/jsonl.ts). Default false. */
  readonly strings?: boolean | undefined;
  /** Fields that a column `metadata` holds, under the names given here. Default: none. */
  readonly metadata?: readonly string[] | undefined;
  /** A column `frame` with the rest of each record. Default false. */
  readonly frames?: boolean | undefined;
  /** Longer lines are dropped as `oversize-line` without being held. Default 32 MiB: a text of 16 MiB with every other character escaped. */
  readonly maxLineBytes?: number | undefined;
}

const DEFAULT_MAX_LINE_BYTES = 32 * 1024 * 1024;

/** Documents carry the id and URL of their fields; of a missing id, or one that is neither string nor number, the place is made one. */
export function jsonlSource(options: JsonlSourceOptions): Source {
  const { text, id = 'id', url = 'url', strings, frames, metadata, maxRatio, maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxLineBytes = DEFAULT_MAX_LINE_BYTES } = options;
  const makeParser: ParserMaker = (sink) => new JsonlParser(sink, { text, id, url, strings, frames, metadata }, maxLineBytes);
  return {
    kind: 'source',
    name: 'jsonl',
    reasons: [...RECORD_FILE_REASONS, ...JSONL_REASONS],
    read: (shard, signal) => readRecords(shard, makeParser, { maxDocumentBytes, maxRatio }, signal),
    readAt: (shard, offset, inner) => readRecordAt(shard, makeParser, { maxRatio }, offset, inner),
  };
}
