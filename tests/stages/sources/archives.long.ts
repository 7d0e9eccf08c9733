/** Archives of other programs: Python's tarfile, zipfile and csv, GNU tar and Info-ZIP write them, and what they read in them is what the sources read. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Source } from '#src/core/stage.js';
import { csvSource } from '#src/stages/sources/csv.js';
import { tarSource } from '#src/stages/sources/tar.js';
import { zipSource } from '#src/stages/sources/zip.js';
import { PythonOracle } from '../../python-oracle.js';
import { readShard, type ReadFile } from './read-source.js';

const oracle = new PythonOracle();
const folder = mkdtempSync(join(tmpdir(), 'sluice-archives-'));
afterAll(() => {
  oracle.remove();
  rmSync(folder, { recursive: true });
});

function readFile(source: Source, name: string): Promise<ReadFile> {
  const path = join(folder, name);
  return readShard(source, { source: 'data', name, files: [{ name, path, bytes: statSync(path).size }] }, 20);
}

interface Made {
  readonly file: string;
  /** Names and texts, as Python reads them. */
  readonly files: readonly (readonly [name: string, text: string])[];
}

const TAR = `
import io, json, random, sys, tarfile
folder = json.load(open(sys.argv[1]))['folder']
random.seed(3)
made = []
for form in ('USTAR_FORMAT', 'GNU_FORMAT', 'PAX_FORMAT'):
  for mode, ending in (('w', 'tar'), ('w:gz', 'tar.gz')):
    file = f'{form}.{ending}'
    with tarfile.open(f'{folder}/{file}', mode, format=getattr(tarfile, form), encoding='utf-8') as archive:
      for i in range(150):
        parts = [''.join(random.choices('abcdefgh_-. é', k=random.choice((1, 8, 30)))).strip() or 'x' for _ in range(random.choice((1, 2, 4)))]
        name = '/'.join(f'{i}{part}' for part in parts)
        if form == 'USTAR_FORMAT': name = name[-60:].lstrip('/')
        elif i % 10 == 0: name = 'long/' * 40 + name
        info = tarfile.TarInfo(name)
        info.mtime = random.random() * 1e9 if form == 'PAX_FORMAT' else 1
        info.uname = 'ü' * 20
        kind = random.randrange(8)
        if kind == 0: info.type = tarfile.DIRTYPE
        elif kind == 1: info.type, info.linkname = tarfile.SYMTYPE, 'a' * random.choice((3, 150 if form != 'USTAR_FORMAT' else 9))
        elif kind == 2: info.type = tarfile.FIFOTYPE
        if kind > 2:
          text = ('%d ' % i + 'word ' * random.choice((0, 1, 100, 102, 2000))).encode()
          info.size = len(text)
          archive.addfile(info, io.BytesIO(text))
        else: archive.addfile(info)
    with tarfile.open(f'{folder}/{file}', encoding='utf-8') as archive:
      made.append({'file': file, 'files': [[entry.name, archive.extractfile(entry).read().decode()] for entry in archive if entry.isreg()]})
print(json.dumps(made))
`;

const ZIP = `
import json, random, sys, zipfile
folder = json.load(open(sys.argv[1]))['folder']
made = []
def make(file, entries, **options):
  with zipfile.ZipFile(f'{folder}/{file}', 'w', **options) as archive:
    for name, text in entries:
      with archive.open(zipfile.ZipInfo(name), 'w', force_zip64='64' in file) as entry: entry.write(text.encode())
  with zipfile.ZipFile(f'{folder}/{file}') as archive:
    made.append({'file': file, 'files': [[info.filename, archive.read(info).decode()] for info in archive.infolist() if not info.is_dir()]})
some = [(f'd{i % 7}/{i} é.txt', f'text {i} ' * (i % 50 + 1)) for i in range(300)]
make('plain.zip', some)
make('deflated.zip', some, compression=zipfile.ZIP_DEFLATED)
make('forced64.zip', some, compression=zipfile.ZIP_DEFLATED)
make('many.zip', [(f'{i}.txt', str(i)) for i in range(66_000)])
print(json.dumps(made))
`;

const CSV = `
import csv, json, random, sys
folder = json.load(open(sys.argv[1]))['folder']
random.seed(5)
made = []
for number, (delimiter, quoting, end) in enumerate([(d, q, e) for d in ',;\\t|' for q in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC) for e in ('\\n', '\\r\\n')]):
  file = f'{number}.csv'
  rows = [[str(i), 'text ' + ''.join(random.choices('ab ,;|\\t"\\né', k=random.randrange(60))) + '.'] for i in range(300)]
  with open(f'{folder}/{file}', 'w', newline='', encoding='utf-8-sig' if number % 2 else 'utf-8') as out:
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(['id', 'text'])
    writer.writerows(rows)
  with open(f'{folder}/{file}', newline='', encoding='utf-8-sig') as back:
    made.append({'file': file, 'delimiter': delimiter, 'files': [[row['id'], row['text']] for row in csv.DictReader(back, delimiter=delimiter)]})
print(json.dumps(made))
`;

