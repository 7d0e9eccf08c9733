import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateLineCharacters } from '#src/stages/line-characters-generate.js';
import { characterClass, CharacterClass, codePointAt, previousStart, sequenceLength } from '#src/stages/line-characters.js';
import { findLineEnd, lineEndAt, skipSpace, trimSpace } from '#src/stages/line-white-space.js';

const file = JSON.parse(readFileSync('src/stages/line-characters.json', 'utf8')) as { source: string; runs: number[][] };

describe('the table of characters', () => {
  it.runIf(file.source.includes(` ${process.versions.unicode}:`))('is what this Node, of the same Unicode version, generates', () => {
    expect(generateLineCharacters()).toEqual(file.runs);
  });

  it.each([
    ['a', CharacterClass.alphanumeric | CharacterClass.lower], ['Z', CharacterClass.alphanumeric | CharacterClass.upper], ['\u4e00', CharacterClass.alphanumeric],
    ['7', CharacterClass.alphanumeric | CharacterClass.digit | CharacterClass.decimal], ['\u00b2', CharacterClass.alphanumeric | CharacterClass.digit], ['\u00bd', CharacterClass.alphanumeric],
    ['\u2160', CharacterClass.alphanumeric | CharacterClass.upper], ['\u01c5', CharacterClass.alphanumeric], ['-', CharacterClass.punctuation], ['+', 0], ['\u00a9', CharacterClass.icon], ['\u{10ffff}', 0],
  ])('classes %j', (character, bits) => {
    expect(characterClass(character.codePointAt(0)!)).toBe(bits);
  });

  it('reads every code point from its bytes, forwards and backwards', () => {
    for (let code = 0; code <= 0x10ffff; code += code < 0x1000 ? 1 : 97) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const bytes = new TextEncoder().encode(`\u00e9${String.fromCodePoint(code)}`);
      expect([codePointAt(bytes, 2), sequenceLength(bytes[2]!), previousStart(bytes, 0, bytes.length)]).toEqual([code, bytes.length - 2, 2]);
    }
  });
});

/** The white space and the line ends of Python's documentation (str.isspace by Unicode 3.12 and later, str.splitlines). */
const SPACES = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;
const LINE_ENDS = /^[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]$/;

describe('white space', () => {
  it('is what Python says it is, for each character of the basic plane', () => {
    for (let code = 0; code <= 0xffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCharCode(code);
      const bytes = new TextEncoder().encode(`a${character}a`);
      const [start, end] = [1, bytes.length - 1];
      const isSpace = SPACES.test(character);
      expect([skipSpace(bytes, start, end), trimSpace(bytes, start, end)], character).toEqual(isSpace ? [end, start] : [start, end]);
      expect([lineEndAt(bytes, start, end), findLineEnd(bytes, 0, bytes.length)], character).toEqual(LINE_ENDS.test(character) ? [end - start, 1] : [0, bytes.length]);
    }
  });
});
