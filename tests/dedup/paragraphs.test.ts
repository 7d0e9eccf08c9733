import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutParagraphs, eachParagraphKey, withoutSpans, type ParagraphRule } from '#src/dedup/paragraphs.js';

const LINE: ParagraphRule = { unit: 'line', leastBytes: 4 };
const PARAGRAPH: ParagraphRule = { unit: 'paragraph', leastBytes: 4 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const keysOf = (text: string, rule: ParagraphRule): string[] => {
  const keys: string[] = [];
  eachParagraphKey(bytes(text), rule, (high, low) => keys.push(`${high} ${low}`));
  return keys;
};
/** The text without the paragraphs that `repeated` has. */
function cut(text: string, repeated: string, rule: ParagraphRule): string {
  const wanted = new Set(keysOf(repeated, rule));
  const { spans, bytes: left } = cutParagraphs(bytes(text), rule, (high, low) => wanted.has(`${high} ${low}`));
  const kept = new TextDecoder().decode(withoutSpans(bytes(text), spans));
  expect(Buffer.byteLength(kept)).toBe(left);
  return kept;
}

describe('the key of a paragraph', () => {
  it('does not depend on white space around it, nor on how much of it is inside', () => {
    const [key] = keysOf('one two three', LINE);
    for (const same of ['  one two three', 'one two three \r\n', 'one\ttwo   three', '\n\none two\u0020three\n']) expect(keysOf(same, LINE)).toEqual([key]);
    expect(keysOf('one\n two\r\nthree\n', PARAGRAPH)).toEqual([key]);
  });

  it('depends on case, digits, punctuation and every other byte', () => {
    const keys = ['one two', 'One two', 'one two.', 'one 2', 'one 3', 'onetwo', 'one two\u00a0'].flatMap((text) => keysOf(text, LINE));
    expect(new Set(keys).size).toBe(7);
  });

  it('is not made of what is shorter than asked, by the bytes that are compared', () => {
    expect(keysOf('abc\na  bc\nabcd\né é\n a b ', LINE)).toHaveLength(3);
    expect(keysOf('a\n\nb\nc\n\n  \nd', { ...PARAGRAPH, leastBytes: 1 })).toHaveLength(3);
    expect(keysOf('', LINE)).toEqual([]);
    expect(keysOf(' \n\n ', { unit: 'paragraph', leastBytes: 1 })).toEqual([]);
  });
});

describe('cutting', () => {
  it.each([
    ['a line and its end', 'first\nshared\nlast\n', 'first\nlast\n'],
    ['several in a row', 'first\nshared\nshared\nlast', 'first\nlast'],
    ['the first line', 'shared\nlast', 'last'],
    ['the last line, with the end of the one before', 'first\nshared', 'first'],
    ['the last lines, with the blank ones between', 'first\n\nshared\n\n  shared\n \n', 'first'],
    ['with its indentation', 'first\n   shared  \nlast', 'first\nlast'],
    ['no part of a line', 'first shared\nshared, too\n', 'first shared\nshared, too\n'],
    ['and leaves nothing where only blank lines would stay', '\n shared \n\nshared\n', ''],
  ])('takes lines: %s', (_, text, expected) => {
    expect(cut(text, 'shared', LINE)).toBe(expected);
  });

  it.each([
    ['with the blank lines behind it', 'first\n\nsha\nred\n \n\n  last\n', 'first\n\n  last\n'],
    ['with the blank lines before it at the end', 'first\nmore\n\n\nsha\nred\n\n', 'first\nmore'],
    ['at the beginning', 'sha\n red\n\nlast', 'last'],
    ['no line of a longer one', 'first\nsha red\n\nlast', 'first\nsha red\n\nlast'],
    ['all of them', 'sha\nred\n\nsha red\n', ''],
  ])('takes paragraphs: %s', (_, text, expected) => {
    expect(cut(text, 'sha red', PARAGRAPH)).toBe(expected);
  });

  it('counts paragraphs and leaves a text alone that has none', () => {
    const text = bytes('one line\ntwo lines\none line\n');
    expect(cutParagraphs(text, LINE, () => false)).toEqual({ spans: new Uint32Array(0), paragraphs: 0, bytes: text.length });
    expect(cutParagraphs(text, LINE, () => true)).toEqual({ spans: Uint32Array.of(0, text.length), paragraphs: 3, bytes: 0 });
  });

  const line = fc.constantFrom('', ' ', 'a', ' bb', 'ccc ', 'd  d d', '\te e', 'ü\r');
  const text = fc.array(line, { maxLength: 14 }).map((lines) => lines.join('\n'));
  const pick: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom('a', 'bb', 'ccc', 'd d d', 'e e', 'ü'), { maxLength: 6 });
  const normal = (part: string): string => part.trim().replace(/\s+/g, ' ');

  it('leaves the lines that a filter would, in order, and never more than it counts', () => {
    fc.assert(fc.property(text, pick, (whole, picked) => {
      const kept = cut(whole, picked.join('\n'), { unit: 'line', leastBytes: 1 });
      const expected = whole.split('\n').map(normal).filter((part) => part !== '' && !picked.includes(part));
      expect(kept.split('\n').map(normal).filter((part) => part !== '')).toEqual(expected);
    }), { numRuns: 1000, seed: 6 });
  });

  it('leaves the paragraphs that a filter would, apart as they were', () => {
    fc.assert(fc.property(text, text, (whole, other) => {
      const split = (of: string): string[] => of.split(/\n\s*\n/).map(normal).filter((part) => part !== '');
      const repeated = split(other);
      const kept = cut(whole, other, { unit: 'paragraph', leastBytes: 1 });
      expect(split(kept)).toEqual(split(whole).filter((part) => !repeated.includes(part)));
    }), { numRuns: 1000, seed: 7 });
  });
});
