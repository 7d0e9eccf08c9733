import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ledger } from '#src/core/ledger.js';
import { makeBadFiles, type BadFile } from './support/bad-files.js';
import { corpusOf, decisionsOf, droppedIn, droppedOf, ledgerOf, type Decision } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { mainPath, sluice, startWith, temporaryFolder, type Ended, type Manifest } from './support/sluice.js';

const { path: root, remove } = temporaryFolder();
const folder = join(root, 'work');
/** Peak memory of the whole process with one worker; 230 MB were measured, most of it Node and the kernels. */
const MAX_PEAK_MB = 400;

const RECIPE = {
  name: 'bad',
  sources: {
    web: { read: { format: 'wet', paths: ['web/*'] } },
    pages: { read: { format: 'jsonl', paths: ['pages/*'] } },
    zips: { read: { format: 'zip', paths: ['zips/*'] } },
    texts: { read: { format: 'text', paths: ['texts/*'] } },
  },
  dedup: { methods: ['exact'] },
};

/** Name, size and time of change of everything that is not below `out`. */
function surroundings(): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => !/^work\/out(\/|$)/.test(name)).sort().map((name) => {
    const { size, mtimeMs, mode } = lstatSync(join(root, name));
    return `${name} ${name === 'work' ? '' : `${size} ${mtimeMs}`} ${mode}`;
  });
}

afterAll(remove);

describe('bad records', () => {
  let bad: BadFile[];
  let before: string[];
  let run: Ended;
  let peakMegabytes: number;
  let decisions: Decision[];
  let ledger: Ledger;
  let report: string;

  beforeAll(async () => {
    mkdirSync(folder);
    bad = await makeBadFiles(folder);
    writeRecipe(folder, 'recipe', RECIPE);
    before = surroundings();
    const sayPeak = "data:text/javascript,import{isMainThread}from'node:worker_threads';isMainThread&&process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))";
    run = await startWith(folder, process.execPath, ['--import', sayPeak, mainPath(), 'run', 'recipe.yaml', '--output', 'out', '--workers', '1', '--json']).ended;
    peakMegabytes = Number(/^peak (\d+)$/m.exec(run.stderr)?.[1]) / 1024;
    decisions = await decisionsOf(join(folder, 'out'));
    ledger = ledgerOf(join(folder, 'out'));
    report = readFileSync(join(folder, 'out', 'report.md'), 'utf8');
  });

  it('are no failure: exit code 0, every shard in the corpus, no stack trace', () => {
    expect([run.code, run.stderr]).toEqual([0, expect.not.stringMatching(/\n\s+at |Error:/)]);
    expect((JSON.parse(run.stdout) as Manifest).failedShards).toEqual([]);
  });

  it('have their reason, place and count', () => {
    for (const { name, what, reason, offset, lost, besides = [], documents } of bad) {
      const rows = decisions.filter(({ shard, offset: at }) => shard === name || (name === 'texts/b.txt' && shard === 'texts/a.txt' && at === offset));
      const faults = rows.filter(({ stage }) => stage === 'read');
      expect([what, faults.map((row) => row.reason)]).toEqual([what, [...besides, ...Array<string>(lost).fill(reason)]]);
      if (lost > 0) expect([what, faults[0]!.offset]).toEqual([what, offset]);
      else expect([what, rows.some((row) => row.offset === offset && row.stage !== 'read')]).toEqual([what, true]);
      expect([what, rows.length - faults.length]).toEqual([what, documents]);
      const place = new RegExp(`${lost > 0 ? 'lost' : 'repaired'}: ${reason} in ${name.split('/')[0]}\n`);
      expect(report).toMatch(place);
    }
    expect(report).toContain('  - web/truncated.warc.wet.gz, byte ');
    expect(ledger.sources.find(({ source }) => source === 'web')!.repaired).toEqual({ 'invalid-utf8': 1 });
  });

  it('are conserved: read = kept + dropped + lost, in the ledger as in the decisions', () => {
    expect(droppedIn(decisions)).toEqual(droppedOf(ledger));
    for (const { source, stages } of ledger.sources) {
      const dropped = stages.flatMap((stage) => Object.values(stage.dropped)).reduce((sum, { documents }) => sum + documents, 0);
      expect(stages[0]!.in.documents).toBe(stages.at(-1)!.out.documents + dropped);
      expect(decisions.filter((row) => row.source === source)).toHaveLength(stages[0]!.in.documents);
    }
    expect(corpusOf(join(folder, 'out'))).toHaveLength(ledger.sources.reduce((sum, { stages }) => sum + stages.at(-1)!.out.documents, 0));
  });

  it('leave nothing outside the output folder, whatever names an archive has', () => {
    expect(surroundings()).toEqual(before);
    expect(existsSync(join(dirname(root), 'escape.txt'))).toBe(false);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['corpus', 'decisions', 'ledger.json', 'manifest.json', 'order', 'report.md', 'work']);
  });

  it('of 100 MB are not held in memory', () => {
    expect(peakMegabytes).toBeGreaterThan(30);
    expect(peakMegabytes).toBeLessThan(MAX_PEAK_MB);
  });
});

