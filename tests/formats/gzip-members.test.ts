import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, flipped, inflateAll, membersOf, noise } from './byte-runs.js';
import { inflateMembers } from '#src/formats/gzip-members.js';

const text = (name: string): Buffer => Buffer.from(`${name}: ${'the quick brown fox, '.repeat(20)}\n`);
const FIVE = membersOf(['one', 'two', 'three', 'four', 'five'].map(text));
const [, AT2, AT3, AT4] = FIVE.offsets as [number, number, number, number];
const upTo = (n: number): Buffer => Buffer.concat(['one', 'two', 'three', 'four', 'five'].slice(0, n).map(text));
const without = (n: number): Buffer => Buffer.concat(['one', 'two', 'three', 'four', 'five'].filter((_, i) => i !== n).map(text));

describe('gzip members', () => {
  it('inflate as zlib inflates the whole file, with every member where it is stored, whatever the blocks', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 }),
      async (parts, level, sizes) => {
        const { stored, plain, offsets } = membersOf(parts, level);
        const { bytes, starts, faults } = await inflateAll(stored, sizes);
        expect(faults).toEqual([]);
        expect(bytes.equals(gunzipSync(stored))).toBe(true);
        expect(bytes.equals(plain)).toBe(true);
        let at = 0;
        expect(starts).toEqual(parts.map((part, i) => [(at += part.length) - part.length, offsets[i]!]));
      },
    ), { numRuns: 60 });
  });

  it('count from the position of the first block', async () => {
    const { starts, bytes } = await inflateAll(FIVE.stored.subarray(AT3), [100], { start: AT3 });
    expect(starts.map(([, offset]) => offset)).toEqual(FIVE.offsets.slice(2, 5));
    expect(bytes.equals(FIVE.plain.subarray(upTo(2).length))).toBe(true);
  });

  it('have headers with every optional part', async () => {
    const [member] = [gzipSync(text('named'))];
    const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, ...Buffer.from('name\0remark\0'), 0xab, 0xcd]);
    const { bytes, faults } = await inflateAll(Buffer.concat([header, member!.subarray(10), FIVE.stored]));
    expect(faults).toEqual([]);
    expect(bytes.toString()).toBe(text('named').toString() + FIVE.plain.toString());
  });

  it('are read where they have to be, though no known writer has such a header', async () => {
    const stored = Buffer.from(FIVE.stored);
    for (const offset of [0, FIVE.offsets[2]!]) {
      stored[offset + 8] = 0xaa;
      stored[offset + 9] = 0x77;
    }
    const { bytes, faults } = await inflateAll(stored);
    expect(faults).toEqual([]);
    expect(bytes.equals(FIVE.plain)).toBe(true);
  });

  it('may be empty, alone and between others', async () => {
    const empty = gzipSync('');
    const { bytes, faults, starts } = await inflateAll(Buffer.concat([empty, empty, FIVE.stored, empty]));
    expect(faults).toEqual([]);
    expect(bytes.equals(FIVE.plain)).toBe(true);
    expect(starts.filter(([at]) => at === 0).map(([, offset]) => offset)).toEqual([0, empty.length, 2 * empty.length]);
    expect((await inflateAll(empty)).faults).toEqual([]);
  });

  it('may hold what looks like a member inside a stored block', async () => {
    const outer = gzipSync(Buffer.concat([text('before'), FIVE.stored, text('after')]), { level: 0 });
    const { bytes, starts, faults } = await inflateAll(Buffer.concat([FIVE.stored, outer, FIVE.stored]));
    expect(faults).toEqual([]);
    expect(starts).toHaveLength(11);
    expect(bytes.equals(Buffer.concat([FIVE.plain, text('before'), FIVE.stored, text('after'), FIVE.plain]))).toBe(true);
  });

  it('of any size are streamed in bounded pieces and checked', async () => {
    const plain = noise(5 << 20);
    const stored = Buffer.concat([FIVE.stored, gzipSync(plain, { level: 1 }), FIVE.stored]);
    for (const sizes of [[1 << 20], [70_001]]) {
      const { bytes, starts, faults, runs } = await inflateAll(stored, sizes);
      expect(faults).toEqual([]);
      expect(starts).toHaveLength(11);
      expect(bytes.equals(Buffer.concat([FIVE.plain, plain, FIVE.plain]))).toBe(true);
      expect(Math.max(...runs.map((run) => run.bytes.length))).toBeLessThan(1 << 20);
      expect(runs.filter((run) => run.ended)).toHaveLength(3);
    }
  });

  it('that inflate to more than a run holds are streamed', async () => {
    const plain = Buffer.concat(Array.from({ length: 20 }, (_, i) => Buffer.concat([noise(8192, i), Buffer.alloc(1 << 20, i)])));
    const { bytes, faults } = await inflateAll(Buffer.concat([gzipSync(plain), FIVE.stored]));
    expect(faults).toEqual([]);
    expect(bytes.equals(Buffer.concat([plain, FIVE.plain]))).toBe(true);
  });

  it('agree with Python where it is at hand', async ({ skip }) => {
    const python = 'import gzip,sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))';
    const result = spawnSync('python3', ['-c', python], { input: FIVE.stored });
    if (result.error !== undefined || result.status !== 0) return skip('python3 is not here');
    expect((await inflateAll(FIVE.stored)).bytes.equals(result.stdout)).toBe(true);
  });
});

