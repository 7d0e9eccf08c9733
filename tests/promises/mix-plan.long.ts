import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '#src/core/ledger.js';
import type { Manifest } from '#src/reports/manifest.js';
import type { MixtureNumbers } from '#src/reports/mixture-numbers.js';
import { makeCorpus } from './support/corpus.js';
import { recipeCopy, writeRecipe } from './support/recipe.js';
import { sluice, temporaryFolder } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
let recipe: string;

beforeAll(async () => {
  await makeCorpus(folder);
  // The crawl's last stage decides by the whole source, so that what is behind its filters is known of columns alone.
  recipe = writeRecipe(folder, 'recipe', recipeCopy(({ sources }) => { sources.web.stages[3] = { quality: { model: 'reference', keep: { top: 0.5 } } }; }));
});
afterAll(remove);

const plan = (...parameters: string[]) => sluice(folder, 'mix', 'plan', ...parameters);
async function numbers(...parameters: string[]): Promise<MixtureNumbers> {
  const { code, stdout, stderr } = await plan(...parameters, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as MixtureNumbers;
}

describe('sluice mix plan from a recipe\'s sources', () => {
  const mixing = (...parameters: string[]) => numbers('recipe.yaml', '--output', 'out', '--workers', '2', ...parameters);

  it('says before the corpus is there what the corpus will be, and sluice run goes on from its work', async () => {
    const planned = await mixing();
    expect(existsSync(join(folder, 'out', 'manifest.json'))).toBe(false);
    expect(existsSync(join(folder, 'out', 'corpus'))).toBe(false);
    const { code, stderr } = await sluice(folder, 'run', recipe, '--output', 'out', '--workers', '2');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/curate .* tasks?, \d+ complete already[^]*size .*1 complete already/)]);
    const manifest = JSON.parse(readFileSync(join(folder, 'out', 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.unit).toBe('tokens');
    for (const source of manifest.sources) {
      const asked = planned.sources.find((one) => one.source === source.name)!;
      expect(source.requestedWeight).toBe(asked.requestedWeight);
      expect(asked.realised, source.name).toEqual({ size: source.size, weight: source.realisedWeight, epochs: source.epochs }); // to the document
      expect(Math.abs(source.size - asked.quota) / planned.planned, source.name).toBeLessThan(0.02); // whole documents
    }
  });

  it('reads nothing again for other weights, budgets and rules, and leaves corpus and manifest alone', async () => {
    const before = readFileSync(join(folder, 'out', 'manifest.json'));
    const { code, stdout, stderr } = await plan(recipe, '--output', 'out', '--workers', '2', '--rule', 'unimax', '--budget', '100k', '--compare');
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/tasks?\n/)]); // all complete already
    expect(stdout).toMatch(/^promises: 100k tokens, by UniMax\n/);
    expect(stdout).toMatch(/\nsource +recipe +epochs +proportional +epochs +temperature 2 +epochs\n/);
    expect(readFileSync(join(folder, 'out', 'manifest.json'))).toEqual(before);
  });

  it('shows how filters and deduplication moved each share: shares of each column sum to one, and the last is that of sizes', async () => {
    const { sources, sharesOf, planned, counted } = await mixing();
    const ledger = JSON.parse(readFileSync(join(folder, 'out', 'ledger.json'), 'utf8')) as Ledger; // the run's own account, made of decision records
    const stageOf = (source: string, stage: string) => ledger.sources.find((one) => one.source === source)!.stages.find((one) => one.stage === stage)!;
    const total = (stage: string) => ledger.sources.reduce((sum, { source }) => sum + stageOf(source, stage).in.tokens, 0);
    expect([sharesOf, counted.by]).toEqual(['tokens', 'bytes-per-token']);
    for (const column of ['read', 'filtered', 'available'] as const) expect(sources.reduce((sum, { shares }) => sum + shares![column], 0)).toBeCloseTo(1, 12);
    for (const { source, shares, available, sizeShare, plannedWeight, upSampling, quota, epochs, documentsPerKept, epochsWithDuplicates } of sources) {
      expect(shares!.read).toBeCloseTo(stageOf(source, 'read').in.tokens / total('read'), 12);
      expect(shares!.filtered).toBeCloseTo(stageOf(source, 'dedup').in.tokens / total('dedup'), 12);
      expect(available).toMatchObject(stageOf(source, 'mixture').in);
      expect(shares!.available).toBeCloseTo(sizeShare, 12);
      expect(upSampling).toBeCloseTo(plannedWeight / sizeShare, 12);
      expect(plannedWeight).toBeCloseTo(quota / planned, 12);
      expect(documentsPerKept).toBeCloseTo(stageOf(source, 'dedup').in.documents / stageOf(source, 'mixture').in.documents, 12);
      expect(epochsWithDuplicates).toBeCloseTo(epochs * documentsPerKept!, 12);
    }
    const web = sources.find(({ source }) => source === 'web')!;
    expect(web.shares!.filtered).toBeLessThan(web.shares!.read); // its filters drop mails
  });

  it('ends with the figures and exit code 1 where a source has too little', async () => {
    const { code, stdout, stderr } = await plan(recipe, '--output', 'out', '--workers', '2', '--budget', '300B');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/mixture: too few tokens for these weights and a budget of 300000000000, with at most 4 epochs of any source:\n {2}books should give 90000000000 tokens \(30\.00 % of 300000000000\), it has \d+, so/);
    expect(stderr).toMatch(/expected a budget of at most \d+, other weights, or shortfall: cap or renormalise\n$/);
  });

  it.each(['bytes', 'documents'] as const)('counts in %s where the recipe does, and the run comes to that', async (unit) => {
    const budget = { bytes: '600kB', documents: 400 }[unit];
    const file = writeRecipe(folder, unit, recipeCopy(({ mixture }) => { Object.assign(mixture, { unit, budget, shortfall: 'cap' }); }));
    const planned = await numbers(file, '--output', 'out', '--workers', '2');
    expect([planned.unit, planned.sharesOf, planned.counted.by]).toEqual([unit, unit, unit]);
    for (const { available } of planned.sources) expect(available.size).toBe(available[unit]);
    expect((await sluice(folder, 'run', file, '--output', 'out', '--workers', '2')).code).toBe(0);
    const manifest = JSON.parse(readFileSync(join(folder, 'out', 'manifest.json'), 'utf8')) as Manifest;
    for (const source of manifest.sources) {
      expect(source.size).toBe(source[unit]);
      expect(Math.abs(source.realisedWeight - planned.sources.find((one) => one.source === source.name)!.plannedWeight), source.name).toBeLessThan(unit === 'documents' ? 1e-9 : 0.03);
    }
    const report = readFileSync(join(folder, 'out', 'report.md'), 'utf8');
    expect(report).toContain(`| source | bytes a token | available ${unit} | quota |`);
  });

  it('goes on without a shard that cannot be read, says so, and exits with code 1', async () => {
    const sources = { wiki: { read: { format: 'jsonl', paths: ['wiki/*.jsonl*', 'no/such.jsonl'], text: 'body' } } };
    const file = writeRecipe(folder, 'failing', { name: 'failing', sources, mixture: { budget: 'max', rule: 'proportional' } });
    const { code, stdout, stderr } = await plan(file, '--workers', '1', '--json');
    const { failedShards, warnings, sources: [wiki] } = JSON.parse(stdout) as MixtureNumbers;
    expect([code, failedShards, warnings]).toEqual([1, ['no/such.jsonl'], ['shard no/such.jsonl failed and is not in the sizes']]);
    expect(wiki!.available.documents).toBeGreaterThan(10);
    expect(stderr).toMatch(/\n1 of \d+ shards failed, the mixture is planned from the others:\n {2}no\/such\.jsonl: .*found no such file/);
  });

  it('has nothing to plan from where no shard can be read', async () => {
    const sources = { wiki: { read: { format: 'jsonl', paths: ['no/such.jsonl'] } } };
    const { code, stdout, stderr } = await plan(writeRecipe(folder, 'nothing', { name: 'nothing', sources, mixture: { budget: 'max', rule: 'proportional' } }), '--workers', '1');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/\nstopped before the end:\n {2}curate .*found no such file/);
  });
});

