// Every reader that is fuzzed: `seeds` makes small good files, `tokens` are words of its format, `check` reads one input and throws where something does not hold; it
// gives back whether the input gave anything. `input`, where there is one, makes inputs in its own way.
import { csv } from './readers/csv.js';
import { gzip } from './readers/gzip.js';
import { jsonl, jsonlGzip } from './readers/jsonl.js';
import { harness } from './readers/harness.js';
import { columns, dedupIndex, order, parquetRecords, survivors } from './readers/kept-files.js';
import { large } from './readers/large.js';
import { crawlList, lines, xml } from './readers/lists.js';
import { fastText, folded, logistic, tokenizer } from './readers/models.js';
import { parquet } from './readers/parquet.js';
import { recipe } from './readers/recipe.js';
import { tar } from './readers/tar.js';
import { text } from './readers/text.js';
import { warc } from './readers/warc.js';
import { wet, wetGzip } from './readers/wet.js';
import { zip } from './readers/zip.js';
import { zstd } from './readers/zstd.js';

export const READERS = new Map(Object.entries({
  gzip, zstd, large, wet, 'wet-gzip': wetGzip, warc, jsonl, 'jsonl-gzip': jsonlGzip, text, zip, tar, csv, parquet,
  'fasttext-model': fastText, 'logistic-model': logistic, 'folded-model': folded, tokenizer, recipe,
  'crawl-list': crawlList, xml, lines,
  columns, 'dedup-index': dedupIndex, order, 'parquet-records': parquetRecords, 'survivor-records': survivors,
}));

/** The reader of a name, also the one that the harness is tested with. */
export const readerOf = (name) => READERS.get(name) ?? (name === 'harness' ? harness : undefined);
