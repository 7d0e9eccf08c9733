/** The program itself over a folder of broken files, among them what is no file: it runs to its end, counts everything, says what failed, and touches nothing but its output. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '#src/core/ledger.js';
import { decisionsOf, droppedIn, droppedOf, ledgerOf, type Decision } from '../promises/support/output.js';
import { writeRecipe } from '../promises/support/recipe.js';
import { sluice, temporaryFolder, type Ended, type Manifest } from '../promises/support/sluice.js';
import { allCases } from './all-cases.js';
import type { BrokenCase } from './case.js';
import { jsonLines } from './good.js';

/** Of the families that chance or a step made: a shard costs some milliseconds and fsyncs, whatever is in it. */
const EVERY = 20;

const { path: root, remove } = temporaryFolder();
const folder = join(root, 'work');
afterAll(remove);

let cases: readonly BrokenCase[];
let before: string[];
let run: Ended;
let manifest: Manifest;
let decisions: Map<string, Decision[]>;
let ledger: Ledger;
let report: string;

/** Name, size, time of change and mode of all that is not below an output folder. */
function surroundings(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => !/^work\/out-\d(\/|$)/.test(name)).sort().map((name) => {
    const { size, mtimeMs, mode } = lstatSync(join(root, name));
    return `${name} ${name === 'work' ? '' : `${size} ${mtimeMs}`} ${mode}`; // the output folders are made in it
  });
}

/** Names that shells, terminals and lists trip over; each holds one good line. */
const ODD_NAMES = ['two\nlines.jsonl', ' .jsonl', 'a..b.jsonl', '-rf.jsonl', '$(touch canary).jsonl', '\u202egnp.jsonl', 'x'.repeat(200) + '.jsonl'];
const NO_FILES = ['jsonl/folder.jsonl', 'jsonl/pipe.jsonl', 'jsonl/dangling.jsonl', 'jsonl/loop.jsonl'];

beforeAll(async () => {
  cases = [...await allCases()].flatMap(([, family]) => (family.length > 200 ? family.filter((_, i) => i % EVERY === 0) : family));
  for (const name of ['wet', 'warc', 'parquet', 'csv', 'tar', 'jsonl', 'zip', 'text', 'jsonl/folder.jsonl']) mkdirSync(join(folder, name), { recursive: true });
  for (const { format, name, bytes } of cases) writeFileSync(join(folder, format, name), bytes);
  for (const name of ODD_NAMES) writeFileSync(join(folder, 'jsonl', name), jsonLines[0]!);
  execFileSync('mkfifo', [join(folder, 'jsonl/pipe.jsonl')]);
  symlinkSync('nowhere', join(folder, 'jsonl/dangling.jsonl'));
  symlinkSync('loop.jsonl', join(folder, 'jsonl/loop.jsonl'));
  for (const name of ['x.txt', 'a/x.txt', 'work/canary', 'etc/x.txt']) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), 'canary');
  }
  writeRecipe(folder, 'recipe', {
    name: 'broken',
    sources: {
      wet: { read: { format: 'wet', paths: ['wet/*'] } }, warc: { read: { format: 'warc', paths: ['warc/*'] } }, parquet: { read: { format: 'parquet', paths: ['parquet/*'] } }, csv: { read: { format: 'csv', paths: ['csv/*'] } }, tar: { read: { format: 'tar', paths: ['tar/*'] } }, jsonl: { read: { format: 'jsonl', paths: ['jsonl/*', 'jsonl/folder.jsonl'] } },
      zip: { read: { format: 'zip', paths: ['zip/*'] } }, text: { read: { format: 'text', paths: ['text/*'] } },
    },
  });
  before = surroundings();
  run = await sluice(folder, 'run', 'recipe.yaml', '--output', 'out-1', '--workers', '1', '--json');
  manifest = JSON.parse(run.stdout) as Manifest; // --json prints it
  decisions = new Map();
  for (const row of await decisionsOf(join(folder, 'out-1'))) decisions.set(row.shard, [...decisions.get(row.shard) ?? [], row]);
  ledger = ledgerOf(join(folder, 'out-1'));
  report = readFileSync(join(folder, 'out-1/report.md'), 'utf8');
}, 300_000);

describe('a run over hundreds of broken files', () => {
  it('ends with exit code 1, because some could not be read at all, and without a stack trace', () => {
    expect(run.code).toBe(1);
    expect(run.stderr).not.toMatch(/\n\s+at |Unhandled|RangeError|TypeError/);
    const must = [...cases.filter(({ error }) => error !== undefined).map(({ format, name }) => `${format}/${name}`), ...NO_FILES];
    const may = cases.filter(({ mayFail }) => mayFail).map(({ format, name }) => `${format}/${name}`);
    expect(manifest.failedShards.filter((name) => !may.includes(name)).sort()).toEqual(must.sort());
    for (const name of manifest.failedShards) expect(run.stderr).toContain(`\n  ${name}: `);
  });

  it('counts the documents and losses of each', () => {
    const wrong: string[] = [];
    for (const { format, name, documents, perhaps, faults, mostLost = 0, error, mayFail } of cases) {
      if (error !== undefined || mayFail || format === 'text') continue; // texts share a shard
      const rows = decisions.get(`${format}/${name}`) ?? [];
      const lost = rows.filter(({ stage }) => stage === 'read');
      const read = rows.length - lost.length;
      if (read !== documents.length && !(perhaps !== undefined && read === documents.length + 1)) wrong.push(`${name}: ${read} documents, expected ${documents.length}`);
      const expected = Object.entries(faults ?? {}).filter(([reason]) => !reason.startsWith('repaired: ')).flatMap(([reason, count]) => Array<string>(count).fill(reason));
      const found = lost.map(({ reason }) => reason);
      if (faults === undefined ? found.length > mostLost : found.sort().join() !== expected.sort().join()) wrong.push(`${name}: lost ${found.join()}, expected ${expected.join()}`);
    }
    expect(wrong).toEqual([]);
    for (const name of ODD_NAMES) expect([name, decisions.get(`jsonl/${name}`)?.length]).toEqual([name, 1]);
  });

  it('conserves them: read = kept + dropped + lost, in the ledger as in the decisions', () => {
    const all = [...decisions.values()].flat();
    expect(droppedIn(all)).toEqual(droppedOf(ledger));
    for (const { source, stages } of ledger.sources) {
      const dropped = stages.flatMap((stage) => Object.values(stage.dropped)).reduce((sum, { documents }) => sum + documents, 0);
      expect(stages[0]!.in.documents).toBe(stages.at(-1)!.out.documents + dropped);
      expect(all.filter((row) => row.source === source)).toHaveLength(stages[0]!.in.documents);
    }
  });

  it('lists every reason with a place in its report', () => {
    const reasons = new Set(cases.filter(({ error, mayFail }) => error === undefined && mayFail !== true)
      .flatMap(({ format, faults = {} }) => Object.keys(faults).map((reason) => `${reason.startsWith('repaired: ') ? 'repaired' : 'lost'}: ${reason.replace('repaired: ', '')} in ${format}\n`)));
    expect(reasons.size).toBeGreaterThan(25);
    expect([...reasons].filter((line) => !report.includes(line))).toEqual([]);
  });

  it('gives the same corpus with two workers', async () => {
    const { code, stdout } = await sluice(folder, 'run', 'recipe.yaml', '--output', 'out-2', '--workers', '2', '--json');
    expect([code, (JSON.parse(stdout) as Manifest).digest]).toEqual([1, manifest.digest]);
  });

  it('writes, changes and removes nothing outside of its output folder', () => {
    expect(surroundings()).toEqual(before);
  });
});
