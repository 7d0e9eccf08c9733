import { gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { jsonlSource } from '#src/stages/sources/jsonl.js';
import { mutate, inputOf } from '../mutate.js';
import { naiveJsonl } from '../naive-jsonl.js';
import { LINES, pages } from '../seeds.js';
import { checkSource, fail } from '../source-check.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 8]);
const options = { text: 'text', metadata: ['lang', 'meta.source', 'n'], maxDocumentBytes: 4096, maxLineBytes: 8192 };
const mappings = [options, { ...options, text: 'meta.body', id: 'meta.id' }, { ...options, metadata: undefined, frames: true }];
const sources = [...mappings, { ...options, strings: true }].map((mapping) => [jsonlSource(mapping), mapping]);

function seeds() {
  const lines = [
    ...pages().map(({ uri, id, text }, n) => ({ id, url: uri, text, n, meta: { source: 'crawl', body: text.slice(0, 40), id: n } })),
    ...LINES.map((text, n) => ({ n, meta: { body: text, deep: [[[{}]], null, true, -1.5e-7] }, lang: 'en', text })),
  ].map((record) => JSON.stringify(record));
  return [
    `${lines.join('\n')}\n`, lines.join('\r\n'), `\ufeff${lines.slice(0, 2).join('\n')}\n\n \n{"text":"\\ud83d\\ude00\\u0000\\n","text":"twice"}\n{"id":7, "text" : "spaced" , "text2":"x"}`,
    '{"text":"\\ud800 half"}\n["text"]\n"text"\nnull\n{"text":null}\n{"text":4}\n{}\n{"text":" "}\n{"__proto__":{"text":"x"},"constructor":1,"text":"y"}\n',
  ].map((text) => Buffer.from(text));
}

const tokens = [
  '"text":', '{"text":"', '"}\n', '\n', '\r\n', '\\', '\\"', '\\\\', '\\u', '\\ud83d', '\\udc00', '\\u0000', '{', '}', '[', ']', ',', ':', '"', 'null', 'true', '1e999', '-', '\ufeff', '"id":', '"meta":{', '"text":null,',
  '"__proto__":', '\u2028', '\0', '"te\\u0078t":', Buffer.from([0xff]), Buffer.from([0xc3]), Buffer.from([0xed, 0xa0, 0x80]), '[[[[[[[[[[[[[[[[', '{"a":{"a":{"a":{"a":',
];

/** JSON Lines, plain, by four mappings of fields: what JSON.parse makes of every line. */
export const jsonl = {
  seeds,
  tokens,
  async check(bytes, { random, write }) {
    const [source, mapping] = random.one(sources);
    const { documents, faults } = await checkSource(source, write('input.jsonl'), random);
    const isPlain = !faults.some(({ reason }) => /zstd|gzip|members/.test(reason)) && !bytes.includes(GZIP_MAGIC);
    if (isPlain && mapping.strings !== true) expectAsParsed(documents, faults.filter(({ lost, reason }) => lost && reason !== 'empty-file'), naiveJsonl(bytes, mapping));
    return documents.length > 0;
  },
};

function expectAsParsed(documents, lost, expected) {
  const texts = documents.map(({ text, url }) => [text.toString(), url]);
  const parsed = expected.filter((found) => typeof found !== 'string');
  const reasons = expected.filter((found) => typeof found === 'string');
  const [one, two] = [[texts, lost.map(({ reason }) => reason)], [parsed, reasons]].map((value) => JSON.stringify(value));
  if (one !== two) fail(`found ${one}, JSON.parse ${two}`);
}

/** The same in gzip members that end anywhere; damaged before they are packed, behind it, or both. */
export const jsonlGzip = {
  seeds: () => [gzipSync(seeds()[0]), Buffer.concat([gzipSync(seeds()[1]), gzipSync('\n'), gzipSync(seeds()[2])])],
  tokens: [gzipSync('{"text":"member"}\n'), gzipSync('{"text":"hal'), gzipSync('f"}\n'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])],
  input(random, compressed, gzipTokens) {
    if (random.once(2)) return inputOf(random, compressed, gzipTokens);
    const plain = mutate(random, random.one(SEEDS), SEEDS, tokens);
    const cut = random.below(plain.length + 1);
    const packed = Buffer.concat([gzipMember(plain.subarray(0, cut), 1), gzipMember(plain.subarray(cut), 6)]);
    return random.once(3) ? mutate(random, packed, compressed, gzipTokens) : packed;
  },
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(random.one(sources)[0], write('input.jsonl.gz'), random);
    return documents.length > 0;
  },
};

const SEEDS = seeds();
