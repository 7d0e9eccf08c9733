import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestOfThree, chainOf, randomStream, textOf } from '../../../mixture/tune/markov.js';
import { writeRecipe } from '../../../promises/support/recipe.js';
import { sluice, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const CHAINS = [chainOf(1, 2.5), chainOf(2, 2.5), chainOf(3, 2.5)] as const;
const NAMES = ['red', 'green', 'blue'] as const;
const WANTED = { red: 0.65, green: 0.25, blue: 0.1 };
const PROXY = { order: 3, bytes: '200kB', heldOut: '60kB', runs: 64 };
/** Found by looking at every mixture of a grid, under the chains as they were made. */
const OPTIMUM = bestOfThree([...CHAINS], NAMES.map((name, i) => [WANTED[name], CHAINS[i]!]));

interface Report {
  readonly seeds: readonly number[];
  readonly candidates: readonly { readonly names: readonly string[]; readonly weights: Readonly<Record<string, number>>; readonly objective: { readonly interval: { readonly mean: number } } }[];
  readonly verdict: { readonly outcome: string; readonly improved: boolean; readonly blind: boolean; readonly lowest: readonly string[]; readonly raised: readonly string[] };
}

beforeAll(async () => {
  const random = randomStream(41);
  mkdirSync(folder, { recursive: true });
  NAMES.forEach((name, i) => {
    const documents = Array.from({ length: 600 }, (_, at) => ({ id: `${name}-${at}`, text: textOf(CHAINS[i]!, 500, random) }));
    const write = (file: string, own: typeof documents): void => writeFileSync(join(folder, `${file}.jsonl`), own.map((one) => `${JSON.stringify(one)}\n`).join(''));
    write(name, documents);
    if (name !== 'red') return;
    write('red1', documents.filter((_, at) => at % 2 === 0));
    write('red2', documents.filter((_, at) => at % 2 === 1));
  });
  recipe('whole', NAMES, { targets: WANTED });
  recipe('halves', ['red1', 'red2', 'green', 'blue'], { targets: { red1: WANTED.red / 2, red2: WANTED.red / 2, green: WANTED.green, blue: WANTED.blue } });
  for (const name of ['whole', 'halves']) await succeed('swarm', `${name}.yaml`);
  cpSync(join(folder, 'output/whole/tune'), join(folder, 'shuffled'), { recursive: true });
  await propose('whole', 'output/whole/tune');
}, 300_000);
afterAll(remove);

function recipe(name: string, sources: readonly string[], { targets }: { readonly targets: Readonly<Record<string, unknown>> }): void {
  writeRecipe(folder, name, {
    name, seed: 5, sources: Object.fromEntries(sources.map((source) => [source, { read: { format: 'jsonl', paths: `${source}.jsonl` } }])),
    mixture: { budget: 100_000, rule: 'proportional' }, tune: { targets, ...PROXY },
  });
}

async function succeed(...args: string[]): Promise<Ended> {
  const ended = await sluice(folder, 'tune', ...args);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

/** Fits and proposes from the tables in a folder, with hardly any pull to the prior. */
async function propose(name: string, tables: string): Promise<Readonly<Record<string, number>>> {
  await succeed('fit', '--ratios', `${tables}/ratios.csv`, '--metrics', `${tables}/metrics.csv`, '--output', `${tables}/fit.json`);
  await succeed('propose', `${name}.yaml`, '--model', `${tables}/fit.json`, '--lambda', '0.0001', '--output', `${tables}/proposal.json`);
  return weightsIn(tables);
}
const weightsIn = (tables: string): Readonly<Record<string, number>> => (JSON.parse(readFileSync(join(folder, tables, 'proposal.json'), 'utf8')) as { weights: Record<string, number> }).weights;
const verify = (...options: string[]): Promise<Ended> => sluice(folder, 'tune', 'verify', 'whole.yaml', ...options);
const reportOf = (ended: Ended): Report => JSON.parse(ended.stdout) as Report;

describe('tuning on Markov chains, whose best mixture is known', () => {
  it('proposes it to a total variation of .05', () => {
    const weights = weightsIn('output/whole/tune');
    expect(NAMES.reduce((sum, name, i) => sum + Math.abs(weights[name]! - OPTIMUM[i]!), 0) / 2).toBeLessThanOrEqual(0.05);
  });

  it('gives a source that is split into two halves the weight that it had', async () => {
    const whole = weightsIn('output/whole/tune');
    const halves = await propose('halves', 'output/halves/tune');
    expect(Math.abs(halves.red1! + halves.red2! - whole.red!)).toBeLessThanOrEqual(0.05);
  }, 120_000);

  it('verifies that it beats UniMax, and --strict exits with 0', async () => {
    const ended = await verify('--strict', '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const { verdict, candidates, seeds } = reportOf(ended);
    expect(verdict).toMatchObject({ outcome: 'lower', improved: true, blind: false });
    expect(seeds).toEqual([6, 7, 8]);
    expect(candidates.map(({ names }) => names)).toEqual([['proposal'], ['unimax', 'proportional', 'recipe'], ['swarm']]); // three sources of one size
    expect(readFileSync(join(folder, 'output/whole/tune/verify.json'), 'utf8')).toBe(ended.stdout);
    expect(readFileSync(join(folder, 'output/whole/tune/report.html'), 'utf8')).toContain('Does the proposal beat UniMax?');
  }, 120_000);

  it('takes what it measured before from where it is', async () => {
    const [first, again] = [await verify('--json'), await verify('--json', '--html', 'elsewhere.html')];
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toContain('9 tasks, 9 complete already');
    expect(readFileSync(join(folder, 'elsewhere.html'), 'utf8')).toBe(readFileSync(join(folder, 'output/whole/tune/report.html'), 'utf8'));
  }, 120_000);

  it('says that a worse proposal is worse, and --strict exits with 1', async () => {
    const proposal = JSON.parse(readFileSync(join(folder, 'output/whole/tune/proposal.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'worse.json'), JSON.stringify({ ...proposal, weights: { red: 0.1, green: 0.2, blue: 0.7 } }));
    const ended = await verify('--proposal', 'worse.json', '--strict');
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stdout).toMatch(/Does the proposal beat UniMax\? No: it is worse, \+0\.\d{4} bits per byte/);
    expect((await verify('--proposal', 'worse.json')).code).toBe(0);
  }, 120_000);

  it('says that UniMax itself is no improvement on UniMax', async () => {
    const proposal = JSON.parse(readFileSync(join(folder, 'output/whole/tune/proposal.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'same.json'), JSON.stringify({ ...proposal, weights: { red: 1 / 3, green: 1 / 3, blue: 1 / 3 } }));
    const ended = await verify('--proposal', 'same.json', '--strict', '--json');
    expect(ended.code, ended.stderr).toBe(1);
    expect(reportOf(ended).verdict).toMatchObject({ outcome: 'same', improved: false });
    expect(reportOf(ended).candidates[0]!.names).toEqual(['proposal', 'unimax', 'proportional', 'recipe']);
  }, 120_000);

  it('ends in no improvement when losses are shuffled among the runs', async () => {
    const lines = readFileSync(join(folder, 'shuffled/metrics.csv'), 'utf8').trimEnd().split('\n');
    const [head, ...rows] = lines.map((line) => line.split(','));
    const random = randomStream(9);
    const order = rows.map((_, i) => ({ i, draw: random() })).sort((a, b) => a.draw - b.draw).map(({ i }) => i);
    const shuffled = rows.map((row, i) => [...row.slice(0, 3), ...rows[order[i]!]!.slice(3)]);
    writeFileSync(join(folder, 'shuffled/metrics.csv'), `${[head!, ...shuffled].map((row) => row.join(',')).join('\n')}\n`);
    await propose('whole', 'shuffled');
    const fit = JSON.parse(readFileSync(join(folder, 'shuffled/fit.json'), 'utf8')) as { targets: { law: { kind: string }; crossValidated: Record<string, { value: number; low: number }> }[] };
    for (const { law, crossValidated } of fit.targets) {
      expect(Math.abs(crossValidated[law.kind]!.value)).toBeLessThan(0.35);
      expect(crossValidated[law.kind]!.low).toBeLessThanOrEqual(0);
    }
    const ended = await verify('--proposal', 'shuffled/proposal.json', '--fit', 'shuffled/fit.json', '--strict', '--json');
    expect(ended.code, ended.stderr).toBe(1);
    expect(reportOf(ended).verdict).toMatchObject({ improved: false, blind: true });
  }, 120_000);
});

describe('sluice tune minimax', () => {
  it('certifies a mixture of sources within a millionth of a bit, without targets', async () => {
    const ended = await succeed('minimax', 'whole.yaml', '--order', '2', '--json');
    const { weights, excess, gap } = JSON.parse(ended.stdout) as { weights: Record<string, number>; excess: Record<string, number>; gap: number };
    expect(gap).toBeLessThan(1e-6);
    expect(Object.values(weights).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    const used = NAMES.filter((name) => weights[name]! > 1e-6).map((name) => excess[name]!);
    expect(Math.max(...used) - Math.min(...used)).toBeLessThan(1e-3); // nobody is served worse than others that have a share
  }, 60_000);

  it('keeps to the caps of the recipe', async () => {
    writeRecipe(folder, 'capped', {
      name: 'capped', sources: Object.fromEntries(NAMES.map((source) => [source, { read: { format: 'jsonl', paths: `${source}.jsonl` } }])),
      mixture: { budget: 100_000, rule: 'proportional', maxShare: { red: 0.1 } },
    });
    const ended = await succeed('minimax', 'capped.yaml', '--order', '2');
    expect(ended.stdout).toMatch(/red +0\.\d MB +10\.0 % +10\.0 %/);
    expect(ended.stdout).toContain('Exact for unsmoothed counts of this text');
  }, 60_000);
});
