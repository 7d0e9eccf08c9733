import { gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { conversionRecord, warcinfoRecord } from '#src/formats/wet-writer.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { mutate, inputOf } from '../mutate.js';
import { LINES, pages } from '../seeds.js';
import { checkSource, fail } from '../source-check.js';

const source = wetSource({ maxDocumentBytes: 4096 });

function records() {
  const info = warcinfoRecord({ filename: 'seed', date: '2024-05-18T00:00:00Z', id: '00000000-0000-0000-0000-000000000000', fields: [['software', 'seed']] });
  const found = pages().map((page, i) => conversionRecord({ ...page, refersTo: page.id, language: i === 1 ? 'eng,deu' : undefined, text: Buffer.from(page.text) }));
  return [info, ...found, conversionRecord({ uri: 'http://é.example/', date: '', id: 'a', refersTo: 'b', text: Buffer.from(LINES.join('\n')) })].map((record) => Buffer.from(record));
}

function seeds() {
  const all = records();
  const feeds = Buffer.from(all[1].toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  const folded = Buffer.from(all[2].toString('latin1').replace('WARC-Date: ', 'WARC-Date:\r\n  '), 'latin1');
  const response = Buffer.from(all[3].toString('latin1').replace('conversion', 'response'), 'latin1');
  const long = conversionRecord({ uri: 'http://long/', date: '', id: 'l', refersTo: 'l', text: Buffer.from('long text '.repeat(500)) });
  return [Buffer.concat(all), Buffer.concat([all[1], folded, response, all[4]]), Buffer.concat([feeds, all[2]]), Buffer.concat([all[4], Buffer.from(long), all[1]])];
}

const tokens = [
  'WARC/1.0\r\n', 'WARC/1.1\n', 'WARC/1.', '\r\n\r\n', '\n\n', '\r\n', '\n', ': ', 'WARC-Type: conversion\r\n', 'WARC-Type: response\r\n', 'warc-type:conversion\n', 'Content-Length: 5\r\n', 'Content-Length: -1\r\n',
  'Content-Length: 99999999999999\r\n', 'content-length:0\r\n\r\n', 'WARC-Record-ID: <urn:uuid:x>\r\n', 'WARC-Target-URI: http://x/\r\n', 'WARC-Date: \r\n', ' folded\r\n', '\thalf', '0\r\n\r\n',
];

/** Common Crawl's text, plain. Besides what holds of every source: bytes that no record and no fault owns are line ends, or of warcinfo records. */
export const wet = {
  seeds,
  tokens,
  async check(bytes, { random, write }) {
    const { documents, faults } = await checkSource(source, write('input.wet'), random);
    if (documents.length + faults.length === 0 && !isSilent(bytes)) fail('neither a document nor a fault');
    return documents.length > 0;
  },
};

/** Only line ends and warcinfo records may pass without a word. */
const isSilent = (bytes) => !/[^\r\n]/.test(bytes.toString('latin1').replace(/WARC\/1\.[^]*?warcinfo[^]*/i, ''));

/** The same in gzip: members of a record each, or one; damaged before they are packed, behind it, or both. */
export const wetGzip = {
  seeds: () => [...seeds().slice(0, 2).map((seed) => gzipSync(seed)), Buffer.concat(records().map((record) => gzipMember(record, 6))), Buffer.concat(records().map((record) => gzipSync(record, { level: 1 })))],
  tokens: [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), gzipSync('WARC/1.0\r\n'), gzipSync(''), Buffer.from([0x1f, 0x8b])],
  input(random, compressed, gzipTokens) {
    if (random.once(2)) return inputOf(random, compressed, gzipTokens);
    const plain = mutate(random, random.one(SEEDS), SEEDS, tokens);
    const cut = random.below(plain.length + 1);
    const packed = random.once(2) ? gzipMember(plain, 1) : Buffer.concat([gzipMember(plain.subarray(0, cut), 1), gzipMember(plain.subarray(cut), 6)]);
    return random.once(3) ? mutate(random, packed, compressed, gzipTokens) : packed;
  },
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(source, write('input.wet.gz'), random);
    return documents.length > 0;
  },
};

const SEEDS = seeds();
