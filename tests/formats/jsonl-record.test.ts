import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonlFields, RecordReader } from '#src/formats/jsonl-record.js';
import { mutants } from './json-mutants.js';
import { referenceLine, scannedLine } from './jsonl-reference.js';

const FIELDS: JsonlFields = { text: 'text', id: 'id', url: 'meta.url', metadata: ['meta.lang', 'a.b', 'a.b.c', 'n', 'meta', 'source', '__proto__', ''] };

function expectSame(line: Uint8Array, fields: JsonlFields = FIELDS): void {
  const reference = referenceLine(line, fields);
  const scanned = scannedLine(line, fields, reference);
  if (JSON.stringify(scanned) !== JSON.stringify(reference)) expect({ line: Buffer.from(line).toString('latin1'), ...scanned }).toEqual({ line: Buffer.from(line).toString('latin1'), ...reference });
}

/** By value: whether it is JSON (RFC 8259), with a name for a person. */
const VALUES: readonly (readonly [string, boolean])[] = [
  ...['0', '-0', '7', '10', '-12.5', '0.1', '1e5', '1E5', '1e+5', '1e-5', '1.5e300', '1e999', '123456789012345678901234567890', '0e0', '-0.0E-0'].map((json) => [json, true] as const),
  ...['', '-', '+1', '01', '-01', '00', '1.', '.5', '-.5', '1.e5', '1e', '1e+', '1e-', '1.5.5', '1-', '0x10', '1_000', 'NaN', 'Infinity', '-Infinity', '1 2', '1e5.5', '１'].map((json) => [json, false] as const),
  ...['true', 'false', 'null', ' true ', '\ttrue', 'true\r'].map((json) => [json, true] as const),
  ...['True', 'tru', 'truex', 'nul', 'nulll', 'undefined', 't', 'false0', 'null\u00a0', '\ufefftrue', '\u000btrue', '\u000ctrue', '//x', '/*x*/1', '\u0000'].map((json) => [json, false] as const),
  ...['""', '"a"', '"\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\u0000"', '"\\uABCD\\uabcd"', '"\\ud83d\\ude00"', '"\\ud800"', '"\u007f\u0080\u2028\u2029\uffff"', '"\u{10ffff}"', '"/"', '"\'"', '"abcdefg"', '"abcdefgh"',
    '"abc\\n"', '"abcd\\n"', '"abcde\\u0041"'].map((json) => [json, true] as const),
  ...['"', '"a', '"\\"', '"\\', '"\\x"', '"\\u"', '"\\u12"', '"\\u123"', '"\\u12G4"', '"\\u 123"', '"\\u-123"', '"\\U0041"', '"\\\'"', '"\\0"', '"\\ "', '"\t"', '"\u0000"', '"\u001f"', '"\r"', "'a'", '"a""b"', '"a"b', 'a"b"', '"abcdefg\u0001"',
    '"\\ud83d\\u"'].map((json) => [json, false] as const),
  ...['[]', '[ ]', '[1]', '[1,2]', '[ 1 , 2 ]', '[[]]', '[[],[]]', '[{}]', '["]"]', '["[",{"]":"}"}]', '[null,true]', '[[[[[[[[]]]]]]]]'].map((json) => [json, true] as const),
  ...['[', ']', '[1', '[1,', '[1,]', '[,]', '[,1]', '[1,,2]', '[1 2]', '[1]]', '[[]', '[}', '[1}', '["a":1]', '[:]', '[1:2]'].map((json) => [json, false] as const),
  ...['{}', '{ }', '{"a":1}', '{"a":1,"a":2}', '{"":""}', '{ "a" : 1 , "b" : [ ] }', '{"a":{"b":{"c":{}}}}', '{"\\u0061":1}', '{"}":"{"}', '{"a":[{}],"b":{"c":[]}}'].map((json) => [json, true] as const),
  ...['{', '}', '{"a"', '{"a":', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{,}', '{"a" 1}', '{"a":1 "b":2}', '{a:1}', "{'a':1}", '{1:2}', '{"a":1]', '{"a":1}}', '{[]:1}', '{"a"::1}', '{"a",1}', '{"a":1;}', '{null:1}', '{"a\\x":1}',
    '{"a":1,,"b":2}', '{"a":[}', '{"a":{]}'].map((json) => [json, false] as const),
];

