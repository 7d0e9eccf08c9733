import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sluice, start, temporaryFolder } from '../../promises/support/sluice.js';
import { CommonCrawlServer } from '../../servers/common-crawl.js';
import { CRAWL } from '../../servers/sample-crawl.js';
import { smallShards } from '../../servers/small-crawl.js';

const { path: folder, remove } = temporaryFolder();
const SHARDS = smallShards(6);
const paths = Object.keys(SHARDS);
let server: CommonCrawlServer;
let base: readonly string[];

beforeAll(async () => {
  process.env['SLUICE_PAUSES'] = 'start=0,retry=1,longestRetry=5,betweenRetries=1,circuit=5'; // the programs started here inherit it
  process.env['SLUICE_IN_FLIGHT'] = '2';
  server = await CommonCrawlServer.start({ shards: SHARDS });
  base = ['--base', server.base];
});
beforeEach(() => {
  server.forget();
  server.fault = () => undefined;
});
afterAll(async () => {
  await server.close();
  remove();
});

const crawl = (command: string, ...parameters: string[]) => sluice(folder, 'crawl', command, CRAWL, ...base, ...parameters);

describe('sluice crawl list', () => {
  it('prints the paths of the list, a line each, and talks on stderr', async () => {
    const { code, stdout, stderr } = await crawl('list');
    expect([code, stdout]).toEqual([0, paths.map((path) => `${path}\n`).join('')]);
    expect(stderr).toBe(`6 of the 6 shards of ${CRAWL}, about 600.0 MB\n`);
  });

  it('prints some of them, and with --json their numbers', async () => {
    expect((await crawl('list', '--shards', '1-2,5')).stdout.split('\n').slice(0, -1)).toEqual([paths[1], paths[2], paths[5]]);
    expect((await crawl('list', '--take', '3', '--by', 'stride')).stdout.split('\n').slice(0, -1)).toEqual([paths[0], paths[2], paths[4]]);
    const json = JSON.parse((await crawl('list', '--shards', '4', '--json')).stdout) as unknown;
    expect(json).toEqual({ crawl: CRAWL, base: server.base, total: 6, shards: [{ number: 4, path: paths[4] }] });
  });

  it('takes the same random shards for the same seed, others for another', async () => {
    const take = async (...seed: string[]) => (await crawl('list', '--take', '3', ...seed)).stdout;
    const some = await take();
    expect([await take(), await take('--seed', '0')]).toEqual([some, some]);
    expect(new Set([some, await take('--seed', '1'), await take('--seed', '2'), await take('--seed', '3')]).size).toBeGreaterThan(1);
  });

  it.each<[what: string, parameters: string[], message: string]>([
    ['a crawl that the host has not', [], 'crawl CC-MAIN-2099-01: '],
    ['numbers that the crawl has not', ['--shards', '3-6'], 'shards: found 6, but CC-MAIN-2024-10 has 6 shards'],
    ['more than there are', ['--take', '7'], 'take: found 7, but there are 6 shards'],
    ['no numbers', ['--shards', '9-1'], 'found "9-1", expected numbers of shards'],
    ['a base with a password', ['--base', 'http://me:secret@localhost/'], 'without user and password'],
  ])('refuses %s: exit code 2', async (what, parameters, message) => {
    const name = what.startsWith('a crawl') ? 'CC-MAIN-2099-01' : CRAWL;
    const { code, stdout, stderr } = await sluice(folder, 'crawl', 'list', name, ...base, ...parameters);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
  });

  it('refuses a list whose paths lead out of a folder', async () => {
    const evil = await CommonCrawlServer.start({ shards: { '../../../evil.gz': gzipSync('x') } });
    const { code, stderr } = await sluice(folder, 'crawl', 'fetch', CRAWL, '--base', evil.base, '--to', 'deep/inside');
    await evil.close();
    expect(code).toBe(1);
    expect(stderr).toContain('wet.paths.gz: line 1: found "../../../evil.gz", expected a relative path');
    expect(existsSync(join(folder, 'evil.gz'))).toBe(false);
  });
});