const filled = (files: Made['files']): Made['files'] => files.filter(([, text]) => text.trim() !== '');

describe('archives of Python', () => {
  test('tar, of every format, is read as it reads it', async (context) => {
    const missing = await oracle.find();
    if (missing !== undefined) context.skip(missing);
    for (const { file, files } of await oracle.ask(TAR, { folder }) as readonly Made[]) {
      const { documents, faults } = await readFile(tarSource(), file);
      expect(documents.map(({ id, text }) => [id.slice(`${file}!/`.length), text]), file).toEqual(filled(files));
      expect([...new Set(faults.map(({ reason }) => reason))].sort(), file).toEqual(['link', 'special-file']);
    }
  });

  test('zip, with zip64 and with more entries than 65,535, is read as it reads it', async (context) => {
    const missing = await oracle.find();
    if (missing !== undefined) context.skip(missing);
    for (const { file, files } of await oracle.ask(ZIP, { folder }) as readonly Made[]) {
      const { documents, faults } = await readFile(zipSource(), file);
      expect(documents.map(({ id, text }) => [id.slice(`${file}!/`.length), text]), file).toEqual(filled(files));
      expect(faults, file).toEqual([]);
    }
  });

  test('CSV, of every dialect, is read as it reads it', async (context) => {
    const missing = await oracle.find();
    if (missing !== undefined) context.skip(missing);
    for (const { file, files, delimiter } of await oracle.ask(CSV, { folder }) as readonly (Made & { readonly delimiter: string })[]) {
      const { documents, faults } = await readFile(csvSource({ text: 'text', delimiter }), file);
      expect(documents.map(({ id, text }) => [id, text]), file).toEqual(files);
      expect(faults, file).toEqual([]);
    }
  });
});

/** A folder of files that archivers find hard, made once. */
function tree(): string {
  const root = join(folder, 'tree');
  if (existsSync(root)) return root;
  mkdirSync(join(root, 'd/deep'), { recursive: true });
  writeFileSync(join(root, 'd/a.txt'), 'a text\n');
  writeFileSync(join(root, `d/${'long-name-'.repeat(20)}.txt`), 'under a long name');
  writeFileSync(join(root, 'd/deep/naïve.txt'), 'é'.repeat(5000));
  writeFileSync(join(root, 'd/holes.bin'), 'start');
  truncateSync(join(root, 'd/holes.bin'), 300_000);
  symlinkSync('a.txt', join(root, 'd/link'));
  return root;
}

const TEXTS = ['a text\n', 'under a long name', 'é'.repeat(5000)].sort();

test('GNU tar of every format and compression is read', async (context) => {
  if (spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU tar') !== true) context.skip('no GNU tar here');
  const root = tree();
  for (const format of ['gnu', 'oldgnu', 'pax', 'posix']) {
    for (const [ending, options] of [['tar', []], ['tgz', ['-z']], ['sparse.tar', ['--sparse']], ['tar.zst', ['--zstd']]] as const) {
      const file = `${format}.${ending}`;
      try {
        execFileSync('tar', [`--format=${format}`, ...options, '-cf', join(folder, file), '-C', root, '.'], { stdio: 'pipe' });
      } catch (error) {
        if (ending === 'tar.zst') continue; // no zstd for it to call
        throw error;
      }
      const { texts, reasons } = await readFile(tarSource(), file);
      expect([...texts].sort(), file).toEqual(TEXTS);
      expect([...reasons].sort(), file).toEqual(['link', ending === 'sparse.tar' ? 'sparse' : 'binary-content'].sort());
    }
  }
});

test('Info-ZIP, streamed, with links and with a password, is read', async (context) => {
  if (spawnSync('zip', ['-v']).error !== undefined) context.skip('no Info-ZIP here');
  const root = tree();
  const zip = (file: string, ...options: readonly string[]): Promise<ReadFile> => {
    rmSync(join(folder, file), { force: true });
    execFileSync('zip', ['-q', ...options, '-r', join(folder, file), '.'], { cwd: root });
    return readFile(zipSource(), file);
  };
  const plain = await zip('info.zip', '-y');
  expect([...plain.texts].sort()).toEqual(TEXTS);
  expect([...plain.reasons].sort()).toEqual(['binary-content', 'link']);
  expect([...new Set((await zip('secret.zip', '-P', 'password')).reasons)]).toEqual(['encrypted']);
  expect([...(await zip('zip64.zip', '-fz', '-y')).texts].sort()).toEqual(TEXTS);
  const streamed = execFileSync('sh', ['-c', 'printf "from a pipe" | zip -q - -'], { cwd: root });
  writeFileSync(join(folder, 'streamed.zip'), streamed);
  expect((await readFile(zipSource(), 'streamed.zip')).texts).toEqual(['from a pipe']);
  expect(readFileSync(join(folder, 'streamed.zip'))[6]! & 8).toBe(8); // sizes stand behind the content
});
