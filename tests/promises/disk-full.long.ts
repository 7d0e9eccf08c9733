import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeCorpus } from './support/corpus.js';
import { filesOf, resultOf } from './support/output.js';
import { RECIPE, writeRecipe } from './support/recipe.js';
import { mainPath, runWhole, sluice, startWith, temporaryFolder, type Ended } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const disk = join(folder, 'disk');
let digest: string;
let expected: Record<string, string>;

beforeAll(async () => {
  await makeCorpus(folder);
  digest = (await runWhole(folder, writeRecipe(folder, 'recipe', RECIPE), 'whole')).digest;
  expected = resultOf(join(folder, 'whole'));
});
afterAll(() => {
  spawnSync('umount', [disk]);
  remove();
});

function expectClearStop({ code, stdout, stderr }: Ended, message: RegExp): void {
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(message)]);
  expect(stderr).not.toMatch(/\n\s+at |Error:/);
}

describe('a full disk', () => {
  it('stops the run with a clear error wherever it fills up, and a rerun with more space gives the same corpus', async (context) => {
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk]);
    if (mounted.status !== 0) return context.skip('this user may not mount a small disk');
    const output = join(disk, 'out');
    let stops = 0;
    for (const size of ['16k', '300k', '900k', '1500k', '2500k']) {
      spawnSync('mount', ['-o', `remount,size=${size}`, disk]);
      const ended = await sluice(folder, 'run', 'recipe.yaml', '--output', output, '--workers', '1');
      if (ended.code === 0) break; // all of it has found room
      expectClearStop(ended, /no space left on the device|the engine's model is not whole \(is the device full\?\)/);
      expect(existsSync(join(output, 'manifest.json'))).toBe(false);
      stops += 1;
    }
    expect(stops).toBeGreaterThan(2);
    spawnSync('mount', ['-o', 'remount,size=64m', disk]);
    expect((await runWhole(folder, 'recipe.yaml', output)).digest).toBe(digest);
    expect(resultOf(output)).toEqual(expected);
    expect(Object.keys(filesOf(output))).toEqual(Object.keys(filesOf(join(folder, 'whole'))));
  });
});

describe('a limit on the size of files', () => {
  it('stops the run with a clear error, and a rerun without it gives the same corpus', async (context) => {
    const limited = ['-c', 'ulimit -f 200 && exec "$@"', 'sh', process.execPath, mainPath(), 'run', 'recipe.yaml', '--output', 'limited']; // 100 kB, or 200 in some shells
    const ended = await startWith(folder, 'sh', limited).ended.catch(() => undefined);
    if (ended === undefined) return context.skip('there is no shell to set the limit');
    expectClearStop(ended, /the file is larger than the file system allows after \d+ bytes|the engine's model is not whole/);
    expect((await runWhole(folder, 'recipe.yaml', 'limited')).digest).toBe(digest);
    expect(resultOf(join(folder, 'limited'))).toEqual(expected);
  });
});

describe('an output folder that cannot be written', () => {
  it('stops the run before anything is read', async () => {
    const { code, stdout, stderr } = await sluice(folder, 'run', 'recipe.yaml', '--output', 'recipe.yaml/out');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/recipe\.yaml\/out\/work: cannot be made: ENOTDIR/)]);
  });
});
