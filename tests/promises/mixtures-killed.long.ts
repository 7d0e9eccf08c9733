/** Kills at the beginning of each phase of a mixture, while it is planned and while it is run: what comes out in the end is as if none had been. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeCorpus } from './support/corpus.js';
import { mixedRecipe } from './support/mixed-recipe.js';
import { resultOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { runWhole, sluice, start, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let digest: string;
let expected: Record<string, string>;

const inFolder = (output: string): string => join(folder, output);

beforeAll(async () => {
  await makeCorpus(folder);
  ({ digest } = await runWhole(folder, writeRecipe(folder, 'mixed', mixedRecipe()), 'whole', '--workers', '2'));
  expected = resultOf(inFolder('whole'));
});
afterAll(remove);

/** Kills a command once it has said that it begins a phase. */
async function killAt(label: string, output: string, ...command: string[]): Promise<void> {
  const run = start(folder, ...command, '--output', output, '--workers', '2');
  await run.saying(label);
  run.child.kill('SIGKILL');
  expect((await run.ended).signal).toBe('SIGKILL');
}

async function planOf(output: string): Promise<string> {
  const { code, stdout, stderr } = await sluice(folder, 'mix', 'plan', 'mixed.yaml', '--output', output, '--workers', '1', '--json');
  if (code !== 0) throw new Error(`sluice mix plan ended with ${code}:\n${stderr}`);
  return stdout;
}

describe('a mixture that is killed', () => {
  it.each(['count', 'size', 'select', 'write'])('as phase %s begins continues to the same files', async (phase) => {
    const output = `killed-${phase}`;
    await killAt(`\n${phase} `, output, 'run', 'mixed.yaml');
    expect(existsSync(join(inFolder(output), 'manifest.json'))).toBe(false);
    expect((await runWhole(folder, 'mixed.yaml', output, '--workers', '2')).digest).toBe(digest);
    expect(resultOf(inFolder(output))).toEqual(expected);
  });

  it('twice while it is planned has the plan of an undisturbed one, and the run after it the same files', async () => {
    for (const label of ['curate ', '\ncount ']) await killAt(label, 'killed-plan', 'mix', 'plan', 'mixed.yaml');
    expect(await planOf('killed-plan')).toBe(await planOf('undisturbed'));
    await runWhole(folder, 'mixed.yaml', 'killed-plan');
    expect(resultOf(inFolder('killed-plan'))).toEqual(expected);
  });
});
