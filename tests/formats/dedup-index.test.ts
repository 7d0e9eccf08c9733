import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8Column, type Column } from '#src/core/document-batch.js';
import { ConfigError } from '#src/core/errors.js';
import { ColumnWriter } from '#src/formats/column-writer.js';
import { openColumnFile } from '#src/formats/column-reader.js';
import { indexColumns, type DedupIndex } from '#src/formats/dedup-index.js';
import { looksLikeDedupIndex, openDedupIndex } from '#src/formats/dedup-index-reader.js';
import { expectIndexFolder, publishDedupIndex, type WrittenIndexPart } from '#src/formats/dedup-index-writer.js';
import { appendSurvivorRecord } from '#src/formats/survivor-record.js';
import { TextWriter } from '#src/formats/text-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-index-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD: Pick<DedupIndex, 'made' | 'parameters'> = {
  made: { sluice: '1.2.3', recipe: 'day-1', fingerprint: 'f1' },
  parameters: { urls: false, minhash: { shingle: { length: 5, unit: 'script' }, kind: 'permutations', bands: 3, rows: 2, seed: 1 }, texts: true, probe: '00ff' },
};

/** A part of so many documents, in `folder/work`. */
function part(name: string, documents: number, parameters = HEAD.parameters): WrittenIndexPart {
  const columns = new ColumnWriter(join(folder, 'work', `${name}.columns`), indexColumns(parameters));
  const text = new TextWriter(join(folder, 'work', `${name}.text`));
  const encoder = new TextEncoder();
  const at = Float64Array.from({ length: documents }, () => text.bytes);
  const bytes = new Uint32Array(documents);
  for (let i = 0; i < documents; i++) {
    at[i] = text.bytes;
    bytes[i] = appendSurvivorRecord(text, { id: encoder.encode(`${name}-${i}`), url: new Uint8Array(0), language: new Uint8Array(0), quality: NaN, text: encoder.encode(`text ${i}`) });
  }
  const fixed = (width: number): Column => ({ kind: 'bytes', width, values: Uint8Array.from({ length: width * documents }, (_, i) => i) });
  columns.append(new Map<string, Column>([
    ['id', utf8Column(Array.from({ length: documents }, (_, i) => `${name}-${i}`))], ['date', utf8Column(Array.from({ length: documents }, () => ''))],
    ['bytes', { kind: 'uint32', values: new Uint32Array(documents).fill(6) }], ['tokens', { kind: 'uint32', values: new Uint32Array(documents).fill(2) }],
    ['quality', { kind: 'float32', values: new Float32Array(documents).fill(NaN) }], ['exact', fixed(16)], ['url', { kind: 'hash64', values: new Uint32Array(2 * documents) }],
    ['signed', { kind: 'uint32', values: new Uint32Array(documents).fill(1) }],
    ['minima', fixed(12)], ['bands', fixed(24)], ['recordAt', { kind: 'float64', values: at }], ['recordBytes', { kind: 'uint32', values: bytes }],
    ['recordCrc', { kind: 'uint32', values: new Uint32Array(documents) }],
  ]));
  return { source: name, documents, columns: columns.commit(), text: text.commit() };
}

const directory = join(folder, 'index');
const columnsPath = join(directory, 'part-00000.columns');
const jsonPath = join(directory, 'index.json');

beforeEach(() => {
  rmSync(directory, { recursive: true, force: true });
  publishDedupIndex(directory, HEAD, [part('web', 7), part('wiki', 3)]);
});