describe('plain files', () => {
  it('pass through, as one member without compression', async () => {
    const { bytes, starts, runs, faults } = await inflateAll(FIVE.plain, [100], { start: 7 });
    expect(bytes.equals(FIVE.plain)).toBe(true);
    expect(starts).toEqual([[0, 7]]);
    expect(runs.every((run) => run.plain)).toBe(true);
    expect(runs.map((run) => run.ended)).toEqual(runs.map((_, i) => i === runs.length - 1));
    expect(faults).toEqual([]);
  });

  it('that are empty give nothing', async () => {
    expect((await inflateAll(Buffer.alloc(0))).runs).toEqual([]);
  });
});

describe('damage', () => {
  const garbage = Buffer.from('these bytes are no member, \x1f\x8b\x08\x00 not even here, not at all');
  const cases: [name: string, stored: Buffer, plain: Buffer, faults: object[]][] = [
    ['a member with a broken body', flipped(FIVE.stored, AT2 + 14), without(1), [{ reason: 'damaged-gzip', offset: AT2, bytes: AT3 - AT2 }]],
    ['a member with a wrong checksum', flipped(FIVE.stored, AT3 - 8), without(1), [{ reason: 'damaged-gzip', offset: AT2, bytes: AT3 - AT2 }]],
    ['a member with a wrong size', flipped(FIVE.stored, AT3 - 4), without(1), [{ reason: 'damaged-gzip', offset: AT2, bytes: AT3 - AT2 }]],
    ['a member with a huge size', flipped(FIVE.stored, AT3 - 1), without(1), [{ reason: 'damaged-gzip', offset: AT2, bytes: AT3 - AT2 }]],
    ['a member without its magic', flipped(FIVE.stored, AT2), without(1), [{ reason: 'garbage-between-members', offset: AT2, bytes: AT3 - AT2 }]],
    ['a first member without its magic', flipped(FIVE.stored, 0), without(0), [{ reason: 'garbage-between-members', offset: 0, bytes: AT2 }]],
    ['a first member with a broken body', flipped(FIVE.stored, 14), without(0), [{ reason: 'damaged-gzip', offset: 0, bytes: AT2 }]],
    ['two members broken, one good between', flipped(flipped(FIVE.stored, 14), AT3 + 14), Buffer.concat([text('two'), text('four'), text('five')]),
      [{ reason: 'damaged-gzip', offset: 0, bytes: AT2 }, { reason: 'damaged-gzip', offset: AT3, bytes: AT4 - AT3 }]],
    ['garbage between members', Buffer.concat([FIVE.stored.subarray(0, AT2), garbage, FIVE.stored.subarray(AT2)]), FIVE.plain,
      [{ reason: 'garbage-between-members', offset: AT2, bytes: garbage.length }]],
    ['garbage at the end', Buffer.concat([FIVE.stored, garbage]), FIVE.plain, [{ reason: 'garbage-between-members', offset: FIVE.stored.length, bytes: garbage.length }]],
    ['zeros at the end', Buffer.concat([FIVE.stored, Buffer.alloc(512)]), FIVE.plain, [{ reason: 'garbage-between-members', offset: FIVE.stored.length, bytes: 512 }]],
    ['a last trailer repeated', Buffer.concat([FIVE.stored, FIVE.stored.subarray(-8)]), FIVE.plain, [{ reason: 'garbage-between-members', offset: FIVE.stored.length, bytes: 8 }]],
    ['a member cut short, then others', Buffer.concat([FIVE.stored.subarray(0, AT3 - 20), FIVE.stored.subarray(AT3)]), without(1),
      [{ reason: 'damaged-gzip', offset: AT2, bytes: AT3 - 20 - AT2 }]],
    ['megabytes of garbage', Buffer.concat([FIVE.stored, noise(3 << 20), FIVE.stored]), Buffer.concat([FIVE.plain, FIVE.plain]),
      [{ reason: 'garbage-between-members', offset: FIVE.stored.length, bytes: 3 << 20 }]],
  ];

  it.each(cases)('%s costs itself only, whatever the blocks', async (_name, stored, plain, expected) => {
    for (const sizes of [[1 << 20], [997, 3], [1 << 16]]) {
      const { bytes, faults } = await inflateAll(stored, sizes);
      expect(bytes.toString('latin1')).toBe(plain.toString('latin1'));
      expect(faults).toEqual(expected.map((fault) => expect.objectContaining({ ...fault, inner: 0, lost: true })));
    }
  });

  it('after a truncation at any position leaves what was inflated and one fault', async () => {
    for (let cut = 1; cut < FIVE.stored.length; cut++) {
      if (FIVE.offsets.includes(cut)) continue;
      const { bytes, faults } = await inflateAll(FIVE.stored.subarray(0, cut), [1 << 20]);
      if (cut === 1) continue; // one byte is plain text
      const member = FIVE.offsets.findLastIndex((offset) => offset < cut);
      expect(faults, `cut at ${cut}`).toEqual([expect.objectContaining({
        reason: 'truncated-gzip', offset: FIVE.offsets[member], bytes: cut - FIVE.offsets[member]!, inner: bytes.length - upTo(member).length,
      })]);
      expect(bytes.equals(FIVE.plain.subarray(0, bytes.length))).toBe(true);
      expect(bytes.length).toBeGreaterThanOrEqual(upTo(member).length);
    }
  });

  it('in random bytes anywhere never throws, and never costs a member it did not touch', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(FIVE.stored.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const stored = Buffer.from(FIVE.stored);
      stored[at] = stored[at]! ^ bits;
      const { bytes, faults } = await inflateAll(stored);
      const member = FIVE.offsets.findLastIndex((offset) => offset <= at);
      const lost = bytes.equals(without(member));
      if (faults[0]?.reason === 'truncated-gzip') { // a broken end of the last member reads as a cut: what came of it is delivered, and told
        expect([member, faults.length, bytes.subarray(0, without(4).length).equals(without(4))]).toEqual([4, 1, true]);
        return;
      }
      expect(lost || bytes.equals(FIVE.plain)).toBe(true); // names, times and systems in a header may change unseen
      if (lost) expect(faults).toEqual([expect.objectContaining({ offset: FIVE.offsets[member] })]);
    }), { numRuns: 300, examples: [[244, 248]] });
  });

  it('in the last member is told from a cut by the size in its trailer, wherever it is', async () => {
    const last = FIVE.offsets[4]!;
    for (let at = last + 4; at < FIVE.stored.length - 4; at++) { // a byte of magic or flags less, and it is garbage
      for (const bits of [0x01, 0x10, 0xff]) {
        const stored = Buffer.from(FIVE.stored);
        stored[at] = stored[at]! ^ bits;
        const { bytes, faults } = await inflateAll(stored);
        if (bytes.equals(FIVE.plain)) continue; // times and systems in a header may change unseen
        expect(faults.map(({ reason, offset, bytes: lost }) => [reason, offset, lost]), `${bits} at ${at}`).toEqual([['damaged-gzip', last, stored.length - last]]);
        expect(bytes.equals(without(4))).toBe(true);
      }
    }
  });

  it('inside a streamed member keeps what came before, and the members after', async () => {
    const plain = noise(5 << 20);
    const large = gzipSync(plain, { level: 6 });
    // noise is kept in blocks of up to 64 KiB with a length before them: the first member after the cut is read as the rest of one
    const swallowed = gzipSync(noise(100_000, 2));
    const stored = Buffer.concat([FIVE.stored, large.subarray(0, 3 << 20), swallowed, gzipSync(noise(100_000, 3)), FIVE.stored]);
    const { bytes, faults } = await inflateAll(stored, [65_536]);
    expect(faults).toEqual([expect.objectContaining({ reason: 'damaged-gzip', offset: FIVE.stored.length, lost: true })]);
    expect(bytes.subarray(-FIVE.plain.length - 100_000).equals(Buffer.concat([noise(100_000, 3), FIVE.plain]))).toBe(true);
    const kept = faults[0]!.inner;
    expect(kept).toBeGreaterThan(2 << 20);
    const certain = Math.min(kept, (3 << 20) - 70_000); // what was read into the cut cannot be told from data before it fails
    expect(bytes.subarray(FIVE.plain.length, FIVE.plain.length + certain).equals(plain.subarray(0, certain))).toBe(true);
  });

  it('of a streamed checksum is told, though the bytes are gone', async () => {
    const large = gzipSync(noise(3 << 20), { level: 1 });
    const { bytes, faults } = await inflateAll(Buffer.concat([flipped(large, large.length - 8), FIVE.stored]));
    expect(faults).toEqual([expect.objectContaining({ reason: 'gzip-checksum', offset: 0, inner: 3 << 20, bytes: 0, lost: false })]);
    expect(bytes).toHaveLength((3 << 20) + FIVE.plain.length);
  });

  it('by truncation of a streamed member leaves its beginning', async () => {
    const plain = noise(3 << 20);
    const { bytes, faults } = await inflateAll(gzipSync(plain).subarray(0, 2 << 20));
    expect(faults).toEqual([expect.objectContaining({ reason: 'truncated-gzip', offset: 0, bytes: 2 << 20, inner: bytes.length })]);
    expect(bytes.length).toBeGreaterThan((2 << 20) - 65_536);
    expect(bytes.equals(plain.subarray(0, bytes.length))).toBe(true);
  });
});

