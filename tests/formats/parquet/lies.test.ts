/** Parquet files that lie about themselves, each with its reason, and what is read in spite of it. */
import { brotliCompressSync, crc32, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { dataPage, dictionaryPage, type Group, type MadeFile, madeFile, type Page, plain } from './made-file.js';
import { readBytes } from './read-bytes.js';

const good: Group = { pages: [dataPage(plain('before'))], rows: 1 };
const behind: Group = { pages: [dataPage(plain('behind', 'it'), { values: 2 })], rows: 2 };

/** The group stands between two good ones, which are read. */
async function between(group: Group, limits: object = {}): Promise<{ readonly texts: readonly string[]; readonly faults: readonly string[]; readonly detail: string; readonly read: number }> {
  const bytes = madeFile({ groups: [good, group, behind] });
  const { texts, faults, rows, read } = await readBytes(bytes, {}, limits);
  expect(texts[0]).toBe('before');
  expect(texts.slice(-2)).toEqual(['behind', 'it']);
  expect(rows.slice(-2)).toEqual([1 + group.rows, 2 + group.rows]);
  return { texts: texts.slice(1, -2), faults: faults.map(({ reason, offset }) => `${reason} at ${offset}`), detail: faults.map(({ detail }) => detail).join('\n'), read };
}

const group = (...pages: Page[]): Group => ({ pages, rows: 3 });
const three = plain('one', 'two', 'three');
/** A run of `count` zeros of one byte. */
const run = (count: number, value = 0): number[] => {
  const bytes: number[] = [];
  for (let left = count * 2; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left, value];
    bytes.push((left % 128) + 128);
  }
};
const levels = (...bytes: number[]): Buffer => Buffer.from([bytes.length, 0, 0, 0, ...bytes]);

