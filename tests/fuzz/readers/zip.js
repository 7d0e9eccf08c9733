import { crc32, deflateRawSync } from 'node:zlib';
import yazl from 'yazl';
import { zipSource } from '#src/stages/sources/zip.js';
import { LINES, pages } from '../seeds.js';
import { checkSource } from '../source-check.js';

const source = zipSource({ maxDocumentBytes: 4096, exclude: ['**/*.bin'], maxEntries: 100 });
const MTIME = new Date(2024, 4, 18);

async function archive(entries, { zip64 = false } = {}) {
  const file = new yazl.ZipFile();
  for (const [name, content, options] of entries) file.addBuffer(Buffer.from(content), name, { mtime: MTIME, mode: 0o100644, forceZip64Format: zip64, ...options });
  file.end({ forceZip64Format: zip64 });
  const parts = [];
  for await (const part of file.outputStream) parts.push(part);
  return Buffer.concat(parts);
}

/** One stored and one deflated entry, both with a data descriptor, and a comment. */
function streamed() {
  const locals = [];
  const directory = [];
  let at = 0;
  for (const [name, method] of [['a.txt', 0], ['b.txt', 8]]) {
    const plain = Buffer.from(`entry ${name} ${LINES[1]}`);
    const content = method === 0 ? plain : deflateRawSync(plain);
    const sums = Buffer.alloc(12);
    [crc32(plain), content.length, plain.length].forEach((value, i) => sums.writeUInt32LE(value, 4 * i));
    const head = Buffer.alloc(26);
    [20, 8, method, 0, 0].forEach((value, i) => head.writeUInt16LE(value, 2 * i));
    head.writeUInt16LE(name.length, 22);
    const central = Buffer.from(head);
    sums.copy(central, 10);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), head, Buffer.from(name), content, Buffer.from('PK\x07\x08', 'latin1'), sums);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), central, tail, Buffer.from(name));
    at = Buffer.concat(locals).length;
  }
  const end = Buffer.alloc(18);
  [0, 0, 2, 2].forEach((value, i) => end.writeUInt16LE(value, 2 * i));
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(7, 16);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\x05\x06', 'latin1'), end, Buffer.from('comment')]);
}

/** Archives of texts, also of the 64-bit form and with data descriptors. */
export const zip = {
  seeds: async () => {
    const [one, two, three] = pages();
    const inner = await archive([['inner.txt', 'nested']]);
    return [
      await archive([['a.txt', one.text], ['folder/b.txt', two.text, { compress: false }], ['empty.txt', ''], ['inner.zip', inner], ['same.txt', '1'], ['same.txt', '2']]),
      await archive([['zip64.txt', three.text], ['ünï.txt', LINES[2]], ['x.bin', '\0']], { zip64: true }), streamed(), await archive([]),
    ];
  },
  tokens: [
    'PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08', '../', '/', '\\', '\0', 'C:', '__proto__', Buffer.from([0xff, 0xff]), Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from([1, 0]),
    Buffer.from([8, 0]), Buffer.from([99, 0]), Buffer.from([0, 0, 0xff, 0xa1]), Buffer.from([1, 0, 16, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0]),
  ],
  async check(bytes, { random, write }) {
    const { documents } = await checkSource(source, write('input.zip'), random);
    return documents.length > 0;
  },
};