describe('hostile files', () => {
  it('a bomb is cut off, and the members after it are read', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const { bytes, faults } = await inflateAll(Buffer.concat([FIVE.stored, bomb, FIVE.stored]));
    expect(faults).toEqual([expect.objectContaining({ reason: 'gzip-bomb', offset: FIVE.stored.length, bytes: expect.any(Number) })]);
    expect(bytes.length).toBeLessThan(40 << 20);
    expect(bytes.subarray(-FIVE.plain.length).equals(FIVE.plain)).toBe(true);
  });

  it.each([[20, 1], [5, 0]])('a member at the bomb ratio of %i:1 gives %i faults', async (ratio, faultCount) => {
    const plain = Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.concat([noise(100_000, i), Buffer.alloc(900_000)])));
    const { faults } = await inflateAll(gzipSync(plain), [1 << 20], { maxRatio: ratio === 20 ? 5 : 20 });
    expect(faults).toHaveLength(faultCount);
  });

  it('many false members inside each other cost bounded work', async () => {
    // each header is followed by a stored block that holds the next ones, so that every trial gets far
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0, 0xff, 0xff, 0, 0]);
    const hostile = Buffer.concat(Array.from({ length: 40_000 }, () => header));
    const { bytes, faults } = await inflateAll(Buffer.concat([flipped(FIVE.stored, 14).subarray(0, AT2), hostile, gzipSync(noise(200_000)), FIVE.stored]));
    expect(faults).toEqual([expect.objectContaining({ reason: 'damaged-gzip', offset: 0, lost: true })]);
    expect(faults[0]!.bytes).toBeGreaterThanOrEqual(AT2 + hostile.length); // the search steps over some good bytes, too, once it has cost enough
    expect(bytes.subarray(-FIVE.plain.length).equals(FIVE.plain)).toBe(true);
  }, 20_000);

  it('is left at once when its consumer stops', async () => {
    let closed = false;
    async function* blocks(): AsyncGenerator<Uint8Array, void> {
      try {
        yield* blocksOf(Buffer.concat([FIVE.stored, FIVE.stored]), [FIVE.stored.length]);
      } finally {
        closed = true;
      }
    }
    for await (const item of inflateMembers(blocks())) if (item.kind === 'bytes') break;
    expect(closed).toBe(true);
  });
});
