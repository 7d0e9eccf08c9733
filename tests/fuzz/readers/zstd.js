import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { inflateInPieces } from '../inflate-check.js';
import { LINES, pages } from '../seeds.js';

const SKIPPABLE = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
/** `one two`, without its size and with a checksum, by the command zstd 1.5.4. */
const OF_THE_COMMAND = Buffer.from('28b52ffd04584100006f6e650a74776f0ae6a60e40', 'hex');

const frame = (text, level = 3) => Buffer.from(zstdFrame(Buffer.from(text), level));
/** A frame of one block: raw (0), of a repeated byte (1), packed (2); the window in the header as its logarithm. */
const block = (type, size, content, windowLog = 10) => {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3]), header, Buffer.from(content)]);
};

/** Zstandard files of one frame and of many, with frames to be skipped. */
export const zstd = {
  seeds: async () => {
    await loadZstd();
    const texts = pages().map(({ text }) => text);
    return [Buffer.concat(texts.map((text) => frame(text))), frame(texts.join(''), 19), Buffer.concat([SKIPPABLE, frame(LINES.join('\n')), SKIPPABLE, OF_THE_COMMAND]), Buffer.concat([block(0, 5, 'plain'), block(1, 100, 'x'), frame('')])];
  },
  tokens: [
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), SKIPPABLE, SKIPPABLE.subarray(0, 4), OF_THE_COMMAND, block(1, 131_072, 'x'), block(1, 2_097_151, 'x'), block(0, 0, ''), block(2, 3, 'abc'), block(1, 5, 'x', 41), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xff]),
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  ],
  async check(bytes, { random, write }) {
    const { bytes: inflated } = await inflateInPieces(write('input.zst'), random);
    return inflated.length > 0;
  },
};
