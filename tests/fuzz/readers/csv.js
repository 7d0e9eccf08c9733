import { gzipMember } from '#src/formats/gzip-member.js';
import { csvSource } from '#src/stages/sources/csv.js';
import { LINES, pages } from '../seeds.js';
import { checkSource } from '../source-check.js';

const options = { text: 'text', metadata: ['lang', 'n'], maxDocumentBytes: 4096, maxRowBytes: 2048 };
const sources = [csvSource(options), csvSource({ ...options, delimiter: '\t' }), csvSource({ text: 'text', frames: true, maxRowBytes: 300 })];
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/** Rows with and without quotes, line ends of both kinds, one file of gzip members that end anywhere. */
export const csv = {
  seeds: () => {
    const rows = [...pages().map(({ uri, id, text }, n) => [id, uri, quoted(text), 'en', n]), ...LINES.map((line, n) => [n, '', /[",\n]/.test(line) ? quoted(line) : line, '', n])];
    const plain = `id,url,text,lang,n\n${rows.map((row) => row.join(',')).join('\n')}\n`;
    const packed = Buffer.from(plain);
    return [
      packed, Buffer.from(`\ufeff${plain.replaceAll('\n', '\r\n')}`), Buffer.from(`text\tid\n${LINES.map((line, n) => `${quoted(line)}\t${n}`).join('\n')}`), Buffer.from('"text"\n"one"\n\n"t""wo"\nthree'),
      Buffer.concat([0, 300, 700].map((from, i, starts) => gzipMember(packed.subarray(from, starts[i + 1]), 6))),
    ];
  },
  tokens: [',', '"', '""', '"\n"', '\n', '\r\n', '\r', '\t', ';', '\0', '\ufeff', 'text', ',,,', '",', '\n"', 'x'.repeat(400), Buffer.from([0xff]), Buffer.from([0xc3])],
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(random.one(sources), write('input.csv'), random);
    return documents.length > 0;
  },
};
