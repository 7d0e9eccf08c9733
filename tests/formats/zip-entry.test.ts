import { describe, expect, it } from 'vitest';
import { judgeEntry, type ZipEntry } from '#src/formats/zip-entry.js';

const MIB = 1024 * 1024;
const limits = { maxDocumentBytes: 16 * MIB, maxRatio: 200 };
const entry: ZipEntry = {
  name: 'a/b.txt', offset: 100, place: 100, compressedBytes: 50_000, bytes: 60_000, method: 8, crc: 0, encrypted: false, folder: false, link: false,
};

describe('judgeEntry', () => {
  it.each<[string, Partial<ZipEntry>, string | undefined]>([
    ['an ordinary entry', {}, undefined],
    ['stored', { method: 0, bytes: 50_000 }, undefined],
    ['deflate64', { method: 9 }, 'unsupported-method'],
    ['a link', { link: true }, 'link'],
    ['encrypted', { encrypted: true }, 'encrypted'],
    ['1 MiB out of one byte', { compressedBytes: 1, bytes: MIB }, undefined],
    ['a byte more out of one byte', { compressedBytes: 1, bytes: MIB + 1 }, 'bomb'],
    ['200 to 1', { compressedBytes: 50_000, bytes: 10_000_000 }, undefined],
    ['a byte more than 200 to 1', { compressedBytes: 50_000, bytes: 10_000_001 }, 'bomb'],
    ['the largest document', { compressedBytes: 90_000, bytes: 16 * MIB }, undefined],
    ['a byte more', { compressedBytes: 90_000, bytes: 16 * MIB + 1 }, 'oversize-document'],
    ['up to the next entry', { compressedBytes: 99_900, bytes: 100_000 }, undefined],
    ['into the next entry', { compressedBytes: 99_901, bytes: 100_000 }, 'bomb'],
    ['much padding', { compressedBytes: 3000, bytes: 10 }, 'damaged-entry'],
  ])('%s', (_, change, reason) => {
    expect(judgeEntry({ ...entry, ...change }, 100_000, limits)?.reason).toBe(reason);
  });
});
