/** Files that claim or hold more than they should: stopped at a ratio and at a size that the recipe may raise, with what stands around them read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Source } from '#src/core/stage.js';
import { conversionRecord } from '#src/formats/wet-writer.js';
import { jsonlSource } from '#src/stages/sources/jsonl.js';
import type { SourceLimits } from '#src/stages/sources/source-limits.js';
import { textSource } from '#src/stages/sources/text.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { zipSource } from '#src/stages/sources/zip.js';
import { decisionsOf } from '../promises/support/output.js';
import { writeRecipe } from '../promises/support/recipe.js';
import { sluice } from '../promises/support/sluice.js';
import { jsonLines, zipOf } from './good.js';
import { readShard } from './read-case.js';

const MIB = 1 << 20;
/** Below this no gzip member is a bomb, whatever its ratio. */
const HARMLESS = 16 * MIB;
const LINE_BYTES = 1 << 16;

const folder = mkdtempSync(join(tmpdir(), 'sluice-bombs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(source: Source, bytes: Uint8Array): Promise<{ documents: number; faults: string[] }> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes);
  const { documents, faults, error } = await readShard(source, { source: 'a', name: 'file', files: [{ name: 'file', path, bytes: bytes.length }] });
  expect(error).toBeUndefined();
  return { documents: documents.length, faults: faults.map(({ reason }) => reason) };
}

/** So many bytes of JSON lines of 64 KiB that deflate packs about 1000 to 1. */
function tightLines(bytes: number): Buffer {
  const line = Buffer.alloc(LINE_BYTES, 'x');
  line.write('{"text":"');
  line.write('"}\n', LINE_BYTES - 3);
  return Buffer.concat(Array.from({ length: bytes / LINE_BYTES }, () => line));
}

const bomb = (bytes: number): Buffer => Buffer.concat([gzipSync(jsonLines[0]!), gzipSync(tightLines(bytes)), gzipSync(jsonLines[1]!)]);
const lines = (options: SourceLimits): Source => jsonlSource({ text: 'text', ...options });

describe('a gzip member that inflates a thousandfold', () => {
  it.each<[string, number, SourceLimits, number, string[]]>([
    ['of 16 MiB is read', HARMLESS, {}, HARMLESS / LINE_BYTES, []],
    ['of 64 KiB more is cut off there', HARMLESS + LINE_BYTES, {}, HARMLESS / LINE_BYTES, ['gzip-bomb']],
    ['is read where the ratio is raised', HARMLESS + LINE_BYTES, { maxRatio: 1100 }, HARMLESS / LINE_BYTES + 1, []],
    ['is cut off where it is lowered', HARMLESS + LINE_BYTES, { maxRatio: 1 }, HARMLESS / LINE_BYTES, ['gzip-bomb']],
  ])('%s, and its neighbours come', async (_, bytes, limits, most, faults) => {
    const found = await read(lines(limits), bomb(bytes));
    expect(found.faults).toEqual(faults);
    // of a bomb what was inflated in whole pieces before the limit may come
    if (faults.length === 0) expect(found.documents).toBe(most + 2);
    else expect([found.documents >= 2, found.documents <= most + 2]).toEqual([true, true]);
  });

  it('within another one is text that is no text, and is not inflated', async () => {
    expect(await read(lines({}), gzipSync(gzipSync(tightLines(MIB))))).toMatchObject({ documents: 0, faults: [expect.stringMatching('invalid-json')] });
  });
});

describe('a zip entry', () => {
  const entry = async (bytes: number): Promise<Buffer> => zipOf([['a.txt', 'first'], ['bomb.txt', Buffer.alloc(bytes, 'a')], ['z.txt', 'last']]);
  it.each<[string, number, SourceLimits, number, string[]]>([
    ['of 1 MiB is read whatever its ratio', MIB, {}, 3, []],
    ['of a byte more, a thousand to one, is a bomb', MIB + 1, {}, 2, ['bomb']],
    ['is read where the ratio is raised', MIB + 1, { maxRatio: 1100 }, 3, []],
    ['is too large beyond the limit of documents', MIB + 1, { maxRatio: 1100, maxDocumentBytes: MIB }, 2, ['oversize-document']],
  ])('%s', async (_, bytes, limits, documents, faults) => {
    expect(await read(zipSource(limits), await entry(bytes))).toEqual({ documents, faults });
  });

  it('that shares its bytes with others is a bomb: a small archive cannot hold a huge one', async () => {
    const kernel = deflateRawSync(Buffer.alloc(MIB, 'a'));
    const archive = Buffer.from(await zipOf(Array.from({ length: 50 }, (_, i) => [`entry-${String(i).padStart(2, '0')}.txt`, Buffer.alloc(MIB, 'a')])));
    const first = archive.indexOf('PK\x01\x02', 0, 'latin1');
    for (let at = first; at >= 0; at = archive.indexOf('PK\x01\x02', at + 1, 'latin1')) archive.writeUInt32LE(0, at + 42); // all at the first one's place
    const found = await read(zipSource(), archive);
    expect(found.documents).toBeLessThanOrEqual(1);
    expect(found.faults.length).toBeGreaterThanOrEqual(49);
    expect(kernel.length).toBeLessThan(2000);
  });
});

describe('a document', () => {
  const LIMIT = 5000;
  const text = (bytes: number): string => 'word '.repeat(bytes / 5 + 1).slice(0, bytes);
  const files: readonly [string, (bytes: number) => Buffer | Promise<Buffer>, (limits: SourceLimits) => Source, string][] = [
    ['of a text file', (bytes) => Buffer.from(text(bytes)), textSource, 'oversize-document'],
    ['of JSON Lines', (bytes) => Buffer.from(`${JSON.stringify({ text: text(bytes) })}\n`), lines, 'oversize-document'],
    ['of WET', (bytes) => Buffer.from(conversionRecord({ uri: 'http://x/', date: '', id: 'a', refersTo: 'b', text: Buffer.from(text(bytes)) })), wetSource, 'oversize-document'],
    ['of a zip', (bytes) => zipOf([['a.txt', text(bytes)]]), zipSource, 'oversize-document'],
  ];
  it.each(files)('%s may be as large as the limit, no larger, and the limit may be raised', async (_, make, source, reason) => {
    const at = (bytes: number, maxDocumentBytes?: number) => Promise.resolve(make(bytes)).then((file) => read(source({ maxDocumentBytes }), file));
    expect(await at(LIMIT, LIMIT)).toEqual({ documents: 1, faults: [] });
    expect(await at(LIMIT + 1, LIMIT)).toEqual({ documents: 0, faults: [reason] });
    expect(await at(LIMIT + 1, LIMIT + 1)).toEqual({ documents: 1, faults: [] });
    expect(await at(LIMIT + 1)).toEqual({ documents: 1, faults: [] });
  });
});

describe('a recipe', () => {
  it('raises both limits by maxRatio and maxDocument', async () => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in/bomb.jsonl.gz'), bomb(HARMLESS + LINE_BYTES));
    writeFileSync(join(folder, 'in/large.jsonl'), `${JSON.stringify({ text: 'x'.repeat(3000) })}\n`);
    const source = (paths: string, more = {}) => ({ read: { format: 'jsonl', paths: [paths], ...more } });
    writeRecipe(folder, 'recipe', {
      name: 'bombs',
      sources: {
        stopped: source('in/bomb.jsonl.gz'), raised: source('in/bomb.jsonl.gz', { maxRatio: 1100 }), small: source('in/large.jsonl', { maxDocument: 2999 }), large: source('in/large.jsonl', { maxDocument: '3kB' }),
      },
    });
    const { code, stderr } = await sluice(folder, 'run', 'recipe.yaml', '--output', 'out', '--workers', '1', '--json');
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    const rows = await decisionsOf(join(folder, 'out'));
    const of = (name: string) => rows.filter(({ source: found }) => found === name);
    expect(of('stopped').filter(({ stage }) => stage === 'read').map(({ reason }) => reason)).toEqual(['gzip-bomb']);
    expect(of('raised')).toHaveLength(HARMLESS / LINE_BYTES + 3);
    expect(of('raised').filter(({ stage }) => stage === 'read')).toEqual([]);
    expect(of('small').map(({ reason }) => reason)).toEqual(['oversize-document']);
    expect(of('large').map(({ reason }) => reason)).toEqual([null]);
  });
});
