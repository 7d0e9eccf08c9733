import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRecipe } from '../../../promises/support/recipe.js';
import { sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';
import { expectSelfContained } from '../../../reports/self-contained.js';
import { parsed } from '../../../reports/parsed-page.js';
import { recipeOf, TUNE, writeSources } from './chain-sources.js';

const { path: folder, remove } = temporaryFolder();
const SOURCES = ['red', 'green'];
const PROPOSAL = {
  kind: 'sluice-proposal', version: 1, targetWeights: { red: 1 }, weights: { red: 0.9, green: 0.1 }, prior: { red: 0.5, green: 0.5 }, lambda: 0.1, caps: { red: 0.95 },
  predicted: { red: 2 }, predictedAtPrior: { red: 2.1 }, distanceToSwarm: 0, optimality: { kind: 'local', starts: 3 }, warnings: [],
};

beforeAll(() => {
  writeSources(folder);
  writeRecipe(folder, 'chains', recipeOf(SOURCES, { tune: TUNE_OF_RED }));
  writeRecipe(folder, 'alone', recipeOf(['red'], { tune: { ...TUNE, targets: { red: 1 } } }));
  writeFileSync(join(folder, 'proposal.json'), JSON.stringify(PROPOSAL));
  writeFileSync(join(folder, 'alone.json'), JSON.stringify({ ...PROPOSAL, weights: { red: 1 }, prior: { red: 1 } }));
});
afterAll(remove);

const TUNE_OF_RED = { ...TUNE, targets: { red: 1, green: 1 } };
const verify = (recipe: string, ...options: string[]): Promise<Ended> => sluice(folder, 'tune', 'verify', `${recipe}.yaml`, ...options);
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

describe('sluice tune verify', () => {
  it('measures a proposal that no swarm or fit stands behind, and writes the page and its figures', async () => {
    const ended = await verify('chains', '--proposal', 'proposal.json', '--strict');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain('Does the proposal beat UniMax? Yes');
    expect(ended.stdout).toContain('there is no run of a swarm that measured these targets');
    expect(ended.stdout).toMatch(/\ngreen +0\.0 % /); // a target of the recipe that the proposal does not know: measured, not counted
    const report = JSON.parse(read('output/chains/tune/verify.json')) as { kind: string; fit: unknown; verdict: { raised: string[] } };
    expect(report).toMatchObject({ kind: 'sluice-verification', fit: null, bestRun: null, verdict: { raised: ['green'] } });
    const page = read('output/chains/tune/report.html');
    expectSelfContained(page, parsed(page));
  }, 60_000);

  it('ends with no improvement where there is one source', async () => {
    const ended = await verify('alone', '--proposal', 'alone.json', '--strict', '--target', 'red=1');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stdout).toContain('No: the proposal is UniMax, the same mixture');
    expect(ended.stdout).toContain('One mixture, measured once: proposal = UniMax = proportional');
  }, 60_000);

  it.each([
    ['a file that is no proposal', { kind: 'sluice-fit' }, /p\.json: kind/],
    ['a share below 0', { ...PROPOSAL, weights: { red: -1 } }, /p\.json: weights\.red/],
    ['a source that there is not', { ...PROPOSAL, weights: { redd: 1 } }, /gives 1 to redd, which is no source here/],
    ['a target that there is not', { ...PROPOSAL, targetWeights: { reed: 1 } }, /p\.json: targetWeights: found reed/],
  ])('refuses %s', async (_, content, message) => {
    writeFileSync(join(folder, 'p.json'), JSON.stringify(content));
    const ended = await verify('chains', '--proposal', 'p.json', '--output', 'refused');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
    expect(existsSync(join(folder, 'refused/tune/verify.json'))).toBe(false);
  }, 60_000);

  it('refuses fewer than three seeds, and to write its page over what it reads', async () => {
    const few = await verify('chains', '--proposal', 'proposal.json', '--seeds', '2');
    expect([few.code, few.stderr]).toEqual([2, expect.stringContaining('expected a whole number from 3')]);
    const over = await verify('chains', '--proposal', 'proposal.json', '--html', 'proposal.json');
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('is an input')]);
    expect(JSON.parse(read('proposal.json'))).toEqual(PROPOSAL);
  }, 60_000);
});

describe('sluice tune minimax', () => {
  it('asks for no targets, and certifies its mixture', async () => {
    writeRecipe(folder, 'plain', recipeOf(SOURCES));
    const ended = await sluice(folder, 'tune', 'minimax', 'plain.yaml', '--order', '2', '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const { weights, gap } = JSON.parse(ended.stdout) as { weights: Record<string, number>; gap: number };
    expect(gap).toBeLessThan(1e-6);
    expect(weights.red! + weights.green!).toBeCloseTo(1, 9);
  }, 60_000);

  it('says which source is too short for its order', async () => {
    writeRecipe(folder, 'brief', recipeOf(['red', 'short']));
    const ended = await sluice(folder, 'tune', 'minimax', 'brief.yaml', '--order', '6');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/short: found no document of 6 bytes/);
  }, 60_000);
});
