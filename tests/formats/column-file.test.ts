import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { utf8At, utf8Column, type Column } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import { BLOCK_BYTES, BLOCK_ROWS, type ColumnSpec } from '#src/formats/column-file.js';
import { openColumnFile } from '#src/formats/column-reader.js';
import { ColumnWriter } from '#src/formats/column-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-columns-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'rows');

const SCHEMA: readonly ColumnSpec[] = [
  { name: 'id', kind: 'utf8' },
  { name: 'length', kind: 'uint32' },
  { name: 'score', kind: 'float32' },
  { name: 'offset', kind: 'float64' },
  { name: 'key', kind: 'hash64' },
  { name: 'minima', kind: 'bytes', width: 3 },
];

type Row = readonly [id: string, length: number, score: number, offset: number, key: readonly [number, number], minima: readonly number[]];

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.nat(0xffffffff),
  fc.float({ noNaN: true }),
  fc.double({ noNaN: true }),
  fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)),
  fc.array(fc.nat(255), { minLength: 3, maxLength: 3 }),
);

function columnsOf(rows: readonly Row[]): Map<string, Column> {
  return new Map<string, Column>([
    ['minima', { kind: 'bytes', width: 3, values: Uint8Array.from(rows.flatMap((r) => r[5])) }],
    ['id', utf8Column(rows.map((r) => r[0]))],
    ['length', { kind: 'uint32', values: Uint32Array.from(rows, (r) => r[1]) }],
    ['score', { kind: 'float32', values: Float32Array.from(rows, (r) => r[2]) }],
    ['offset', { kind: 'float64', values: Float64Array.from(rows, (r) => r[3]) }],
    ['key', { kind: 'hash64', values: Uint32Array.from(rows.flatMap((r) => r[4])) }],
  ]);
}

function readRows(file: string): Row[] {
  const reader = openColumnFile(file);
  const rows: Row[] = [];
  for (const { firstRow, length, columns } of reader.blocks()) {
    expect(firstRow).toBe(rows.length);
    const [id, count, score, offset, key, minima] = SCHEMA.map(({ name }) => columns.get(name)!);
    if (id?.kind !== 'utf8' || count?.kind !== 'uint32' || score?.kind !== 'float32' || offset?.kind !== 'float64' || key?.kind !== 'hash64') throw new Error('kinds');
    if (minima?.kind !== 'bytes') throw new Error('kinds');
    for (let r = 0; r < length; r++) {
      rows.push([
        utf8At(id, r), count.values[r]!, score.values[r]!, offset.values[r]!,
        [key.values[2 * r]!, key.values[2 * r + 1]!], [...minima.values.subarray(3 * r, 3 * r + 3)],
      ]);
    }
  }
  expect(rows).toHaveLength(reader.rows);
  reader.close();
  return rows;
}

