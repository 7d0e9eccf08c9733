import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameParts } from '#src/formats/json-frame.js';
import { framedLine, JsonLine } from '#src/formats/json-line.js';
import { RecordReader } from '#src/formats/jsonl-record.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const line = new JsonLine();

function frameOf(json: string, field: string): Uint8Array {
  const bytes = utf8(json);
  const reader = new RecordReader({ text: field, id: 'id', url: 'url', frames: true });
  expect(reader.read(bytes, 0, bytes.length, bytes.length)).toBeUndefined();
  return reader.frame;
}

const rewritten = (json: string, text: string, field: string): string => decode(framedLine(line, frameOf(json, field), utf8(text)));

describe('a record without its text', () => {
  it.each([
    ['{"text":"old"}', '{"text":"new"}'],
    ['{"id":1,"text":"old","label":true}', '{"id":1,"text":"new","label":true}'],
    [' { "id" : "a" , "text" : "old" , "n" : [1, {"text": "other"}] } \r', ' { "id" : "a" , "text" : "new" , "n" : [1, {"text": "other"}] }'],
    ['{"big":12345678901234567890.10,"text":"old","e":1E+2}', '{"big":12345678901234567890.10,"text":"new","e":1E+2}'],
    ['{"meta":{"text":"inner","x":["]}",{}]},"text":"a \\"quoted\\\\ word"}', '{"meta":{"text":"inner","x":["]}",{}]},"text":"new"}'],
    ['{"text":"first","text":"second"}', '{"text":"first","text":"new"}'],
    ['{"te\\u0078t":"old"}', '{"te\\u0078t":"new"}'],
    ['{"a\\\\":"\\\\","text":"","b":null}', '{"a\\\\":"\\\\","text":"new","b":null}'],
  ])('%s gets another text, and nothing else changes', (json, expected) => expect(rewritten(json, 'new', 'text')).toBe(`${expected}\n`));

  it('finds a text inside objects', () => {
    expect(rewritten('{"a":{"b":{"c":"old","d":1}},"b":2}', 'new', 'a.b.c')).toBe('{"a":{"b":{"c":"new","d":1}},"b":2}\n');
  });

  it('has two parts, around the string with its quotes', () => {
    const { head, tail } = frameParts(frameOf('{"text":"old","n":1}', 'text'));
    expect([decode(head), decode(tail)]).toEqual(['{"text":', ',"n":1}']);
  });

  it('of any object parses to that object with the other text', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', '"', '\\', 'text', ''), fc.string({ maxLength: 4 }));
    const spaces = fc.constantFrom(undefined, 1, '\t');
    fc.assert(fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })), fc.string(), fc.string(), spaces, (others, old, text, indent) => {
      const record = { ...others, text: old, last: 0 };
      const json = JSON.stringify(record, null, indent);
      expect(JSON.parse(rewritten(json, text, 'text'))).toEqual({ ...(JSON.parse(json) as object), text }); // not of the record: JSON has no -0
      expect(rewritten(json, old, 'text')).toBe(`${json}\n`);
    }), { numRuns: 200 });
  });
});
