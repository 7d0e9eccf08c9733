import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { gzipMember } from '#src/formats/gzip-member.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { tarSource, type TarSourceOptions } from '#src/stages/sources/tar.js';
import { readShard, shardOf, type ReadFile } from './read-source.js';
import { pax, tarEntry, tarFile, ZEROS, type TarEntry } from './tar-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (bytes: Uint8Array, options: TarSourceOptions = {}, name = 'a.tar'): Promise<ReadFile> => readShard(tarSource(options), shardOf(folder, name, bytes));

const GOOD: TarEntry = { name: 'good.txt', content: 'good' };
const LAST: TarEntry = { name: 'last.txt', content: 'last' };
const base256 = (value: number): Buffer => {
  const field = Buffer.alloc(12);
  field[0] = 0x80;
  field.writeUIntBE(value, 6, 6);
  return field;
};

describe('tarSource', () => {
  it('makes one document a file, in the order of the archive, and none of folders', async () => {
    const { documents, faults } = await read(tarFile({ name: 'd/', type: '5' }, { name: './d/b.txt', content: 'x'.repeat(600) }, { name: 'old/', type: '\0' }, { name: 'a.txt', type: '\0', content: 'é' }));
    expect(documents).toEqual([
      { id: 'a.tar!/d/b.txt', url: '', offset: 512, inner: 0, text: 'x'.repeat(600) },
      { id: 'a.tar!/a.txt', url: '', offset: 2560, inner: 0, text: 'é' },
    ]);
    expect(faults).toEqual([]);
  });

  it('takes long names and sizes from wherever the formats have them, and begins an entry where they stand', async () => {
    const long = `${'n'.repeat(200)}/x.txt`;
    const { documents, faults } = await read(tarFile(
      { name: 'x.txt', prefix: 'p'.repeat(150), content: 'ustar' },
      { name: 'g.txt', magic: 'ustar  \0', prefix: '000000', content: 'gnu: no prefix' },
      { name: '././@LongLink', type: 'L', content: `${long}\0`, magic: 'ustar  \0' }, { name: long.slice(0, 99), content: 'long', magic: 'ustar  \0' },
      pax({ path: `pax/${long}`, size: '3', mtime: '1.5' }), { name: 'short', content: 'pax', size: '00000000000\0' },
      tarEntry({ name: 'g', type: 'g', content: '20 comment=whatever\n' }),
      { name: 'big.txt', content: 'base 256', size: base256(8) },
      { name: 'blank.txt', content: 'octal with blanks', size: '        21 \0' },
    ));
    expect(faults).toEqual([]);
    expect(documents.map(({ id, offset, text }) => [id.slice('a.tar!/'.length), offset, text])).toEqual([
      [`${'p'.repeat(150)}/x.txt`, 0, 'ustar'], ['g.txt', 1024, 'gnu: no prefix'], [long, 2048, 'long'], [`pax/${long}`, 4096, 'pax'],
      ['big.txt', 7168, 'base 256'], ['blank.txt', 8192, 'octal with blanks'],
    ]);
  });

  it('keeps what include matches and exclude does not, without a fault for the rest', async () => {
    const bytes = tarFile({ name: 'a.js', content: 'js' }, { name: 'b/c.ts', content: 'ts' }, { name: 'b/c.d.ts', content: 'types' }, { name: 'b/link.txt', type: '2' }, { name: 'LICENSE', content: '\0' });
    expect(await read(bytes, { include: ['**/*.{js,ts}'], exclude: ['**/*.d.ts'] })).toMatchObject({ texts: ['js', 'ts'], faults: [] });
    expect(() => tarSource({ include: ['[a]'] })).toThrow(ConfigError);
  });

  it('tells entries of one name apart', async () => {
    const { documents } = await read(tarFile({ name: '__proto__', content: 'one' }, { name: 'same', content: 'two' }, { name: 'same', content: 'three' }));
    expect(documents.map(({ id }) => id)).toEqual(['a.tar!/__proto__', 'a.tar!/same', 'a.tar!/same@2048']);
  });

  it.each<[string, TarEntry | Buffer, string, RegExp]>([
    ['a name that leads out', { name: '../x', content: 'bad' }, 'unsafe-name', /"\.\.\/x": found a "\.\." part/],
    ['an absolute name', { name: '/etc/passwd', content: 'bad' }, 'unsafe-name', /absolute/],
    ['a name with a drive', Buffer.concat([pax({ path: 'c:/x' }), tarEntry({ name: 'x', content: 'bad' })]), 'unsafe-name', /drive/],
    ['a symbolic link', { name: 'l', type: '2' }, 'link', /symbolic/],
    ['a hard link, whose size means nothing', { name: 'l', type: '1', size: '00000001000\0' }, 'link', /hard/],
    ['a device', { name: 'd', type: '3' }, 'special-file', /type "3"/],
    ['a pipe', { name: 'd', type: '6' }, 'special-file', /type "6"/],
    ['a part of another volume', { name: 'd', type: 'M', content: 'rest' }, 'special-file', /type "M"/],
    ['a file with holes, of GNU', { name: 's', type: 'S', content: 'data' }, 'sparse', /holes/],
    ['a file with holes, of pax', Buffer.concat([pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0' }), tarEntry({ name: 's', content: '1\n' })]), 'sparse', /holes/],
    ['another archive', { name: 'n.tgz', content: gzipSync('x') }, 'nested-archive', /"n\.tgz": found a gzip file/],
    ['a tar archive', { name: 'n.tar', content: tarFile(GOOD) }, 'nested-archive', /found a tar archive/],
    ['binary content', { name: 'b', content: 'a\0b' }, 'binary-content', /NUL/],
    ['too much content', { name: 'o', content: 'x'.repeat(5001) }, 'oversize-document', /found 5001 bytes, expected at most 5000/],
    ['nothing in it', { name: 'e' }, 'empty-text', /white space/],
    ['pax records that are none', Buffer.concat([tarEntry({ name: 'p', type: 'x', content: '99 path=short\n' }), tarEntry({ name: 'x', content: 'bad' })]), 'damaged-header', /pax records/],
    ['a size below zero', { name: 'x', size: Buffer.alloc(12, 0xff) }, 'damaged-header', /size that is no number/],
    ['a size that is no number', { name: 'x', size: 'whatever\0\0\0\0' }, 'damaged-header', /size that is no number/],
    ['another checksum', { name: 'x', checksum: '0000001\0', content: 'bad' }, 'damaged-header', /no header/],
    ['no header at all', Buffer.alloc(2048, 'junk'), 'damaged-header', /no header/],
    ['bytes that are no blocks', Buffer.alloc(777, 'junk'), 'damaged-header', /no header/],
  ])('says why an entry with %s is none, where it is, and reads the next', async (_, entry, reason, detail) => {
    const { texts, faults } = await read(tarFile(GOOD, entry, LAST), { maxDocumentBytes: 5000 });
    expect(texts).toEqual(['good', 'last']);
    expect(faults).toMatchObject([{ reason, offset: 1024, inner: 0, lost: true, detail: expect.stringMatching(detail) as string }]);
  });

  it('passes over the maps of a file with holes', async () => {
    const sparse = tarEntry({ name: 's', type: 'S', content: 'data', magic: 'ustar  \0' });
    sparse[482] = 1;
    const sum = sparse.subarray(0, 512).reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    sparse.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const more = Buffer.alloc(512, '1');
    const end = Buffer.alloc(512);
    const { reasons, texts } = await read(tarFile(Buffer.concat([sparse.subarray(0, 512), more, end, sparse.subarray(512)]), LAST));
    expect([reasons, texts]).toEqual([['sparse'], ['last']]);
  });

  it('is cut anywhere: what is whole before is read, and what is cut is said', async () => {
    const whole = tarFile(GOOD, Buffer.concat([pax({ path: 'named.txt' }), tarEntry({ name: 'x', content: 'x'.repeat(700) })]), LAST);
    const entries = [[0, 516, 1024], [1024, 3260, 3584], [3584, 4100, 4608]] as const; // begin, end of the content, and of the padding
    for (let cut = 1; cut < 5120; cut += 53) {
      const { texts, faults } = await read(whole.subarray(0, cut));
      expect(texts).toEqual(['good', 'x'.repeat(700), 'last'].slice(0, entries.filter(([, end]) => end <= cut).length));
      const inside = entries.find(([begin, end]) => cut > begin && cut < end);
      expect(faults, `at ${cut}`).toMatchObject([inside === undefined ? { reason: 'missing-end', lost: false } : { reason: 'truncated-entry', offset: inside[0], lost: true }]);
    }
    expect((await read(whole.subarray(0, 5120))).faults).toEqual([]);
  });

  it('reads archives that were joined, and one without the zeros at its end', async () => {
    expect(await read(Buffer.concat([tarFile(GOOD), ZEROS, tarFile(LAST), ZEROS]))).toMatchObject({ texts: ['good', 'last'], faults: [] });
    expect(await read(tarEntry(GOOD))).toMatchObject({ texts: ['good'], faults: [{ reason: 'missing-end', offset: 1024, lost: false }] });
    expect(await read(ZEROS)).toMatchObject({ texts: [], faults: [] });
    expect((await read(Buffer.alloc(0))).reasons).toEqual(['empty-file']);
    expect((await read(Buffer.from('some text'))).reasons).toEqual(['truncated-entry']);
  });

  it('survives any damaged byte: documents after it are found, and none is made up', async () => {
    const whole = tarFile(GOOD, { name: 'mid.txt', content: 'the middle' }, LAST);
    for (let at = 0; at < 2048; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0xff;
      const { texts, faults } = await read(damaged);
      expect(texts.at(-1), `byte ${at}`).toBe('last');
      if (faults.length > 0) expect(faults.every(({ offset }) => offset === (at < 1024 ? 0 : 1024)), `byte ${at}`).toBe(true);
    }
  });

  it('reads compressed archives of one member or many, and loses what a damaged member holds', async () => {
    await loadZstd();
    const entries = Array.from({ length: 40 }, (_, i) => tarEntry({ name: `${i}.txt`, content: `text ${i} `.repeat(100 + i) }));
    const texts = entries.map((_, i) => `text ${i} `.repeat(100 + i));
    const whole = Buffer.concat([...entries, ZEROS]);
    expect(await read(gzipSync(whole), {}, 'a.tgz')).toMatchObject({ texts, faults: [] });
    expect(await read(zstdFrame(whole, 3), {}, 'a.tar.zst')).toMatchObject({ texts, faults: [] });
    const parts = Array.from({ length: 9 }, (_, i) => whole.subarray(i * 5000, i === 8 ? whole.length : (i + 1) * 5000));
    for (const pack of [(bytes: Uint8Array) => gzipMember(bytes, 6), (bytes: Uint8Array) => zstdFrame(bytes, 3)]) {
      const members = parts.map((part) => Buffer.from(pack(part)));
      expect(await read(Buffer.concat(members), {}, 'many')).toMatchObject({ texts, faults: [] });
      members[2]![members[2]!.length - 3]! ^= 1;
      const { texts: some, faults } = await read(Buffer.concat(members), {}, 'many');
      let at = 0;
      const places = entries.map((entry) => [at, at += entry.length] as const);
      expect(some).toEqual(texts.filter((text, i) => places[i]![0] + 512 + text.length <= 10_000 || places[i]![0] >= 15_000));
      expect(faults.filter(({ lost }) => lost).map(({ reason }) => reason)).toEqual(['truncated-entry', expect.stringMatching(/^damaged-/)]);
    }
  });
});
