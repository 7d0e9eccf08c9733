import { gunzipSync, gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { GZIP_REASONS, inflateMembers } from '#src/formats/gzip-members.js';
import { ZSTD_REASONS } from '#src/formats/zstd-frames.js';
import { openInput } from '#src/storage/input-file.js';
import { open, pieceOf, pieces } from '../prompt-files.js';
import { LINES, pages } from '../seeds.js';
import { fail } from '../source-check.js';

const REASONS = new Set([...GZIP_REASONS, ...ZSTD_REASONS]);
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
    const { path } = write('input.gz');
    const one = await inflate(path, bytes.length, pieceOf(random));
    const two = await inflate(path, bytes.length, pieceOf(random));
    if (!one.bytes.equals(two.bytes)) fail(`found ${one.bytes.length} and ${two.bytes.length} bytes with other pieces`);
    if (JSON.stringify(one.faults) !== JSON.stringify(two.faults)) fail(`found ${JSON.stringify(one.faults)} and ${JSON.stringify(two.faults)} with other pieces`);
    if (one.faults.length === 0 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const expected = byZlib(bytes);
      if (expected !== undefined && !expected.equals(one.bytes)) fail(`found ${one.bytes.length} bytes and no fault, zlib ${expected.length}`);
    }
    if (open.size > 0) fail('left a file open');
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

async function inflate(path, size, most) {
  pieces.bytes = most;
  const input = await openInput(path);
  const parts = [];
  const faults = [];
  let last = -1;
  try {
    for await (const item of inflateMembers(input.blocks())) {
      if (item.kind === 'bytes') {
        parts.push(item.bytes);
        for (const { at, offset } of item.starts) {
          if (!(offset > last && offset < size && at >= 0 && at <= item.bytes.length)) fail(`a member at byte ${offset} of ${size} behind ${last}, byte ${at} of ${item.bytes.length}`);
          last = offset;
        }
        continue;
      }
      const { reason, offset, inner, bytes, detail } = item.fault;
      if (!REASONS.has(reason) || !(offset >= 0 && offset < size && inner >= 0 && bytes >= 0 && offset + (inner > 0 ? 0 : bytes) <= size) || detail === '') fail(`fault ${JSON.stringify(item.fault)}`);
      faults.push(item.fault);
    }
  } finally {
    pieces.bytes = Infinity;
    await input.close();
  }
  return { bytes: Buffer.concat(parts), faults };
}
