import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { gzipMember } from '#src/formats/gzip-member.js';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { LINE_CODECS, LineWriter } from '#src/formats/line-writer.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { openInput } from '#src/storage/input-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const lines = Array.from({ length: 12_000 }, (_, i) => Buffer.from(`{"n":${i},"text":"${'word '.repeat(i % 150)}"}\n`));
lines[2500] = Buffer.from(`{"text":"${'long '.repeat(500_000)}"}\n`); // 2.5 MB
const plain = Buffer.concat(lines);

async function inflated(path: string): Promise<{ readonly bytes: Buffer; readonly members: readonly Buffer[] }> {
  const input = await openInput(path);
  const members: Buffer[] = [];
  for await (const item of inflateMembers(input.blocks())) {
    if (item.kind === 'fault') throw new Error(item.fault.detail);
    members.push(Buffer.from(item.bytes));
  }
  await input.close();
  return { bytes: Buffer.concat(members), members };
}

describe('a line writer', () => {
  it.each(LINE_CODECS)('writes %s that unpacks to the lines, with true counts and checksums', async (codec) => {
    await loadZstd();
    const path = join(folder, `part.${codec}`);
    const writer = new LineWriter(path, codec);
    for (const line of lines) writer.write(line);
    expect([writer.lines, writer.plainBytes]).toEqual([12_000, plain.length]);
    const written = writer.commit();
    const stored = readFileSync(path);
    expect((await inflated(path)).bytes.equals(plain)).toBe(true);
    if (codec === 'jsonl.gz') expect(gunzipSync(stored).equals(plain)).toBe(true);
    expect(written).toMatchObject({ path, bytes: stored.length, sha256: sha256(stored), lines: 12_000, plainBytes: plain.length, plainSha256: sha256(plain) });
  });

  it('cuts gzip into members of whole lines of about 1 MiB, each with the same header', () => {
    const stored = readFileSync(join(folder, 'part.jsonl.gz'));
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    const starts: number[] = [];
    for (let at = stored.indexOf(header); at >= 0; at = stored.indexOf(header, at + 1)) starts.push(at);
    const members = starts.map((start, i) => gunzipSync(stored.subarray(start, starts[i + 1])));
    expect(Buffer.concat(members).equals(plain)).toBe(true);
    expect(members.length).toBeGreaterThan(2);
    for (const member of members) expect(member.at(-1)).toBe(10);
    for (const member of members.slice(0, -1)) expect(member.length).toBeGreaterThanOrEqual(1 << 20);
    for (const member of members) expect(member.length).toBeLessThan((1 << 20) + lines[2500]!.length);
  });

  it('cuts Zstandard into frames of whole lines, each with its size and checksum', async () => {
    const path = join(folder, 'part.jsonl.zst');
    const { members } = await inflated(path); // a run is a frame
    expect(members.length).toBeGreaterThan(2);
    for (const member of members) expect(member.at(-1)).toBe(10);
    const [, ...flags] = readFileSync(path).toString('latin1').split('\x28\xb5\x2f\xfd').map((frame) => frame.charCodeAt(0));
    expect(flags).toHaveLength(members.length);
    for (const flag of flags) expect([flag & 4, flag >> 6 > 0]).toEqual([4, true]);
  });

  it('makes a valid file of no lines, and none when it is aborted', () => {
    const path = join(folder, 'empty.jsonl.gz');
    expect(new LineWriter(path, 'jsonl.gz').commit()).toMatchObject({ lines: 0, plainBytes: 0, plainSha256: sha256(new Uint8Array()) });
    expect(gunzipSync(readFileSync(path))).toHaveLength(0);
    const before = readdirSync(folder);
    const writer = new LineWriter(join(folder, 'aborted'), 'jsonl');
    for (const line of lines) writer.write(line);
    writer.abort();
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('a gzip member', () => {
  it.each([1, 6, 9])('at level %d says nothing of time, system or level in its header, and unpacks', (level) => {
    const member = gzipMember(plain.subarray(0, 100_000), level);
    expect([...member.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    expect(gunzipSync(member).equals(plain.subarray(0, 100_000))).toBe(true);
    expect(() => gunzipSync(member.with(-1, 1))).toThrow(); // the length in the trailer is checked
    expect(() => gunzipSync(member.with(-8, member.at(-8)! ^ 1))).toThrow(); // and the CRC-32
  });
});
