import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDocumentFiles, readDocuments } from '#src/cli/document-files.js';
import { columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import { ConfigError } from '#src/core/errors.js';
import { tarFile } from '../stages/sources/tar-writer.js';
import { wetShard, zip } from '../promises/support/corpus.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'document files ')));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = ['first page', 'second page'].map((text, i) => ({ uri: `https://page.invalid/${i}`, text }));
const line = JSON.stringify({ id: 'a', text: 'of text', body: { main: 'of body' } });
beforeAll(async () => {
  mkdirSync(join(folder, 'books/deep'), { recursive: true });
  writeFileSync(join(folder, 'crawl.warc.wet.gz'), wetShard('crawl', pages, true));
  writeFileSync(join(folder, 'crawl.wet'), wetShard('crawl', pages, false));
  writeFileSync(join(folder, 'pages.JSONL'), `${line}\nnot json\n`);
  writeFileSync(join(folder, 'pages.json.gz'), gzipSync(`${line}\n`));
  writeFileSync(join(folder, 'pages.ndjson'), `${line}\n`);
  writeFileSync(join(folder, 'notes.txt.gz'), gzipSync('a note'));
  writeFileSync(join(folder, 'notes.txt.xz'), 'a note');
  writeFileSync(join(folder, 'rows.tsv'), 'id\ttext\n7\ta row\n');
  writeFileSync(join(folder, 'notes.tar.gz'), gzipSync(tarFile({ name: 'in/one.txt', content: 'a file of tar' })));
  writeFileSync(join(folder, 'books/one.txt'), 'a book');
  writeFileSync(join(folder, 'books/deep/two.md'), 'another book');
  await zip(join(folder, 'books.zip'), [['in/one.txt', 'zipped'], ['two.txt', 'also zipped']]);
});

interface Read {
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly faults: readonly string[];
}

async function read(globs: readonly string[], text?: string): Promise<Read> {
  const [texts, ids, faults]: [string[], string[], string[]] = [[], [], []];
  const batches = readDocuments(globs.map((glob) => join(folder, glob)), {
    source: 's', text, onFault: (file, { reason }) => faults.push(`${file.slice(folder.length + 1)}: ${reason}`),
  });
  for await (const batch of batches) {
    for (let row = 0; row < batch.length; row++) {
      texts.push(documentText(batch, row).trim());
      ids.push(utf8At(columnOf(batch, 'id', 'utf8'), row).replace(`${folder}/`, ''));
    }
  }
  return { texts, ids, faults };
}

describe('documents of files', () => {
  test.each([
    ['WET, compressed', 'crawl.warc.wet.gz', ['first page', 'second page']],
    ['WET, plain', 'crawl.wet', ['first page', 'second page']],
    ['JSONL, compressed', 'pages.json.gz', ['of text']],
    ['JSONL by its other name', 'pages.ndjson', ['of text']],
    ['zip', 'books.zip', ['zipped', 'also zipped']],
    ['tar, compressed', 'notes.tar.gz', ['a file of tar']],
    ['rows between tabs', 'rows.tsv', ['a row']],
    ['text, compressed', 'notes.txt.gz', ['a note']],
    ['text of any other name', 'books/deep/two.md', ['another book']],
  ])('are read by the name of the file: %s', async (_, glob, texts) => expect(await read([glob])).toMatchObject({ texts, faults: [] }));

  test('come in the order of the files\' names, each once, whatever globs name them', async () => {
    const both = await read(['books/**', 'books/one.txt']);
    expect(both.texts).toEqual(['another book', 'a book']);
    expect(both.ids).toEqual(['books/deep/two.md', 'books/one.txt']);
    expect(await read(['books/one.txt', 'books/deep/*'])).toEqual(both);
  });

  test('of JSONL are in the field that is named, and lost records are told', async () => {
    expect(await read(['pages.JSONL'], 'body.main')).toEqual({ texts: ['of body'], ids: ['a'], faults: ['pages.JSONL: invalid-json'] });
    expect((await read(['pages.JSONL'], 'missing')).faults).toEqual(['pages.JSONL: no-text', 'pages.JSONL: invalid-json']);
  });

  test.each([
    ['a glob that matches nothing', 'none/*.txt', /none\/\*\.txt: found no file, expected at least one/],
    ['a file that is not there', 'none.txt', /none\.txt: found no such file/],
    ['a folder', 'books', /books: found something that is not a file, expected one to read \(or a glob such as .*books\/\*\*\)/],
    ['a format that is not read', 'notes.txt.xz', /notes\.txt\.xz: found a compressed file or archive, expected WET, WARC, JSON Lines/],
    ['a glob that is not understood', 'books/[ab]*', /found \[/],
  ])('%s is refused before anything is read', async (_, glob, message) => {
    await expect(findDocumentFiles([join(folder, 'books/one.txt'), join(folder, glob)])).rejects.toThrow(message);
    await expect(findDocumentFiles([join(folder, glob)])).rejects.toThrow(ConfigError);
    await expect(read(['books/one.txt', glob])).rejects.toThrow(ConfigError);
  });
});
