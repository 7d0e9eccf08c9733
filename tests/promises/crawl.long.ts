/** A crawl as a source: one corpus, whether its shards are read over a network that fails, from a cache, or from a mirror on disk. */
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommonCrawlServer, type Asked, type Fault } from '../servers/common-crawl.js';
import { CRAWL, sampleShards } from '../servers/sample-crawl.js';
import { smallShards } from '../servers/small-crawl.js';
import { makeCorpus } from './support/corpus.js';
import { writeCrawlRecipe } from './support/crawl-recipe.js';
import { decisionsOf, resultOf } from './support/output.js';
import { runWhole, sluice, start, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const SHARDS = smallShards(8);
const paths = Object.keys(SHARDS);
const IN_FLIGHT = 2;
let server: CommonCrawlServer;
let digest: string;
let expected: Record<string, string>;

beforeAll(async () => {
  Object.assign(process.env, { SLUICE_PAUSES: 'start=0,retry=1,longestRetry=5,betweenRetries=1,circuit=5', SLUICE_IN_FLIGHT: String(IN_FLIGHT) }); // for the programs started here
  await makeCorpus(folder); // for its books
  for (const [path, bytes] of Object.entries(SHARDS)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  server = await CommonCrawlServer.start({ shards: SHARDS });
  writeCrawlRecipe(folder, 'mirror', { format: 'wet', paths: `crawl-data/${CRAWL}/**/*.warc.wet.gz` });
  digest = (await runWhole(folder, 'mirror.yaml', 'mirror')).digest;
  expected = resultOf(join(folder, 'mirror'));
});
beforeEach(() => {
  server.forget();
  server.fault = () => undefined;
});
afterAll(async () => {
  await server.close();
  remove();
});

/**
 * Every kind of trouble, each request its own. While a file is read as a stream, a declared length that differs from the one before is another file, and the
 * shard fails by name; where it is fetched first, that is one more reason to try again.
 */
const trouble = (wrongLengths: boolean) => ({ path, method, before }: Asked): Fault | undefined => {
  if (before >= 5 || method === 'HEAD') return before === 0 ? { kind: 'status', status: 503, headers: { 'retry-after': '0' } } : undefined;
  const kinds: readonly Fault[] = [
    { kind: 'reset' }, { kind: 'status', status: 429 }, { kind: 'cut', after: 3000 }, { kind: 'cut', after: 0 }, { kind: 'slow', piece: 2000, pauseMs: 2 },
    { kind: 'status', status: 500 }, { kind: 'redirect', to: `/${path}?elsewhere` }, ...(wrongLengths ? [{ kind: 'length', by: 77 }, { kind: 'length', by: -77 }] as const : []),
  ];
  return kinds[(path.length * 7 + Number(/(\d{5})\.warc/.exec(path)?.[1] ?? 0) * 3 + before) % kinds.length];
};

describe('a recipe that names a crawl', () => {
  let manifest: Manifest & { readonly crawls?: unknown };

  it('gives the corpus of its mirror, over a network with faults, within the cap', async () => {
    server.fault = trouble(false);
    writeCrawlRecipe(folder, 'streamed', { crawl: CRAWL, base: server.base });
    manifest = await runWhole(folder, 'streamed.yaml', 'streamed', '--workers', '2');
    expect(manifest.digest).toBe(digest);
    expect(resultOf(join(folder, 'streamed'))).toEqual(expected); // decisions and ledger, too: names of shards are those of the mirror
    expect(server.mostInFlight).toBeLessThanOrEqual(IN_FLIGHT);
    expect(server.shardRequests.length).toBeGreaterThan(2 * paths.length);
  });

  it('names it in manifest and report, with the terms of use', () => {
    expect(manifest.crawls).toEqual([{ source: 'web', crawl: CRAWL, shards: 8, termsOfUse: 'https://commoncrawl.org/terms-of-use' }]);
    expect(readFileSync(join(folder, 'streamed', 'report.md'), 'utf8')).toContain('<https://commoncrawl.org/terms-of-use>');
  });

  it('with a cache fetches each shard once, for training and curation together, and a rerun asks for nothing', async () => {
    server.fault = trouble(true);
    writeCrawlRecipe(folder, 'cached', { crawl: CRAWL, base: server.base, cache: 'cache' });
    const { code, stdout } = await sluice(folder, 'plan', 'cached.yaml');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`web: 8 shards of ${CRAWL} from ${server.base}; 8 are fetched to cache first, about 800.0 MB`)]);
    expect((await runWhole(folder, 'cached.yaml', 'cached', '--workers', '2')).digest).toBe(digest);
    expect(resultOf(join(folder, 'cached'))).toEqual(expected);
    for (const path of paths) expect(readFileSync(join(folder, 'cache', path)).equals(SHARDS[path]!)).toBe(true);
    server.forget();
    rmSync(join(folder, 'cached'), { recursive: true });
    expect((await runWhole(folder, 'cached.yaml', 'cached')).digest).toBe(digest);
    expect(server.asked).toEqual([]);
  });

  it('goes on in the folder of the run over the network from a cache: a shard is known by its crawl', async () => {
    writeCrawlRecipe(folder, 'streamed', { crawl: CRAWL, base: server.base, cache: 'cache' });
    const { code, stderr } = await sluice(folder, 'run', 'streamed.yaml', '--output', 'streamed');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/curate .*: \d+ tasks?, (\d+) complete already/)]);
    const [, tasks, complete] = /curate .*: (\d+) tasks?, (\d+) complete already/.exec(stderr)!; // matched above
    expect(complete).toBe(tasks);
  });

  it('says in its plan what is read over the network, and how often', async () => {
    writeCrawlRecipe(folder, 'plan', { crawl: CRAWL, base: server.base, shards: '0-3' });
    const { stdout } = await sluice(folder, 'plan', 'plan.yaml');
    expect(stdout).toContain(`web: 4 shards of ${CRAWL} from ${server.base}, read over the network once each, and 4 of them once more for model reference; with a cache each is fetched once: about 800.0 MB`);
    expect(server.asked.map(({ path }) => path)).toEqual(expect.arrayContaining([expect.stringContaining('wet.paths.gz')]));
    expect(server.shardRequests).toEqual([]);
  });

  it('shows the text of one document, read again by a ranged request', async () => {
    const rerun = await sluice(folder, 'run', writeCrawlRecipe(folder, 'why', { crawl: CRAWL, base: server.base, shards: '1-2' }), '--output', 'why');
    expect(rerun.code).toBe(0);
    const { id, shard, offset } = (await decisionsOf(join(folder, 'why'))).filter(({ source }) => source === 'web').sort((a, b) => b.offset - a.offset)[0]!; // the last one
    server.forget();
    const { code, stdout } = await sluice(folder, 'why', 'why', id, '--no-diff');
    const local = await sluice(folder, 'why', 'mirror', id, '--no-diff');
    expect([code, local.code]).toEqual([0, 0]);
    const textOf = (shown: string): string => shown.slice(shown.indexOf('\n\n'));
    expect(textOf(stdout).length).toBeGreaterThan(100);
    expect(textOf(stdout)).toBe(textOf(local.stdout));
    expect(server.asked.filter(({ method }) => method === 'GET')).toEqual([expect.objectContaining({ path: shard, range: `bytes=${offset}-` })]);
  });

  it('lists a shard that cannot be had, makes the corpus of the others, and adds it in a rerun', async () => {
    server.fault = ({ path }) => (path === paths[5] ? { kind: 'status', status: 404 } : undefined);
    writeCrawlRecipe(folder, 'missing', { crawl: CRAWL, base: server.base });
    const { code, stderr } = await sluice(folder, 'run', 'missing.yaml', '--output', 'missing');
    expect(code).toBe(1);
    expect(stderr).toContain('1 of ');
    expect(stderr).toContain(`${server.base}${paths[5]}: found HTTP 404`);
    server.fault = () => undefined; // and the model that was trained without it is trained again
    expect((await runWhole(folder, 'missing.yaml', 'missing')).digest).toBe(digest);
  });

  it('says so, with exit code 1, where only training could not read a shard, and is right the next time', async () => {
    server.fault = ({ path, before }) => (path === paths[5] && before === 0 ? { kind: 'status', status: 404 } : undefined);
    writeCrawlRecipe(folder, 'untrained', { crawl: CRAWL, base: server.base });
    const { code, stderr } = await sluice(folder, 'run', 'untrained.yaml', '--output', 'untrained');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`models were trained without 1 shard that could not be read then; the same command trains them again:\n  ${paths[5]}\n`)]);
    expect((await runWhole(folder, 'untrained.yaml', 'untrained')).digest).toBe(digest);
  });

  it('stops when the server refuses, and continues later', async () => {
    server.fault = ({ path, before }) => (path.endsWith('wet.paths.gz') || before < 2 ? undefined : { kind: 'status', status: 403 });
    writeCrawlRecipe(folder, 'refused', { crawl: CRAWL, base: server.base });
    const { code, stderr } = await sluice(folder, 'run', 'refused.yaml', '--output', 'refused', '--workers', '2');
    expect([code, stderr]).toEqual([1, expect.stringContaining('HTTP 403')]);
    server.fault = () => undefined;
    expect((await runWhole(folder, 'refused.yaml', 'refused')).digest).toBe(digest);
  });
});

