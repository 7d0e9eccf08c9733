/** The `csv` source: one document a row of a file with delimiters, its first row the names of the columns, plain or compressed. */
import { ShardError } from '../../core/errors.js';
import type { Shard, Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { CSV_REASONS, CsvParser } from '../../formats/csv.js';
import { inflateMembers } from '../../formats/gzip-members.js';
import { openInput } from '../../storage/input-file.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';
import type { SourceLimits } from './source-limits.js';

export interface CsvSourceOptions extends SourceLimits {
  /** Column of the text. */
  readonly text: string;
  /** Default `id`. */
  readonly id?: string | undefined;
  /** Default `url`. */
  readonly url?: string | undefined;
  /** Columns that a column `metadata` holds, as strings. Default: none. */
  readonly metadata?: readonly string[] | undefined;
  /** A column `frame` with the rest of each row. Default false. */
  readonly frames?: boolean | undefined;
  /** One ASCII character. Default: a tab for files whose name says `.tsv` or `.tab`, else a comma. */
  readonly delimiter?: string | undefined;
  /** Longer rows are dropped as `oversize-row`. Default 32 MiB, as of a line of JSON. */
  readonly maxRowBytes?: number | undefined;
}

const DEFAULT_MAX_ROW_BYTES = 32 * 1024 * 1024;
const TABS = /\.(tsv|tab)(\.gz|\.zst)?$/i;

/** Documents carry the id and URL of their columns; where the id is empty, the place is made one. `read` throws ShardError where the first row lacks the text's column. */
export function csvSource(options: CsvSourceOptions): Source {
  const { text, id = 'id', url = 'url', metadata, frames, delimiter, maxRatio, maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRowBytes = DEFAULT_MAX_ROW_BYTES } = options;
  const makeParser = ({ name, files }: Shard, columns?: readonly string[]) => (sink: Parameters<ParserMaker>[0]): CsvParser =>
    new CsvParser(sink, { name, delimiter: delimiter ?? (TABS.test(files[0]?.name ?? name) ? '\t' : ','), text, id, url, metadata, frames, maxRowBytes }, columns);

  /** A row alone does not tell which of its fields is the text. */
  async function columnsOf(shard: Shard): Promise<readonly string[]> {
    const input = await openInput(shard.files[0]?.path ?? shard.name);
    try {
      const parser = makeParser(shard)({ add: () => undefined, addSpans: () => undefined, fault: () => undefined });
      for await (const item of inflateMembers(input.blocks(), { maxRatio })) {
        if (item.kind === 'bytes') parser.push(item);
        if (parser.columns !== undefined) return parser.columns;
        if (item.kind === 'fault') break;
      }
      parser.end();
      if (parser.columns !== undefined) return parser.columns;
      throw new ShardError(`${shard.name}: found no first row, expected the names of the columns`);
    } finally {
      await input.close();
    }
  }

  return {
    kind: 'source',
    name: 'csv',
    reasons: [...new Set([...RECORD_FILE_REASONS, ...CSV_REASONS])],
    read: (shard, signal) => readRecords(shard, makeParser(shard), { maxDocumentBytes, maxRatio }, signal),
    readAt: async (shard, offset, inner) => readRecordAt(shard, makeParser(shard, await columnsOf(shard)), { maxRatio }, offset, inner),
  };
}