/** With the rest of the record, documents reach the builder in another way than without. */
const WAYS: readonly JsonlFields[] = [FIELDS, { ...FIELDS, frames: true }, { text: 'text', id: 'id', url: 'meta.url' }];

describe('a record is read as by JSON.parse', () => {
  it.each(VALUES)('%j, alone and inside: valid JSON: %s', (json, valid) => {
    let parsed = true;
    try {
      JSON.parse(json);
    } catch {
      parsed = false;
    }
    expect(parsed).toBe(valid);
    const [one] = [{ text: 'text', id: 'id', url: 'url', metadata: ['v'] }];
    for (const line of [`{"v":${json},"text":"x"}`, `{"text":"x","v":${json}}`, `{"text":"x","other":${json}}`, `{"text":"x","other":[0,${json}]}`, `{"a":{"b":${json}},"text":"x"}`]) {
      const scanned = scannedLine(Buffer.from(line), one, undefined);
      expect(scanned === undefined ? undefined : 'text' in scanned ? true : scanned.reason, line).toBe(valid ? true : 'invalid-json');
      expectSame(Buffer.from(line), one);
      expectSame(Buffer.from(line));
    }
    for (const line of [json, `{"text":${json}}`, `{"text":"x","id":${json}}`, `{"text":"x","meta":${json}}`, `{"text":"x","meta":{"url":${json}}}`, `{"text":"x"}${json}`, `${json}{"text":"x"}`]) {
      if (!line.includes('\n')) expectSame(Buffer.from(line));
    }
  });

  it('whatever object it is, in any spacing, whichever fields are asked for', () => {
    const names = fc.constantFrom('text', 'id', 'meta', 'url', 'a', 'b', 'a.b', 'b.c', 'meta.url', 'lang', '', 'x.y.z', '__proto__', 'é', '"');
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary' }), fc.array(tie('value'), { maxLength: 3 }), fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((members) => ({ members }))),
    })).value;
    const textOf = (json: unknown, space: string): string => {
      const members = (json as { members?: [string, unknown][] } | null)?.members; // what the arbitrary above makes of objects, so that names may repeat
      if (Array.isArray(members)) return `{${members.map(([name, one]) => `${space}${JSON.stringify(name)}${space}:${space}${textOf(one, space)}`).join(`${space},`)}${space}}`;
      if (Array.isArray(json)) return `[${json.map((one) => textOf(one, space)).join(`${space},${space}`)}${space}]`;
      return JSON.stringify(json);
    };
    const fields = fc.record({ text: names, id: names, url: names, metadata: fc.array(names, { minLength: 1, maxLength: 4 }) });
    fc.assert(fc.property(fc.array(fc.tuple(names, value), { maxLength: 6 }), fc.constantFrom('', ' ', '\t\r '), fields, (members, space, asked) => {
      expectSame(Buffer.from(textOf({ members }, space)), asked);
    }), { numRuns: 1000, seed: 6 });
  });

  it('however it is changed', () => {
    for (const line of mutants(1, 20_000)) for (const fields of WAYS) expectSame(line, fields);
  });

  it('cut anywhere, and with any byte anywhere', () => {
    const line = Buffer.from('{"text":"a\\u00e9\\ud83d\\ude00é😀","id":-1.5e3,"meta":{"url":[true,null]}} ');
    for (let at = 0; at <= line.length; at++) {
      expectSame(line.subarray(0, at));
      for (let byte = 0; byte < 256; byte++) if (byte !== 0x0a && at < line.length) expectSame(Buffer.concat([line.subarray(0, at), Uint8Array.of(byte), line.subarray(at + 1)]));
    }
  });

  it('with strings of every length and an escape or a character of several bytes at every place', () => {
    for (let length = 0; length < 20; length++) for (let at = 0; at <= length; at++) for (const part of ['\\n', '\\u20ac', '€', '\\ud800', '\u0001', '\\ud83d\\ude00', '"']) {
      expectSame(Buffer.from(`{"text":"${'x'.repeat(at)}${part}${'y'.repeat(length - at)}","n":"${'z'.repeat(at)}${part}"}`));
    }
  });
});

