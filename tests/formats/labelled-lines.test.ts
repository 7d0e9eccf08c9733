import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { readLabelledLines, type LabelledLine } from '#src/formats/labelled-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'labelled lines '));
afterAll(() => rmSync(folder, { recursive: true }));

async function linesIn(path: string): Promise<LabelledLine[]> {
  const lines: LabelledLine[] = [];
  for await (const line of readLabelledLines(path)) lines.push(line);
  return lines;
}

async function linesOf(content: string): Promise<LabelledLine[]> {
  const path = join(folder, 'lines.txt');
  writeFileSync(path, content);
  return linesIn(path);
}

test.each([
  ['labels first', '__label__a __label__b some text\n', [{ labels: ['a', 'b'], text: 'some text' }]],
  ['a label in the middle, as the engine allows', 'one __label__a two\n', [{ labels: ['a'], text: 'one two' }]],
  ['white space of all the engine\'s kinds', '__label__a\tone\v two\f\0three\r\n', [{ labels: ['a'], text: 'one two three' }]],
  ['other white space, which is none to the engine', '__label__a one\u00a0two\u2028three\n', [{ labels: ['a'], text: 'one\u00a0two\u2028three' }]],
  ['the engine\'s own token', '__label__a one </s> two\n', [{ labels: ['a'], text: 'one two' }]],
  ['an empty line, and a last one without an end', '__label__a one\n\n__label__b', [
    { labels: ['a'], text: 'one' }, { labels: [], text: '' }, { labels: ['b'], text: '' },
  ]],
  ['no bytes', '', []],
])('a line is read with %s', async (_, content, expected) => expect(await linesOf(content)).toEqual(expected));

test('characters that lie across blocks of the file stay whole', async () => {
  const filler = 'x'.repeat((1 << 20) - 12); // a block is a MiB: the two bytes of the letter are in two of them
  const [line] = await linesOf(`__label__a ${filler}é end\n`);
  expect(line!.text).toBe(`${filler}é end`);
});

test('what cannot be read, and a line without an end in sight, is refused with its place', async () => {
  await expect(linesIn(join(folder, 'none.txt'))).rejects.toThrow(ConfigError);
  await expect(linesIn(folder)).rejects.toThrow(/cannot be read/);
  await expect(linesOf(`__label__a fine\n${'x'.repeat(18 << 20)}`)).rejects.toThrow(/lines\.txt: line 2: found more than 16777216 characters/);
});
