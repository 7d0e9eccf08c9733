/** JSON Lines with lines that are no records, texts that are no UTF-8, and whole files that are nothing. */
import { Buffer } from 'node:buffer';
import type { BrokenCase } from './case.js';
import { jsonLines, texts } from './good.js';

/** One line between good ones; a text where it is read all the same. */
const LINES: readonly (readonly [name: string, what: string, line: string | Buffer, faults: Readonly<Record<string, number>>, text?: string | Buffer])[] = [
  ['half', 'half a line', '{"text": "no end', { 'invalid-json': 1 }],
  ['array', 'an array', '["text"]', { 'not-an-object': 1 }],
  ['string', 'a string', '"text"', { 'not-an-object': 1 }],
  ['null', 'null', 'null', { 'not-an-object': 1 }],
  ['two', 'two objects on a line', '{"text":"one"}{"text":"two"}', { 'invalid-json': 1 }],
  ['comma', 'a comma behind the object', '{"text":"one"},', { 'invalid-json': 1 }],
  ['single-quotes', 'single quotes', "{'text':'one'}", { 'invalid-json': 1 }],
  ['nan', 'NaN', '{"text":"one","score":NaN}', { 'invalid-json': 1 }],
  ['control', 'a control character in a string', '{"text":"one\ttwo"}', { 'invalid-json': 1 }],
  ['no-text', 'no text', '{"body":"one"}', { 'no-text': 1 }],
  ['text-null', 'a text that is null', '{"text":null}', { 'no-text': 1 }],
  ['text-number', 'a text that is a number', '{"text":1}', { 'text-not-string': 1 }],
  ['text-list', 'a text that is a list', '{"text":["one"]}', { 'text-not-string': 1 }],
  ['empty', 'an empty text', '{"text":""}', { 'empty-text': 1 }],
  ['white', 'a text of white space', '{"text":" \\n\\u00a0"}', { 'empty-text': 1 }],
  ['twice', 'the text twice: the last counts, as JSON has it', '{"text":"one","text":"two"}', {}, 'two'],
  ['escaped-key', 'a key with an escape', '{"te\\u0078t":"one"}', {}, 'one'],
  ['surrogate', 'half a surrogate pair', '{"text":"a\\ud800b"}', { 'repaired: invalid-utf8': 1 }, 'a\ufffdb'],
  ['pair', 'a surrogate pair in escapes', '{"text":"\\ud83d\\ude00"}', {}, '\u{1f600}'],
  ['latin1', 'Latin-1', Buffer.from('{"text":"m\xfcnchen"}', 'latin1'), { 'repaired: invalid-utf8': 1 }, 'm\ufffdnchen'],
  ['nul', 'NUL in the text', '{"text":"a\\u0000b"}', {}, 'a\0b'],
  ['separators', 'line separators of Unicode', '{"text":"a\u2028b\u0085c"}', {}, 'a\u2028b\u0085c'],
  ['prototype', 'a key that objects have', '{"__proto__":{"text":"one"},"text":"two"}', {}, 'two'],
  ['deep', 'a thousand arrays in one another', `{"deep":${'['.repeat(1000)}${']'.repeat(1000)},"text":"one"}`, {}, 'one'],
  ['huge-number', 'numbers beyond all numbers', `{"id":1e999,"n":${'9'.repeat(500)},"text":"one"}`, {}, 'one'],
  ['binary', 'NUL bytes', Buffer.alloc(100), { 'invalid-json': 1 }],
];

export function lineCases(): BrokenCase[] {
  const [first, second] = [jsonLines[0]!, jsonLines[1]!];
  const cases = LINES.map(([name, what, line, faults, text]): BrokenCase => ({
    name: `${name}.jsonl`, format: 'jsonl', what, bytes: Buffer.concat([first, Buffer.from(line), Buffer.from('\n'), second]),
    documents: [texts[0]!, ...(text === undefined ? [] : [Buffer.from(text)]), texts[1]!], faults,
  }));
  const file = (name: string, format: BrokenCase['format'], what: string, bytes: string | Buffer, faults: Readonly<Record<string, number>>): BrokenCase => (
    { name, format, what, bytes: Buffer.from(bytes), documents: [], faults });
  return [
    ...cases,
    file('nothing.warc.wet', 'wet', 'an empty file', '', { 'empty-file': 1 }),
    file('nothing.warc.wet.gz', 'wet', 'an empty file that is called compressed', '', { 'empty-file': 1 }),
    file('nothing.jsonl', 'jsonl', 'an empty file', '', { 'empty-file': 1 }),
    file('blank.jsonl', 'jsonl', 'blank lines', '\n\r\n  \n', {}),
    file('blank.warc.wet', 'wet', 'line ends', '\r\n\r\n', {}),
    file('page.warc.wet', 'wet', 'a page that stands for a missing file', '<html><body>404</body></html>', { 'garbage-between-records': 1 }),
    file('magic.warc.wet.gz', 'wet', 'the first bytes of gzip', Buffer.from([0x1f, 0x8b, 8]), { 'truncated-gzip': 1 }),
    file('nothing.txt', 'text', 'an empty file', '', { 'empty-text': 1 }),
    file('blank.txt', 'text', 'white space', ' \n\u3000', { 'empty-text': 1 }),
    file('binary.txt', 'text', 'a picture', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), { 'binary-content': 1 }),
    { name: 'latin1.txt', format: 'text', what: 'Latin-1', bytes: Buffer.from('caf\xe9 au lait', 'latin1'), documents: [Buffer.from('caf\ufffd au lait')], faults: { 'repaired: invalid-utf8': 1 } },
  ];
}
