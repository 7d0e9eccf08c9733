import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourcesOfPaths } from '#src/cli/path-sources.js';
import { ConfigError } from '#src/core/errors.js';
import { quickNetwork, ScriptedServer } from '../storage/scripted-server.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'path-sources-')));
const home = process.cwd();
const many = Array.from({ length: 9 }, (_, i) => `shards/${i}.jsonl`);

beforeAll(() => {
  const files = [
    'a.jsonl', 'b.json.gz', 'c.ndjson', 'Crawl 2024.warc.wet.gz', 'old.wet', 'notes.txt', 'README', 'packages.zip', 'pages.parquet', 'pages.arrow', 'pages.warc.gz', 'pages.jsonl.zst', 'notes.txt.gz', 'notes.txt.zst', 'notes.txt.xz', 'dump.gz', 'Set.tar.gz', 'old.tgz', 'rows.csv', 'rows.tsv.gz',
    'books/one.txt', 'books/deep/two.md', 'plain/LICENSE', 'plain/AUTHORS', 'set/data.jsonl', 'set/.gitattributes', 'hidden/README', 'hidden/.git/config', 'mixed/a.jsonl', 'mixed/b.txt',
    'odd[1].txt', 'eq=x.txt', 'más/a.txt', '...', ...many,
  ];
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'x');
  }
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'lists'));
  writeFileSync(join(folder, 'lists/Shards 1.txt'), '# all of it\nshards/*.jsonl\na.jsonl\n');
  writeFileSync(join(folder, 'lists/mixed.txt'), 'a.jsonl\nnotes.txt\n');
  writeFileSync(join(folder, 'lists/none.txt'), '*.nothing\n');
  process.chdir(folder); // paths are relative to the current folder, as on any command line
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const short = async (paths: readonly string[], against: readonly string[] = []): Promise<readonly string[]> =>
  (await sourcesOfPaths(paths, against)).sources.map(({ name, read }) => `${name} ${read.format} ${read.paths.join(' ')}`);

