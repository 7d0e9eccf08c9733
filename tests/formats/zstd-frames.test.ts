import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { inflateMembers, type InflatedItem, type InflateOptions } from '#src/formats/gzip-members.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';

async function* blocks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

async function inflate(stored: Uint8Array, blockBytes = 1 << 20, options: InflateOptions = {}) {
  const items: InflatedItem[] = [];
  for await (const item of inflateMembers(blocks(stored, blockBytes), options)) items.push(item);
  const runs = items.flatMap((item) => (item.kind === 'bytes' ? [item] : []));
  let at = 0;
  const places = runs.flatMap((run) => {
    const here = run.starts.map((start) => [at + start.at, start.offset] as const);
    at += run.bytes.length;
    return here;
  });
  return { bytes: Buffer.concat(runs.map((run) => run.bytes)), places, ended: runs.at(-1)?.ended, faults: items.flatMap((item) => (item.kind === 'fault' ? [item.fault] : [])) };
}

/** Text that hardly packs, so that a frame has several blocks. */
const noise = (lines: number, seed: string): Buffer => Buffer.from(Array.from({ length: lines }, (_, i) => createHash('md5').update(seed + i).digest('hex')).join('\n'));
const SKIPPABLE = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** `printf 'one\ntwo\n' | zstd -c`, of the command's version 1.5.4: without its size, with a checksum. */
const OF_THE_COMMAND = Buffer.from('28b52ffd04584100006f6e650a74776f0ae6a60e40', 'hex');

/** A frame of raw or repeating blocks, as RFC 8878 has them: what no packer would write. */
function frame(windowLog: number, contents: readonly (Buffer | { readonly repeat: number; readonly times: number })[]): Buffer {
  const parts = contents.map((content, i) => {
    const last = i === contents.length - 1 ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE(Buffer.isBuffer(content) ? content.length << 3 | last : content.times << 3 | 2 | last, 0, 3);
    return Buffer.concat([header, Buffer.isBuffer(content) ? content : Buffer.from([content.repeat])]);
  });
  return Buffer.concat([Buffer.from([...MAGIC, 0, (windowLog - 10) << 3]), ...parts]);
}

const [first, second, large] = [noise(20_000, 'a'), noise(2, 'b'), noise(120_000, 'c')];
/** `large` is longer than the window that is inflated at once, so it is streamed. */
let frames: { readonly first: Buffer; readonly second: Buffer; readonly large: Buffer };
beforeAll(async () => {
  await loadZstd();
  frames = { first: Buffer.from(zstdFrame(first, 3)), second: Buffer.from(zstdFrame(second, 3)), large: Buffer.from(zstdFrame(large, 3)) };
  expect(frames.large.length).toBeGreaterThan(1 << 20);
});

