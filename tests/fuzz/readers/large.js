import { gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { inflateInPieces } from '../inflate-check.js';
import { Random } from '../random.js';

/** Hardly packs, so that what is stored is larger than the window of a MiB. */
const PLAIN_BYTES = 1_400_000;

const CHANGES = [
  (bytes) => bytes,
  (bytes, random) => {
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return bytes.fill(0, at, at + random.below(2000));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(100))]);
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(100)), bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = bytes.length - random.below(40); // around the last checksum
    if (at < bytes.length) bytes[at] ^= 0xff;
    return bytes;
  },
];

/** Members and frames that are streamed because they do not fit into the window, between small ones. Some ten milliseconds an input. */
export const large = {
  seeds: async () => {
    await loadZstd();
    const plain = new Random(1, 'large', 0).bytes(PLAIN_BYTES).map((byte) => 32 + (byte & 63));
    const small = Buffer.from('small '.repeat(20));
    return [Buffer.concat([gzipMember(small, 6), gzipSync(plain, { level: 1 }), gzipMember(small, 6)]), Buffer.concat([zstdFrame(small, 3), zstdFrame(plain, 1), zstdFrame(small, 3)].map((part) => Buffer.from(part)))];
  },
  tokens: [],
  input(random, seeds) {
    let bytes = Buffer.from(random.one(seeds));
    for (let times = 1 + random.below(2); times > 0 && bytes.length > 0; times--) bytes = random.one(CHANGES)(bytes, random);
    return bytes;
  },
  async check(_, { random, write }) {
    const { faults } = await inflateInPieces(write('input.stored'), random, { least: 4096 });
    return faults.length === 0;
  },
};
