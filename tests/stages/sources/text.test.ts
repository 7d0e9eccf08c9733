import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentText, utf8At, columnOf } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import type { Fault, Shard, ShardFile } from '#src/core/stage.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import type { SourceLimits } from '#src/stages/sources/source-limits.js';
import { textSource } from '#src/stages/sources/text.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sluice-text-')); });
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): ShardFile {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { name: `texts/${name}`, path, bytes: statSync(path).size };
}
const shardOf = (...files: ShardFile[]): Shard => ({ source: 'books', name: files[0]!.name, files });

async function readAll(shard: Shard, options: SourceLimits = {}) {
  const documents: { id: string; offset: number; inner: number; text: string }[] = [];
  const faults: Fault[] = [];
  for await (const item of textSource(options).read(shard)) {
    if (item.kind === 'faults') faults.push(...item.faults);
    else {
      for (let row = 0; row < item.batch.length; row++) {
        documents.push({
          id: utf8At(columnOf(item.batch, 'id', 'utf8'), row),
          offset: columnOf(item.batch, 'offset', 'float64').values[row]!,
          inner: columnOf(item.batch, 'inner', 'float64').values[row]!,
          text: documentText(item.batch, row),
        });
      }
    }
  }
  return { documents, faults };
}

describe('textSource', () => {
  it('inflates gzip and Zstandard, by their first bytes, and finds them again', async () => {
    await loadZstd();
    const shard = shardOf(file('a.txt.gz', gzipSync('one')), file('b', zstdFrame(Buffer.from('two'), 3)), file('c.gz', Buffer.concat([gzipSync('in '), gzipSync('members')])), file('d.gz', 'plain'));
    const { documents, faults } = await readAll(shard);
    expect([documents.map(({ text }) => text), faults]).toEqual([['one', 'two', 'in members', 'plain'], []]);
    for (const { offset, text } of documents) expect(Buffer.from(await textSource().readAt(shard, offset, 0)).toString()).toBe(text);
  });

  it('takes nothing of a compressed file that is damaged, cut, a bomb, too large inflated, or an archive', async () => {
    const damaged = gzipSync('some text').map((byte, i, all) => (i === all.length - 5 ? byte ^ 1 : byte));
    const { documents, faults } = await readAll(shardOf(
      file('a', damaged), file('b', gzipSync('some text').subarray(0, 20)), file('c', gzipSync('y'.repeat(101))), file('d', gzipSync(gzipSync('nested'))), file('e', 'good'),
    ), { maxDocumentBytes: 100 });
    expect(documents.map(({ text }) => text)).toEqual(['good']);
    expect(faults.map(({ reason }) => reason)).toEqual(['damaged-gzip', 'truncated-gzip', 'oversize-document', 'nested-archive']);
    const bomb = file('f', gzipSync(Buffer.alloc(20 << 20, 'z')));
    expect((await readAll(shardOf(bomb), { maxDocumentBytes: 32 << 20 })).faults).toMatchObject([{ reason: 'gzip-bomb' }]);
    expect((await readAll(shardOf(bomb), { maxDocumentBytes: 32 << 20, maxRatio: 2000 })).documents).toHaveLength(1);
  });

  it('makes one document a file, placed in the files end to end', async () => {
    const shard = shardOf(file('a.txt', 'one'), file('b.txt', 'zw\u00f6lf'), file('c.txt', 'three'));
    expect(await readAll(shard)).toEqual({
      documents: [
        { id: 'texts/a.txt', offset: 0, inner: 0, text: 'one' },
        { id: 'texts/b.txt', offset: 3, inner: 0, text: 'zw\u00f6lf' },
        { id: 'texts/c.txt', offset: 9, inner: 0, text: 'three' },
      ],
      faults: [],
    });
  });

  it('finds each document again at the place it reported', async () => {
    const shard = shardOf(file('a.txt', 'one'), file('empty.txt', ''), file('b.txt', 'two'));
    const { documents } = await readAll(shard);
    for (const { offset, text } of documents) expect(Buffer.from(await textSource().readAt(shard, offset, 0)).toString()).toBe(text);
    await expect(textSource().readAt(shard, 1, 0)).rejects.toThrow(ShardError);
  });

  it('loses only the file that is missing, a folder, changed, binary, empty or too large, and says so', async () => {
    const missing: ShardFile = { name: 'texts/missing.txt', path: join(folder, 'missing.txt'), bytes: 5 };
    mkdirSync(join(folder, 'folder.txt'));
    const directory: ShardFile = { name: 'texts/folder.txt', path: join(folder, 'folder.txt'), bytes: 7 };
    const changed = { ...file('changed.txt', 'longer than it was'), bytes: 11 };
    const shard = shardOf(
      file('a.txt', 'one'), missing, directory, changed, file('binary.txt', 'a\0b'), file('blank.txt', ' \n'), file('large.txt', 'x'.repeat(33)), file('z.txt', 'last'),
    );
    const { documents, faults } = await readAll(shard, { maxDocumentBytes: 32 });
    expect(documents.map(({ text, offset }) => [text, offset])).toEqual([['one', 0], ['last', 64]]);
    expect(faults.map(({ reason, offset, bytes, lost }) => [reason, offset, bytes, lost])).toEqual([
      ['unreadable-file', 3, 5, true],
      ['unreadable-file', 8, 7, true],
      ['unreadable-file', 15, 11, true],
      ['binary-content', 26, 3, true],
      ['empty-text', 29, 2, true],
      ['oversize-document', 31, 33, true],
    ]);
    expect(faults[2]!.detail).toMatch(/found 18 bytes, expected 11/);
    for (const { reason } of faults) expect(textSource().reasons).toContain(reason);
  });

  it('accepts a file of exactly the largest size', async () => {
    expect((await readAll(shardOf(file('a.txt', 'x'.repeat(32))), { maxDocumentBytes: 32 })).documents).toHaveLength(1);
  });

  it('loses a file without permission (the superuser reads it all the same)', async () => {
    const locked = file('locked.txt', 'secret');
    chmodSync(locked.path, 0);
    const { documents, faults } = await readAll(shardOf(locked, file('z.txt', 'last')));
    if (process.getuid?.() === 0 || process.platform === 'win32') expect(documents.map(({ text }) => text)).toEqual(['secret', 'last']);
    else expect([documents.length, faults[0]?.reason, faults[0]?.offset]).toEqual([1, 'unreadable-file', 0]);
  });

  it('fails when the only file of the shard cannot be read', async () => {
    await expect(readAll(shardOf({ name: 'x', path: join(folder, 'x'), bytes: 1 }))).rejects.toThrow(ShardError);
    await expect(readAll(shardOf({ ...file('a.txt', 'one'), bytes: 4 }))).rejects.toThrow(/found 3 bytes, expected 4/);
  });

  it('repairs what is not UTF-8 and says so', async () => {
    const { documents, faults } = await readAll(shardOf(file('a.txt', Uint8Array.of(0x61, 0xff, 0x62))));
    expect(documents[0]!.text).toBe('a\ufffdb');
    expect(faults.map(({ reason, lost }) => [reason, lost])).toEqual([['invalid-utf8', false]]);
  });

  it('stops when it is told to', async () => {
    const shard = shardOf(file('a.txt', 'one'));
    await expect(textSource().read(shard, AbortSignal.abort()).next()).rejects.toThrow(/abort/i);
  });
});
