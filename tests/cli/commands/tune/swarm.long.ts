import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../../../promises/support/output.js';
import { writeRecipe } from '../../../promises/support/recipe.js';
import { runWhole, sluice, start, temporaryFolder, type Ended } from '../../../promises/support/sluice.js';
import { CHAINS, readTable, recipeOf, TUNE, writeSources } from './chain-sources.js';

const { path: folder, remove } = temporaryFolder();
const SOURCES = Object.keys(CHAINS);

beforeAll(async () => {
  writeSources(folder);
  writeRecipe(folder, 'chains', recipeOf(SOURCES, { tune: TUNE }));
  expect((await swarm('chains', 'whole', '--workers', '1')).code).toBe(0);
});
afterAll(remove);

const swarm = (recipe: string, output: string, ...options: string[]): Promise<Ended> => sluice(folder, 'tune', 'swarm', `${recipe}.yaml`, '--output', output, ...options);
const table = (output: string, name: 'ratios' | 'metrics') => readFileSync(join(folder, output, 'tune', `${name}.csv`), 'utf8');
const write = (name: string, sources: readonly string[], rest: Readonly<Record<string, unknown>>): void => void writeRecipe(folder, name, recipeOf(sources, rest));

describe('sluice tune swarm', () => {
  it('gives the same bytes with two workers, in another order of sources, and after a kill', async () => {
    write('turned', [...SOURCES].reverse(), { tune: TUNE });
    const started = start(folder, 'tune', 'swarm', 'chains.yaml', '--output', 'killed', '--workers', '2');
    await started.saying('proxy    models of mixtures');
    while (proxiesOf('killed').length < 2) await new Promise((resolve) => { setTimeout(resolve, 5); });
    started.child.kill('SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');
    const again = await swarm('chains', 'killed', '--workers', '2');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/proxy {4}models of mixtures: \d+ tasks, ([1-9]|10) complete already/);
    for (const name of ['ratios', 'metrics'] as const) expect(table('killed', name)).toBe(table('whole', name));
    expect((await swarm('turned', 'turned', '--workers', '2')).code).toBe(0);
    expect(readTable(table('turned', 'ratios')).rows).toEqual(readTable(table('whole', 'ratios')).rows);
    expect(Object.keys(filesOf(join(folder, 'killed'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('keeps what was trained: for more runs, through a run of the corpus, but not through other text', async () => {
    const more = await swarm('chains', 'whole', '--runs', '14');
    expect(more.stderr).toMatch(/proxy {4}models of mixtures: 14 tasks, 10 complete already/);
    const before = proxiesOf('whole');
    expect(before).toHaveLength(14);
    await runWhole(folder, 'chains.yaml', 'whole');
    expect(proxiesOf('whole')).toEqual(before);
    const less = await swarm('chains', 'whole');
    expect(less.stderr).toMatch(/proxy {4}models of mixtures: 10 tasks, 10 complete already/);
    expect(proxiesOf('whole')).toEqual(before);
    const other = await swarm('chains', 'whole', '--held-out', '10kB', '--runs', '9');
    expect(other.stderr).toMatch(/proxy {4}models of mixtures: 9 tasks\n/);
    expect(proxiesOf('whole')).toHaveLength(9);
    expect((await sluice(folder, 'status', 'whole')).code).toBe(0); // the run of the corpus is whole
  });

  it('measures on files, and on a source that is not in the mixture', async () => {
    write('files', [...SOURCES, 'planted'], {
      mixture: { budget: 'max', weights: { red: 1, green: 1, blue: 1, planted: 0 } },
      tune: { ...TUNE, targets: { exam: { paths: 'exam.jsonl', weight: 3 }, planted: 1 }, runs: 9 },
    });
    const { code, stderr } = await swarm('files', 'files');
    expect(code, stderr).toBe(0);
    expect(readTable(table('files', 'ratios')).columns).toEqual(SOURCES);
    expect(readTable(table('files', 'metrics')).columns).toEqual(['exam', 'planted']);
    expect(readdirSync(join(folder, 'files', 'work', 'pool')).filter((name) => name.endsWith('.done.json'))).toHaveLength(4);
  });

  it('says of a target that is unlike every source that its losses tell nothing', async () => {
    const foreign = Array.from({ length: 20 }, (_, i) => JSON.stringify({ id: `f${i}`, text: Array.from({ length: 400 }, (__, j) => String.fromCodePoint(0x4e00 + ((i * 7919 + j * 104_729) % 20_000))).join('') }));
    writeFileSync(join(folder, 'foreign.jsonl'), `${foreign.join('\n')}\n`);
    write('foreign', SOURCES, { tune: { ...TUNE, targets: { foreign: { paths: 'foreign.jsonl', weight: 1 }, red: 1 }, runs: 9 } });
    const { code, stderr } = await swarm('foreign', 'foreign');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/warning: foreign is unlike every source: no mixture has less than \d+\.\d+ bits per byte, and a guess has 8/);
    expect(stderr).not.toContain('red is unlike');
    for (const { foreign: bits } of readTable(table('foreign', 'metrics')).rows.values()) expect(bits).toBeGreaterThan(8);
  });

  it('takes documents out of a target of files that training text has', async () => {
    write('quoted', ['planted', 'red'], { tune: { ...TUNE, targets: { quoted: { paths: 'copies.jsonl' } }, runs: 6, bytes: '400kB' } });
    const { code, stdout, stderr } = await swarm('quoted', 'quoted', '--json');
    expect(code, stderr).toBe(0);
    const [quoted] = (JSON.parse(stdout) as { targets: { heldOut: { documents: number }; repeated: { documents: number } }[] }).targets;
    expect(quoted!.repeated.documents).toBeGreaterThan(8); // four of five are trained on under their other case
    expect(quoted!.heldOut.documents).toBeGreaterThan(0);
    expect(stderr).toMatch(/warning: quoted: \d+ held-out documents \(\d+ bytes\) left out: training text has them/);
  });

  it('says plainly that one source has nothing to tune, and leaves out a source without text to train on', async () => {
    write('one', ['red'], { tune: { ...TUNE, targets: { red: 1 } } });
    const one = await swarm('one', 'one');
    expect(one.code, one.stderr).toBe(0);
    expect(one.stderr).toContain('warning: red is the only source: its weight is 1, and there is nothing to tune');
    expect([...readTable(table('one', 'ratios')).rows.values()]).toEqual([{ red: 1 }]);
    write('small', ['red', 'green', 'empty', 'short'], { tune: { ...TUNE, targets: { red: 1 }, runs: 12 } });
    const small = await swarm('small', 'small');
    expect(small.code, small.stderr).toBe(0);
    expect(small.stderr).toContain('warning: empty is left out: found 0 documents behind filters and deduplication, none of them with text to train on');
    expect(small.stderr).toContain('warning: little is measured of short (in 0 runs): too small a share of the whole');
    expect(readTable(table('small', 'ratios')).columns).toEqual(['red', 'green', 'short']);
  });

  it('works with forty sources, and says that 3 runs for each are few', async () => {
    const many = Array.from({ length: 40 }, (_, source) => `many-${source}`);
    write('many', many, { tune: { ...TUNE, targets: { 'many-7': 1, 'many-39': 1 }, runs: 120, bytes: '4kB', heldOut: '4kB' } });
    const { code, stderr } = await swarm('many', 'many');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('120 runs for 40 sources, 3 each: 8 are good (--runs 320)');
    const ratios = readTable(table('many', 'ratios'));
    expect(ratios.columns).toEqual(many);
    expect(ratios.rows.size).toBe(120);
    for (const weights of ratios.rows.values()) expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    for (const source of many) expect([...ratios.rows.values()].some((weights) => weights[source]! > 0)).toBe(true);
  });

  it('refuses before reading what it cannot tune, with what would do', async () => {
    write('none', SOURCES, {});
    write('single', ['red', 'single'], { tune: { ...TUNE, targets: { single: 1 } } });
    write('column', ['red', 'index'], { tune: { ...TUNE, targets: { red: 1 } } });
    const cases: readonly (readonly [recipe: string, options: readonly string[], code: number, message: RegExp])[] = [
      ['none', [], 2, /^targets: found none, expected what losses are to be measured on and how much each counts: --target red=1 /],
      ['none', ['--target', 'reds=1'], 2, /--target reds: no such source, expected one of red, green, blue; did you mean "red"\?/],
      ['none', ['--target', 'red=0'], 2, /targets: found only weights of 0/],
      ['none', ['--target', 'red=much'], 2, /found "red=much", expected a name and a weight such as books=1/],
      ['none', ['--target', 'red=1', '--runs', '8'], 2, /--runs: found 8, expected at least 9 for 3 sources, 3 each; 24 are good/],
      ['none', ['--target', 'red=1', '--bytes', '1GB'], 2, /found "1GB", expected a size from 1kB to 64MB/],
      ['none', ['--target', 'red=1', '--order', '4'], 2, /found "4", expected 3 or 5/],
      ['column', [], 2, /index: found a source or target of this name, expected another/],
      ['single', [], 1, /target single: found 0 documents to hold out, expected one at least: a source needs two documents to be a target/],
    ];
    for (const [recipe, options, code, message] of cases) {
      const ended = await swarm(recipe, `refused-${recipe}`, ...options);
      expect(ended.stderr).toMatch(message);
      expect(ended.code).toBe(code);
    }
  });
});

function proxiesOf(output: string): string[] {
  try {
    return readdirSync(join(folder, output, 'work', 'proxy')).filter((name) => name.endsWith('.done.json')).sort();
  } catch {
    return [];
  }
}
