/** The quickstart's sources under a swarm of small proxies, by the real program: real text, with a model, duplicates and four formats. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';
import { readTable } from './chain-sources.js';

const { path: folder, remove } = temporaryFolder();
const OPTIONS = ['--target', 'books=1', '--target', 'code=1', '--runs', '12', '--order', '3', '--bytes', '300kB', '--held-out', '30kB'];
const swarm = (output: string, workers: string): Promise<Ended> => sluice(folder, 'tune', 'swarm', resolve('pipelines/quickstart.yaml'), '--output', output, '--workers', workers, ...OPTIONS);
const table = (output: string, name: string): string => readFileSync(join(folder, output, 'tune', `${name}.csv`), 'utf8');

beforeAll(async () => {
  const { code, stderr } = await swarm('one', '1');
  expect(code, stderr).toBe(0);
}, 600_000);
afterAll(remove);

it('text of the target itself is what a proxy learns it from', () => {
  const ratios = readTable(table('one', 'ratios')).rows;
  const metrics = readTable(table('one', 'metrics')).rows;
  const runs = [...ratios.keys()].map((run) => ({ weights: ratios.get(run)!, losses: metrics.get(run)! }));
  expect(runs).toHaveLength(12);
  for (const target of ['books', 'code']) {
    const mean = (some: typeof runs): number => some.reduce((sum, { losses }) => sum + losses[target]!, 0) / some.length;
    const sorted = [...runs].sort((a, b) => a.weights[target]! - b.weights[target]!);
    expect(mean(sorted.slice(6))).toBeLessThan(mean(sorted.slice(0, 6)) - 0.1);
    for (const { losses } of runs) expect(losses[target]!).toBeGreaterThan(1.5); // less would be text known by heart
    for (const { losses } of runs) expect(losses[target]!).toBeLessThan(8);
  }
});

it('two workers measure the same, to the last bit', async () => {
  const { code, stderr } = await swarm('two', '2');
  expect(code, stderr).toBe(0);
  for (const name of ['ratios', 'metrics']) expect(table('two', name)).toBe(table('one', name));
}, 600_000);
