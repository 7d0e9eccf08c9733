import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { PositionedFile } from '#src/formats/positioned-file.js';
import { readStrings, StringTable, stringTable } from '#src/formats/string-table.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-strings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'table.bin');

function read(first: number, count: number): string[] {
  const file = new PositionedFile(path);
  try {
    return readStrings(file, first, count);
  } finally {
    file.close();
  }
}
const write = (strings: readonly string[]): void => writeFileSync(path, Buffer.concat(stringTable(strings.map((string) => new TextEncoder().encode(string))).pieces()));

test('strings come back by their numbers, whatever is in them', () => {
  const string = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\uFEFFbegins with a mark', '\0', 'a\nb'));
  fc.assert(fc.property(fc.array(string, { maxLength: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 30 }), (strings, a, b) => {
    write(strings);
    const [first, end] = [Math.min(a, b, strings.length), Math.min(Math.max(a, b), strings.length)];
    expect(read(first, end - first)).toEqual(strings.slice(first, end));
  }), { numRuns: 100 });
});

test('any changed byte of a string or of its entry is found when that string is read, and only then', () => {
  const strings = ['first', 'second', 'third'];
  write(strings);
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x11;
    writeFileSync(path, damaged);
    const inEntry = Math.floor(at / 16);
    const of = at < 48 ? inEntry : at < 53 ? 0 : at < 59 ? 1 : 2;
    for (const [i, string] of strings.entries()) {
      if (i === of) expect(() => read(i, 1), `byte ${at}`).toThrow(ShardError);
      else expect(read(i, 1)).toEqual([string]);
    }
  }
});

test('a string that is not there, or whose entry claims more than memory should hold, is refused without reserving it', () => {
  write(['one']);
  expect(() => read(1, 2000)).toThrow(/table\.bin: 32000 bytes at byte 16: the file has 19 bytes/);
  expect(() => read(0, 2 ** 40)).toThrow(ShardError);
  const huge = readFileSync(path);
  huge.writeUInt32LE(0xffff_ffff, 8);
  writeFileSync(path, huge);
  expect(() => read(0, 1)).toThrow('string 0: found 4294967295 bytes, expected at most 16777216; the file is damaged');
  truncateSync(path, 10);
  expect(() => read(0, 1)).toThrow(ShardError);
});

test('a table of more or fewer strings than were announced is refused', () => {
  const table = new StringTable(1);
  expect(() => table.pieces()).toThrow('0 strings, announced were 1');
  table.add(new Uint8Array(100_000));
  expect(table.pieces().map(({ length }) => length)).toEqual([16, 100_000]);
  expect(() => table.add(new Uint8Array(1))).toThrow('a string more than the 1 announced');
});