describe('a column file', () => {
  it('gives back every row of every kind, whatever batches and selections they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(row, { maxLength: 30 }), fc.boolean(), fc.nat()), { maxLength: 6 }), (batches) => {
        const writer = new ColumnWriter(path, SCHEMA);
        const expected: Row[] = [];
        for (const [rows, selected, salt] of batches) {
          if (selected) {
            const picks = rows.map((_, i) => i).filter((i) => (i * 7 + salt) % 3 !== 0).reverse();
            writer.append(columnsOf(rows), Uint32Array.from(picks));
            expected.push(...picks.map((i) => rows[i]!));
          } else {
            writer.append(columnsOf(rows));
            expected.push(...rows);
          }
          expect(writer.rows).toBe(expected.length);
        }
        writer.commit();
        expect(readRows(path)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('has the same bytes for the same rows in other batches, with blocks cut by rows and by bytes', () => {
    const count = 2 * BLOCK_ROWS + 5;
    const ids = Array.from({ length: count }, (_, i) => (i % 97 === 0 ? 'x'.repeat(20_000) : `id ${i}`));
    const schema: ColumnSpec[] = [{ name: 'id', kind: 'utf8' }, { name: 'n', kind: 'uint32' }];
    const column = utf8Column(ids);
    const all = new Map<string, Column>([['id', column], ['n', { kind: 'uint32', values: Uint32Array.from(ids, (_, i) => i) }]]);
    const whole = new ColumnWriter(path, schema);
    whole.append(all);
    const { crc32: expected } = whole.commit();
    const pieces = new ColumnWriter(join(folder, 'pieces'), schema);
    for (let at = 0; at < count; at += 1000) {
      pieces.append(all, Uint32Array.from({ length: Math.min(1000, count - at) }, (_, i) => at + i));
    }
    expect(pieces.commit().crc32).toBe(expected);

    const reader = openColumnFile(path);
    let rows = 0;
    let blocks = 0;
    for (const block of reader.blocks({ columns: ['id'] })) {
      expect([...block.columns.keys()]).toEqual(['id']);
      const { bytes, offsets } = block.columns.get('id') as Extract<Column, { kind: 'utf8' }>;
      expect(bytes.length + offsets.length * 4 + block.length * 4).toBeLessThanOrEqual(BLOCK_BYTES + 4);
      rows += block.length;
      blocks += 1;
    }
    expect(rows).toBe(count);
    expect(blocks).toBeGreaterThan(3); // 27 MB of ids
    for (const r of [0, 1, 96, 97, 40_000, count - 1, 12]) {
      expect(reader.utf8At(r, 'id')).toBe(ids[r]);
      expect(reader.numberAt(r, 'n')).toBe(r);
    }
    expect(() => reader.at(count, 'id')).toThrow(/row/);
    expect(() => reader.utf8At(0, 'absent')).toThrow(/column "absent" asked for, it has id, n/);
    expect(() => reader.utf8At(0, 'n')).toThrow(/found uint32, expected utf8/);
    reader.close();
  });

  it('closes a block at 64 Ki rows, and not one before', () => {
    for (const [count, lengths] of [[BLOCK_ROWS, [BLOCK_ROWS]], [BLOCK_ROWS + 1, [BLOCK_ROWS, 1]]] as const) {
      const writer = new ColumnWriter(path, [{ name: 'n', kind: 'uint32' }]);
      writer.append(new Map([['n', { kind: 'uint32', values: new Uint32Array(count) }]]));
      writer.commit();
      expect([...openColumnFile(path).blocks()].map(({ length }) => length)).toEqual(lengths);
    }
  });

  it('may have no rows, and a row longer than a block', () => {
    new ColumnWriter(path, SCHEMA).commit();
    expect(readRows(path)).toEqual([]);
    const long = 'é'.repeat(BLOCK_BYTES);
    const writer = new ColumnWriter(path, [{ name: 't', kind: 'utf8' }]);
    writer.append(new Map([['t', utf8Column(['a', long, 'b'])]]));
    writer.commit();
    const reader = openColumnFile(path);
    expect([0, 1, 2].map((r) => reader.utf8At(r, 't') === ['a', long, 'b'][r])).toEqual([true, true, true]);
    reader.close();
  });

  it('refuses columns that are missing, of another kind or length, and impossible schemas', () => {
    const writer = new ColumnWriter(path, [{ name: 'n', kind: 'uint32' }, { name: 'b', kind: 'bytes', width: 2 }]);
    const n: Column = { kind: 'uint32', values: new Uint32Array(2) };
    expect(() => writer.append(new Map([['n', n]]))).toThrow(/column "b": found none, expected bytes of width 2/);
    expect(() => writer.append(new Map<string, Column>([['n', n], ['b', { kind: 'bytes', width: 3, values: new Uint8Array(6) }]]))).toThrow(/column "b"/);
    expect(() => writer.append(new Map<string, Column>([['n', n], ['b', { kind: 'bytes', width: 2, values: new Uint8Array(2) }]]))).toThrow(/1 rows, expected 2/);
    writer.abort();
    for (const schema of [[], [{ name: 'a', kind: 'utf8' }, { name: 'a', kind: 'uint32' }], [{ name: 'a', kind: 'bytes' }], [{ name: 'a', kind: 'utf8', width: 3 }]] as ColumnSpec[][]) {
      expect(() => new ColumnWriter(path, schema)).toThrow(/schema/);
    }
  });
});

describe('a damaged column file', () => {
  const small = join(folder, 'small');
  const writer = new ColumnWriter(small, [{ name: 'id', kind: 'utf8' }, { name: 'n', kind: 'uint32' }]);
  writer.append(new Map<string, Column>([['id', utf8Column(['one', 'two', 'three'])], ['n', { kind: 'uint32', values: Uint32Array.of(1, 2, 3) }]]));
  writer.commit();
  const good = readFileSync(small);
  const damaged = join(folder, 'damaged');
  const readAll = (): void => {
    const reader = openColumnFile(damaged);
    try {
      for (const block of reader.blocks()) void block;
    } finally {
      reader.close();
    }
  };

  it('is refused whichever byte is changed', () => {
    for (let at = 0; at < good.length; at++) {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 0x10;
      writeFileSync(damaged, bytes);
      expect(readAll, `byte ${at}`).toThrow(ShardError);
    }
  });

  it('is refused wherever it is cut', () => {
    writeFileSync(damaged, good);
    for (let length = good.length - 1; length >= 0; length--) {
      truncateSync(damaged, length);
      expect(readAll, `${length} bytes`).toThrow(ShardError);
    }
  });

  it('reads only what it was asked for: damage in another column does not matter', () => {
    const bytes = Buffer.from(good);
    bytes[8 + 16]! ^= 1; // the first id: after the magic and four offsets
    writeFileSync(damaged, bytes);
    const reader = openColumnFile(damaged);
    expect(reader.numberAt(2, 'n')).toBe(3);
    expect(() => reader.utf8At(2, 'id')).toThrow(/damaged: block 0, column "id" at byte 8: CRC-32 is [0-9a-f]+, expected [0-9a-f]+/);
    reader.close();
  });

  it('reserves nothing for sizes that the file cannot have, even under a right checksum', () => {
    const length = good.readUInt32LE(good.length - 16);
    const start = good.length - 16 - length;
    const footer = JSON.parse(good.toString('utf8', start, start + length)) as { rows: number; blocks: { rows: number; position: number; sections: number[][] }[] };
    const cases: [RegExp, (f: typeof footer) => void][] = [
      [/column "n" has 12000000000 bytes, expected 12/, (f) => { f.blocks[0]!.sections[1]![0] = 12e9; }],
      [/blocks end at byte \d+, expected/, (f) => { f.blocks[0]!.sections[0]![0] = 1e9; }],
      [/block 0 is at byte 9, expected 8/, (f) => { f.blocks[0]!.position = 9; }],
      [/rows together/, (f) => { f.rows = 4; }],
      [/rows/, (f) => { f.blocks[0]!.rows = 1e9; }],
      [/sections, expected 2/, (f) => { f.blocks[0]!.sections.pop(); }],
    ];
    for (const [message, change] of cases) {
      const changed = structuredClone(footer);
      change(changed);
      const json = Buffer.from(JSON.stringify(changed));
      const trailer = Buffer.from(good.subarray(good.length - 16));
      trailer.writeUInt32LE(json.length, 0);
      trailer.writeUInt32LE(crc32(json), 4);
      writeFileSync(damaged, Buffer.concat([good.subarray(0, start), json, trailer]));
      expect(readAll).toThrow(message);
    }
  });

  it('says which file is missing', () => {
    expect(() => openColumnFile(join(folder, 'absent'))).toThrow(/absent: cannot be opened/);
    expect(() => openColumnFile(folder)).toThrow(ShardError);
  });

  it('gives single values from their places, as it gives them in blocks', () => {
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const writer = new ColumnWriter(path, SCHEMA);
      writer.append(columnsOf(rows));
      writer.commit();
      const reader = openColumnFile(path);
      rows.forEach((expected, at) => {
        expect(Buffer.from(reader.utf8InPlace(at, 'id')).toString()).toBe(expected[0].toWellFormed());
        expect(['length', 'score', 'offset'].map((name) => reader.numberInPlace(at, name))).toEqual([expected[1], expected[2], expected[3]]);
      });
      expect(() => reader.numberInPlace(rows.length, 'length')).toThrow(/asked for/);
      expect(() => reader.numberInPlace(0, 'id')).toThrow(/found utf8, expected a number/);
      expect(() => reader.utf8InPlace(0, 'length')).toThrow(/found uint32, expected utf8/);
      reader.close();
    }), { numRuns: 40 });
  });
});
