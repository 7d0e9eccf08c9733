/**
 * From the paths of a command line to the sources of a recipe, for commands that work on a data set without one. A path is a file, a glob, a folder (every
 * file below it), a list of these (@FILE) or NAME=GLOB; its format goes by the names of its files. Files are listed and looked at, none is opened.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { indexPath } from '../formats/dedup-index.js';
import { looksLikeDedupIndex } from '../formats/dedup-index-reader.js';
import { listFiles } from '../storage/list-files.js';
import { listLocalFiles } from '../storage/local-files.js';
import { isPathList, pathListFile } from '../storage/path-list.js';
import { fileNameOf, placeOf } from '../storage/place.js';
import { expectFormat, formatByName, type FileFormat } from './file-formats.js';
import { shownPath } from './recipe-secrets.js';

/** A source as a recipe would have it: plain data, without the defaults. */
export interface PathSource {
  readonly name: string;
  readonly read: { readonly format: Format; readonly paths: readonly string[]; readonly text?: string; readonly id?: string; readonly url?: string; readonly metadata?: readonly string[]; readonly wholeRecords?: true };
}

type Format = FileFormat | 'index';

/** What is read of JSONL, CSV and Parquet: names of fields, dots between levels; those left out are `text`, `id` and `url`. */
export interface JsonFields {
  readonly text?: string | undefined;
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  /** Fields that go along into the corpus, of records that do not go there whole. Default: none. */
  readonly metadata?: readonly string[] | undefined;
  /** Whether the corpus has the records of JSONL with all their fields. Default false. */
  readonly wholeRecords?: boolean | undefined;
}

/** Files of one folder and format that are a source each; more of them, as a shell makes of `*.jsonl`, are one source. */
const MOST_SINGLE_FILES = 8;
const MOST_PATHS = 1000;
/** Different endings of the files in a folder that stand in one glob. */
const MOST_ENDINGS = 8;

export interface PathSources {
  readonly sources: readonly PathSource[];
  /** Names of those that are only compared with. */
  readonly against: readonly string[];
}

/**
 * The sources that the paths stand for, in their order, then those under `against`, with names that are valid and differ. Several paths under one NAME are
 * one source. Errors: ConfigError where a path matches nothing, its files are of several formats or of one that is not read, or two paths have one file.
 */
export async function sourcesOfPaths(paths: readonly string[], against: readonly string[] = [], fields: JsonFields = {}): Promise<PathSources> {
  const [own, others] = [await lookAtAll(paths), await lookAtAll(against)];
  const index = own.find(({ format }) => format === 'index');
  if (index !== undefined) throw new ConfigError(`${index.patterns.join(', ')}: found an index of an earlier run, which can only be compared with: expected it under --against`);
  refuseTwice([...own, ...others]);
  const sources = nameSources(joinFiles(own), fields, []);
  const compared = nameSources(joinFiles(others), fields, sources.map(({ name }) => name));
  if (fields.metadata !== undefined && fields.metadata.length > 0 && sources.every(({ read }) => read.metadata === undefined)) {
    throw new ConfigError(`--metadata ${fields.metadata[0]!}: found no input whose fields it could name, expected Parquet (JSON records keep all their fields; other formats have none)`);
  }
  return { sources: [...sources, ...compared], against: compared.map(({ name }) => name) };
}

/** A document would be a duplicate of itself. */
function refuseTwice(looked: readonly Looked[]): void {
  const seen = new Map<string, string>();
  for (const { patterns, files } of looked) {
    for (const file of files) {
      const before = seen.get(resolve(file));
      if (before !== undefined) throw new ConfigError(`${file}: found by ${before} and by ${patterns.join(', ')}, expected each file once`);
    }
    for (const file of files) seen.set(resolve(file), patterns.join(', '));
  }
}

function nameSources(looked: readonly Looked[], fields: JsonFields, taken: readonly string[]): PathSource[] {
  const named = new Map<string, { readonly format: Format; readonly paths: string[]; readonly given: boolean }>();
  for (const { name, patterns, files, given, format: known } of looked) {
    const format = known ?? formatOf(patterns.join(', '), files);
    const before = given ? named.get(name) : undefined;
    if (before?.given === true) {
      if (before.format !== format) throw new ConfigError(`${name}: found files of format ${before.format} and ${format}, expected one format a source`);
      before.paths.push(...patterns);
    } else {
      named.set(freeName(name, [...named.keys(), ...taken], given), { format, paths: [...patterns], given });
    }
  }
  return [...named].map(([name, { format, paths }]) => ({ name, read: { format, paths, ...(format === 'jsonl' || format === 'csv' || format === 'parquet' ? fieldsOf(fields, format) : {}) } }));
}

