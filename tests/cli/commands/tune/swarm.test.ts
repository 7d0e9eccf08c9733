import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trigramLoss } from '../../../mixture/tune/markov-trigrams.js';
import { writeRecipe } from '../../../promises/support/recipe.js';
import { sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';
import { CHAINS, readTable, recipeOf, TUNE, writeSources } from './chain-sources.js';

const { path: folder, remove } = temporaryFolder();
const SOURCES = Object.keys(CHAINS);

beforeAll(() => {
  writeSources(folder);
  writeRecipe(folder, 'chains', recipeOf(SOURCES, { tune: TUNE }));
});
afterAll(remove);

const swarm = (recipe: string, output: string, ...options: string[]): Promise<Ended> => sluice(folder, 'tune', 'swarm', `${recipe}.yaml`, '--output', output, ...options);
const table = (output: string, name: 'ratios' | 'metrics') => readFileSync(join(folder, output, 'tune', `${name}.csv`), 'utf8');
const write = (name: string, sources: readonly string[], rest: Readonly<Record<string, unknown>>): void => void writeRecipe(folder, name, recipeOf(sources, rest));

describe('sluice tune swarm', () => {
  it('measures of each mixture what the closed form says, and prints targets with weights and sizes before it trains', async () => {
    const { code, stdout, stderr } = await swarm('chains', 'whole', '--workers', '1');
    expect(code, stderr).toBe(0);
    const ratios = readTable(table('whole', 'ratios'));
    const metrics = readTable(table('whole', 'metrics'));
    expect(ratios.columns).toEqual(SOURCES);
    expect(metrics.columns).toEqual(['red', 'blue']);
    expect([...ratios.rows.keys()]).toEqual([...metrics.rows.keys()]);
    expect(ratios.rows.size).toBe(10);
    let compared = 0;
    for (const [run, weights] of ratios.rows) {
      const shares = SOURCES.map((source) => weights[source]!);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      for (const target of ['red', 'blue']) {
        const expected = trigramLoss(SOURCES.map((source) => CHAINS[source]!), shares, CHAINS[target]!);
        if (weights[target]! < 0.2) continue; // what was hardly read is not learnt
        expect(Math.abs(metrics.rows.get(run)![target]! - expected), `${run} on ${target}`).toBeLessThan(0.15);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(4);
    expect(stderr).toMatch(/target +weight +documents +held out +repeated\nred +66\.67 % +\d+ +1\d,\d{3} B +0\nblue +33\.33 %/);
    expect(stderr.indexOf('66.67 %')).toBeLessThan(stderr.indexOf('proxy    models of mixtures'));
    expect(stderr).toContain('10 runs for 3 sources, 3.3 each: 8 are good (--runs 24)');
    expect(stdout).toContain('whole/tune/ratios.csv');
  });

  it('takes documents out of the held-out text that training text of another source has, without any deduplication in the recipe', async () => {
    write('planted', ['planted', 'copies'], { tune: { ...TUNE, targets: { planted: 1 }, runs: 6 } });
    const { code, stdout, stderr } = await swarm('planted', 'planted', '--json');
    expect(code, stderr).toBe(0);
    const { targets } = JSON.parse(stdout) as { targets: { heldOut: { documents: number }; repeated: { documents: number } }[] };
    const [{ heldOut, repeated }] = targets as [typeof targets[number]];
    expect([6, 7, 8]).toContain(heldOut.documents + repeated.documents); // a fifth of 40, and of their bytes
    expect(repeated.documents).toBeGreaterThan(0);
    expect(heldOut.documents).toBeGreaterThan(0);
    expect(stderr).toMatch(new RegExp(`warning: planted: ${repeated.documents} held-out documents? \\(\\d+ bytes\\) left out: training text has`));
    const losses = readTable(table('planted', 'metrics')).rows;
    for (const { planted } of losses.values()) expect(planted).toBeGreaterThan(1.5); // known by heart, they would cost near nothing
  });
});