describe('a path of the command line is a source', () => {
  test.each([
    ['a file', ['a.jsonl'], ['a jsonl a.jsonl']],
    ['a list of paths, named by its file', ['@lists/Shards 1.txt'], ['shards-1 jsonl @lists/Shards 1.txt']],
    ['a list of paths with a name', ['x=@lists/Shards 1.txt'], ['x jsonl @lists/Shards 1.txt']],
    ['compressed JSON', ['b.json.gz'], ['b jsonl b.json.gz']],
    ['JSON in Zstandard', ['pages.jsonl.zst'], ['pages jsonl pages.jsonl.zst']],
    ['another ending of JSON Lines', ['c.ndjson'], ['c jsonl c.ndjson']],
    ['a crawl, whose name becomes a valid one', ['Crawl 2024.warc.wet.gz'], ['crawl-2024 wet Crawl 2024.warc.wet.gz']],
    ['a plain crawl', ['old.wet'], ['old wet old.wet']],
    ['an archive', ['packages.zip'], ['packages zip packages.zip']],
    ['tar archives', ['Set.tar.gz', 'old.tgz'], ['set tar Set.tar.gz', 'old tar old.tgz']],
    ['CSV', ['rows.csv', 'rows.tsv.gz'], ['rows csv rows.csv', 'rows-2 csv rows.tsv.gz']],
    ['compressed text', ['notes.txt.gz', 'notes.txt.zst'], ['notes text notes.txt.gz', 'notes-2 text notes.txt.zst']],
    ['any other file: text', ['README', 'notes.txt'], ['readme text README', 'notes text notes.txt']],
    ['a glob, named by the folder in front of it', ['books/**/*.{txt,md}'], ['books text books/**/*.{txt,md}']],
    ['a glob without a folder', ['*.txt'], ['documents text *.txt']],
    ['a folder, with what is below it', ['books'], ['books text books/**']],
    ['a folder with a slash', ['./books/'], ['books text ./books/**']],
    ['an absolute folder', [join(folder, 'plain')], [`plain text ${join(folder, 'plain')}/**`]],
    ['a folder with a hidden file, by the endings of the others', ['set'], ['set jsonl set/**/*.jsonl']],
    ['a name of one\'s own', ['wiki=set', 'web=a.jsonl'], ['wiki jsonl set/**/*.jsonl', 'web jsonl a.jsonl']],
    ['one name for several paths', ['web=a.jsonl', 'web=c.ndjson'], ['web jsonl a.jsonl c.ndjson']],
    ['equal names, told apart by a number', ['a.jsonl', 'mixed/a.jsonl'], ['a jsonl a.jsonl', 'a-2 jsonl mixed/a.jsonl']],
    ['a file whose name has an equals sign', ['eq=x.txt'], ['eq-x text eq=x.txt']],
    ['a folder whose letters are no name', ['más'], ['m-s text más/**']],
    ['a file whose name has no letters', ['...'], ['documents text ...']],
    ['eight files of one folder are a source each', many.slice(0, 8), many.slice(0, 8).map((file, i) => `${i} jsonl ${file}`)],
    ['nine files of one folder are one source, at the place of the first', ['a.jsonl', ...many.slice(0, 3), 'notes.txt', ...many.slice(3)],
      ['a jsonl a.jsonl', `shards jsonl ${many.join(' ')}`, 'notes text notes.txt']],
  ])('%s', async (_, paths, expected) => expect(await short(paths)).toEqual(expected));

  test('and those under --against are sources behind them, with names of their own', async () => {
    expect(await short(['a.jsonl'], ['mixed/a.jsonl', 'books'])).toEqual(['a jsonl a.jsonl', 'a-2 jsonl mixed/a.jsonl', 'books text books/**']);
    expect((await sourcesOfPaths(['a.jsonl'], ['mixed/a.jsonl'])).against).toEqual(['a-2']);
  });

  test('with the fields of JSON that were named, and only there', async () => {
    const { sources } = await sourcesOfPaths(['a.jsonl', 'notes.txt'], [], { text: 'body.main', id: 'key', wholeRecords: true });
    expect(sources.map(({ read }) => read)).toEqual([
      { format: 'jsonl', paths: ['a.jsonl'], text: 'body.main', id: 'key', wholeRecords: true }, { format: 'text', paths: ['notes.txt'] }]);
    expect((await sourcesOfPaths(['a.jsonl'])).sources[0]!.read).toEqual({ format: 'jsonl', paths: ['a.jsonl'] });
  });
});

test('fields that go along are asked of rows alone: JSON records keep all of theirs', async () => {
  const fields = { wholeRecords: true, metadata: ['meta.lang', 'score'] };
  const { sources } = await sourcesOfPaths(['a.jsonl', 'pages.parquet', 'notes.txt'], [], fields);
  expect(sources.map(({ read }) => [read.format, read.metadata])).toEqual([['jsonl', undefined], ['parquet', ['meta.lang', 'score']], ['text', undefined]]);
  expect((await sourcesOfPaths(['a.jsonl'], [], { metadata: ['x'] })).sources[0]!.read.metadata).toEqual(['x']);
  await expect(sourcesOfPaths(['a.jsonl', 'notes.txt'], [], fields)).rejects.toThrow('--metadata meta.lang: found no input whose fields it could name, expected Parquet');
});