interface Looked {
  readonly name: string;
  /** Whether the name was given: NAME=GLOB. */
  readonly given: boolean;
  readonly patterns: readonly string[];
  readonly files: readonly string[];
  /** Of an index, which is a folder; others go by the names of their files. */
  readonly format?: 'index';
  /** The folder of a path that is one file. */
  readonly folder?: string;
}

async function lookAtAll(args: readonly string[]): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const argument of args) looked.push(await lookAt(argument));
  return looked;
}

async function lookAt(argument: string): Promise<Looked> {
  const [, name, rest] = /^([^=/]*)=(.+)$/su.exec(argument) ?? [];
  if (name === undefined || rest === undefined || existsSync(argument)) return lookAtPath(argument);
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) throw new ConfigError(`${argument}: found the name "${name}", expected lower-case letters, digits, _ and -, starting with a letter or digit`);
  return { ...await lookAtPath(rest), name, given: true };
}

async function lookAtPath(path: string): Promise<Looked> {
  if (path === '') throw new ConfigError('found an empty path, expected a file, a folder or a glob');
  if (isPathList(path)) {
    const files = (await listFiles([path], process.cwd())).map(({ name }) => name);
    if (files.length === 0) throw new ConfigError(`${path}: found no file that its lines name, expected at least one`);
    return { name: nameOf(pathListFile(path)), given: false, patterns: [path], files };
  }
  const place = placeOf(path);
  if (place.kind !== 'local' || place.literal) {
    const pattern = shownPath(path);
    const files = (await listFiles([pattern], process.cwd())).map(({ name }) => name);
    return { name: nameOf(place.kind === 'local' ? place.path : fixedPart(fileNameOf(pattern))), given: false, patterns: [pattern], files };
  }
  if (/[*?{}[\]]/.test(path)) {
    if (existsSync(path)) throw new ConfigError(`${path}: found a name that reads like a glob, expected one without * ? { } [ ]: name it by a glob, such as ${path.replace(/[*?{}[\]]/g, '?')}`);
    const files = (await listFiles([path], process.cwd())).map(({ name }) => name);
    if (files.length === 0) throw new ConfigError(`${path}: found no file, expected at least one`);
    return { name: nameOf(fixedPart(path)), given: false, patterns: [path], files };
  }
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new ConfigError(`${path}: found no such file or folder, expected one to read`);
  if (!status.isDirectory()) return { name: nameOf(path), given: false, patterns: [path], files: [path], folder: path.split('/').slice(0, -1).join('/') };
  if (looksLikeDedupIndex(path)) return { name: nameOf(path), given: false, patterns: [path], files: [indexPath(path)], format: 'index' };
  return { name: nameOf(path), given: false, ...lookIntoFolder(path === '/' ? '' : path.replace(/\/+$/, '')) };
}

/** Every file below a folder but hidden ones, as a glob by their endings: a data set's `.gitattributes` is none of its documents. */
function lookIntoFolder(folder: string): Pick<Looked, 'patterns' | 'files'> {
  const all = listLocalFiles([`${folder}/**`], process.cwd()).map(({ name }) => name);
  const files = all.filter((name) => !/\/\./.test(name.slice(folder.length)));
  if (files.length === 0) throw new ConfigError(`${folder}: found no file in this folder, expected some to read`);
  const endings = [...new Set(files.map((name) => /(?:\.warc)?\.[A-Za-z0-9_-]+(?:\.gz|\.zst)?$/.exec(name.slice(name.lastIndexOf('/') + 1))?.[0] ?? ''))].sort();
  const candidates = [`${folder}/**`, ...(endings.includes('') || endings.length > MOST_ENDINGS ? [] : [`${folder}/**/*${endings.length === 1 ? endings[0]! : `{${endings.join(',')}}`}`])];
  const pattern = candidates.find((candidate) => listLocalFiles([candidate], process.cwd()).length === files.length); // each lists these files at least
  if (pattern === undefined) throw new ConfigError(`${folder}: found hidden files (${all.find((name) => !files.includes(name))!}), expected none: name the files by a glob, such as ${folder}/*.txt`);
  return { patterns: [pattern], files };
}

