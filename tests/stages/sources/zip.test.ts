import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile, type Options } from 'yazl';
import { columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import { ConfigError, ShardError } from '#src/core/errors.js';
import type { Fault, Shard } from '#src/core/stage.js';
import { zipSource, type ZipSourceOptions } from '#src/stages/sources/zip.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-zip-')); });
afterEach(() => rmSync(folder, { recursive: true }));

type Entry = readonly [name: string, content: string | Buffer, options?: Partial<Options> & { readonly mode?: number }];

/** An archive by an independent writer. */
async function archive(entries: readonly Entry[], end: { readonly forceZip64Format?: boolean; readonly comment?: string } = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content, options] of entries) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name);
    else zip.addBuffer(Buffer.from(content as string), name, { mtime: new Date(2024, 0, 1), ...options });
  }
  zip.end({ forceZip64Format: false, comment: '', ...end });
  return buffer(zip.outputStream);
}

function shardOf(bytes: Buffer): Shard {
  const path = join(folder, 'a.zip');
  writeFileSync(path, bytes);
  return { source: 'code', name: 'code/a.zip', files: [{ name: 'code/a.zip', path, bytes: bytes.length }] };
}

async function readAll(bytes: Buffer, options: ZipSourceOptions = {}) {
  const shard = shardOf(bytes);
  const source = zipSource(options);
  const documents: { id: string; offset: number; text: string }[] = [];
  const faults: Fault[] = [];
  for await (const item of source.read(shard)) {
    if (item.kind === 'faults') faults.push(...item.faults);
    else {
      for (let row = 0; row < item.batch.length; row++) {
        const offset = columnOf(item.batch, 'offset', 'float64').values[row]!;
        const text = documentText(item.batch, row);
        documents.push({ id: utf8At(columnOf(item.batch, 'id', 'utf8'), row), offset, text });
        expect(Buffer.from(await source.readAt(shard, offset, 0)).toString()).toBe(text);
      }
    }
  }
  expect(readdirSync(folder)).toEqual(['a.zip']); // nothing was unpacked
  for (const { reason } of faults) expect(source.reasons).toContain(reason);
  return { documents, faults, reasons: faults.map(({ reason }) => reason), texts: documents.map(({ text }) => text) };
}

/** Byte positions of an entry's local header and of its header in the directory. */
function headersOf(bytes: Buffer, name: string): { local: number; central: number } {
  return { local: bytes.indexOf(name) - 30, central: bytes.lastIndexOf(name) - 46 };
}

function contentOf(bytes: Buffer, name: string): number {
  const { local } = headersOf(bytes, name);
  return local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
}

function rename(bytes: Buffer, from: string, to: string): Buffer {
  expect(to.length).toBe(from.length);
  const { local, central } = headersOf(bytes, from);
  bytes.write(to, local + 30, 'latin1');
  bytes.write(to, central + 46, 'latin1');
  return bytes;
}

const GOOD: Entry = ['good.txt', 'good'];

