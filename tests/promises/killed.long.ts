import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeCorpus } from './support/corpus.js';
import { filesOf } from './support/output.js';
import { RECIPE, writeRecipe } from './support/recipe.js';
import { runWhole, sluice, start, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const KILLS = 20;
/** Kills in one folder before the run there is let through to its end. */
const KILLS_IN_A_FOLDER = 5;
let digest: string;
let expected: Record<string, string>;
let runMs: number;

/** Every file of a run's folder, but for the two that name the folder itself. */
function everything(output: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filesOf(join(folder, output))).filter(([name]) => name !== 'work/plan.json' && name !== 'report.md'));
}

beforeAll(async () => {
  await makeCorpus(folder);
  writeRecipe(folder, 'recipe', RECIPE);
  const started = performance.now();
  digest = (await runWhole(folder, 'recipe.yaml', 'whole', '--workers', '2')).digest;
  runMs = performance.now() - started;
  expected = everything('whole');
});
afterAll(remove);

/** Fractions of a run's time, one from each twentieth, in a mixed order: the same in every test run. */
function moments(): number[] {
  let state = 20_240_518;
  const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const fractions = Array.from({ length: KILLS }, (_, i) => (i + random()) / KILLS);
  return fractions.map((fraction) => ({ fraction, draw: random() })).sort((a, b) => a.draw - b.draw).map(({ fraction }) => fraction);
}

async function expectWhole(output: string): Promise<void> {
  expect((await runWhole(folder, 'recipe.yaml', output)).digest).toBe(digest);
  expect(everything(output)).toEqual(expected);
}

describe('a run that is killed', () => {
  it('at 20 random moments continues to the same files, with nothing left over', async () => {
    let kills = 0;
    let folders = 0;
    let killsHere = 0;
    for (const fraction of moments()) {
      for (let share = fraction; ; share *= 0.8) { // a run that continues may end before its moment: then it is killed earlier, in a new folder
        const { child, ended } = start(folder, 'run', 'recipe.yaml', '--output', `killed-${folders}`, '--workers', '2');
        await Promise.race([wait(Math.max(1, share * runMs)), ended]);
        child.kill('SIGKILL');
        const { code, signal, stderr } = await ended;
        if (signal === 'SIGKILL') break;
        expect(code, stderr).toBe(0);
        expect(everything(`killed-${folders}`)).toEqual(expected);
        folders += 1;
        killsHere = 0;
      }
      kills += 1;
      killsHere += 1;
      if (existsSync(join(folder, `killed-${folders}`, 'manifest.json'))) { // the last thing written: it vouches for all the rest
        const { 'work/lock': _, ...rest } = everything(`killed-${folders}`);
        expect(rest).toEqual(expected);
      }
      if (killsHere < KILLS_IN_A_FOLDER) continue;
      await expectWhole(`killed-${folders}`);
      folders += 1;
      killsHere = 0;
    }
    if (killsHere > 0) await expectWhole(`killed-${folders}`);
    expect(kills).toBe(KILLS);
    expect(folders).toBeGreaterThan(2);
  }, 300_000);

  it('by SIGINT says so with exit code 1, and goes on from there', async () => {
    const run = start(folder, 'run', 'recipe.yaml', '--output', 'interrupted');
    await run.saying('curate   read');
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/\ninterrupted: run the same command again to continue\n$/);
    expect(existsSync(join(folder, 'interrupted', 'work', 'lock'))).toBe(false);
    const again = await sluice(folder, 'run', 'recipe.yaml', '--output', 'interrupted');
    expect(again.stderr).toContain('train    quality models: 1 task, 1 complete already');
    expect(everything('interrupted')).toEqual(expected);
  });
});

describe('a folder with a run in it', () => {
  const changes: readonly (readonly [string, string, (path: string) => void])[] = [
    ['a truncated work file', 'work/curate/*.text', (path) => truncateSync(path, statSync(path).size - 1)],
    ['a truncated completion', 'work/curate/*.done.json', (path) => truncateSync(path, 40)],
    ['a completion of zeros', 'work/cluster/*.done.json', (path) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
    ['a missing corpus file', 'corpus/*', (path) => rmSync(path)],
    ['a decision file that grew', 'decisions/*', (path) => writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('x')]))],
    ['a file that no run knows', 'corpus/*', (path) => writeFileSync(path.replace(/part-\d+/, 'part-99999'), 'x')],
    ['a folder that a dead engine left', 'work/train/*.bin', (path) => {
      mkdirSync(`${path}.training.1-0-1.tmp`);
      writeFileSync(`${path}.training.1-0-1.tmp/model.bin`, 'half a model');
    }],
    ['a file that a dead attempt left', 'work/curate/*.rows', (path) => writeFileSync(`${path}.1-0-1.tmp`, 'x')],
  ];

  it.each(changes)('is made whole again after %s', async (_, pattern, change) => {
    const [, parent, ending] = /^(.*)\/\*(.*)$/.exec(pattern)!; // all patterns above are of that form
    const name = readdirSync(join(folder, 'whole', parent!)).sort().find((candidate) => candidate.endsWith(ending!));
    change(join(folder, 'whole', parent!, name!));
    expect(everything('whole')).not.toEqual(expected);
    await expectWhole('whole');
  });

  it('refuses a second run at the same time, and lets the first one end', async () => {
    const run = start(folder, 'run', 'recipe.yaml', '--output', 'shared');
    await run.saying('train    quality');
    const second = await sluice(folder, 'run', 'recipe.yaml', '--output', 'shared');
    expect([second.code, second.stdout]).toEqual([2, '']);
    expect(second.stderr).toContain(`process ${run.child.pid} is at work there`);
    expect((await run.ended).code).toBe(0);
    expect(everything('shared')).toEqual(expected);
  });

  it('refuses to replace what no run put there, and its own input', async () => {
    cpSync(join(folder, 'books'), join(folder, 'foreign', 'corpus'), { recursive: true });
    const before = filesOf(join(folder, 'foreign'));
    const foreign = await sluice(folder, 'run', 'recipe.yaml', '--output', 'foreign');
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('foreign/corpus: found files that are of no run')]);
    writeRecipe(folder, 'own-input', { name: 'own', sources: { a: { read: { format: 'jsonl', paths: ['whole/corpus/*.gz'] } } } });
    const own = await sluice(folder, 'run', 'own-input.yaml', '--output', 'whole');
    expect([own.code, own.stderr]).toEqual([2, expect.stringContaining('whole/corpus/part-00000.jsonl.gz: found an input in ')]);
    expect([filesOf(join(folder, 'foreign')), everything('whole')]).toEqual([before, expected]);
  });

  it('takes over the lock of a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(join(folder, 'whole', 'work', 'lock'), String(pid));
    await expectWhole('whole');
  });
});
