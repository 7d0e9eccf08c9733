/** The format of an input file by its name, for commands that work on files without a recipe. */
import { ConfigError } from '../core/errors.js';
import { fileNameOf } from '../storage/place.js';

export type FileFormat = 'wet' | 'warc' | 'jsonl' | 'csv' | 'parquet' | 'text' | 'zip' | 'tar';

/** By the end of the name, in lower case: the first that fits. Anything else is text, but for what follows. */
const FORMATS: readonly (readonly [ending: RegExp, format: FileFormat])[] = [
  [/\.wet(\.gz|\.zst)?$/, 'wet'], [/\.warc(\.gz|\.zst)?$/, 'warc'], [/\.(jsonl|json|ndjson)(\.gz|\.zst)?$/, 'jsonl'], [/\.parquet$/, 'parquet'], [/\.zip$/, 'zip'],
  [/\.(csv|tsv|tab)(\.gz|\.zst)?$/, 'csv'], [/\.(tar(\.gz|\.zst)?|tgz|tzst)$/, 'tar'], [/\.(txt|md|text)(\.gz|\.zst)$/, 'text'],
];
/** What would be read as text and is none. */
const UNREAD: readonly (readonly [ending: RegExp, kind: string])[] = [
  [/\.(arrow|feather|avro)$/, 'a columnar file'], [/\.(zst|bz2|tbz2?|xz|txz|lz4|br|7z|rar|gz)$/, 'a compressed file or archive'],
];

/** Undefined where the name is of a format that is not read. */
export function formatByName(file: string): FileFormat | undefined {
  const name = fileNameOf(file).toLowerCase();
  const format = FORMATS.find(([ending]) => ending.test(name))?.[1];
  return format ?? (UNREAD.some(([ending]) => ending.test(name)) ? undefined : 'text');
}

/** Throws ConfigError where the name is of a format that is not read. */
export function expectFormat(file: string): FileFormat {
  const name = fileNameOf(file).toLowerCase();
  const format = formatByName(file);
  if (format !== undefined) return format;
  const kind = UNREAD.find(([ending]) => ending.test(name))![1]; // it has no format, so one of them fits
  throw new ConfigError(`${file}: found ${kind}, expected WET, WARC, JSON Lines, CSV, tar, .txt (each plain, .gz or .zst), Parquet, zip or text`);
}