describe('a shard that cannot be read', () => {
  const recipe = {
    name: 'failing',
    sources: {
      web: { read: { format: 'wet', paths: ['web/good.warc.wet.gz', 'web/missing.warc.wet.gz', 'recipe.yaml/below.warc.wet'] } },
      pages: { read: { format: 'jsonl', paths: ['pages/good.jsonl', 'folder.jsonl'] } },
      zips: { read: { format: 'zip', paths: ['zips/good.zip', 'not-a.zip'] } },
    },
  };
  const failed = ['recipe.yaml/below.warc.wet', 'web/missing.warc.wet.gz', 'folder.jsonl', 'not-a.zip'];

  it('is listed, the others finish, and the exit code is 1', async () => {
    mkdirSync(join(folder, 'folder.jsonl'));
    writeFileSync(join(folder, 'not-a.zip'), 'these bytes are no archive'.repeat(100));
    const { code, stdout, stderr } = await sluice(folder, 'run', writeRecipe(folder, 'failing', recipe), '--output', 'failing', '--json');
    const manifest = JSON.parse(stdout) as Manifest;
    expect(code).toBe(1);
    expect(manifest.failedShards).toEqual(failed); // in the order of the plan, whichever failed first
    expect(manifest.sources.every(({ documents }) => documents > 0)).toBe(true);
    expect(stderr).toMatch(/\n4 of 7 shards failed, the corpus was made of the others:\n/);
    const report = readFileSync(join(folder, 'failing', 'report.md'), 'utf8');
    for (const [shard, message] of [
      [failed[0], 'found no such file'], [failed[1], 'found no such file, expected one to read'], [failed[2], 'found a directory, expected a file'], [failed[3], ''],
    ]) {
      expect(stderr).toMatch(new RegExp(`\n  ${shard}: .*${message}`));
      expect(report).toContain(`shard ${shard} failed and is not in the corpus: `);
    }
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('is read by the next run, which does only what is missing', async () => {
    writeFileSync(join(folder, 'web/missing.warc.wet.gz'), readFileSync(join(folder, 'web/good.warc.wet.gz')));
    const { code, stdout, stderr } = await sluice(folder, 'run', 'failing.yaml', '--output', 'failing', '--json');
    expect([code, stderr]).toEqual([1, expect.stringContaining('curate   read, annotate, filter, sign: 7 tasks, 3 complete already')]);
    expect((JSON.parse(stdout) as Manifest).failedShards).not.toContain(failed[1]);
  });

  it('and leaves none over ends the run with exit code 1 and no manifest', async () => {
    const path = writeRecipe(folder, 'all', { name: 'all', sources: { a: { read: { format: 'text', paths: ['nowhere.txt'] } } } });
    const { code, stdout, stderr } = await sluice(folder, 'run', path, '--output', 'all');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('the run stopped before the corpus was whole:');
    expect(stderr).toContain('nowhere.txt: found no such file');
    expect(existsSync(join(folder, 'all', 'manifest.json'))).toBe(false);
  });

  it('for want of permission says so', async (context) => {
    const path = join(folder, 'locked');
    mkdirSync(path);
    writeFileSync(join(path, 'a.jsonl'), '{"text": "nobody may read this"}\n');
    writeRecipe(folder, 'locked', {
      name: 'locked', sources: { open: { read: { format: 'jsonl', paths: ['pages/good.jsonl'] } }, closed: { read: { format: 'jsonl', paths: ['locked/*.jsonl', 'locked/a.jsonl'] } } },
    });
    mkdirSync(join(folder, 'locked-out'));
    chmodSync(path, 0o000);
    const nobody = 65_534;
    const isRoot = process.getuid?.() === 0; // root reads everything: the run is nobody's then
    const as = isRoot ? { uid: nobody, gid: nobody } : {};
    if (isRoot) {
      chmodSync(root, 0o755);
      chownSync(join(folder, 'locked-out'), nobody, nobody);
      const { code } = await startWith(folder, process.execPath, [mainPath(), '--version'], as).ended.catch(() => ({ code: -1 }));
      if (code !== 0) return context.skip('root may read everything, and the program does not start as another user');
    }
    const { code, stderr } = await startWith(folder, process.execPath, [mainPath(), 'run', 'locked.yaml', '--output', 'locked-out'], as).ended;
    chmodSync(path, 0o755);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\n {2}locked: .*permission[^]*\n {2}locked\/a\.jsonl: .*permission/)]);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(corpusOf(join(folder, 'locked-out'))).toHaveLength(4);
  });
});