describe('sluice mix plan from declared sizes', () => {
  /** GPT-3's sources (arXiv:2005.14165, table 2.2): billions of tokens, the weight as printed. */
  const TABLE = [['common_crawl_filtered', 'crawl', 410, 0.6], ['webtext2', 'webtext2', 19, 0.22], ['books1', 'books1', 12, 0.08], ['books2', 'books2', 55, 0.08], ['wikipedia', 'wiki', 3, 0.03]] as const;
  const sizes = TABLE.flatMap(([, source, tokens]) => ['--available', `${source}=${tokens}B`]);
  const gpt3 = (mixture: unknown) => writeRecipe(folder, 'gpt3', {
    name: 'gpt3', sources: Object.fromEntries(TABLE.map(([, source]) => [source, { read: { format: 'jsonl', paths: `nowhere/${source}.jsonl` } }])), mixture,
  });
  const preset = { budget: '300B', rule: { preset: 'gpt3', map: Object.fromEntries(TABLE.map(([published, source]) => [source, published])) } };

  it('plans GPT-3\'s table without its data, flags the 101 %, and gives 300 x weight / tokens epochs, once for that sum', async () => {
    const { sources, warnings, budget, planned, counted } = await numbers(gpt3(preset), ...sizes);
    expect([budget, planned, counted.by]).toEqual([300e9, 300e9, 'declared']);
    expect(warnings).toEqual(['preset gpt3: its published weights sum to 101 %; each is divided by that sum']);
    for (const [i, [, name, tokens, weight]] of TABLE.entries()) {
      const source = sources[i]!;
      expect(source.source).toBe(name);
      expect(source.requestedWeight).toBeCloseTo(weight / 1.01, 12);
      expect(source.epochs).toBeCloseTo((300 * weight) / 1.01 / tokens, 9);
      expect(source.upSampling).toBeCloseTo(weight / 1.01 / (tokens / 499), 9);
      expect(source.passes['4']).toBeCloseTo((4 * tokens * 1e9 * 1.01) / weight, -3);
    }
    const [, webtext2] = sources;
    expect(webtext2!.epochs).toBeCloseTo(3.439, 3); // 3.474 / 1.01; the 2.9 that the paper prints does not follow from its table
    expect(webtext2!.worth).toBeCloseTo(19e9 * (1 + 15.39 * (1 - Math.exp(-(webtext2!.epochs - 1) / 15.39))), -3);
  });

  it('says so when the weights are written out, too', async () => {
    const { warnings } = await numbers(gpt3({ budget: '300B', weights: Object.fromEntries(TABLE.map(([, source, , weight]) => [source, weight])) }), ...sizes);
    expect(warnings).toEqual([expect.stringContaining('mixture weights sum to 1.01, not to 1 or 100; each was divided by that sum')]);
  });

  it('prints the table for people with the same figures', async () => {
    const { code, stdout, stderr } = await plan(gpt3(preset), ...sizes);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('gpt3: 300B tokens, by the weights of gpt3\n');
    expect(stdout).toMatch(/\nwebtext2 +19B +3\.81 % +21\.78 % +21\.78 % +65\.35B +3\.439 +5\.72x +61\.86B +94\.66 %\n/);
    expect(stdout).toContain('Sizes are as declared on the command line: nothing was read.');
    expect(stdout).toContain('Warnings:\n- preset gpt3: its published weights sum to 101 %');
  });

  it.each([
    [['--available', 'crawl=410B'], '--available: found nothing for webtext2, books1, books2, wiki, expected a size for every source, 0 for none\n'],
    [[...sizes, '--available', 'wikki=3B'], '--available: found source "wikki", expected one of crawl, webtext2, books1, books2, wiki; did you mean "wiki"?\n'],
    [[...sizes, '--available', 'wiki=3B'], '--available: found wiki twice, expected it once\n'],
    [['--available', 'crawl=many'], '--available crawl: found "many", expected a whole number of tokens such as 410B\n'],
    [['--available', 'crawl'], "error: option '--available <source=count>' argument 'crawl' is invalid. found \"crawl\", expected SOURCE=COUNT such as web=410B.\n"],
    [[...sizes, '--budget', 'lots'], '--budget: found "lots", expected max or a size such as 300B, at least 1\n'],
    [['--rule', 'temperature=0'], "error: option '--rule <rule>' argument 'temperature=0' is invalid. found \"temperature=0\", expected proportional, unimax, or temperature=T with T from 1 to 1000.\n"],
  ])('refuses %j', async (parameters, message) => {
    const { code, stdout, stderr } = await plan(gpt3(preset), ...parameters);
    expect([code, stdout, stderr]).toEqual([2, '', message]);
  });

  it('refuses a recipe without a mixture', async () => {
    writeFileSync(join(folder, 'none.yaml'), 'name: none\nsources:\n  a: { read: { format: text, paths: a } }\n');
    const { code, stderr } = await plan('none.yaml', '--available', 'a=5');
    expect([code, stderr]).toEqual([2, 'none.yaml: has no mixture: expected one with a budget, and weights or a rule\n']);
  });
});
