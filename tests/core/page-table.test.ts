import { expect, test } from 'vitest';
import { buildPageTable, byteOf } from '#src/core/page-table.js';

test('a page table gives the byte of the run that a code point lies in, to the last code point', () => {
  const table = buildPageTable([[0, 1], [65, 2], [66, 0], [0x10000, 7], [0x10ffff, 9]], 'runs');
  for (const [codePoint, byte] of [[0, 1], [64, 1], [65, 2], [66, 0], [0xffff, 0], [0x10000, 7], [0x10fffe, 7], [0x10ffff, 9]] as const) expect([codePoint, byteOf(table, codePoint)]).toEqual([codePoint, byte]);
  expect(table.bytes.length).toBe(4 * 256); // pages: the first, zeros, sevens, the last
});

test('a table of more distinct pages than a byte can number is refused', () => {
  const runs = Array.from({ length: 300 }, (_, page) => [[page * 256, page & 127], [page * 256 + 1, page >> 7]]).flat();
  expect(() => buildPageTable(runs, 'runs')).toThrow(/runs has \d+ distinct pages, expected at most 256/);
});
