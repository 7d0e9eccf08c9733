import { gzipSync } from 'node:zlib';
import { tarSource } from '#src/stages/sources/tar.js';
import { LINES, pages } from '../seeds.js';
import { checkSource } from '../source-check.js';

const source = tarSource({ maxDocumentBytes: 4096, exclude: ['**/*.bin'] });

/** A header and its content, padded; `at` patches the header before its sum is taken. */
function entry(name, content, type = '0', patch = () => {}) {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100));
  header.write(`0000644\0${'0000000\0'.repeat(2)}${body.length.toString(8).padStart(11, '0')}\x0000000000000\0        ${type}`, 100, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  patch(header);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

const ZEROS = Buffer.alloc(1024);

/** Archives of every form of header, and what is no file in them; one compressed. */
export const tar = {
  seeds: () => {
    const [one, two, three] = pages();
    const files = Buffer.concat([entry('a.txt', one.text), entry('d/', '', '5'), entry('d/b.txt', two.text), entry('l', '', '2'), entry('d/c.txt', LINES[0])]);
    const extended = Buffer.concat([
      entry('x', '30 mtime=1700000000.123456789\n21 path=long/ünï.txt\n', 'x'), entry('short', three.text), entry('././@LongLink', `${'n'.repeat(120)}\0`, 'L'), entry('n'.repeat(99), LINES[1]), entry('g', '20 comment=something\n', 'g'),
      entry('s', 'data', 'S', (header) => { header[482] = 1; }), Buffer.alloc(512), entry('big', LINES[2], '0', (header) => header.fill(0, 124, 136).writeUIntBE(0x80, 124, 1) && header.writeUInt16BE(Buffer.byteLength(LINES[2]), 134)),
    ]);
    return [Buffer.concat([files, ZEROS]), Buffer.concat([extended, ZEROS]), gzipSync(Buffer.concat([files, extended, ZEROS])), Buffer.concat([entry('one', 'joined'), ZEROS, entry('two', 'archives'), ZEROS]), files];
  },
  tokens: [entry('token.txt', 'a token'), entry('x', '12 size=999\n', 'x'), entry('x', '13 path=../x\n', 'x'), ZEROS.subarray(512), 'ustar\x0000', 'ustar  \0', '00000000000\0', '77777777777\0', Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0x7f, 255, 255, 255, 255]), ' 0\0', 'path=', 'GNU.sparse.major=1'],
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(source, write('input.tar'), random);
    return documents.length > 0;
  },
};
