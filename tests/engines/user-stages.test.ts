import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { loadUserStages, useStageFiles } from '#src/engines/user-stages.js';
import { catalog } from '#src/pipeline/chain-of.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-stages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const sourceOf = (name: string): string => `export default { name: '${name}', summary: 'Keeps all.', build: () => [] };`;

describe('files of stages', () => {
  it('add their stages behind those that are built in, and are known by their checksum', async () => {
    const before = catalog().map(({ name }) => name);
    const path = write('first.js', sourceOf('first'));
    expect(await loadUserStages([path, path])).toEqual([{ path, sha256: createHash('sha256').update(sourceOf('first')).digest('hex') }]);
    expect(catalog().map(({ name }) => name)).toEqual([...before, 'first']);
  });

  it('are refused in a worker when they are not what the run was planned with', async () => {
    const path = write('second.js', sourceOf('second'));
    const sha256 = createHash('sha256').update('something else').digest('hex');
    await expect(useStageFiles([{ path, sha256 }])).rejects.toThrow(ConfigError);
    await expect(useStageFiles([{ path, sha256 }])).rejects.toThrow(/second\.js: found .*expected .*the file has changed since the run began/);
    expect(catalog().some(({ name }) => name === 'second')).toBe(false);
  });

  it('may begin with a byte order mark, and are refused when they are no text or too large', async () => {
    const path = join(folder, 'third.mjs');
    writeFileSync(path, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(sourceOf('third'))]));
    expect((await loadUserStages([path])).map((file) => file.path)).toEqual([path]);
    writeFileSync(path, Buffer.from([0x2f, 0x2f, 0xff]));
    await expect(loadUserStages([path])).rejects.toThrow('third.mjs: found bytes that are not UTF-8, expected source code');
    writeFileSync(path, Buffer.alloc((1 << 20) + 1, ' '));
    await expect(loadUserStages([path])).rejects.toThrow('third.mjs: cannot be read: has 1048577 bytes, expected at most 1048576');
  });
});
