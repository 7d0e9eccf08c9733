/** The tests of Zstandard that this Node skips, because it cannot inflate it, run by one that can: Node 22, which npm has as a package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;

test('Zstandard is read by a Node that inflates it', (context) => {
  if ('createZstdDecompress' in zlib) context.skip('this Node inflates it: zstd-frames.test.ts has run whole');
  const name = `node-${process.platform}-${process.arch}`;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-node-'));
  try {
    try {
      execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@22`], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`${name}@22 cannot be installed here: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules', name, 'bin', 'node'),
      [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'tests/vitest.config.ts', 'tests/formats/zstd-frames.test.ts'], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout + stderr).toMatch(/7 passed/);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
