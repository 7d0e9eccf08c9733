import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import type { Fault, Shard, Source } from '#src/core/stage.js';
import { warcSource } from '#src/stages/sources/warc.js';
import { wetSource } from '#src/stages/sources/wet.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-warc-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc');

function shardOf(bytes: Uint8Array): Shard {
  const path = join(folder, 'shard');
  writeFileSync(path, bytes);
  return { source: 'web', name: 'web/a.warc', files: [{ name: 'web/a.warc', path, bytes: bytes.length }] };
}

interface Row { readonly id: string; readonly url: string; readonly text: string; readonly offset: number; readonly inner: number; readonly metadata: string | undefined }

async function read(bytes: Uint8Array, source: Source = warcSource()): Promise<{ rows: Row[]; faults: Fault[]; shard: Shard }> {
  const shard = shardOf(bytes);
  const rows: Row[] = [];
  const faults: Fault[] = [];
  for await (const item of source.read(shard)) {
    if (item.kind === 'faults') {
      faults.push(...item.faults);
      continue;
    }
    const { batch } = item;
    for (let row = 0; row < batch.length; row++) {
      const string = (name: string): string => utf8At(columnOf(batch, name, 'utf8'), row);
      const number = (name: string): number => columnOf(batch, name, 'float64').values[row]!;
      rows.push({ id: string('id'), url: string('url'), text: documentText(batch, row), offset: number('offset'), inner: number('inner'), metadata: batch.columns.has('metadata') ? string('metadata') : undefined });
    }
  }
  for (const { reason } of faults) expect(source.reasons).toContain(reason);
  return { rows, faults, shard };
}