/** What opening the index says. */
function refusal(): string {
  try {
    openDedupIndex(directory);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the index was opened');
}

type Json = Record<string, unknown> & { parts: Record<string, unknown>[]; parameters: Record<string, unknown> };

function changeJson(change: (index: Json) => void): void {
  const index = JSON.parse(readFileSync(jsonPath, 'utf8')) as Json; // written by beforeEach
  change(index);
  writeFileSync(jsonPath, JSON.stringify(index));
}

/** Makes index.json vouch for part 0's columns as they are now: an index that lies. */
function vouchForColumns(): void {
  const bytes = readFileSync(columnsPath);
  changeJson(({ parts }) => { parts[0]!['columns'] = { bytes: bytes.length, crc32: crc32(bytes).toString(16).padStart(8, '0') }; });
}

describe('an index for deduplication', () => {
  it('opens as what was published, in parts whose rows are there', () => {
    const index = openDedupIndex(directory);
    expect(index.documents).toBe(10);
    expect(index.parts.map(({ source, documents }) => [source, documents])).toEqual([['web', 7], ['wiki', 3]]);
    expect([index.made, index.parameters]).toEqual([HEAD.made, HEAD.parameters]);
    const file = openColumnFile(join(directory, 'part-00001.columns'));
    expect(file.utf8At(2, 'id')).toBe('wiki-2');
    file.close();
  });

  it('is published again with the same bytes, without what it had too much', () => {
    const before = readdirSync(directory).map((name) => [name, readFileSync(join(directory, name)).toString('base64')]);
    writeFileSync(join(directory, 'part-00002.columns'), 'of a longer index');
    writeFileSync(join(directory, 'part-00000.columns.1-2-3.tmp'), 'of a killed attempt');
    publishDedupIndex(directory, HEAD, [part('web', 7), part('wiki', 3)]);
    expect(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name)).toString('base64')])).toEqual(before);
  });

  it('stays whole when the run that made it is removed or writes its parts again', () => {
    rmSync(join(folder, 'work'), { recursive: true });
    part('web', 9);
    expect(openDedupIndex(directory).documents).toBe(10);
  });

  it('is copied where the file system cannot link', (context) => {
    const other = '/dev/shm';
    if (process.platform !== 'linux' || statSync(other, { throwIfNoEntry: false })?.dev === statSync(folder).dev) return context.skip('there is no second file system here');
    const far = mkdtempSync(join(other, 'sluice-index-'));
    try {
      publishDedupIndex(far, HEAD, [part('web', 7), part('wiki', 3)]);
      expect(openDedupIndex(far).documents).toBe(10);
      for (const name of readdirSync(directory)) expect(readFileSync(join(far, name)).equals(readFileSync(join(directory, name)))).toBe(true);
    } finally {
      rmSync(far, { recursive: true });
    }
  });

  it('may be empty', () => {
    publishDedupIndex(directory, HEAD, []);
    expect(openDedupIndex(directory).documents).toBe(0);
    expect(readdirSync(directory)).toEqual(['index.json']);
  });

  it('is known by index.json, or by parts that a killed run left', () => {
    expect(looksLikeDedupIndex(directory)).toBe(true);
    rmSync(jsonPath);
    expect(looksLikeDedupIndex(directory)).toBe(true);
    expect([looksLikeDedupIndex(join(folder, 'work')), looksLikeDedupIndex(columnsPath), looksLikeDedupIndex(join(folder, 'none'))]).toEqual([false, false, false]);
  });
});

describe('a folder to write an index to', () => {
  it('may be missing, empty, of the same recipe, or left by a killed run', () => {
    mkdirSync(join(folder, 'empty'));
    for (const path of [join(folder, 'none'), join(folder, 'empty'), directory]) expect(() => expectIndexFolder(path, 'f1')).not.toThrow();
    rmSync(jsonPath);
    writeFileSync(`${jsonPath}.1-2-3.tmp`, 'x');
    expect(() => expectIndexFolder(directory, 'f2')).not.toThrow();
  });

  it('is refused with foreign files, with the index of another recipe, and where it is a file', () => {
    expect(() => expectIndexFolder(directory, 'f2')).toThrow('found an index that another recipe wrote (day-1), expected an empty folder');
    expect(() => expectIndexFolder(jsonPath, 'f1')).toThrow(ConfigError);
    writeFileSync(join(directory, 'notes.txt'), 'x');
    expect(() => expectIndexFolder(directory, 'f1')).toThrow('found notes.txt, which is of no index');
  });
});

