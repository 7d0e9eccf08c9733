/** The `parquet` source: a row is a document, its text in one column. Reads at places: of a file behind a network only the footer and the columns asked for. */
import { ShardError } from '../../core/errors.js';
import type { Shard, ShardFile, Source, SourceItem } from '../../core/stage.js';
import { BatchBuilder, DEFAULT_MAX_DOCUMENT_BYTES, DOCUMENT_REASONS } from '../../formats/batch-builder.js';
import { PARQUET_REASONS } from '../../formats/parquet/damage.js';
import { ParquetDocuments } from '../../formats/parquet/documents.js';
import { repairUtf8 } from '../../formats/utf8-repair.js';
import type { SourceLimits } from './source-limits.js';
import { openInput } from '../../storage/input-file.js';

export interface ParquetSourceOptions extends SourceLimits {
  /** Column of the text; dots between the levels of groups. */
  readonly text: string;
  /** Default `id`. */
  readonly id?: string | undefined;
  /** Default `url`. */
  readonly url?: string | undefined;
  /** Columns that a column `metadata` holds, under the names given here (formats/parquet/cell-json.ts says how). Default: none. */
  readonly metadata?: readonly string[] | undefined;
  /** All strings at `text` and below it, of the whole row where it is empty (formats/parquet/columns.ts). Default false. */
  readonly strings?: boolean | undefined;
}

/** Documents: offset = the row in the file, inner 0; date and declaredLanguage are empty. Memory: that of formats/parquet/documents.ts, and the open batch. */
export function parquetSource(options: ParquetSourceOptions): Source {
  const { text, id = 'id', url = 'url', metadata, strings, maxRatio, maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES } = options;

  async function* read(shard: Shard, signal?: AbortSignal): AsyncGenerator<SourceItem> {
    const input = await openInput(onlyFile(shard).path);
    try {
      const builder = new BatchBuilder({ shardName: shard.name, maxDocumentBytes });
      if (input.size === 0) {
        builder.fault({ reason: 'empty-file', offset: 0, inner: 0, bytes: 0, lost: true, detail: 'found no bytes, expected a Parquet file' });
      } else {
        const documents = await ParquetDocuments.open(input, { text, id, url, metadata, strings }, { maxDocumentBytes, maxRatio });
        for await (const _ of documents.read(builder, signal)) yield* builder.take();
      }
      yield* builder.finish();
    } finally {
      await input.close();
    }
  }

  async function readAt(shard: Shard, offset: number): Promise<Uint8Array> {
    const input = await openInput(onlyFile(shard).path);
    try {
      const documents = await ParquetDocuments.open(input, { text, id, url, strings }, { maxDocumentBytes, maxRatio });
      const found = await documents.textAt(offset);
      if (found === undefined) throw new ShardError(`${shard.name}: found no text in row ${offset}, expected the one that was read there`);
      return repairUtf8(found).text;
    } finally {
      await input.close();
    }
  }

  return { kind: 'source', name: 'parquet', reasons: ['empty-file', ...PARQUET_REASONS, ...DOCUMENT_REASONS], read, readAt };
}

function onlyFile({ name, files }: Shard): ShardFile {
  const [file] = files;
  if (file === undefined || files.length > 1) throw new ShardError(`${name}: found ${files.length} files, expected one`);
  return file;
}