describe('a row group that lies costs itself, and the others are read', () => {
  it.each<[string, Group, string, string]>([
    ['a page that says it is longer than the column', group(dataPage(three, { values: 3, storedBytes: 1 << 30 })), 'damaged-row-group at 1', 'found a page of 1073741824 bytes'],
    ['a page of negative length', group(dataPage(three, { values: 3, storedBytes: -5 })), 'damaged-row-group at 1', 'expected no negative number'],
    ['a page that inflates to another length', { ...group(dataPage(gzipSync(three), { values: 3, plainBytes: three.length + 1 })), codec: 2 }, 'damaged-row-group at 1', 'expected 24 as its header says'],
    ['a page that inflates to more than it says', { ...group(dataPage(gzipSync(Buffer.alloc(1 << 20)), { values: 3, plainBytes: 100 })), codec: 2 }, 'damaged-row-group at 1', 'does not inflate by GZIP'],
    ['the same by Brotli', { ...group(dataPage(brotliCompressSync(Buffer.alloc(1 << 20)), { values: 3, plainBytes: 100 })), codec: 4 }, 'damaged-row-group at 1', 'does not inflate by BROTLI'],
    ['a Snappy stream of another length', { ...group(dataPage(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]), { values: 3, plainBytes: 100 })), codec: 1 }, 'damaged-row-group at 1', 'a Snappy stream of 4294967295 bytes'],
    ['a Zstandard frame of another length', { ...group(dataPage(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0]), { values: 3, plainBytes: 100 })), codec: 6 }, 'damaged-row-group at 1', 'a Zstandard frame of 2147483647 bytes'],
    ['an LZ4 match before the beginning', { ...group(dataPage(Buffer.from([0x10, 65, 9, 0, 0]), { values: 3, plainBytes: 100 })), codec: 7 }, 'damaged-row-group at 1', 'found an LZ4 match of'],
    ['LZ4 literals that are not there', { ...group(dataPage(Buffer.from([0xf0, 255, 255, 255]), { values: 3, plainBytes: 100 })), codec: 7 }, 'damaged-row-group at 1', 'LZ4'],
    ['a page larger than any should be', group(dataPage(three, { values: 3, plainBytes: 2 ** 31 - 1 })), 'row-group-bomb at 1', 'found a page of 2147483647 bytes'],
    ['a page that inflates too well', { ...group(dataPage(gzipSync(Buffer.alloc(32 << 20)), { values: 3, plainBytes: 32 << 20 })), codec: 2 }, 'row-group-bomb at 1', 'expected at most 200 times as much'],
    ['more values than a page has', { ...group(dataPage(three, { values: 9 })), rows: 9 }, 'damaged-row-group at 4', 'found 0 bytes left in a page'],
    ['a text longer than its page', group(dataPage(Buffer.from([255, 255, 255, 127, 65]), { values: 3 })), 'damaged-row-group at 1', 'expected a value of 2147483647'],
    ['fewer rows than it says', { pages: [dataPage(three, { values: 3 })], rows: 5, values: 3 }, 'damaged-row-group at 4', 'found 3 rows in a column, expected 5'],
    ['more rows than it says', { pages: [dataPage(three, { values: 3 })], rows: 2, values: 3 }, 'wrong-row-count at 3', 'found more rows than 2'],
    ['fewer values than the column says', { pages: [dataPage(three, { values: 3 })], rows: 5, values: 5 }, 'damaged-row-group at 4', 'found 3 values in a column, expected 5'],
    ['an index beyond its dictionary', group(dictionaryPage(three, 3), dataPage(Buffer.from([8, ...run(3, 7)]), { values: 3, encoding: 8 })), 'damaged-row-group at 1', 'found value 7 of a dictionary of 3'],
    ['indexes of more than 32 bits', group(dictionaryPage(three, 3), dataPage(Buffer.from([77, ...run(3)]), { values: 3, encoding: 8 })), 'damaged-row-group at 1', 'found values of 77 bits'],
    ['indexes without a dictionary', group(dataPage(Buffer.from([8, ...run(3)]), { values: 3, encoding: 8 })), 'damaged-row-group at 1', 'expected the dictionary before them'],
    ['a dictionary of more values than it has', group(dictionaryPage(three, 2 ** 31 - 1), dataPage(Buffer.from([8, ...run(3)]), { values: 3, encoding: 8 })), 'damaged-row-group at 1', 'found a dictionary of 2147483647 values'],
    ['two dictionaries', group(dictionaryPage(three, 3), dictionaryPage(three, 3), dataPage(three, { values: 3 })), 'damaged-row-group at 1', 'found a second dictionary'],
    ['an encoding that texts do not have', group(dataPage(three, { values: 3, encoding: 5 })), 'unsupported-row-group at 1', 'found encoding DELTA_BINARY_PACKED'],
    ['an unknown encoding', group(dataPage(three, { values: 3, encoding: 77 })), 'unsupported-row-group at 1', 'found encoding 77'],
    ['an unknown compression', { ...group(dataPage(three, { values: 3 })), codec: 77 }, 'unsupported-row-group at 1', 'found compression 77'],
    ['LZO', { ...group(dataPage(three, { values: 3 })), codec: 3 }, 'unsupported-row-group at 1', 'found compression LZO'],
    ['an encrypted column', { ...group(dataPage(three, { values: 3 })), encrypted: true }, 'unsupported-row-group at 1', 'found an encrypted column'],
    ['a column behind the file', { ...group(dataPage(three, { values: 3 })), shift: 2 ** 50 }, 'damaged-row-group at 1', 'expected it before the footer'],
    ['a column of negative length', { ...group(dataPage(three, { values: 3 })), bytes: -1 }, 'damaged-row-group at 1', 'found a column of -1 bytes'],
    ['a column longer than the file', { ...group(dataPage(three, { values: 3 })), bytes: 2 ** 40 }, 'damaged-row-group at 1', 'found a column of 1099511627776 bytes'],
    ['a place inside a page', { ...group(dataPage(three, { values: 3 })), shift: 9, bytes: 10 }, 'damaged-row-group at 1', 'found '],
    ['a wrong checksum', group(dataPage(three, { values: 3, crc: 1 })), 'damaged-row-group at 1', 'another checksum than its header'],
    ['deltas in blocks of nothing', group(dataPage(Buffer.from([0, 0, 3, 0]), { values: 3, encoding: 6 })), 'damaged-row-group at 1', 'found blocks of 0 values'],
    ['deltas of 2^31 lengths', group(dataPage(Buffer.from([128, 1, 4, 255, 255, 255, 255, 7, 0, 0, 0, 0, 0, 0]), { values: 3, encoding: 6 })), 'damaged-row-group at 1', 'found the end inside deltas'],
  ])('%s', async (_, lie, fault, detail) => {
    const found = await between(lie);
    expect(found.faults).toEqual([fault]);
    expect(found.detail).toContain(detail);
    expect(found.detail).toContain('expected');
  });

  it('and the rows before the damage are kept, with what is lost counted', async () => {
    const lie = { pages: [dataPage(three, { values: 3 }), dataPage(three, { values: 3, storedBytes: 1 << 30 })], rows: 6 };
    const { texts, faults, detail } = await between(lie);
    expect([texts, faults]).toEqual([['one', 'two', 'three'], ['damaged-row-group at 4']]);
    expect(detail).toContain('rows 4 to 6 (3) of row group 1 are lost');
  });

  it('a right checksum is accepted', async () => {
    expect((await between(group(dataPage(three, { values: 3, crc: crc32(three) | 0 })))).texts).toEqual(['one', 'two', 'three']);
  });

  it('a limit can be raised for a page that inflates too well', async () => {
    const page = plain('x'.repeat(20 << 20));
    const lie = { pages: [dataPage(gzipSync(page), { plainBytes: page.length })], rows: 1, codec: 2 };
    expect((await between(lie)).faults).toEqual(['row-group-bomb at 1']);
    expect((await between(lie, { maxRatio: 2000 })).texts.map(({ length }) => length)).toEqual([20 << 20]);
  });
});

