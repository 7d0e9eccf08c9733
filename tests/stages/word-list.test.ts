import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLines } from '#src/formats/text-lines.js';
import { isWordCharacterAt, isWordCharacterBefore, maxLowerCaseBytes, writeLowerCase } from '#src/stages/word-list-lower-case.js';
import { WordListSet } from '#src/stages/word-list-set.js';
import { DOMAIN, LISTED_URL, URL_SUBWORD, URL_WORD } from '#src/stages/url-lists.js';
import { MAX_ENTRIES, MAX_ENTRY_CHARACTERS, readWordList, type EntryKind } from '#src/stages/word-list.js';
import { configError, contextWith } from './list-stage.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ANY: EntryKind = { expected: 'anything', parse: (line) => line };
const read = (text: string, kind = ANY): string[] => readWordList(contextWith({ 'list.txt': text }), 'list.txt', kind);

describe('a list file', () => {
  test('has one entry a line; comments, blank lines, white space at the ends, a byte order mark and CRs count for nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-list-'));
    const path = join(folder, 'list.txt');
    const readFile = (content: string | Uint8Array): string[] => {
      writeFileSync(path, content);
      return readWordList({ lines: readLines }, path, ANY);
    };
    try {
      expect(readFile('\ufeff# a comment\r\nfirst\r\n\r\n  two words \t\n#third\nfirst')).toEqual(['first', 'two words', 'first']);
      expect(readFile('\ufefffirst\n')).toEqual(['first']);
      expect(configError(() => readFile('a\nb\0c'))).toContain('found NUL, expected a text file');
      expect(configError(() => readFile(Uint8Array.of(0x61, 0xff)))).toContain('found bytes that are not UTF-8');
      expect(configError(() => readFile(''))).toContain('list.txt: found no entry');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['', ANY, 'list.txt: found no entry, expected at least one line that is anything'],
    ['# only\n\n  \n', ANY, 'list.txt: found no entry, expected at least one line that is anything'],
    [`a\n${'x'.repeat(MAX_ENTRY_CHARACTERS + 1)}`, ANY, `list.txt:2: found ${MAX_ENTRY_CHARACTERS + 1} characters, expected at most ${MAX_ENTRY_CHARACTERS}`],
    ['a.com\n\nb.com c.com', DOMAIN, `list.txt:3: found "b.com c.com", expected ${DOMAIN.expected}`],
    ['https://a.com', DOMAIN, `list.txt:1: found "https://a.com", expected ${DOMAIN.expected}`],
    ['*.a.com', DOMAIN, `list.txt:1: found "*.a.com", expected ${DOMAIN.expected}`],
    ['...', DOMAIN, `list.txt:1: found "...", expected ${DOMAIN.expected}`],
    ['a.com/x y', LISTED_URL, `list.txt:1: found "a.com/x y", expected ${LISTED_URL.expected}`],
    ['/x', LISTED_URL, `list.txt:1: found "/x", expected ${LISTED_URL.expected}`],
    ['good\nbad-word', URL_WORD, `list.txt:2: found "bad-word", expected ${URL_WORD.expected}`],
    ['ab!', URL_SUBWORD, `list.txt:1: found "ab!", expected ${URL_SUBWORD.expected}`],
  ])('%j is refused with its place', (text, kind, message) => {
    expect(configError(() => read(text, kind))).toBe(message);
  });

  test('takes an entry of the greatest length, and as many entries as may be', () => {
    expect(read('x'.repeat(MAX_ENTRY_CHARACTERS))).toHaveLength(1);
    const lines = new Array<string>(MAX_ENTRIES).fill('a');
    expect(readWordList({ lines: () => lines }, 'list.txt', ANY)).toHaveLength(MAX_ENTRIES);
    lines.push('a');
    expect(configError(() => readWordList({ lines: () => lines }, 'list.txt', ANY))).toBe(`list.txt:${MAX_ENTRIES + 1}: found more than ${MAX_ENTRIES} entries, expected at most that many`);
  });

  test('url-words.txt, which ships, is a list of different words', () => {
    const words = read(readFileSync('pipelines/lists/url-words.txt', 'utf8'), URL_WORD);
    expect(words.length).toBeGreaterThan(60);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('the set of entries', () => {
  test('has what a Set of strings has', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9', '\u{1f600}'), maxLength: 4 });
    fc.assert(fc.property(fc.array(word, { maxLength: 40 }), fc.array(word, { maxLength: 20 }), (entries, queries) => {
      const set = new WordListSet(entries);
      for (const query of [...entries, ...queries]) {
        const padded = bytes(`--${query}--`);
        expect(set.indexOf(padded, 2, padded.length - 2)).toBe(entries.indexOf(query));
      }
    }), { numRuns: 300, seed: 1 });
  });

  test('holds a hundred thousand entries', () => {
    const entries = Array.from({ length: 100_000 }, (_, i) => `host${i}.example`);
    const set = new WordListSet(entries);
    for (const i of [0, 1, 50_000, 99_999]) expect(set.indexOf(bytes(entries[i]!), 0, entries[i]!.length)).toBe(i);
    expect(set.has(bytes('host100000.example'), 0, 18)).toBe(false);
  });
});

describe('lower case of bytes', () => {
  const lowerOf = (text: string): string => {
    const from = bytes(text);
    const out = new Uint8Array(maxLowerCaseBytes(from.length)).fill(0xff);
    const length = writeLowerCase(from, 0, from.length, out);
    return Buffer.from(out.subarray(0, length)).toString();
  };

  test('is JavaScript\'s for each character alone, but for U+0130 and the final sigma', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const expected = [...text.toWellFormed()].map((character) => (character === '\u0130' ? 'i' : character === '\u03c2' ? '\u03c3' : character.toLowerCase())).join('');
      expect(lowerOf(text.toWellFormed())).toBe(expected);
    }), { numRuns: 300, seed: 3 });
  });

  test.each([['\u023a\u023e', '\u2c65\u2c66'], ['\u212a\u2126', 'k\u03c9'], ['\u{10400}', '\u{10428}'], ['\u039b\u0395\u039e\u0397\u03a3', '\u03bb\u03b5\u03be\u03b7\u03c3'], ['STRASSE \u1e9e', 'strasse \u00df']])(
    '%s becomes %s', (text, expected) => expect(lowerOf(text)).toBe(expected));

  test('knows word characters before and behind a place', () => {
    const text = bytes('a_\u00e9\u0416 \u6f22-9\u2019\u0660\u{1f600}');
    const isWord: Record<string, boolean> = { a: true, _: true, '\u00e9': true, '\u0416': true, ' ': false, '\u6f22': true, '-': false, 9: true, '\u2019': false, '\u0660': true, '\u{1f600}': false };
    let at = 0;
    for (const character of 'a_\u00e9\u0416 \u6f22-9\u2019\u0660\u{1f600}') {
      expect(isWordCharacterAt(text, at), character).toBe(isWord[character]);
      at += bytes(character).length;
      expect(isWordCharacterBefore(text, at, 0), character).toBe(isWord[character]);
    }
    expect(isWordCharacterBefore(text, 0, 0)).toBe(false);
    expect(isWordCharacterBefore(text, 1, 1)).toBe(false);
  });
});