/** Single files without names that are many in one folder become one source, where the first of them stands. */
function joinFiles(looked: readonly Looked[]): Looked[] {
  const groupOf = (one: Looked): string | undefined => (one.folder === undefined || one.given ? undefined : `${one.folder}\0${formatByName(one.files[0]!) ?? ''}`);
  const sizes = new Map<string, number>();
  for (const one of looked) sizes.set(groupOf(one) ?? '', (sizes.get(groupOf(one) ?? '') ?? 0) + 1);
  const joined = new Map<string, { at: number; parts: Looked[] }>();
  const result: Looked[] = [];
  for (const one of looked) {
    const group = groupOf(one);
    if (group === undefined || sizes.get(group)! <= MOST_SINGLE_FILES) {
      result.push(one);
      continue;
    }
    const before = joined.get(group) ?? { at: result.length, parts: [] };
    if (before.parts.length === 0) {
      joined.set(group, before);
      result.push(one);
    }
    before.parts.push(one);
  }
  for (const { at, parts } of joined.values()) {
    if (parts.length > MOST_PATHS) throw new ConfigError(`${parts[0]!.folder === '' ? '.' : parts[0]!.folder}: found ${parts.length} files by name, expected at most ${MOST_PATHS}: put quotes around the glob, or name the folder`);
    result[at] = { name: nameOf(parts[0]!.folder!), given: false, patterns: parts.flatMap(({ patterns }) => patterns), files: parts.flatMap(({ files }) => files) };
  }
  return result;
}

/** The one format of all files. */
function formatOf(path: string, files: readonly string[]): Format {
  const first = new Map<Format, { readonly file: string; count: number }>();
  for (const file of files) {
    const format = expectFormat(file);
    const seen = first.get(format);
    if (seen === undefined) first.set(format, { file, count: 1 });
    else seen.count++;
  }
  const [format] = first.keys();
  if (format === undefined || first.size > 1) {
    const found = [...first].map(([each, { file, count }]) => `${count} of format ${each} (${file})`).join(', ');
    throw new ConfigError(`${path}: found files of several formats: ${found}; expected one: name them apart by globs`);
  }
  return format;
}

/** The folders in front of the first part with a wildcard, or that part where there are none. */
function fixedPart(glob: string): string {
  const parts = glob.split('/');
  const wild = parts.findIndex((part) => /[*?{}]/.test(part));
  return wild <= 0 ? glob : parts.slice(0, wild).join('/');
}

/** The last part of a path, without its endings, as a source may be called. */
function nameOf(path: string): string {
  const last = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..').at(-1) ?? '';
  const stem = last.toLowerCase().replace(/(\.(warc|wet|jsonl|json|ndjson|csv|tsv|tab|parquet|tar|tgz|tzst|gz|zst|txt|zip|md|text))+$/, '');
  return stem.replace(/[^a-z0-9_-]+/g, '-').replace(/^[-_]+|-+$/g, '').slice(0, 60) || 'documents';
}

/** The name, or with -2, -3 behind it. A given name that is taken is refused. */
function freeName(name: string, taken: readonly string[], given: boolean): string {
  if (!taken.includes(name)) return name;
  if (given) throw new ConfigError(`${name}: found a name that another path has already, expected another name`);
  for (let number = 2; ; number++) if (!taken.includes(`${name}-${number}`)) return `${name}-${number}`;
}

function fieldsOf({ text, id, url, metadata = [], wholeRecords }: JsonFields, format: 'jsonl' | 'csv' | 'parquet'): Omit<PathSource['read'], 'format' | 'paths'> {
  const whole = wholeRecords === true && format !== 'parquet';
  return {
    ...(text === undefined ? {} : { text }), ...(id === undefined ? {} : { id }), ...(url === undefined ? {} : { url }),
    ...(metadata.length === 0 || whole ? {} : { metadata }), ...(whole ? { wholeRecords } : {}),
  };
}