describe('Zstandard', () => {
  it.each([1 << 20, 4096, 7])('frames give what was packed, each with its place, read in blocks of %i bytes', async (size) => {
    const { bytes, places, ended, faults } = await inflate(Buffer.concat([frames.second, SKIPPABLE, frames.first, frames.second]), size);
    expect(bytes.equals(Buffer.concat([second, first, second]))).toBe(true);
    const at = frames.second.length + SKIPPABLE.length;
    expect(places).toEqual([[0, 0], [second.length, at], [second.length + first.length, at + frames.first.length]]);
    expect({ ended, faults }).toEqual({ ended: true, faults: [] });
  });

  it.each([1 << 20, 4093])('a frame larger than the window is streamed, and frames after it are read, in blocks of %i bytes', async (size) => {
    const { bytes, places, faults } = await inflate(Buffer.concat([frames.large, frames.second]), size);
    expect(bytes.equals(Buffer.concat([large, second]))).toBe(true);
    expect(places).toEqual([[0, 0], [large.length, frames.large.length]]);
    expect(faults).toEqual([]);
  });

  it('blocks of one byte repeated, raw blocks, and frames without text, are text as others are', async () => {
    const text = Buffer.concat([Buffer.alloc(300_000, 'x'), first]);
    const made = frame(20, [Buffer.from('raw '), { repeat: 0x79, times: 5 }, Buffer.alloc(0)]);
    const { bytes, faults } = await inflate(Buffer.concat([zstdFrame(Buffer.alloc(0), 3), zstdFrame(text, 19), made]));
    expect([bytes.equals(Buffer.concat([text, Buffer.from('raw yyyyy')])), faults]).toEqual([true, []]);
  });

  it('a file that ends inside a frame gives what is whole, and a fault', async () => {
    for (const cut of [1, 5, frames.first.length >> 1]) {
      const { bytes, ended, faults } = await inflate(frames.first.subarray(0, frames.first.length - cut));
      expect(first.subarray(0, bytes.length).equals(bytes)).toBe(true);
      expect(bytes.length).toBeGreaterThan(first.length - 131072 - cut * 4);
      expect(ended).toBe(false);
      expect(faults).toMatchObject([{ reason: 'truncated-zstd', offset: 0, inner: bytes.length, lost: true }]);
    }
    for (const bytes of [4, 5, 8]) expect((await inflate(frames.first.subarray(0, bytes))).faults).toMatchObject([{ reason: 'truncated-zstd', offset: 0, bytes }]);
    const cut = await inflate(Buffer.concat([frames.second, frames.second.subarray(0, 2)]));
    expect(cut.faults).toMatchObject([{ reason: 'truncated-zstd', offset: frames.second.length, bytes: 2 }]);
    expect((await inflate(SKIPPABLE.subarray(0, 10))).faults).toMatchObject([{ reason: 'truncated-zstd', offset: 0, bytes: 10 }]);
  });

  it('damage costs its frame only: one fault with its place, and the frames around it', async () => {
    const damaged = Buffer.from(frames.first);
    damaged[damaged.length - 2]! ^= 0x10; // the checksum
    const { bytes, faults } = await inflate(Buffer.concat([frames.second, damaged, frames.second]));
    expect(bytes.equals(Buffer.concat([second, second]))).toBe(true);
    expect(faults).toMatchObject([{ reason: 'damaged-zstd', offset: frames.second.length, bytes: damaged.length, lost: true }]);
  });

  it('any damaged byte costs no other frame', async () => {
    const small = Buffer.from(zstdFrame(Buffer.from('some text, and some text more, and some text at its end'), 3));
    const [before, after] = [frames.second, Buffer.from(zstdFrame(Buffer.from('after'), 3))];
    for (let at = 0; at < small.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const damaged = Buffer.from(small);
        damaged[at]! ^= flip;
        const { bytes, faults } = await inflate(Buffer.concat([before, damaged, after]));
        expect(bytes.subarray(0, second.length).equals(second)).toBe(true);
        expect(bytes.subarray(-5).toString(), `byte ${at} flipped by ${flip}`).toBe('after');
        if (faults.length > 0) expect(faults, `byte ${at} flipped by ${flip}`).toMatchObject([{ offset: before.length, bytes: small.length, lost: true }]);
      }
    }
  });

  it.each([0, 1, 2, 3, 20])('a frame is found behind one that was cut in or before its checksum (%i)', async (cut) => {
    for (const whole of [frames.first, frames.large]) {
      const { bytes, faults } = await inflate(Buffer.concat([whole.subarray(0, whole.length - 4 - 20 + cut), frames.first, frames.second]));
      expect(bytes.subarray(-first.length - second.length).equals(Buffer.concat([first, second]))).toBe(true);
      const before = bytes.subarray(0, bytes.length - first.length - second.length); // of the frame that was streamed
      expect(large.subarray(0, before.length).equals(before)).toBe(true);
      expect(faults).toMatchObject([{ reason: 'damaged-zstd', offset: 0, inner: before.length }]);
    }
  });

  it('bytes before, between and behind frames are faults with their place and number', async () => {
    const junk = Buffer.from('no frame');
    const { bytes, faults } = await inflate(Buffer.concat([junk, frames.second, junk, frames.second, junk]));
    expect(bytes.equals(Buffer.concat([second, second]))).toBe(true);
    expect(faults.map(({ reason, offset, bytes }) => [reason, offset, bytes])).toEqual([
      ['damaged-zstd', 0, 8], ['damaged-zstd', 8 + frames.second.length, 8], ['damaged-zstd', 16 + 2 * frames.second.length, 8],
    ]);
  });

  it('some bytes of magic in a plain file are no frame: the file is read as it is', async () => {
    const plain = Buffer.concat([Buffer.from('text '), Buffer.from([...MAGIC, 0x20, 9, 0x48, 0, 0]), Buffer.from(' and more text\n'.repeat(100))]);
    expect(await inflate(plain)).toMatchObject({ bytes: plain, faults: [] });
  });

  it('a streamed frame whose checksum differs was delivered, and says so', async () => {
    const damaged = Buffer.from(frames.large);
    damaged[damaged.length - 1]! ^= 1;
    const { bytes, faults } = await inflate(Buffer.concat([damaged, frames.second]));
    expect(bytes.equals(Buffer.concat([large, second]))).toBe(true);
    expect(faults).toMatchObject([{ reason: 'zstd-checksum', offset: 0, inner: large.length, lost: false }]);
  });

  it('a streamed frame is delivered up to its damage', async () => {
    const damaged = Buffer.concat([frame(20, [...Array.from({ length: 20 }, (_, i) => large.subarray(i * 65536, (i + 1) * 65536)), Buffer.alloc(9)]), frames.second]);
    damaged[6 + 18 * 65539]! |= 6; // the reserved type of block
    const { bytes, faults } = await inflate(damaged);
    expect(bytes.equals(Buffer.concat([large.subarray(0, 18 * 65536), second]))).toBe(true);
    expect(faults).toMatchObject([{ reason: 'damaged-zstd', offset: 0, inner: 18 * 65536, bytes: damaged.length - frames.second.length - 6 - 18 * 65539 }]);
  });

  it('a bomb is cut off where it is seen to be one, and a ratio raised by the user lets it pass', async () => {
    const bomb = zstdFrame(Buffer.alloc(64 << 20), 3);
    const { bytes, faults } = await inflate(Buffer.concat([bomb, frames.second]));
    expect(faults).toMatchObject([{ reason: 'zstd-bomb', offset: 0 }]);
    expect(bytes.length).toBeLessThan(17 << 20);
    expect(bytes.subarray(-second.length).equals(second)).toBe(true);
    expect(await inflate(bomb, 1 << 20, { maxRatio: 1e6 })).toMatchObject({ faults: [], bytes: { length: 64 << 20 } });
  });

  it('many small frames that are a bomb together are one', async () => {
    const small = Buffer.from(zstdFrame(Buffer.alloc(1 << 20), 3));
    const { bytes, faults } = await inflate(Buffer.concat([...Array.from({ length: 100 }, () => small), frames.second]));
    expect(bytes.length).toBe((16 << 20) + second.length);
    expect(faults.map(({ reason }) => reason)).toEqual(Array.from({ length: 84 }, () => 'zstd-bomb'));
  });

  it('tiny blocks in a large window come to an end', async () => {
    const slow = frame(23, [...Array.from({ length: 200_000 }, () => ({ repeat: 0x61, times: 1 })), { repeat: 0x62, times: 1 }]);
    const filler = Array.from({ length: 130 }, () => ({ repeat: 0x63, times: 131_072 })); // more than is inflated at once
    const { bytes } = await inflate(Buffer.concat([frame(23, [...filler, Buffer.alloc(0)]), slow, frames.second]));
    expect(bytes.subarray(-second.length).equals(second)).toBe(true);
  });

  it('a frame may not ask for a gigabyte of window, nor for a dictionary, but is skipped', async () => {
    const wide = frame(30, Array.from({ length: 20 }, (_, i) => large.subarray(i * 65536, (i + 1) * 65536)));
    const { bytes, faults } = await inflate(Buffer.concat([wide, frames.second]));
    expect([bytes.equals(second), faults]).toMatchObject([true, [{ reason: 'unsupported-zstd', offset: 0, bytes: wide.length, detail: expect.stringContaining('1073741824 bytes of window') as string }]]);
    const dictionary = Buffer.from([...MAGIC, 1, 0, 77, 5 << 3 | 1, 0, 0, 1, 2, 3, 4, 5]);
    expect((await inflate(Buffer.concat([dictionary, frames.second]))).faults).toMatchObject([{ reason: 'unsupported-zstd', bytes: dictionary.length, detail: expect.stringContaining('dictionary 77') as string }]);
  });

  it('a frame that says it is larger than it is, is damaged', async () => {
    const lying = Buffer.from(frames.second);
    expect(lying[4]! & 0x20).toBe(0x20); // its size is one byte
    lying[5]! += 1;
    expect((await inflate(lying)).faults).toMatchObject([{ reason: 'damaged-zstd', bytes: lying.length }]);
    const huge = Buffer.from([...MAGIC, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1, 0, 0]);
    expect((await inflate(huge)).faults).toMatchObject([{ reason: 'unsupported-zstd' }]);
  });

  it('reads what the command wrote', async () => {
    expect((await inflate(OF_THE_COMMAND)).bytes.toString()).toBe('one\ntwo\n');
  });
});