/** So many kills of a fetch of one shard, at bytes spread over it. */
const KILLS = 12;

describe('sluice crawl fetch', () => {
  let samples: CommonCrawlServer;
  let path: string;
  let bytes: Buffer;
  let command: readonly string[];
  beforeAll(async () => {
    const { code, stderr } = await sluice(folder, 'samples');
    expect(code, stderr).toBe(0);
    const shards = sampleShards(join(folder, 'samples'));
    path = Object.keys(shards)[0]!; // there are some
    bytes = Buffer.from(shards[path]!);
    samples = await CommonCrawlServer.start({ shards });
    command = ['crawl', 'fetch', CRAWL, '--base', samples.base, '--shards', '0', '--to', 'killed'];
  });
  afterAll(() => samples.close());

  it(`killed at ${KILLS} bytes of a shard, each time another, ends with equal bytes, and goes on where it was`, async () => {
    const target = join(folder, 'killed', path);
    for (let kill = 0; kill < KILLS; kill++) {
      const at = Math.floor((bytes.length * (kill + 0.5)) / KILLS);
      const left = kill % 4 === 3 ? Math.floor(at / 2) : at; // what a kill of the whole machine may leave
      rmSync(join(folder, 'killed'), { recursive: true, force: true });
      samples.fault = (asked) => (asked.path === path ? { kind: 'hang', after: at } : undefined);
      const run = start(folder, ...command);
      await until(() => sizeOf(`${target}.part`) === at);
      run.child.kill('SIGKILL');
      expect((await run.ended).signal).toBe('SIGKILL');
      truncateSync(`${target}.part`, left);
      samples.forget();
      samples.fault = () => undefined;
      const { code, stderr } = await sluice(folder, ...command);
      expect([code, stderr]).toEqual([0, expect.stringContaining('1 of 1')]);
      expect(readFileSync(target).equals(bytes), `killed at byte ${at}`).toBe(true);
      expect(samples.shardRequests.map(({ range }) => range)).toEqual([`bytes=${left}-`]);
    }
  }, 300_000);

  it('killed again and again gets on each time', async () => {
    rmSync(join(folder, 'killed'), { recursive: true, force: true });
    const target = join(folder, 'killed', path);
    samples.fault = () => ({ kind: 'slow', piece: 20_000, pauseMs: 5 });
    let before = 0;
    for (let kills = 0; kills < 5; kills++) {
      const run = start(folder, ...command);
      await until(() => sizeOf(`${target}.part`) > before + 60_000);
      run.child.kill('SIGKILL');
      await run.ended;
      before = sizeOf(`${target}.part`);
    }
    expect(before).toBeLessThan(bytes.length);
    expect((await sluice(folder, ...command)).code).toBe(0);
    expect(readFileSync(target).equals(bytes)).toBe(true);
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
