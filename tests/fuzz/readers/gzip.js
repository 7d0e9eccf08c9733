import { gunzipSync, gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { inflateInPieces } from '../inflate-check.js';
import { LINES, pages } from '../seeds.js';
import { fail } from '../source-check.js';

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** Gzip files of one member and of many: where no fault is told, the bytes are those that zlib makes of the file; runs and faults lie in order, in the file. */
export const gzip = {
  seeds: () => {
    const texts = pages().map(({ text }) => Buffer.from(text));
    const named = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2]), Buffer.from('name\0comment\0'), Buffer.from([0, 0]), gzipMember(texts[0], 6).subarray(10)]);
    return [
      Buffer.concat(texts.map((text) => gzipMember(text, 6))), gzipSync(Buffer.concat(texts)), gzipMember(texts[0], 1), named, gzipSync(Buffer.alloc(0)), Buffer.from(LINES.join('\n')),
      Buffer.concat([gzipSync(Buffer.alloc(0)), gzipSync('x'.repeat(3000)), gzipSync(texts[1], { level: 0 })]),
    ];
  },
  tokens: [HEADER, HEADER.subarray(0, 3), HEADER.subarray(0, 4), gzipSync(''), gzipSync('token'), Buffer.from([3, 0]), Buffer.from([1, 0, 0, 0xff, 0xff]), Buffer.from([0x1f, 0x8b, 8, 0x1f, 0, 0, 0, 0, 2, 3, 0xff, 0xff])],
  async check(bytes, { random, write }) {
    const one = await inflateInPieces(write('input.gz'), random);
    if (one.faults.length === 0 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const expected = byZlib(bytes);
      if (expected !== undefined && !expected.equals(one.bytes)) fail(`found ${one.bytes.length} bytes and no fault, zlib ${expected.length}`);
    }
    return one.bytes.length > 0;
  },
};

/** undefined where only the header's own checksum is wrong: what the member holds is proved by another, so it is read. */
function byZlib(bytes) {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    if (error.message === 'header crc mismatch') return undefined;
    throw error;
  }
}
