import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCsv } from '#src/cli/read-csv.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 't.csv');
const read = (content: string | Uint8Array) => {
  writeFileSync(path, content);
  return readCsv(path);
};

describe('a CSV file', () => {
  test('may have a byte order mark, CRLF, quoted fields with commas and line ends, and empty lines; rows know where they begin', () => {
    expect(read('\ufeffrun,"a ""b"", c"\r\nx,1\r\n\r\n"y\r\nz",2\r\nw,3')).toEqual({
      file: path, header: { line: 1, fields: ['run', 'a "b", c'] },
      rows: [{ line: 2, fields: ['x', '1'] }, { line: 4, fields: ['y\nz', '2'] }, { line: 6, fields: ['w', '3'] }],
    });
  });

  test.each([
    ['', ': found no row, expected a header with the names of columns'],
    ['a,b\n1,2\n3\n', ':3: found 1 fields, expected 2 as in the header'],
    ['a,b\n\n1,2,3\n', ':3: found 3 fields, expected 2 as in the header'],
    ['a,b\n1,"2\n', ':2: Quote Not Closed: the parsing is finished with an opening quote at line 2, expected CSV'],
    ['a,b\n1,x"2"\n', ':2: Invalid Opening Quote: a quote is found on field 1 at line 2, value is "x", expected CSV'],
    [`${'a,'.repeat(1000)}b\n`, ':1: found 1001 columns, expected at most 1000'],
    [`a\n${'1\n'.repeat(100_001)}`, ': found 100001 rows, expected at most 100000'],
    [Uint8Array.of(0x61, 0xff, 0xfe), ': found bytes that are not UTF-8, expected a CSV file in UTF-8'],
  ])('of %j is refused', (content, expected) => {
    expect(() => read(content)).toThrow(`${path}${expected}`);
  });

  test('is refused where it is not there, or larger than 64 MiB', () => {
    expect(() => readCsv(join(folder, 'none.csv'))).toThrow(/none\.csv: cannot be read: ENOENT/);
    expect(() => readCsv(folder)).toThrow(/cannot be read: EISDIR/);
    expect(() => read(new Uint8Array((64 << 20) + 1))).toThrow(/cannot be read: has 67108865 bytes, expected at most 67108864/);
  });
});