describe('sluice crawl fetch', () => {
  it('leaves the shards under their paths, says what applies to them, and asks for nothing the second time', async () => {
    const { code, stdout, stderr } = await crawl('fetch', '--to', 'all');
    expect([code, stdout]).toEqual([0, '']);
    for (const path of paths) expect(readFileSync(join(folder, 'all', path)).equals(SHARDS[path]!)).toBe(true);
    expect(stderr).toContain("Common Crawl's terms of use: https://commoncrawl.org/terms-of-use");
    expect(stderr).toMatch(/fetch {4}6 of 6, \d+\.\d MB, /);
    expect(server.mostInFlight).toBeLessThanOrEqual(2);
    server.forget();
    const again = await crawl('fetch', '--to', 'all');
    expect([again.code, again.stderr]).toEqual([0, `fetch    all 6 shards of ${CRAWL} that are read are in all\n`]);
    expect(server.asked).toEqual([]); // not even for the list
  });

  it('names the shards that failed, with exit code 1, and has the others', async () => {
    server.fault = ({ path }) => (path === paths[3] ? { kind: 'status', status: 404 } : undefined);
    const { code, stderr } = await crawl('fetch', '--to', 'some', '--shards', '2-4');
    expect(code).toBe(1);
    expect(stderr).toContain(`1 shard could not be fetched; run the same command again to try once more:\n  ${paths[3]}: `);
    expect([2, 3, 4].map((number) => existsSync(join(folder, 'some', paths[number]!)))).toEqual([true, false, true]);
  });

  it('stops when the server refuses, and says what to do', async () => {
    server.fault = ({ path }) => (path.endsWith('wet.paths.gz') ? undefined : { kind: 'status', status: 403 });
    const { code, stderr } = await crawl('fetch', '--to', 'refused');
    expect(code).toBe(1);
    expect(stderr).toContain('HTTP 403');
    expect(server.shardRequests.length).toBeLessThanOrEqual(2 + 3); // at once, and one behind each of three pauses
  });

  it('refuses a second one at the same time in the same folder', async () => {
    server.fault = () => ({ kind: 'slow', piece: 500, pauseMs: 20 });
    const one = start(folder, 'crawl', 'fetch', CRAWL, ...base, '--to', 'shared');
    await one.saying('terms of use');
    const two = await crawl('fetch', '--to', 'shared');
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining(`process ${one.child.pid} is at work there`)]);
    one.child.kill('SIGINT');
    const { code, stderr } = await one.ended;
    expect([code, stderr.split('\n').at(-2)]).toEqual([1, 'interrupted: run the same command again to continue']);
    server.fault = () => undefined;
    expect((await crawl('fetch', '--to', 'shared')).code).toBe(0);
    for (const path of paths) expect(readFileSync(join(folder, 'shared', path)).equals(SHARDS[path]!)).toBe(true);
  });

  it('asks for a contact above 100 shards, and tells it to the server', async () => {
    const many = await CommonCrawlServer.start({ shards: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`crawl-data/${CRAWL}/${i}.warc.wet.gz`, SHARDS[paths[0]!]!])) });
    const fetchMany = (...parameters: string[]) => sluice(folder, 'crawl', 'fetch', CRAWL, '--base', many.base, '--to', 'many', ...parameters);
    const refused = await fetchMany();
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('crawl: 101 shards are to be fetched, which is more than 100: expected a contact')]);
    writeFileSync(join(folder, 'many.yaml'), JSON.stringify({ name: 'many', sources: { web: { read: { crawl: CRAWL, base: many.base } } } }));
    const run = await sluice(folder, 'run', 'many.yaml');
    expect([run.code, run.stderr]).toEqual([2, refused.stderr]);
    expect((await fetchMany('--take', '2')).code).toBe(0);
    many.forget();
    const { code, stderr } = await fetchMany('--contact', 'crawl@example.org');
    await many.close();
    expect([code, stderr]).toEqual([0, expect.stringContaining('fetch    2 of 101 are there already')]);
    expect(new Set(many.asked.map(({ userAgent }) => userAgent))).toEqual(new Set([expect.stringMatching(/^sluice\/\S+ \(\+crawl@example\.org\)$/)]));
  });

  it('says so where nothing can be written', async () => {
    writeFileSync(join(folder, 'taken'), 'a file');
    const { code, stderr } = await crawl('fetch', '--to', 'taken/inside');
    expect([code, stderr]).toEqual([1, expect.stringContaining('taken/inside: cannot be made')]);
  });
});
