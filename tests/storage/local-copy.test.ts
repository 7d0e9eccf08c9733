import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInput } from '#src/storage/input-file.js';
import { localCopy } from '#src/storage/local-copy.js';
import { quickNetwork, ScriptedServer, status } from './scripted-server.js';

const content = new Uint8Array(1_500_000).map((_, i) => (i * i) % 251);
let folder: string;
let before: string | undefined;
let server: ScriptedServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-copies-'));
  before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  server = await ScriptedServer.start(content);
  quickNetwork({ tries: 2 });
});
afterEach(async () => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true });
  await server.stop();
});

describe('a local copy', () => {
  it('of a file that is elsewhere has its bytes until it is removed', async () => {
    server.script = (number) => (number === 1 ? { cutAfter: 1_234_567 } : undefined);
    const copy = await localCopy(`${server.origin}/a.zip`);
    expect(dirname(dirname(copy.path))).toBe(folder);
    expect(copy.bytes).toBe(content.length);
    expect(readFileSync(copy.path).equals(content)).toBe(true);
    await copy.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a local file is the file itself, which stays', async () => {
    const path = join(folder, 'own.zip');
    writeFileSync(path, 'x');
    const copy = await localCopy(path);
    expect(copy).toMatchObject({ path, bytes: 1 });
    await copy.remove();
    expect(existsSync(path)).toBe(true);
  });

  it('leaves nothing behind where it is too large, cannot be read to its end, or is stopped', async () => {
    await expect(localCopy(`${server.origin}/a.zip`, { mostBytes: 1_499_999 })).rejects.toThrow('/a.zip: found 1500000 bytes, expected at most 1499999 of a file that is copied to be read');
    server.script = (_, { method }) => (method === 'HEAD' ? undefined : status(404));
    await expect(localCopy(`${server.origin}/a.zip`)).rejects.toThrow('found HTTP 404');
    server.script = () => undefined;
    await expect(localCopy(`${server.origin}/a.zip`, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual([]);
    expect(await (await openInput(`${server.origin}/a.zip`)).read(0, 10)).toHaveLength(10);
  });
});