describe('a wrong command or recipe', () => {
  const source = 'sources:\n  a:\n    read: { format: text, paths: texts/*.txt }\n';
  it.each([
    ['an unknown stage', `name: x\n${source}    stages:\n      - gopher-qualty\n`, /^bad\.yaml:6:9: sources\.a\.stages\[0\]: .*expected one of .*did you mean "gopher-quality"\?/],
    ['an unknown key', `name: x\n${source}seeds: 3\n`, /^bad\.yaml:5:1: seeds: unknown key, .*did you mean "seed"\?/],
    ['a value out of range', `name: x\nseed: -1\n${source}`, /^bad\.yaml:2:7: seed: found -1, expected at least 0/],
    ['text that is no YAML', 'name: [x\n', /^bad\.yaml:\d+:\d+: /],
    ['a glob that nothing matches', `name: x\n${source.replace('texts/', 'none/')}`, /sources\.a\.read\.paths: none\/\*\.txt: no file matches/],
  ])('with %s is told with its place, exit code 2, and nothing is written', async (_, text, message) => {
    writeFileSync(join(folder, 'bad.yaml'), text);
    const { code, stdout, stderr } = await sluice(folder, 'run', 'bad.yaml', '--output', 'none');
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it.each([
    [['run', 'recipe.yaml', '--worker', '2'], /unknown option '--worker'[^]*Did you mean --workers\?/],
    [['run', 'recipe.yaml', '--workers', 'two'], /found "two", expected a whole number/],
    [['run', 'nowhere.yaml'], /^nowhere\.yaml: cannot be read/],
    [['run'], /missing required argument 'recipe'/],
    [['rum'], /unknown command 'rum'[^]*Did you mean run\?/],
    [['stages', 'gopher'], /found "gopher", expected one of .*gopher-quality/],
    [['status', 'texts'], /texts: holds no run/],
    [['why', 'out', 'no-such-document'], /no-such-document: no decision record/],
  ])('as in %j ends with exit code 2 and says what is wrong', async (parameters, message) => {
    const { code, stdout, stderr } = await sluice(folder, ...parameters);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
