import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { OpenFiles } from '#src/formats/open-files.js';
import { TextReader, TextWriter } from '#src/formats/text-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Many documents in the order asked for. */
function readMany(reader: TextReader, positions: readonly number[], lengths: readonly number[]): Uint8Array[] {
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const into = new Uint8Array(Math.min(64 << 20, lengths.reduce((sum, length) => sum + length, 0)));
  reader.copyAll(positions, lengths, into, starts);
  return starts.map((start, i) => into.subarray(start, start + lengths[i]!));
}

describe('a text file', () => {
  it('gives back every document by position and length, one by one and many in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.nat(300_000).map((n) => 'z'.repeat(n))), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11), { minLength: 20, maxLength: 20 }), (texts, picks) => {
        const path = join(folder, 'texts');
        const writer = new TextWriter(path);
        const documents = texts.map((text) => Buffer.from(text));
        const positions = documents.map((bytes) => writer.append(bytes));
        expect(writer.commit().bytes).toBe(documents.reduce((sum, bytes) => sum + bytes.length, 0));
        const reader = new TextReader(path);
        documents.forEach((bytes, i) => expect(Buffer.compare(reader.read(positions[i]!, bytes.length), bytes)).toBe(0));
        const order = picks.map((n) => n % documents.length); // with repetitions
        const many = readMany(reader, order.map((i) => positions[i]!), order.map((i) => documents[i]!.length));
        order.forEach((i, at) => expect(Buffer.compare(many[at]!, documents[i]!)).toBe(0));
        reader.close();
      }),
      { numRuns: 40 },
    );
  });

  it('gives back places that lie inside one another, touch, or are far apart', () => {
    const path = join(folder, 'long');
    const writer = new TextWriter(path);
    const bytes = Buffer.from(Array.from({ length: 6 << 20 }, (_, i) => (i * i) & 255));
    writer.append(bytes);
    writer.commit();
    const reader = new TextReader(path);
    const places = [[0, 1000], [10, 5], [900, 300], [1200, 40_000], [3 << 20, 100], [(3 << 20) + 30_000, 10], [(6 << 20) - 7, 7]] as const;
    const texts = readMany(reader, places.map(([position]) => position), places.map(([, length]) => length));
    places.forEach(([position, length], i) => expect(Buffer.compare(texts[i]!, bytes.subarray(position, position + length))).toBe(0));
    const touching = Array.from({ length: 6 }, (_, i) => i << 20);
    expect(Buffer.compare(Buffer.concat(readMany(reader, touching, touching.map(() => 1 << 20))), bytes)).toBe(0); // in reads of 4 MiB at most
    reader.close();
  });

  it('refuses a place outside the file before reserving memory for it', () => {
    const path = join(folder, 'short');
    const writer = new TextWriter(path);
    writer.append(Buffer.from('abc'));
    writer.commit();
    const reader = new TextReader(path);
    for (const [position, length] of [[0, 4], [3, 1], [1, 1e12], [-1, 2]] as const) {
      expect(() => reader.read(position, length)).toThrow(ShardError);
      expect(() => readMany(reader, [position], [length])).toThrow(ShardError);
    }
    expect(() => reader.read(2, 2)).toThrow(/short: 2 bytes at byte 2: the file has 3 bytes/);
    expect(readMany(reader, [], [])).toEqual([]);
    reader.close();
  });
});

describe('open files', () => {
  it('are at most as many as allowed, and the one used longest ago is closed', () => {
    const closed: string[] = [];
    const files = new OpenFiles((path) => ({ path, close: () => closed.push(path) }), 2);
    files.get('a');
    files.get('b');
    files.get('a');
    expect(files.get('c').path).toBe('c');
    expect(closed).toEqual(['b']);
    expect(files.size).toBe(2);
    const a = files.get('a');
    expect(files.get('a')).toBe(a);
    files.get('b');
    expect(closed).toEqual(['b', 'c']);
    files.close();
    expect(closed).toEqual(['b', 'c', 'a', 'b']);
    expect(files.size).toBe(0);
  });
});
