/** Files as pyarrow wrote them, in both versions of its pages; files of hyparquet-writer in every encoding and compression; which columns are read, and how much of the file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { readBytes } from './read-bytes.js';

beforeAll(() => loadZstd());

/** pages-*.parquet: 12 rows in row groups of 7, `text` null in row 5. What they hold, by the program that made them: */
const ROWS = Array.from({ length: 12 }, (_, i) => ({
  id: `a${i}`,
  text: i === 5 ? null : `Text ${i} of a small file. `.repeat(1 + (i % 3)),
  metadata: {
    tags: i === 3 ? null : ['x', 'y', null].slice(0, i % 4),
    doc: { n: i, s: i % 2 === 1 ? [{ k: 'v' }] : [] },
    'doc.n': i,
    when: `2024-01-${String(1 + i).padStart(2, '0')}T00:00:00`,
    price: i / 4,
  },
}));

describe.each(['pages-v1.parquet', 'pages-v2-plain.parquet'])('%s', (name) => {
  const bytes = readFileSync(join(import.meta.dirname, name));

  it('has its rows, lists, groups, dates and decimals', async () => {
    const { texts, ids, rows, metadata, faults } = await readBytes(bytes, { metadata: ['tags', 'doc', 'doc.n', 'when', 'price', 'absent'] });
    const there = ROWS.filter(({ text }) => text !== null);
    expect([texts, ids]).toEqual([there.map(({ text }) => text), there.map(({ id }) => id)]);
    expect(metadata.map((json) => JSON.parse(json) as unknown)).toEqual(there.map((row) => row.metadata));
    expect(rows).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
    expect(faults).toMatchObject([{ reason: 'no-text', offset: 5, lost: true }]);
    expect(metadata[0]).toContain('"price":0.00'); // all digits, as decimals have them
  });
});

const texts = Array.from({ length: 500 }, (_, i) => (i % 41 === 3 ? null : `${'Gr\u00fc\u00dfe an 日本 \u{1f600} '.repeat(i % 7)}${i % 50} ${i}`));

it('all strings of a row, or of one column, can be the text', async () => {
  const bytes = readFileSync(join(import.meta.dirname, 'pages-v1.parquet'));
  const whole = await readBytes(bytes, { text: '', strings: true });
  const expected = ROWS.map(({ id, text, metadata: { tags, doc, when } }, i) => [id, text, i % 2 === 1 ? 'https://example.org/' : null, ...(tags ?? []), ...doc.s.map(({ k }) => k), when].filter((one) => one !== null));
  expect(whole.texts.map((text) => text.split('\u001e'))).toEqual(expected);
  const tags = await readBytes(bytes, { text: 'tags', strings: true });
  const tagged = ROWS.flatMap(({ metadata }) => { const found = (metadata.tags ?? []).filter((tag) => tag !== null); return found.length === 0 ? [] : [found.join('\u001e')]; });
  expect(tags.texts).toEqual(tagged);
  expect(tags.faults.map(({ reason }) => reason)).toEqual(Array.from({ length: ROWS.length - tagged.length }, () => 'no-text'));
});

describe('every encoding and compression of another writer', () => {
  const compressors = { GZIP: (page: Uint8Array) => gzipSync(page), BROTLI: (page: Uint8Array) => brotliCompressSync(page), ZSTD: (page: Uint8Array) => zstdFrame(page, 3) };
  it.each((['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'] as const).flatMap((encoding) => (['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const).map((codec) => [encoding, codec] as const)))('%s, %s', async (encoding, codec) => {
    const bytes = new Uint8Array(parquetWriteBuffer({
      columnData: [
        { name: 'text', data: texts, type: 'STRING', encoding },
        { name: 'id', data: texts.map((_, i) => BigInt(2 ** 53) + BigInt(i * i)), encoding: 'DELTA_BINARY_PACKED' },
        { name: 'flag', data: texts.map((_, i) => i % 3 === 0), type: 'BOOLEAN' },
        { name: 'half', data: texts.map((_, i) => i / 4), type: 'DOUBLE', encoding: 'BYTE_STREAM_SPLIT' },
      ],
      codec, compressors, rowGroupSize: 120, pageSize: 1000,
    }));
    const found = await readBytes(bytes, { metadata: ['flag', 'half'] });
    const there = texts.flatMap((text, i) => (text === null ? [] : [[text, String(BigInt(2 ** 53) + BigInt(i * i)), `{"flag":${i % 3 === 0},"half":${i / 4}}`]]));
    expect(found.texts.map((text, i) => [text, found.ids[i], found.metadata[i]])).toEqual(there);
    expect(found.faults.map(({ reason }) => reason)).toEqual(Array.from({ length: texts.length - there.length }, () => 'no-text'));
  });
});

it('only the columns asked for are read, a few MiB at a time', async () => {
  const long = Array.from({ length: 300 }, (_, i) => new Uint8Array(64 << 10).fill(65 + (i % 26)));
  const bytes = new Uint8Array(parquetWriteBuffer({
    columnData: [{ name: 'unasked', data: long, type: 'BYTE_ARRAY', encoding: 'PLAIN' }, { name: 'text', data: long, type: 'BYTE_ARRAY', encoding: 'PLAIN' }, { name: 'more', data: long, type: 'BYTE_ARRAY', encoding: 'PLAIN' }],
    codec: 'UNCOMPRESSED', rowGroupSize: 300, statistics: false,
  }));
  const { texts: found, read, largest } = await readBytes(bytes);
  expect(found).toHaveLength(300);
  expect(read).toBeLessThan(bytes.length * 0.36);
  expect(largest).toBeLessThanOrEqual(4 << 20);
});
