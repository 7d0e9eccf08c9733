/** Lines of JSON changed at random, most of them a little: the seed names the whole sequence. */
import { Buffer } from 'node:buffer';

/** Records of the kinds that corpora have, and values that are easily read wrong. */
const RECORDS: readonly string[] = [
  '{"text":"plain","id":"a1","url":"http://a/"}',
  '{"id":12345678901234567890,"text":"nested \\"quotes\\" and \\\\ and \\u00e9 and \\ud83d\\ude00","meta":{"url":"http://b/","lang":{"code":"en","p":0.98e-1}},"n":[1,-0,0.5,1E+9,[],{},[{}],null,true,false]}',
  '{"text":"first","text":"second","meta":{"url":"x"},"meta":{"lang":5},"a.b":1,"a":{"b":2,"b.c":3},"te\\u0078t":"third"}',
  ' { "added" : "2024-01-01T00:00:00Z" ,\t"source" : "s" , "text" : "" , "metadata" : { "a" : [ [ [ "]" ] ] , "b" : "}" } } \r',
  '{"text":"日本語 العربية 😀 \\ud800 \\udc00\\ud800x","id":1.50,"__proto__":{"text":5},"constructor":[],"":{"":0}}',
  '{"text":"a longer text\\nof two lines","id":"7","n":"\\u20ac"}', '{"text":null}', '{"text":{"text":"x"}}', '[{"text":"x"}]', '"text"', '-1.5e3', 'null', 'true', '{}', '',
];
const PARTS = ['{', '}', '[', ']', '"', '\\', ',', ':', ' ', '\t', '\r', '\u0001', '\u007f', '\ufeff', '0', '1', '-', '+', '.', 'e', 'E', 'true', 'false', 'null', 'nul', 'NaN',
  '"text":', '"text":"x"', '"id":7', '"meta":{', '"a":{"b":', '\\u', '\\ud800', '\\udc00', '\\u00', '\\n', '\\x', '\\/', '"",', '/**/', 'é', '\u2028', ',,', ':"', '""', '01', '1.', '.5', '1e', '--1', '[[[[', ']]]]', "'"];

/** Small, fast, and the same everywhere (xorshift, 32 bits). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function* mutants(seed: number, count: number): Generator<Uint8Array> {
  const random = randomNumbers(seed);
  for (let i = 0; i < count; i++) {
    let line: Uint8Array = Buffer.from(RECORDS[random(RECORDS.length)]!);
    for (let changes = random(3); changes > 0; changes--) line = changed(line, random);
    yield line.filter((byte) => byte !== 0x0a);
  }
}

function changed(line: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(line.length + 1);
  switch (random(6)) {
    case 0: return Buffer.concat([line.subarray(0, at), Buffer.from(PARTS[random(PARTS.length)]!), line.subarray(at)]);
    case 1: return Buffer.concat([line.subarray(0, at), line.subarray(at + 1 + random(3))]);
    case 2: return Buffer.concat([line.subarray(0, at), Uint8Array.of(random(256)), line.subarray(at + 1)]);
    case 3: { // a part of it once more, somewhere
      const from = random(line.length + 1);
      return Buffer.concat([line.subarray(0, at), line.subarray(from, from + random(20)), line.subarray(at)]);
    }
    case 4: return line.subarray(0, at);
    default: return Buffer.concat([line.subarray(0, at), Buffer.from(PARTS[random(PARTS.length)]!), line.subarray(at + 1)]);
  }
}
