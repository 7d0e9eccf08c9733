import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { readLines } from '#src/formats/text-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'lines '));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (content: string | Uint8Array): string => {
  const path = join(folder, 'list.txt');
  writeFileSync(path, content);
  return path;
};

describe('the lines of a list', () => {
  it.each([
    ['', []], ['a', ['a']], ['a\n', ['a']], ['a\r\nb\r\n', ['a', 'b']], ['a\n\nb', ['a', '', 'b']], ['\uFEFFa\nb', ['a', 'b']], ['é\n', ['é']], ['a\rb\n', ['a\rb']],
  ])('%j', (content, lines) => {
    expect(readLines(file(content))).toEqual(lines);
  });

  it('that are no text are refused, with the place', () => {
    expect(() => readLines(file('abc\0d'))).toThrow(/list\.txt: byte 3: found NUL, expected a text file/);
    expect(() => readLines(file(Uint8Array.of(0x61, 0xff)))).toThrow(/list\.txt: found bytes that are not UTF-8/);
    expect(() => readLines(join(folder, 'missing'))).toThrow(ConfigError);
    expect(() => readLines(folder)).toThrow(/not a file/);
  });

  it('of a file beyond the limit are refused before memory is taken', () => {
    const path = file('');
    truncateSync(path, (256 << 20) + 1); // sparse
    expect(() => readLines(path)).toThrow(/found 268435457 bytes, expected at most 268435456/);
  });
});