describe('a damaged or lying index is refused', () => {
  const damages: readonly (readonly [string, () => void, RegExp])[] = [
    ['without index.json', () => rmSync(jsonPath), /index\.json: found no such file/],
    ['with a truncated index.json', () => truncateSync(jsonPath, 100), /index\.json: is not JSON/],
    ['with another JSON', () => writeFileSync(jsonPath, '[1]'), /is no index for deduplication; .* name the files in it/],
    ['of another version', () => changeJson((index) => { index['version'] = 2; }), /found version 2 of the format, expected 1/],
    ['with an unknown key', () => changeJson(({ parts }) => { parts[0]!['path'] = '../../etc/passwd'; }), /is damaged: .*path/s],
    ['with an index.json of many MB', () => truncateSync(jsonPath, 33 << 20), /has 34603008 bytes, expected at most 33554432/],
    ['with a part missing', () => rmSync(columnsPath), /part-00000\.columns: found no such file/],
    ['with a pipe or folder for a part', () => { rmSync(columnsPath); mkdirSync(columnsPath); }, /part-00000\.columns: found no such file/],
    ['with a truncated part', () => truncateSync(columnsPath, 100), /part-00000\.columns: has 100 bytes, expected \d+ bytes/],
    ['with a truncated text', () => truncateSync(join(directory, 'part-00001.text'), 5), /part-00001\.text: has 5 bytes/],
    ['with a changed byte in a part', () => flip(columnsPath, 30), /part-00000\.columns: CRC-32 is [0-9a-f]{8}, expected [0-9a-f]{8}; the file is damaged/],
    ['that counts too many documents', () => changeJson((index) => { index['documents'] = 11; }), /found 11 documents, expected the 10 of its parts/],
    ['that counts too many rows', () => changeJson((index) => { index['documents'] = 11; index.parts[0]!['documents'] = 8; }), /has 7 rows, expected 8/],
    ['that counts more documents than a job holds', () => changeJson((index) => { index['documents'] = 2 ** 40; }), /is damaged: /],
    ['that lies about its signatures', () => changeJson(({ parameters }) => { (parameters['minhash'] as { bands: number }).bands = 4; }), /has columns .*"width":12.* expected .*"width":16/],
    ['that asks for signatures of terabytes', () => changeJson(({ parameters }) => { (parameters['minhash'] as { bands: number }).bands = 1e9; }), /is damaged: /],
    ['that has texts and says it has none', () => changeJson(({ parameters }) => { parameters['texts'] = false; }), /part 0: found a text, expected none/],
    ['whose part is no column file', () => { writeFileSync(columnsPath, Buffer.alloc(500)); vouchForColumns(); }, /part-00000\.columns: no magic at byte 0/],
    ['whose part announces a footer of 4 GB', () => { patch(columnsPath, statSync(columnsPath).size - 16, [255, 255, 255, 255]); vouchForColumns(); }, /footer of 4294967295 bytes announced/],
  ];

  it.each(damages)('%s', (_, damage, message) => {
    damage();
    expect(refusal()).toMatch(message);
  });

  it('at every length that it can be cut to', () => {
    const whole = readFileSync(columnsPath);
    for (let length = 0; length < whole.length; length += 13) {
      writeFileSync(columnsPath, whole.subarray(0, length));
      vouchForColumns();
      expect(refusal()).toContain('part-00000.columns: ');
    }
  });
});

function flip(path: string, at: number): void {
  patch(path, at, [readFileSync(path)[at]! ^ 1]);
}

/** Through a name of its own: a part is a link to the run's file. */
function patch(path: string, at: number, bytes: readonly number[]): void {
  const content = readFileSync(path);
  rmSync(path);
  const descriptor = openSync(path, 'w');
  content.set(bytes, at);
  writeSync(descriptor, content);
  closeSync(descriptor);
}
