import { createHash } from 'node:crypto';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateMembers, type InflatedItem } from '#src/formats/gzip-members.js';
import { hasZstd } from '#src/formats/zstd-frames.js';

/** A Node that inflates Zstandard also makes it; the types are older. */
const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: (bytes: Uint8Array, options?: { params: Record<number, number> }) => Buffer };
const CHECKSUM_FLAG = 201; // ZSTD_c_checksumFlag of zstd.h

async function* blocks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

async function inflate(stored: Uint8Array, blockBytes = 1 << 20) {
  const items: InflatedItem[] = [];
  for await (const item of inflateMembers(blocks(stored, blockBytes))) items.push(item);
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

describe.runIf(hasZstd)('Zstandard, which this Node inflates', () => {
  const [first, second] = [noise(20_000, 'a'), noise(2, 'b')];
  const frames = hasZstd ? [zstdCompressSync(first, { params: { [CHECKSUM_FLAG]: 1 } }), zstdCompressSync(second)] as const : [Buffer.alloc(0), Buffer.alloc(0)] as const;

  it.each([1 << 20, 4096, 7])('frames give what was packed, each with its place, read in blocks of %i bytes', async (size) => {
    const { bytes, places, ended, faults } = await inflate(Buffer.concat([frames[1], SKIPPABLE, frames[0], frames[1]]), size);
    expect(bytes.equals(Buffer.concat([second, first, second]))).toBe(true);
    expect(places).toEqual([[0, 0], [second.length, frames[1].length + SKIPPABLE.length], [second.length + first.length, frames[1].length + SKIPPABLE.length + frames[0].length]]);
    expect({ ended, faults }).toEqual({ ended: true, faults: [] });
  });

  it('blocks of one byte repeated, and frames without text, are text as others are', async () => {
    const text = Buffer.concat([Buffer.alloc(300_000, 'x'), first]);
    const { bytes, faults } = await inflate(Buffer.concat([zstdCompressSync(Buffer.alloc(0)), zstdCompressSync(text)]));
    expect([bytes.equals(text), faults]).toEqual([true, []]);
  });

  it('a file that ends inside a frame gives what is whole, and a fault', async () => {
    for (const cut of [1, 5, frames[0].length >> 1]) {
      const { bytes, ended, faults } = await inflate(frames[0].subarray(0, frames[0].length - cut));
      expect(first.subarray(0, bytes.length).equals(bytes)).toBe(true);
      expect(ended).toBe(false);
      expect(faults).toMatchObject([{ reason: 'truncated-zstd', offset: 0, inner: bytes.length, lost: true }]);
    }
  });

  it('damage, and bytes behind the last frame, are faults with their place', async () => {
    const damaged = Buffer.from(frames[0]);
    damaged[damaged.length - 2]! ^= 0x10; // the checksum
    expect((await inflate(damaged)).faults).toMatchObject([{ reason: 'damaged-zstd', offset: 0 }]);
    const junk = await inflate(Buffer.concat([frames[1], Buffer.from('no frame')]));
    expect([junk.bytes.equals(second), junk.faults]).toMatchObject([true, [{ reason: 'damaged-zstd', offset: frames[1].length, bytes: 8 }]]);
  });

  it('a bomb is cut off where it is seen to be one, and a frame may not ask for a gigabyte of window', async () => {
    const { bytes, faults } = await inflate(zstdCompressSync(Buffer.alloc(64 << 20)));
    expect(faults).toMatchObject([{ reason: 'zstd-bomb', offset: 0 }]);
    expect(bytes.length).toBeLessThan(17 << 20);
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (30 - 10) << 3, 1, 0, 0]);
    expect((await inflate(wide)).faults).toMatchObject([{ reason: 'damaged-zstd', detail: expect.stringContaining('1073741824 bytes of window') as string }]);
  });
});

describe.runIf(!hasZstd)('Zstandard, which this Node does not inflate', () => {
  it('is refused by name, with what would be read', async () => {
    await expect(inflate(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0]))).rejects.toThrow(/Zstandard at byte 0, which Node .* does not inflate: expected gzip, plain text, or Node 22.15 or newer/);
  });
});
