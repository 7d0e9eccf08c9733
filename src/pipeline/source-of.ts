/** The reader that a recipe's `read` names. */
import { ShardError } from '../core/errors.js';
import type { Source } from '../core/stage.js';
import type { SourceLimits } from '../stages/sources/source-limits.js';
import { csvSource } from '../stages/sources/csv.js';
import { jsonlSource } from '../stages/sources/jsonl.js';
import { parquetSource } from '../stages/sources/parquet.js';
import { someDocuments } from '../stages/sources/some-documents.js';
import { tarSource } from '../stages/sources/tar.js';
import { textSource } from '../stages/sources/text.js';
import { warcSource } from '../stages/sources/warc.js';
import { wetSource } from '../stages/sources/wet.js';
import { zipSource } from '../stages/sources/zip.js';
import type { ReadRecipe } from './recipe.js';

export function sourceOf(read: ReadRecipe): Source {
  return someDocuments(readerOf(read), read.format === 'index' ? {} : read);
}

function readerOf(read: ReadRecipe): Source {
  switch (read.format) {
    case 'wet': return wetSource({ ...limitsOf(read), metadata: read.metadata });
    case 'warc': return warcSource({ ...limitsOf(read), metadata: read.metadata });
    case 'jsonl': return jsonlSource({ ...limitsOf(read), text: read.text, id: read.id, url: read.url, metadata: read.metadata, frames: read.wholeRecords });
    case 'parquet': return parquetSource({ ...limitsOf(read), text: read.text, id: read.id, url: read.url, metadata: read.metadata });
    case 'csv': return csvSource({ ...limitsOf(read), text: read.text, id: read.id, url: read.url, metadata: read.metadata, frames: read.wholeRecords, delimiter: read.delimiter });
    case 'text': return textSource(limitsOf(read));
    case 'zip': return zipSource({ ...limitsOf(read), include: read.include, exclude: read.exclude });
    case 'tar': return tarSource({ ...limitsOf(read), include: read.include, exclude: read.exclude });
    case 'index': return NOTHING_READ;
  }
}

const limitsOf = ({ maxDocument: maxDocumentBytes, maxRatio }: { readonly maxDocument?: number; readonly maxRatio?: number }): SourceLimits => ({ maxDocumentBytes, maxRatio });

/** The documents of an index are not read but taken over as they were signed (index-part.ts). */
const NOTHING_READ: Source = {
  kind: 'source', name: 'index', reasons: [],
  async *read() {},
  readAt: (shard) => Promise.reject(new ShardError(`${shard.name}: is part of an index, which has no documents that could be read`)),
};