describe('what would take forever or all memory', () => {
  it('a run of two billion nulls ends where rows outnumber what is stored', async () => {
    const rows = 2 ** 31 - 1;
    const page = levels(...run(rows));
    const { faults, texts } = await readBytes(madeFile({ groups: [{ pages: [dataPage(page, { values: rows })], rows }, behind], repetition: 1 }));
    expect(texts).toEqual([]); // `behind` has no levels: its page is damaged here
    expect(faults.filter(({ reason }) => reason === 'row-group-bomb')).toHaveLength(1);
    expect(faults.length).toBeLessThan(300_000);
  });

  it('a dictionary whose one long text is in two billion rows ends there too', async () => {
    const rows = 2 ** 31 - 1;
    const lie = { pages: [dictionaryPage(plain('x'.repeat(1 << 16)), 1), dataPage(Buffer.from([1, ...run(rows)]), { values: rows, encoding: 8 })], rows };
    const { texts, faults } = await readBytes(madeFile({ groups: [lie] }));
    expect(texts.length).toBeLessThan(300);
    expect(faults.map(({ reason }) => reason)).toEqual(['row-group-bomb']);
  });

  it('texts that each repeat the one before are bounded by their page', async () => {
    const text = new Uint8Array(60_000).fill(65);
    const column = { name: 'text', data: Array.from({ length: 1000 }, () => text), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY', statistics: false } as const;
    const { texts, faults } = await readBytes(new Uint8Array(parquetWriteBuffer({ columnData: [column], codec: 'UNCOMPRESSED', pageSize: 1 << 30, rowGroupSize: 1000 })));
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.every((text) => text.length === 60_000)).toBe(true);
    expect(faults.map(({ reason }) => reason)).toEqual(['row-group-bomb']);
  });
});

describe('a file that cannot be read at all is a ShardError that says why', () => {
  const file = (lie: Partial<MadeFile>): Buffer => madeFile({ groups: [good, behind], ...lie });
  const whole = file({});
  it.each<[string, Buffer, string]>([
    ['eleven bytes', whole.subarray(0, 11), 'found 11 bytes, expected a Parquet file'],
    ['another magic number', file({ magic: 'ORC1' }), 'found other bytes than PAR1 at its end'],
    ['an encrypted footer', file({ magic: 'PARE' }), 'found an encrypted footer'],
    ['a footer longer than the file', file({ footerBytes: 2 ** 32 - 1 }), 'found a footer of 4294967295 bytes in a file of'],
    ['a footer without a byte', file({ footerBytes: 0 }), 'found a damaged footer'],
    ['a footer that is cut', file({ footerBytes: 40 }), 'found a damaged footer'],
    ['no such column', file({ name: 'body' }), 'found no column "text", expected a column of texts: it has body'],
    ['a column that is repeated', file({ repetition: 2 }), 'found a group or list "text"'],
    ['a repetition that there is not', file({ repetition: 9 }), 'found repetition 9 of "text"'],
  ])('%s', async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toThrow(ShardError);
    await expect(readBytes(bytes)).rejects.toThrow(message);
  });

  it('and so is every file that is cut off anywhere', async () => {
    for (let length = 0; length < whole.length; length++) await expect(readBytes(whole.subarray(0, length))).rejects.toThrow(ShardError);
  });
});

it('a footer that counts other rows than its row groups is reported, and all rows are read', async () => {
  const { texts, faults } = await readBytes(madeFile({ groups: [good, behind], rows: 1_000_000 }));
  expect(texts).toEqual(['before', 'behind', 'it']);
  expect(faults).toMatchObject([{ reason: 'wrong-row-count', lost: false, detail: 'found row groups of 3 rows in all, expected 1000000 as the footer says' }]);
});