describe('zipSource', () => {
  it('makes one document an entry, in the order of the archive, and none of folders', async () => {
    const bytes = await archive([['b/', ''], ['b/z.txt', 'first'], ['a.txt', 'second \u00e9', { compress: false }], ['empty.txt', '']]);
    const { documents, faults } = await readAll(bytes);
    expect(documents).toEqual([
      { id: 'code/a.zip!/b/z.txt', offset: headersOf(bytes, 'b/z.txt').local, text: 'first' },
      { id: 'code/a.zip!/a.txt', offset: headersOf(bytes, 'a.txt').local, text: 'second \u00e9' },
    ]);
    expect(faults.map(({ reason, offset }) => [reason, offset])).toEqual([['empty-text', headersOf(bytes, 'empty.txt').local]]);
  });

  it('keeps what include matches and exclude does not, without a fault for the rest', async () => {
    const bytes = await archive([['a.js', 'js'], ['b/c.ts', 'ts'], ['b/c.d.ts', 'types'], ['LICENSE', 'licence']]);
    const { texts, faults } = await readAll(bytes, { include: ['**/*.{js,ts}'], exclude: ['**/*.d.ts'] });
    expect([texts, faults]).toEqual([['js', 'ts'], []]);
    expect(() => zipSource({ include: ['[a]'] })).toThrow(ConfigError);
  });

  it.each([
    ['aa/x', '../x'], ['aa/bb/cc', 'aa/../cc'], ['xetc', '/etc'], ['axb.txt', 'a\\b.txt'], ['cx/y', 'c:/y'], ['axb', 'a\0b'],
  ])('refuses an entry named as %s patched to %j, whatever include says', async (from, to) => {
    const bytes = rename(await archive([[from, 'bad'], GOOD]), from, to);
    const { reasons, texts, faults } = await readAll(bytes, { include: ['good*'] });
    expect([reasons, texts]).toEqual([['unsafe-name'], ['good']]);
    expect(faults[0]!.offset).toBe(0);
    expect(faults[0]!.detail).toContain(JSON.stringify(to));
  });

  it('reads entries named as properties of objects, and tells entries of one name apart', async () => {
    const bytes = await archive([['__proto__', 'one'], ['constructor', 'two'], ['same', 'three'], ['same', 'four']]);
    const { documents } = await readAll(bytes);
    expect(documents.map(({ id, text }) => [id, text])).toEqual([
      ['code/a.zip!/__proto__', 'one'], ['code/a.zip!/constructor', 'two'], ['code/a.zip!/same', 'three'],
      [`code/a.zip!/same@${documents[3]!.offset}`, 'four'],
    ]);
  });

  it('drops an honest bomb of 1,000 to 1 by its declared size', async () => {
    const { reasons, texts } = await readAll(await archive([['bomb.txt', Buffer.alloc(8 << 20, 'a')], GOOD]));
    expect([reasons, texts]).toEqual([['bomb'], ['good']]);
  });

  it('reads what packs so well where the user raises the ratio and the size of documents', async () => {
    const bytes = await archive([['bomb.txt', Buffer.alloc(20 << 20, 'a')], GOOD]);
    expect((await readAll(bytes, { maxRatio: 2000 })).reasons).toEqual(['oversize-document']);
    const { reasons, texts } = await readAll(bytes, { maxRatio: 2000, maxDocumentBytes: 32 << 20 });
    expect([reasons, texts.map(({ length }) => length)]).toEqual([[], [20 << 20, 4]]);
  });

  it('stops inflating at the declared size when an entry holds more', async () => {
    const bytes = await archive([['bomb.txt', Buffer.alloc(8 << 20, 'a')], GOOD]);
    const { local, central } = headersOf(bytes, 'bomb.txt');
    for (const at of [local + 22, central + 24]) bytes.writeUInt32LE(100_000, at);
    const { reasons, texts, faults } = await readAll(bytes);
    expect([reasons, texts]).toEqual([['bomb'], ['good']]);
    expect(faults[0]!.detail).toContain('more than the 100000 bytes declared');
  });

  it('drops an entry that declares more than it holds', async () => {
    const bytes = await archive([['short.txt', 'short'], GOOD]);
    const { local, central } = headersOf(bytes, 'short.txt');
    for (const at of [local + 22, central + 24]) bytes.writeUInt32LE(6, at);
    expect(await readAll(bytes)).toMatchObject({ reasons: ['damaged-entry'], texts: ['good'] });
  });

  it('drops entries that share bytes, as an overlapping bomb does', async () => {
    const bytes = await archive([['one.txt', 'some text that is here'], ['two.txt', 'other text'], GOOD]);
    bytes.writeUInt32LE(headersOf(bytes, 'one.txt').local, headersOf(bytes, 'two.txt').central + 42);
    expect((await readAll(bytes)).reasons).toContain('bomb');
  });

  it('drops larger documents without inflating them and keeps one of exactly the largest size', async () => {
    const bytes = await archive([['a', 'x'.repeat(101)], ['b', 'y'.repeat(100)]]);
    expect(await readAll(bytes, { maxDocumentBytes: 100 })).toMatchObject({ reasons: ['oversize-document'], texts: ['y'.repeat(100)] });
  });

  it.each([['both headers', true, true], ['the directory', false, true], ['the local header', true, false]])('drops an entry that %s mark as encrypted', async (_, inLocal, inCentral) => {
    const bytes = await archive([['secret', 'secret'], GOOD]);
    const { local, central } = headersOf(bytes, 'secret');
    if (inLocal) bytes[local + 6]! |= 1;
    if (inCentral) bytes[central + 8]! |= 1;
    expect(await readAll(bytes)).toMatchObject({ reasons: ['encrypted'], texts: ['good'] });
  });

  it('drops a compression method that it does not know', async () => {
    const bytes = await archive([['odd', 'odd'], GOOD]);
    const { local, central } = headersOf(bytes, 'odd');
    for (const at of [local + 8, central + 10]) bytes.writeUInt16LE(14, at);
    expect(await readAll(bytes)).toMatchObject({ reasons: ['unsupported-method'], texts: ['good'] });
  });

  it.each([['deflated', true], ['stored', false]])('drops a %s entry whose checksum differs', async (_, compress) => {
    const bytes = await archive([['bad', 'content', { compress }], GOOD]);
    const { local, central } = headersOf(bytes, 'bad');
    for (const at of [local + 14, central + 16]) bytes[at]! ^= 1;
    expect(await readAll(bytes)).toMatchObject({ reasons: ['bad-crc'], texts: ['good'] });
  });

  it('drops an entry whose bytes were flipped or whose local header is gone', async () => {
    const bytes = await archive([['flipped', 'x'.repeat(50), { compress: false }], ['deflated', 'x'.repeat(50)], ['gone', 'gone'], GOOD]);
    bytes[contentOf(bytes, 'flipped') + 20]! ^= 1;
    bytes[contentOf(bytes, 'deflated')]! = 0xff; // a block of type 3, which deflate does not have
    bytes[headersOf(bytes, 'gone').local]! ^= 1;
    expect(await readAll(bytes)).toMatchObject({ texts: ['good'], reasons: ['bad-crc', 'damaged-entry', 'damaged-entry'] });
  });

  it('verifies entries with a data descriptor too', async () => {
    const zip = new ZipFile();
    const { Readable } = await import('node:stream');
    zip.addReadStream(Readable.from(['streamed content']), 'streamed.txt', { mtime: new Date(2024, 0, 1) });
    zip.end();
    const bytes = await buffer(zip.outputStream);
    expect(bytes[6]! & 8).toBe(8);
    expect((await readAll(bytes)).texts).toEqual(['streamed content']);
    bytes[headersOf(bytes, 'streamed.txt').central + 16]! ^= 1;
    expect((await readAll(bytes)).reasons).toEqual(['bad-crc']);
  });

  it('drops nested archives and binary content, and repairs what is not UTF-8', async () => {
    const nested = await archive([GOOD]);
    const { reasons, texts } = await readAll(await archive([['inner.zip', nested], ['nul', 'a\0'], ['latin1.txt', Buffer.from([0x61, 0xe9])]]));
    expect([reasons, texts]).toEqual([['nested-archive', 'binary-content', 'invalid-utf8'], ['a\ufffd']]);
  });

  it('drops symbolic links', async () => {
    expect(await readAll(await archive([['link', '/etc/passwd', { mode: 0o120777 }], GOOD]))).toMatchObject({ reasons: ['link'], texts: ['good'] });
  });

  it('reads zip64 archives and refuses one whose end records were moved', async () => {
    const bytes = await archive([['a', 'one', { forceZip64Format: true }], GOOD], { forceZip64Format: true });
    expect((await readAll(bytes)).texts).toEqual(['one', 'good']);
    bytes[bytes.length - 22 - 20 + 8]! ^= 1;
    await expect(readAll(bytes)).rejects.toThrow(ShardError);
  });

  it('reads an archive with a comment and an empty one', async () => {
    expect((await readAll(await archive([GOOD], { comment: 'c'.repeat(60_000) }))).texts).toEqual(['good']);
    expect(await readAll(await archive([]))).toMatchObject({ texts: [], reasons: [] });
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['is empty', () => Buffer.alloc(0)],
    ['is no archive', () => Buffer.from('hello '.repeat(100))],
    ['ends in its directory', (bytes) => bytes.subarray(0, bytes.length - 30)],
    ['ends in its end record', (bytes) => bytes.subarray(0, bytes.length - 5)],
    ['lost bytes before its directory', (bytes) => bytes.subarray(10)],
    ['has a directory beyond its end', (bytes) => { bytes.writeUInt32LE(0xfffffff0, bytes.length - 6); return bytes; }],
    ['claims a directory of 4 GB', (bytes) => { bytes.writeUInt32LE(0xfffffff0, bytes.length - 10); return bytes; }],
    ['claims more entries than it has room for', (bytes) => { bytes.writeUInt32LE(0x10001000, bytes.length - 14); return bytes; }],
    ['is one of several volumes', (bytes) => { bytes.writeUInt16LE(1, bytes.length - 14); return bytes; }],
    ['has another header in its directory', (bytes) => { bytes[headersOf(bytes, 'good.txt').central]! ^= 1; return bytes; }],
    ['has an extra field longer than its directory', (bytes) => { bytes.writeUInt16LE(0xffff, headersOf(bytes, 'good.txt').central + 30); return bytes; }],
    ['says zip64 and has no such record', (bytes) => { bytes.writeUInt32LE(0xffffffff, bytes.length - 6); return bytes; }],
  ])('fails when the file %s', async (_, damage) => {
    await expect(readAll(damage(await archive([['a', 'first'], GOOD])))).rejects.toThrow(ShardError);
  });

  it('fails above maxEntries, when the file is missing, and when its size changed', async () => {
    const bytes = await archive([['a', 'one'], GOOD]);
    expect((await readAll(bytes, { maxEntries: 2 })).texts).toEqual(['one', 'good']);
    await expect(readAll(bytes, { maxEntries: 1 })).rejects.toThrow(/found 2 entries, expected at most 1/);
    const shard = shardOf(bytes);
    const planned = { ...shard, files: [{ ...shard.files[0]!, bytes: statSync(shard.files[0]!.path).size - 1 }] };
    await expect(zipSource().read(planned).next()).rejects.toThrow(/when the run was planned/);
    const missing = { ...shard, files: [{ ...shard.files[0]!, path: join(folder, 'b.zip') }] };
    await expect(zipSource().read(missing).next()).rejects.toThrow(ShardError);
    await expect(zipSource().readAt(shard, 1, 0)).rejects.toThrow(ShardError);
  });

  it('survives any single flipped byte: every document it still gives is whole', async () => {
    const contents = new Set(['first text', 'second text', 'third text']);
    const bytes = await archive([...contents].map((text, i) => [`dir/name-${i}.txt`, text]));
    const shard = shardOf(bytes);
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 0xff]) {
        bytes[at]! ^= flip;
        writeFileSync(shard.files[0]!.path, bytes);
        bytes[at]! ^= flip;
        try {
          for await (const item of zipSource().read(shard)) {
            if (item.kind === 'faults') continue;
            for (let row = 0; row < item.batch.length; row++) if (!contents.has(documentText(item.batch, row))) throw new Error(`byte ${at} flipped by ${flip} changes a document`);
          }
        } catch (error) {
          if (!(error instanceof ShardError)) throw error;
        }
      }
    }
    expect(readdirSync(folder)).toEqual(['a.zip']);
  });
});
