import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import { utf8Column } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import { readParquetRows, type ParquetRecord, type ReadParquetOptions } from '#src/formats/parquet-reader.js';
import { ParquetWriter, ROW_GROUP_ROWS, type ParquetColumn, type ParquetValues } from '#src/formats/parquet-writer.js';
import { asColumns, record, SCHEMA } from './parquet-records.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-parquet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'rows.parquet');

async function readAll(file: string, options?: ReadParquetOptions): Promise<ParquetRecord[]> {
  const rows: ParquetRecord[] = [];
  for await (const group of readParquetRows(file, options)) rows.push(...group);
  return rows;
}

describe('a Parquet file', () => {
  it('gives back every cell, nulls included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(record, { maxLength: 40 }), { maxLength: 4 }), async (batches) => {
        const writer = new ParquetWriter(path, SCHEMA);
        for (const batch of batches) writer.append(asColumns(batch), batch.length);
        expect(writer.rows).toBe(batches.flat().length);
        writer.commit();
        expect(await readAll(path)).toEqual(batches.flat());
      }),
      { numRuns: 25 },
    );
  });

  it('takes columns of a batch: selected rows, empty text and NaN as null where null is allowed, and absent columns', async () => {
    const writer = new ParquetWriter(path, SCHEMA);
    writer.append(
      new Map<string, ParquetValues>([
        ['id', utf8Column(['a', '', 'ü😀'])],
        ['reason', utf8Column(['', 'x', ''])],
        ['bytes', { kind: 'uint32', values: Uint32Array.of(0, 0x80000000, 0xffffffff) }],
        ['score', { kind: 'float32', values: Float32Array.of(NaN, 0.5, 0.25) }],
        ['offset', { kind: 'float64', values: Float64Array.of(NaN, 2 ** 53, 1) }],
        ['kept', { kind: 'bytes', width: 1, values: Uint8Array.of(0, 1, 0) }],
      ]),
      3,
      Uint32Array.of(1, 2, 0),
    );
    writer.commit();
    expect(await readAll(path)).toEqual([
      { id: '', reason: 'x', bytes: 0x80000000, cluster: null, score: 0.5, offset: 2 ** 53, kept: true, sampled: null },
      { id: 'ü😀', reason: null, bytes: 0xffffffff, cluster: null, score: 0.25, offset: 1, kept: false, sampled: null },
      { id: 'a', reason: null, bytes: 0, cluster: null, score: null, offset: NaN, kept: false, sampled: null },
    ]);
  });

  it('keeps a byte order mark at the start of a text', async () => {
    const writer = new ParquetWriter(path, [{ name: 'id', kind: 'utf8' }]);
    writer.append(new Map([['id', utf8Column(['\ufeffa', 'a'])]]), 2);
    writer.commit();
    expect(await readAll(path)).toEqual([{ id: '\ufeffa' }, { id: 'a' }]);
    expect(await readAll(path, { equals: { column: 'id', value: '\ufeffa' } })).toEqual([{ id: '\ufeffa' }]);
  });

  it('refuses nulls in a required column, wrong kinds and wrong lengths', () => {
    const writer = new ParquetWriter(path, [{ name: 'id', kind: 'utf8' }, { name: 'n', kind: 'uint32' }]);
    const bad: [ReadonlyMap<string, ParquetValues>, RegExp][] = [
      [new Map([['id', ['a']]]), /"n": found none, expected uint32/],
      [new Map<string, ParquetValues>([['id', [null]], ['n', [1]]]), /"id": found null, expected utf8/],
      [new Map<string, ParquetValues>([['id', ['a']], ['n', ['1']]]), /"n": found "1"/],
      [new Map<string, ParquetValues>([['id', []], ['n', [1]]]), /"id": found 0 cells for 1 rows/],
      [new Map<string, ParquetValues>([['id', ['a']], ['n', { kind: 'float32', values: Float32Array.of(1) }]]), /"n": found float32/],
      [new Map<string, ParquetValues>([['id', { kind: 'uint32', values: Uint32Array.of(1) }], ['n', [1]]]), /"id": found uint32/],
    ];
    for (const [columns, message] of bad) expect(() => writer.append(columns, 1)).toThrow(message);
    writer.abort();
  });

  it('has the same bytes for the same rows in other batches, in row groups of a bounded size, and is found by id without reading the others', async () => {
    const count = ROW_GROUP_ROWS + 10;
    const ids = Array.from({ length: count }, (_, i) => `crawl/2024-10/segment/shard-00001.warc.wet.gz@${String(i).padStart(8, '0')}`);
    const schema: readonly ParquetColumn[] = [{ name: 'id', kind: 'utf8' }, { name: 'n', kind: 'uint32' }];
    const write = (file: string, step: number): string => {
      const writer = new ParquetWriter(file, schema);
      for (let at = 0; at < count; at += step) {
        const part = ids.slice(at, at + step);
        writer.append(new Map<string, ParquetValues>([['id', part], ['n', part.map((_, i) => at + i)]]), part.length);
      }
      return writer.commit().crc32;
    };
    expect(write(path, count)).toBe(write(join(folder, 'other.parquet'), 9973));

    const metadata = parquetMetadata(new Uint8Array(readFileSync(path)).buffer);
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([ROW_GROUP_ROWS, 10]);
    expect(metadata.created_by).toBe('sluice');
    const bounds = metadata.row_groups[1]!.columns[0]!.meta_data!.statistics!;
    expect([bounds.min_value, bounds.max_value]).toEqual([ids[ROW_GROUP_ROWS], ids[count - 1]]);

    for (const n of [0, 70, 20_000, ROW_GROUP_ROWS - 1, ROW_GROUP_ROWS, count - 1]) {
      expect(await readAll(path, { columns: ['n'], equals: { column: 'id', value: ids[n]! } })).toEqual([{ n }]);
    }
    expect(await readAll(path, { equals: { column: 'n', value: 5 } })).toEqual([{ id: ids[5], n: 5 }]);
    expect(await readAll(path, { equals: { column: 'id', value: 'absent' } })).toEqual([]);
    expect((await readAll(path, { columns: ['n'] })).length).toBe(count);
    await expect(readAll(path, { columns: ['m'] })).rejects.toThrow(/column "m" asked for, it has id, n/);

    // the bounds are enough for an id that is in another row group: its pages may be damaged
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4, 5000);
    writeFileSync(join(folder, 'other.parquet'), bytes);
    expect(await readAll(join(folder, 'other.parquet'), { equals: { column: 'id', value: ids[count - 1]! } })).toEqual([{ id: ids[count - 1], n: count - 1 }]);
    await expect(readAll(join(folder, 'other.parquet'))).rejects.toThrow(ShardError);
  });

  it('finds ids whose order differs by bytes and by code units, and long ones that begin alike', async () => {
    const ids = ['\uffee', '\u{1f600}', 'a', ...Array.from({ length: 5 }, (_, i) => `${'x'.repeat(200)}${i}`), `${'\u{1f600}'.repeat(60)}b`, '\uffff'.repeat(40)];
    const writer = new ParquetWriter(path, [{ name: 'id', kind: 'utf8' }]);
    writer.append(new Map([['id', ids]]), ids.length);
    writer.commit();
    for (const id of ids) expect(await readAll(path, { equals: { column: 'id', value: id } })).toEqual([{ id }]);
    for (const id of ['', '!', `${'x'.repeat(200)}9`, '\u{1f601}']) expect(await readAll(path, { equals: { column: 'id', value: id } })).toEqual([]);
  });

  it('closes a row group when its text comes to 16 MiB', () => {
    const writer = new ParquetWriter(path, [{ name: 'text', kind: 'utf8' }]);
    writer.append(new Map([['text', Array.from({ length: 20 }, () => 'x'.repeat(1 << 20))]]), 20);
    writer.commit();
    expect(parquetMetadata(new Uint8Array(readFileSync(path)).buffer).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([16, 4]);
  });

  it('may have no rows', async () => {
    new ParquetWriter(path, SCHEMA).commit();
    expect(await readAll(path)).toEqual([]);
  });

  it('that is cut short or missing is a ShardError with its path', async () => {
    const writer = new ParquetWriter(path, SCHEMA);
    writer.append(asColumns(fc.sample(record, { numRuns: 50, seed: 1 })), 50);
    writer.commit();
    const bytes = readFileSync(path);
    for (const length of [0, 3, 100, bytes.length - 1]) {
      writeFileSync(join(folder, 'cut.parquet'), bytes.subarray(0, length));
      await expect(readAll(join(folder, 'cut.parquet'))).rejects.toThrow(/cut\.parquet/);
      await expect(readAll(join(folder, 'cut.parquet'))).rejects.toThrow(ShardError);
    }
    await expect(readAll(join(folder, 'absent.parquet'))).rejects.toThrow(ShardError);
  });
});