describe('fields', () => {
  const read = (line: string, fields: Partial<JsonlFields>) => scannedLine(Buffer.from(line), { ...FIELDS, metadata: [], ...fields }, undefined);

  it.each([
    ['a.b', '{"a.b":"whole","a":{"b":"path"}}', 'whole'],
    ['a.b', '{"a":{"b":"path"},"a.b":"whole"}', 'whole'],
    ['a.b', '{"a":{"b":"path"}}', 'path'],
    ['a.b.c', '{"a":{"b":{"c":"path"},"b.c":"whole below"}}', 'whole below'],
    ['a.b.c', '{"a.b":{"c":"no"},"a":{"b":{"c":"path"}}}', 'path'],
    ['a.b', '{"a":{"b":"first"},"a":{"b":"last"}}', 'last'],
    ['a.b', '{"a.b":"first","a.b":"last"}', 'last'],
    ['a', '{"a":5,"\\u0061":"escaped name"}', 'escaped name'],
    ['ключ', '{"\\u043a\\u043b\\u044e\\u0447":"escaped name"}', 'escaped name'],
    ['', '{"":"no name"}', 'no name'],
    ['.', '{"":{"":"two names that are empty"}}', 'two names that are empty'],
  ])('%s of %s is "%s"', (text, line, found) => {
    expect(read(line, { text })).toMatchObject({ text: found });
    expectSame(Buffer.from(line), { ...FIELDS, text });
  });

  it.each([
    ['a.b', '{"a":{"b":"first"},"a":5}'], ['a.b', '{"a":{"b":"first"},"a":{}}'], ['a.b', '{"a":[{"b":"x"}]}'], ['a.0', '{"a":["x"]}'], ['a.length', '{"a":["x"]}'], ['a.b', '{"a":"b"}'], ['toString', '{}'],
    ['a.b.c', '{"a.b":{"c":"no"}}'],
  ])('%s of %s is absent', (text, line) => {
    expect(read(line, { text })).toMatchObject({ reason: 'no-text' });
    expectSame(Buffer.from(line), { ...FIELDS, text });
  });

  it.each(['12345678901234567890', '1.50', '-0', '1e400', '0.1e-7'])('an id that is the number %s stays as it is written', (id) => {
    expect(read(`{"text":"x","id":${id} }`, {})).toMatchObject({ id });
  });

  it('may be one and the same', () => {
    expect(read('{"k":"one \\u20ac"}', { text: 'k', id: 'k', url: 'k' })).toMatchObject({ text: 'one €', id: 'one €', url: 'one €' });
  });

  it('that go along stay as they are written, under the names they were asked for by, each once', () => {
    const parts: string[] = [];
    const line = '{"text":"x","n":12345678901234567890.10,"a.b": [1, {"c":"\\u00e9"}],"m":{"x":null,"x":"\\ud800"}}';
    const bytes = Buffer.from(line);
    const reader = new RecordReader({ ...FIELDS, metadata: ['m.x', 'n', 'a.b', 'n', 'none', 'a"b'] });
    for (let times = 0; times < 2; times++) {
      expect(reader.read(bytes, 0, bytes.length, bytes.length)).toBeUndefined();
      const { bytes: memory, metadataStart, metadataEnd } = reader.found;
      parts.push(Buffer.from(memory.subarray(metadataStart, metadataEnd)).toString());
    }
    expect(new Set(parts)).toEqual(new Set(['{"m.x":"\\ud800","n":12345678901234567890.10,"a.b":[1, {"c":"\\u00e9"}]}']));
  });
});
