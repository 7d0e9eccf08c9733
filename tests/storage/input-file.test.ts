import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { openInput } from '#src/storage/input-file.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-input-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'file');
const content = Buffer.alloc(2_500_000, 'some bytes to find again, ');
writeFileSync(path, content);

async function gather(start?: number): Promise<{ all: Buffer; sizes: number[] }> {
  const input = await openInput(path);
  try {
    const blocks: Uint8Array[] = [];
    for await (const block of input.blocks(start)) blocks.push(block);
    return { all: Buffer.concat(blocks), sizes: blocks.map(({ length }) => length) };
  } finally {
    await input.close();
  }
}

describe('an input file', () => {
  it('gives its bytes in blocks of a MiB that stay as they are', async () => {
    const { all, sizes } = await gather();
    expect(all.equals(content)).toBe(true);
    expect(sizes).toEqual([1 << 20, 1 << 20, 2_500_000 - (2 << 20)]);
  });

  it.each([0, 1, 2_499_999, 2_500_000, 3_000_000])('gives its bytes from %i', async (start) => {
    expect((await gather(start)).all.equals(content.subarray(start))).toBe(true);
  });

  it('gives parts at any position, fewer bytes at the end', async () => {
    const input = await openInput(path);
    expect(input.size).toBe(2_500_000);
    expect(Buffer.from(await input.read(1_000_003, 10)).equals(content.subarray(1_000_003, 1_000_013))).toBe(true);
    expect(await input.read(2_499_999, 10)).toHaveLength(1);
    expect(await input.read(9_999_999, 10)).toHaveLength(0);
    await input.close();
  });

  it('fails where it was cut off since it was opened: what is missing is not passed over', async () => {
    const short = join(folder, 'short');
    writeFileSync(short, content);
    const input = await openInput(short);
    truncateSync(short, 100);
    let bytes = 0;
    await expect((async () => {
      for await (const block of input.blocks()) bytes += block.length;
    })()).rejects.toThrow(/short: found its end at byte 100, expected 2500000 bytes/);
    expect(bytes).toBe(100);
    expect(await input.read(90, 1000)).toHaveLength(10);
    await input.close();
  });

  it('stops when it is told to', async () => {
    const input = await openInput(path);
    await expect(input.blocks(0, AbortSignal.abort()).next()).rejects.toThrow(/abort/i);
    await input.close();
  });

  it('that is missing, a folder or a device fails with the place and what was expected', async () => {
    mkdirSync(join(folder, 'folder'));
    for (const [name, message] of [['none', /none: found no such file, expected/], ['folder', /folder: found a directory, expected a file/], ['file/below', /below: found no such file/]] as const) {
      const opening = openInput(join(folder, name));
      await expect(opening).rejects.toThrow(message);
      await expect(opening).rejects.toBeInstanceOf(ShardError);
    }
    await expect(openInput('/dev/null')).rejects.toThrow(/found a device, pipe or socket, expected a file/);
  });

  it('without permission fails with the reason', ({ skip }) => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'x');
    chmodSync(secret, 0);
    chmodSync(folder, 0o755);
    const script = `import('#src/storage/input-file.js').then(({ openInput }) => openInput(${JSON.stringify(secret)})).catch((e) => console.log(e.name, e.message))`;
    const asRoot = process.getuid?.() === 0;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: process.cwd(), encoding: 'utf8', ...(asRoot ? { uid: 65534 } : {}) });
    if (asRoot && (result.error !== undefined || result.stdout === '')) return skip('another user cannot run node here');
    expect(result.stdout).toContain(`ShardError ${secret}: found no permission to read it, expected a readable file`);
  });
});
