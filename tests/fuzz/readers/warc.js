import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { warcSource } from '#src/stages/sources/warc.js';
import { inputOf, mutate } from '../mutate.js';
import { LINES, pages } from '../seeds.js';
import { checkSource } from '../source-check.js';

const sources = [warcSource({ maxDocumentBytes: 4096 }), warcSource({ maxDocumentBytes: 4096, metadata: ['warc-ip-address', 'WARC-Date'] })];

function record(type, content, fields = {}) {
  const body = Buffer.from(content);
  const head = { 'WARC-Type': type, 'WARC-Record-ID': `<urn:uuid:${body.length}>`, 'WARC-Target-URI': 'http://x/', 'WARC-Date': '2024-05-18T00:00:00Z', 'Content-Type': 'application/http; msgtype=response', ...fields, 'Content-Length': body.length };
  return Buffer.concat([Buffer.from(`WARC/1.0\r\n${Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`), body, Buffer.from('\r\n\r\n')]);
}

const response = (fields, body, status = '200 OK') => Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${fields}\r\n`), Buffer.from(body)]);
const plain = 'Content-Type: text/plain; charset=utf-8\r\n';

function records() {
  const [one, two, three] = pages();
  const chunks = Buffer.concat([Buffer.from(`a;x=y\r\n0123456789\r\n${Buffer.byteLength(three.text).toString(16)}\r\n${three.text}\r\n0\r\nTrailer: value\r\n\r\n`)]);
  return [
    record('conversion', one.text, { 'Content-Type': 'text/plain' }), record('response', response(plain, two.text)), record('response', response(`${plain}Transfer-Encoding: chunked\r\n`, chunks)),
    record('response', response(`${plain}Content-Encoding: gzip\r\nContent-Length: 999\r\n`, gzipSync(LINES.join('\n')))), record('resource', LINES[1], { 'Content-Type': 'text/plain; charset=windows-1252' }),
    record('response', response(`${plain}Content-Encoding: br\r\n`, brotliCompressSync(LINES[2]))), record('response', response(`${plain}Content-Encoding: deflate\r\n`, deflateSync(LINES[0]))),
    record('response', response('Content-Type: text/html\r\n', '<html></html>')), record('request', 'GET / HTTP/1.1\r\n\r\n'), record('revisit', response(plain, '', '304 Not Modified')), record('response', response(plain, 'gone', '404 Not Found')),
  ];
}

function seeds() {
  const all = records();
  return [Buffer.concat(all.slice(0, 3)), Buffer.concat(all.slice(3)), Buffer.concat([all[2], all[0], all[7]])];
}

const SEEDS = seeds();
const words = [
  'WARC/1.0\r\n', 'WARC/1.1\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.0 200\r\n', '\r\n\r\n', '\r\n', 'Transfer-Encoding: chunked\r\n', 'Content-Encoding: gzip\r\n', 'Content-Encoding: br, gzip\r\n', 'Content-Encoding: identity\r\n', '0\r\n\r\n', 'ffffffff\r\n', 'FFFFFFFFFFFFFFFFF\r\n', '-1\r\n', '5;ext\r\n',
  'Content-Type: text/plain\r\n', 'Content-Type: text/html\r\n', 'charset=latin1', 'charset=utf-16', 'charset="', 'Content-Length: 0\r\n', 'Content-Length: -5\r\n', 'WARC-Type: response\r\n', 'WARC-Segment-Number: 2\r\n', 'WARC-Truncated: length\r\n', gzipSync('packed'), ' folded\r\n',
];

/** WARC files of responses, plain and in gzip. */
export const warc = {
  seeds,
  tokens: words,
  input(random, good, tokens) {
    const bytes = random.once(8) ? inputOf(random, good, tokens) : mutate(random, random.one(SEEDS), SEEDS, words);
    return random.once(8) ? Buffer.from(gzipMember(bytes, 1)) : bytes;
  },
  async check(_, { random, write }) {
    const { documents } = await checkSource(random.one(sources), write('input.warc'), random);
    return documents.length > 0;
  },
};