type Lines = readonly (readonly [name: string, value: string])[];
let count = 0;
function record(type: string, content: string | Uint8Array, lines: Lines = []): Buffer {
  const block = Buffer.from(content);
  const head = [['WARC-Type', type], ['WARC-Record-ID', `<urn:uuid:r${count++}>`], ['WARC-Target-URI', 'http://a.invalid/'], ...lines, ['Content-Length', String(block.length)]];
  return Buffer.concat([Buffer.from(`WARC/1.1\r\n${head.map(([name, value]) => `${name!}: ${value!}\r\n`).join('')}\r\n`, 'latin1'), block, Buffer.from('\r\n\r\n')]);
}
const http = (body: string | Uint8Array, lines: Lines = [['Content-Type', 'text/plain']], status = '200 OK'): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`), Buffer.from(body)]);
const response = (body: string | Uint8Array, lines?: Lines, status?: string): Buffer => record('response', http(body, lines, status), [['Content-Type', 'application/http; msgtype=response']]);
const plain = ['Content-Type', 'text/plain; charset=utf-8'] as const;
const good = (): Buffer => response('good text');
const textsOf = async (bytes: Uint8Array): Promise<string[]> => (await read(bytes)).rows.map(({ text }) => text);

describe('the warc source', () => {
  it('reads conversions, resources and responses of plain text, and finds each again', async () => {
    const parts = [
      record('warcinfo', 'software: x\r\n', [['Content-Type', 'application/warc-fields']]),
      record('request', 'GET / HTTP/1.1\r\n\r\n', [['Content-Type', 'application/http; msgtype=request']]),
      response('a response'),
      record('metadata', 'fetchTimeMs: 1\r\n', [['Content-Type', 'application/warc-fields']]),
      record('conversion', 'a conversion', [plain]),
      record('conversion', 'one without a type'),
      record('resource', 'a resource', [['Content-Type', 'Text/Plain']]),
    ];
    for (const stored of [Buffer.concat(parts), gzipSync(Buffer.concat(parts)), Buffer.concat(parts.map((part) => gzipSync(part)))]) {
      const { rows, faults, shard } = await read(stored);
      expect(faults).toEqual([]);
      expect(rows.map(({ text }) => text)).toEqual(['a response', 'a conversion', 'one without a type', 'a resource']);
      for (const { text, offset, inner } of rows) expect(Buffer.from(await warcSource().readAt(shard, offset, inner)).toString()).toBe(text);
    }
  });

  it.each<[what: string, stored: () => Buffer, reason: string, lost: boolean]>([
    ['a page of HTML', () => response('<p>', [['Content-Type', 'text/html; charset=utf-8']]), 'html-record', true],
    ['a page of XHTML', () => response('<p>', [['content-type', 'application/xhtml+xml']]), 'html-record', true],
    ['a conversion to HTML', () => record('conversion', '<p>', [['Content-Type', 'text/html']]), 'html-record', true],
    ['a picture', () => response('GIF', [['Content-Type', 'image/gif']]), 'other-content-type', true],
    ['a response without a type', () => response('?', []), 'other-content-type', true],
    ['an answer of a name server', () => record('response', 'x', [['Content-Type', 'text/dns']]), 'other-content-type', true],
    ['a page that was not there', () => response('none', undefined, '404 Not Found'), 'http-status', true],
    ['a part of a page', () => response('part', undefined, '206 Partial Content'), 'http-status', true],
    ['a response without a status', () => record('response', 'text', [['Content-Type', 'application/http']]), 'malformed-http', true],
    ['a header without an end', () => record('response', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n', [['Content-Type', 'application/http']]), 'malformed-http', true],
    ['a charset that is not read', () => response('x', [['Content-Type', 'text/plain; charset=shift_jis']]), 'unknown-charset', true],
    ['a body compressed by zstd', () => response('x', [plain, ['Content-Encoding', 'zstd']]), 'unknown-encoding', true],
    ['a body compressed five times', () => response('x', [plain, ['Content-Encoding', 'gzip,gzip,gzip,gzip,gzip']]), 'unknown-encoding', true],
    ['a body cut in its compression', () => response(gzipSync('text').subarray(0, 15), [plain, ['Content-Encoding', 'gzip']]), 'damaged-payload', true],
    ['chunks that end early', () => response('4\r\ntext\r\n8\r\nmore', [plain, ['Transfer-Encoding', 'chunked']]), 'damaged-payload', true],
    ['chunks without an end', () => response('4\r\ntext\r\n', [plain, ['Transfer-Encoding', 'chunked']]), 'damaged-payload', true],
    ['a body that is no text', () => response('a\0b'), 'binary-content', true],
    ['a page seen before', () => record('revisit', http('', []), [['Content-Type', 'application/http']]), 'revisit-record', false],
    ['the rest of a segmented record', () => record('continuation', 'rest', [plain]), 'segmented-record', true],
    ['the beginning of a segmented record', () => record('resource', 'first', [plain, ['WARC-Segment-Number', '1']]), 'segmented-record', true],
    ['a record of no known type', () => record('novelty', 'x', [plain]), 'unknown-record-type', false],
    ['no text at all', () => response(' \r\n'), 'empty-text', true],
  ])('counts %s, and reads on', async (_what, stored, reason, lost) => {
    const [first, bad, last] = [good(), stored(), good()];
    const { rows, faults } = await read(Buffer.concat([first, bad, last]));
    expect(rows).toHaveLength(2);
    expect(faults.map((fault) => [fault.reason, fault.lost, fault.offset])).toEqual([[reason, lost, first.length]]);
    expect(faults[0]!.detail).toMatch(/^found .*, expected /);
  });

  it('undoes chunks and compression, as declared or as already undone', async () => {
    const text = 'some text, '.repeat(200);
    const chunks = (body: Uint8Array, size = 7): Buffer => {
      const parts = [];
      for (let at = 0; at < body.length; at += size) parts.push(Buffer.from(`${Math.min(size, body.length - at).toString(16)};x="y"\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
      return Buffer.concat([...parts, Buffer.from('0\r\nX-Trailer: 4\r\n\r\n')]);
    };
    const bytes = Buffer.from(text);
    const chunked = ['Transfer-Encoding', 'chunked'] as const;
    const cases: readonly [body: Uint8Array, lines: Lines][] = [
      [chunks(bytes), [plain, chunked]],
      [chunks(gzipSync(bytes)), [plain, chunked, ['Content-Encoding', 'gzip']]],
      [chunks(gzipSync(bytes)), [plain, ['Transfer-Encoding', 'gzip, chunked']]],
      [gzipSync(bytes), [plain, ['Content-Encoding', 'X-GZIP']]],
      [deflateSync(bytes), [plain, ['Content-Encoding', 'deflate']]],
      [deflateRawSync(bytes), [plain, ['Content-Encoding', 'deflate']]],
      [brotliCompressSync(bytes), [plain, ['Content-Encoding', 'br']]],
      [gzipSync(brotliCompressSync(bytes)), [plain, ['Content-Encoding', 'br, gzip']]],
      [bytes, [plain, chunked, ['Content-Encoding', 'gzip']]],
      [bytes, [plain, ['Content-Encoding', 'identity']]],
    ];
    const { rows, faults } = await read(Buffer.concat(cases.map(([body, lines]) => response(body, lines))));
    expect(faults).toEqual([]);
    expect(rows.map((row) => row.text)).toEqual(cases.map(() => text));
  });

  it('inflates no body beyond the limit', async () => {
    const bomb = response(gzipSync(Buffer.alloc(64 << 20, 'a')), [plain, ['Content-Encoding', 'gzip']]);
    const { rows, faults } = await read(Buffer.concat([bomb, good()]), warcSource({ maxDocumentBytes: 1 << 20 }));
    expect(rows).toHaveLength(1);
    expect(faults.map(({ reason, offset }) => [reason, offset])).toEqual([['oversize-document', 0]]);
  });

  it('knows Latin-1 and windows-1252 by all their names, and UTF-8 where nothing is declared', async () => {
    const bytes = Buffer.from([0x93, 0x63, 0x61, 0x66, 0xe9, 0x20, 0x94, 0x80, 0x20]);
    for (const charset of ['iso-8859-1', 'ISO-8859-1', 'latin1', 'windows-1252', '"windows-1252"', 'us-ascii']) {
      expect(await textsOf(response(bytes, [['Content-Type', `text/plain;charset=${charset}`]]))).toEqual(['“café ”€ ']);
    }
    expect(await textsOf(response('café', [['Content-Type', 'text/plain']]))).toEqual(['café']);
    const { rows, faults } = await read(response(bytes));
    expect(rows.map(({ text }) => text)).toEqual(['\ufffdcaf\ufffd \ufffd\ufffd ']);
    expect(faults.map(({ reason, lost }) => [reason, lost])).toEqual([['invalid-utf8', false]]);
  });

  it('keeps what a crawler cut, and says so', async () => {
    const { rows, faults } = await read(record('response', http('the beginning'), [['Content-Type', 'application/http; msgtype=response'], ['WARC-Truncated', 'length']]));
    expect(rows.map(({ text }) => text)).toEqual(['the beginning']);
    expect(faults.map(({ reason, lost }) => [reason, lost])).toEqual([['truncated-payload', false]]);
  });

  it('fails on a file of HTML alone, with what to use instead', async () => {
    const page = (): Buffer => response('<p>', [['Content-Type', 'text/html']]);
    await expect(read(Buffer.concat([page(), page()]))).rejects.toThrow(ShardError);
    await expect(read(Buffer.concat([page(), page()]))).rejects.toThrow('found 2 HTML responses and no text, expected records of plain text: extraction of text from HTML is not part of this; use WET files');
    await expect(read(readFileSync(fixture))).rejects.toThrow(/found \d HTML responses/);
    expect((await read(Buffer.concat([page(), good()]))).rows).toHaveLength(1);
  });

  it.each([['wet', wetSource], ['warc', warcSource]] as const)('%s refuses a dictionary of Zstandard, as web archives have it, by name', async (_name, make) => {
    const dictionary = Buffer.concat([Buffer.from('5d2a4d1804000000', 'hex'), Buffer.from('dict'), Buffer.from('28b52ffd', 'hex')]);
    await expect(read(dictionary, make())).rejects.toThrow('found a Zstandard dictionary at byte 0, as .warc.zst files of web archives have, which is not read');
  });

  it('reads genuine WET files as the wet source does', async () => {
    const bytes = readFileSync(`${fixture}.wet`);
    expect((await read(bytes)).rows).toEqual((await read(bytes, wetSource())).rows);
  });

  it.each([['wet', wetSource], ['warc', warcSource]] as const)('%s carries header fields along under the names as asked for', async (_name, make) => {
    const stored = Buffer.concat([
      record('conversion', 'one', [plain, ['WARC-Refers-To', '<urn:uuid:x>'], ['warc-refers-to', 'second'], ['X-Note', 'folded\r\n  value']]),
      record('conversion', 'two', [plain]),
      record('conversion', 'three', [plain, ['X-Note', 'caf\u00e9']]), // Latin-1 in the file
    ]);
    const { rows } = await read(stored, make({ metadata: ['Warc-Refers-To', 'X-Note', 'X-None'] }));
    expect(rows.map(({ metadata }) => metadata)).toEqual([JSON.stringify({ 'Warc-Refers-To': '<urn:uuid:x>', 'X-Note': 'folded value' }), '', JSON.stringify({ 'X-Note': 'café' })]);
    expect((await read(stored, make())).rows.map(({ metadata }) => metadata)).toEqual([undefined, undefined, undefined]);
  });

  it.each([['wet', wetSource], ['warc', warcSource]] as const)('%s takes header values in Latin-1 for what they are, and addresses out of brackets', async (_name, make) => {
    const stored = Buffer.from('WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: <http://caf\xe9/>\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx\r\n\r\n', 'latin1');
    expect((await read(stored, make())).rows.map(({ url }) => url)).toEqual(['http://café/']);
  });
});
