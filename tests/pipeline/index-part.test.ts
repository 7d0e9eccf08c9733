import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { Column } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import { openColumnFile } from '#src/formats/column-reader.js';
import { ColumnWriter } from '#src/formats/column-writer.js';
import { indexColumns } from '#src/formats/dedup-index.js';
import { appendSurvivorRecord } from '#src/formats/survivor-record.js';
import { TextWriter } from '#src/formats/text-file.js';
import type { CurateResult } from '#src/pipeline/phases/curate.js';
import { makePlan } from '#src/pipeline/plan.js';
import { openRun, task } from '#src/pipeline/task.js';
import { parse } from './recipe-fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-index-part-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipe = parse(`\
name: incremental
sources:
  new: { read: { format: jsonl, paths: new.jsonl } }
  old: { read: { format: index, paths: index } }
dedup: { methods: [exact, url, minhash: { bands: 20, rows: 5, verify: exact }], against: [old] }
`);
const MINHASH = { shingle: { length: 5, unit: 'script' }, kind: 'permutations', bands: 20, rows: 5, seed: 1 } as const;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A document as its part should have it; a test spoils something. */
interface Row {
  id: Uint8Array;
  /** In the record, where it is not the id of the columns. */
  recordId?: Uint8Array;
  text: Uint8Array;
  signed: number;
  url: readonly [number, number];
  recordAt?: number;
  recordBytes?: number;
  recordCrc?: number;
}

const rows = (): Row[] => ['first', 'second', 'third'].map((name, i) => ({ id: utf8(name), text: utf8(`the text of the ${name} document`), signed: i === 1 ? 0 : 1, url: i === 2 ? [0, 0] : [i + 1, 7] }));

let parts = 0;

/** Runs `curate` over a part of these rows. */
async function take(documents: readonly Row[], after = ''): Promise<{ result: CurateResult; path: (role: string) => string }> {
  const name = join(folder, `part-${String(parts++).padStart(5, '0')}`);
  const columns = new ColumnWriter(`${name}.columns`, indexColumns({ minhash: MINHASH, texts: true }));
  const text = new TextWriter(`${name}.text`);
  const numbers = { at: new Float64Array(documents.length), bytes: new Uint32Array(documents.length), crc: new Uint32Array(documents.length) };
  documents.forEach((row, i) => {
    const record: Uint8Array[] = [];
    appendSurvivorRecord({ append: (bytes) => record.push(bytes.slice()) }, { id: row.recordId ?? row.id, url: utf8(''), language: utf8(''), quality: NaN, text: row.text });
    const bytes = Buffer.concat(record);
    numbers.at[i] = row.recordAt ?? text.bytes;
    numbers.bytes[i] = row.recordBytes ?? bytes.length;
    numbers.crc[i] = row.recordCrc ?? crc32(bytes);
    text.append(bytes);
  });
  text.append(utf8(after));
  const filled = (width: number): Column => ({ kind: 'bytes', width, values: Uint8Array.from({ length: width * documents.length }, (_, i) => i % 251) });
  const counts = (): Column => ({ kind: 'uint32', values: new Uint32Array(documents.length).fill(9) });
  columns.append(new Map<string, Column>([
    ['id', { kind: 'utf8', bytes: Buffer.concat(documents.map(({ id }) => id)), offsets: Uint32Array.from([0, ...documents.map((_, i) => documents.slice(0, i + 1).reduce((sum, { id }) => sum + id.length, 0))]) }],
    ['date', { kind: 'utf8', bytes: new Uint8Array(0), offsets: new Uint32Array(documents.length + 1) }],
    ['bytes', counts()], ['tokens', counts()], ['quality', { kind: 'float32', values: new Float32Array(documents.length).fill(NaN) }],
    ['exact', filled(16)], ['url', { kind: 'hash64', values: Uint32Array.from(documents.flatMap(({ url }) => url)) }],
    ['signed', { kind: 'uint32', values: Uint32Array.from(documents, ({ signed }) => signed) }], ['minima', filled(200)], ['bands', filled(160)],
    ['recordAt', { kind: 'float64', values: numbers.at }], ['recordBytes', { kind: 'uint32', values: numbers.bytes }], ['recordCrc', { kind: 'uint32', values: numbers.crc }],
  ]));
  columns.commit();
  text.commit();
  const file = (path: string) => ({ name: path, path, bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, identity: path });
  const directory = join(folder, `run-${parts}`);
  mkdirSync(directory);
  const plan = makePlan({
    recipe, directory, version: '0', code: '0', kernels: 'wasm',
    filesOf: (source) => (source === 'new' ? [file(join(folder, 'new.jsonl'))] : [file(`${name}.columns`), file(`${name}.text`)]),
  });
  const run = openRun(plan);
  const completion = await task(run, 'curate', 1);
  return { result: completion.result as CurateResult, path: (role) => join(directory, completion.outputs[role]!.path) };
}

describe('a part of an index', () => {
  test('becomes rows of the run that have signatures and texts, and no decision records', async () => {
    const { result, path } = await take(rows());
    expect([result.rows, result.kept, result.records]).toEqual([0, 3, { exact: 3, urls: 2, bands: 40 }]);
    expect(result.ledger.stages.map(({ in: read }) => read.documents)).toEqual([0]);
    const kept = openColumnFile(path('kept'));
    expect([0, 1, 2].map((row) => kept.utf8At(row, 'id'))).toEqual(['first', 'second', 'third']);
    expect(openColumnFile(path('rows')).rows).toBe(0);
    expect(statSync(path('signatures')).size).toBe(3 * (16 + 8 + 200));
    expect(statSync(path('text')).size).toBe(kept.numberAt(2, 'recordAt') + kept.numberAt(2, 'recordBytes'));
    kept.close();
  });

  const lies: readonly (readonly [string, (documents: Row[]) => void, RegExp])[] = [
    ['an id that is not UTF-8', ([first]) => { first!.id = Uint8Array.of(0x61, 0xff); }, /row 0: found an id that is not UTF-8/],
    ['a mark that is none', ([, second]) => { second!.signed = 7; }, /row 1: found 7 as `signed`, expected 0 or 1/],
    ['a record that is another document\'s', ([, , third]) => { third!.recordId = utf8('thirst'); }, /row 2: text at byte \d+: is the record of another document/],
    ['a text that is not UTF-8', ([first]) => { first!.text = Uint8Array.of(0x61, 0xc3); }, /row 0: text at byte 0: is not UTF-8/],
    ['a record somewhere else', ([, second]) => { second!.recordAt = 0; }, /row 1: text at byte \d+: found byte 0 in the columns/],
    ['a record at no byte', ([first]) => { first!.recordAt = NaN; }, /row 0: text at byte 0: found byte NaN/],
    ['a record of gigabytes', ([first]) => { first!.recordBytes = 0xffff_ffff; }, /found 4294967295 bytes, expected at most 67108864/],
    ['a record that is longer than the file', ([, , third]) => { third!.recordBytes = 60_000_000; }, /the file has \d+ bytes; it is damaged or truncated/],
    ['a record shorter than its head', ([first]) => { first!.recordBytes = 3; first!.recordCrc = crc32(Uint8Array.of(5, 0, 0)); }, /survivor record of 3 bytes/],
    ['another checksum', ([first]) => { first!.recordCrc = 1; }, /row 0: text at byte 0: CRC-32 is [0-9a-f]+, expected 1; the file is damaged/],
  ];

  test.each(lies)('is refused for %s', async (_, spoil, message) => {
    const documents = rows();
    spoil(documents);
    const taken = take(documents);
    await expect(taken).rejects.toThrow(ShardError);
    await expect(taken).rejects.toThrow(message);
  });

  test('is refused for bytes that no document has', async () => {
    await expect(take(rows(), 'x')).rejects.toThrow(/texts end at byte \d+, expected \d+, the end of the file; the index is damaged/);
  });
});
