import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { gzipMember } from '#src/formats/gzip-member.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { csvSource, type CsvSourceOptions } from '#src/stages/sources/csv.js';
import { readShard, shardOf, type ReadFile } from './read-source.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string | Uint8Array, options: Partial<CsvSourceOptions> = {}, name = 'a.csv'): Promise<ReadFile> =>
  readShard(csvSource({ text: 'text', ...options }), shardOf(folder, name, Buffer.from(content as string)));

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

describe('csvSource', () => {
  it('makes one document a row, with the id, URL and metadata of its columns, and the place of the row', async () => {
    const { documents, faults } = await read('id,url,text,lang,n\n7,http://a/,first,en,1\n,,"second, with ""quotes""\nand a line",de,2\n', { metadata: ['lang', 'n', 'missing'] });
    expect(documents).toEqual([
      { id: '7', url: 'http://a/', offset: 19, inner: 0, text: 'first', metadata: '{"lang":"en","n":"1"}' },
      { id: 'a.csv@42', url: '', offset: 42, inner: 0, text: 'second, with "quotes"\nand a line', metadata: '{"lang":"de","n":"2"}' },
    ]);
    expect(faults).toEqual([]);
  });

  it.each<[string, string, Partial<CsvSourceOptions>, string]>([
    ['line ends of Windows', 'text,b\r\n"x",1\r\ny,2\r\n', {}, 'a.csv'],
    ['a byte order mark and a quoted first row', '\ufeff"text","b"\nx,1\ny,2', {}, 'a.csv'],
    ['no line end behind the last row', 'b,text\n1,x\n2,"y"', {}, 'a.csv'],
    ['empty lines', '\n\ntext\n\nx\n\r\ny\n\n', {}, 'a.csv'],
    ['tabs by the name', 'text\tb\nx\t"1,2"\ny\t2', {}, 'a.tsv'],
    ['a delimiter that was given', 'text;b\nx;1\ny;2', { delimiter: ';' }, 'a.csv'],
  ])('reads %s', async (_, content, options, name) => {
    expect(await read(content, options, name)).toMatchObject({ texts: ['x', 'y'], faults: [] });
  });

  it('takes a quote inside a field as a character', async () => {
    expect((await read('text,b\na 5" disk,1\nsay ""hi"",2\n')).texts).toEqual(['a 5" disk', 'say ""hi""']);
  });

  it.each<[string, string, string, number, number]>([
    ['fewer fields', 'x', 'ragged-row', 12, 1],
    ['more fields', 'x,1,2', 'ragged-row', 12, 5],
    ['something behind a closing quote', '"x"y,1', 'invalid-quote', 12, 7],
    ['a quote that nobody closes', '"x,1', 'unclosed-quote', 12, 5],
    ['a NUL', 'a\0b,1', 'binary-content', 12, 5],
    ['a row longer than the limit', `${'x'.repeat(80)},1`, 'oversize-row', 12, 83],
    ['a field in quotes longer than the limit', `"${'x'.repeat(80)}`, 'unclosed-quote', 12, 82],
  ])('drops a row with %s, says why and where, and reads the next line', async (_, row, reason, offset, bytes) => {
    const { texts, faults } = await read(`text,b\ny,2\n\n${row}\nz,3\n`, { maxRowBytes: 60 });
    expect(texts).toEqual(['y', 'z']);
    expect(faults).toMatchObject([{ reason, offset, inner: 0, bytes, lost: true }]);
  });

  it('reads on at the next line behind a quote that is closed by that of a later row', async () => {
    const { texts, faults } = await read('text,b\n"open,1\nx,2\n"y",3\nz,4\n');
    expect(texts).toEqual(['x', 'y', 'z']);
    expect(faults).toMatchObject([{ reason: 'invalid-quote', offset: 7 }]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['lacks the column of the text', 'id,body\n1,x\n', /a\.csv: found the columns "id", "body" in the first row, expected "text" among them/],
    ['has it twice', 'text,text\n1,x\n', /found two columns "text"/],
    ['is UTF-16', Buffer.from('\ufefftext\nx\n', 'utf16le'), /found UTF-16/],
    ['has a first row that does not end', '"text,b\nx,1', /first row: found no end of a quoted field/],
    ['has a first row beyond the limit', `text,${'x'.repeat(80)}\nx,1`, /first row: found a row of more bytes/],
  ])('fails a file that %s', async (_, content, message) => {
    await expect(read(content, { maxRowBytes: 60 })).rejects.toThrow(message);
  });

  it('reads compressed files, rows over members included, and finds them again', async () => {
    await loadZstd();
    const rows = Array.from({ length: 200 }, (_, i) => `${i},"row ${i}\nof text ""${'w '.repeat(i)}"""\n`);
    const plain = Buffer.from(`id,text\n${rows.join('')}`);
    const texts = rows.map((_, i) => `row ${i}\nof text "${'w '.repeat(i)}"`);
    const cut = 5000;
    const members = Buffer.concat([gzipMember(plain.subarray(0, cut), 6), gzipMember(plain.subarray(cut), 6)]);
    const frames = Buffer.concat([zstdFrame(plain.subarray(0, cut), 3), zstdFrame(plain.subarray(cut), 3)]);
    for (const [name, content] of [['a.csv.gz', gzipSync(plain)], ['a.csv.gz', members], ['a.csv.zst', frames]] as const) expect(await read(content, {}, name)).toMatchObject({ texts, faults: [] });
  });

  it('loses a damaged member and the line behind it, and says so', async () => {
    const member = (from: number): Uint8Array => gzipMember(Buffer.from(Array.from({ length: 5 }, (_, i) => `row ${from + i},1\n`).join('')), 6);
    const damaged = Buffer.from(member(5));
    damaged[14]! ^= 0xff;
    const { texts, reasons } = await read(Buffer.concat([gzipMember(Buffer.from('text,b\n'), 6), member(0), damaged, member(10), member(15)]), {}, 'a.csv.gz');
    expect(reasons).toEqual(['damaged-gzip', 'interrupted-row']);
    expect(texts).toEqual([0, 1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((i) => `row ${i}`));
  });

  it('reads what csv-parse reads, whatever the fields hold', async () => {
    const value = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', '\n', '\r\n', ';', 'é'), maxLength: 12 });
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(value, value), { maxLength: 12 }), async (rows) => {
      const csv = `x,text\n${rows.map(([x, text]) => `${quoted(x)},${/["\n\r,]/.test(text) ? quoted(text) : text}\n`).join('')}`;
      const theirs = (parse(csv, { columns: true }) as { text: string }[]).map(({ text }) => text);
      expect(theirs).toEqual(rows.map(([, text]) => text));
      const { texts, reasons } = await read(csv);
      expect(texts).toEqual(theirs.filter((text) => text.trim() !== ''));
      expect(reasons).toEqual(theirs.filter((text) => text.trim() === '').map(() => 'empty-text'));
    }), { numRuns: 60 });
  });
});