describe('a path is refused', () => {
  test.each([
    ['a file that is not there', ['nowhere.txt'], 'nowhere.txt: found no such file or folder, expected one to read'],
    ['a list of several formats', ['@lists/mixed.txt'], '@lists/mixed.txt: found files of several formats: 1 of format jsonl (a.jsonl), 1 of format text (notes.txt); expected one: name them apart by globs'],
    ['a list of nothing', ['@lists/none.txt'], '@lists/none.txt: found no file that its lines name, expected at least one'],
    ['a file that a list has too', ['@lists/Shards 1.txt', 'a.jsonl'], 'a.jsonl: found by @lists/Shards 1.txt and by a.jsonl, expected each file once'],
    ['a glob of nothing', ['*.nothing'], '*.nothing: found no file, expected at least one'],
    ['an empty folder', ['empty'], 'empty: found no file in this folder, expected some to read'],
    ['nothing', [''], 'found an empty path, expected a file, a folder or a glob'],
    ['a name that is none', ['Wiki=set'], 'Wiki=set: found the name "Wiki", expected lower-case letters, digits, _ and -, starting with a letter or digit'],
    ['an empty name', ['=set'], '=set: found the name "", expected lower-case letters, digits, _ and -, starting with a letter or digit'],
    ['a folder of several formats', ['mixed'], 'mixed/**: found files of several formats: 1 of format jsonl (mixed/a.jsonl), 1 of format text (mixed/b.txt); expected one: name them apart by globs'],
    ['hidden files that no glob leaves out', ['hidden'], 'hidden: found hidden files (hidden/.git/config), expected none: name the files by a glob, such as hidden/*.txt'],
    ['an Arrow file', ['pages.arrow'], 'pages.arrow: found a columnar file, expected WET, WARC, JSON Lines, CSV, tar, .txt (each plain, .gz or .zst), Parquet, zip or text'],
    ['a file compressed otherwise', ['notes.txt.xz'], 'notes.txt.xz: found a compressed file or archive, expected WET, WARC, JSON Lines, CSV, tar, .txt (each plain, .gz or .zst), Parquet, zip or text'],
    ['a compressed file that may hold anything', ['dump.gz'], 'dump.gz: found a compressed file or archive, expected WET, WARC, JSON Lines, CSV, tar, .txt (each plain, .gz or .zst), Parquet, zip or text'],
    ['a file that reads like a glob', ['odd[1].txt'], 'odd[1].txt: found a name that reads like a glob, expected one without * ? { } [ ]: name it by a glob, such as odd?1?.txt'],
    ['a file twice', ['a.jsonl', './a.jsonl'], './a.jsonl: found by a.jsonl and by ./a.jsonl, expected each file once'],
    ['a file that a folder has too', ['books', 'books/one.txt'], 'books/one.txt: found by books/** and by books/one.txt, expected each file once'],
    ['one name for two formats', ['x=a.jsonl', 'x=notes.txt'], 'x: found files of format jsonl and text, expected one format a source'],
    ['a given name that is taken', ['a.jsonl', 'a=books'], 'a: found a name that another path has already, expected another name'],
  ])('%s', async (_, paths, message) => {
    await expect(sourcesOfPaths(paths)).rejects.toThrow(new ConfigError(message));
    await expect(sourcesOfPaths(paths)).rejects.toThrow(ConfigError);
  });

  test('that is to be compared with itself', async () => {
    await expect(sourcesOfPaths(['a.jsonl'], ['a.jsonl'])).rejects.toThrow('a.jsonl: found by a.jsonl and by a.jsonl, expected each file once');
  });
});

describe('a path of another place', () => {
  test('is a local name taken literally behind path:', async () => {
    expect(await short(['path:odd[1].txt', 'books=path:eq=x.txt'])).toEqual(['odd-1 text path:odd[1].txt', 'books text path:eq=x.txt']);
  });

  test('is an address, whose format goes by its path; what is secret in it goes no further', async () => {
    const server = await ScriptedServer.start(new TextEncoder().encode('{}'));
    quickNetwork();
    const secret = server.origin.replace('//', '//me:geheim@');
    expect(await short([`${secret}/set/data.jsonl.gz?download=true&token=t`, `wiki=${secret}/w-{0..2}.wet`])).toEqual([
      `data jsonl ${server.origin}/set/data.jsonl.gz?download=true`, `wiki wet ${server.origin}/w-{0..2}.wet`,
    ]);
    await expect(short([`${server.origin}/*.jsonl`])).rejects.toThrow('found a wildcard');
    await server.stop();
  });
});
