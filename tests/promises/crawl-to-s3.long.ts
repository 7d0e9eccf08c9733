/**
 * From a crawl to a bucket: the recipe that ships for Common Crawl reads a crawl from a server with faults and publishes Parquet to a store with faults, and its
 * corpus is that of the same recipe read from and written to local files, byte for byte of content.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommonCrawlServer, type Asked, type Fault } from '../servers/common-crawl.js';
import { CRAWL } from '../servers/sample-crawl.js';
import { smallShards } from '../servers/small-crawl.js';
import { KEYS } from '../storage/support/s3-network.js';
import { S3Server, type Asked as S3Asked, type Fault as S3Fault } from '../storage/support/s3-server.js';
import { corpusOf, resultOf } from './support/output.js';
import { sluice, start, temporaryFolder, type Manifest } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const SHARDS = smallShards(8);
const IN_FLIGHT = 3;
let crawl: CommonCrawlServer;
let s3: S3Server;
let local: Manifest;

beforeAll(async () => {
  crawl = await CommonCrawlServer.start({ shards: SHARDS, fault: trouble });
  s3 = await S3Server.start('corpora');
  s3.keys = KEYS;
  s3.fault = storeTrouble;
  Object.assign(process.env, { // for the programs started here
    SLUICE_PAUSES: 'start=0,retry=1,longestRetry=5,betweenRetries=1,circuit=5', SLUICE_IN_FLIGHT: String(IN_FLIGHT),
    AWS_ENDPOINT_URL_S3: s3.endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey, AWS_SESSION_TOKEN: KEYS.sessionToken,
  });
  for (const [path, bytes] of Object.entries(SHARDS)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeRecipe('local', `{ format: wet, paths: 'crawl-data/**/*.wet.gz' }`, '{ format: jsonl.gz, shardSize: 20kB }');
  local = JSON.parse(readFileSync(await ran('local', 'manifest.json'), 'utf8')) as Manifest; // written by the run
}, 300_000);
afterAll(async () => {
  await Promise.all([crawl.close(), s3.stop()]);
  remove();
});

/** The shipped recipe, reading from and writing to other places. */
function writeRecipe(name: string, read: string, output: string): void {
  const shipped = readFileSync('pipelines/common-crawl.yaml', 'utf8');
  const text = shipped.replace(/read:\n(?: {6}.*\n)+/, `read: ${read}\n`).replace(/^output: .*$/m, `output: ${output}`).replace('name: common-crawl', `name: ${name}`);
  expect(text).not.toBe(shipped);
  writeFileSync(join(folder, `${name}.yaml`), text);
}

async function ran(name: string, file: string): Promise<string> {
  const { code, stderr } = await sluice(folder, 'run', `${name}.yaml`, '--output', name, '--workers', '2');
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return join(folder, name, file);
}

/** Storms, cuts, lies about lengths and slow bytes: the first requests for each file go wrong, each in another way. */
function trouble({ path, before }: Asked): Fault | undefined {
  const kinds: readonly Fault[] = [
    { kind: 'status', status: 503, headers: { 'retry-after': '0' } }, { kind: 'cut', after: 2500 }, { kind: 'reset' }, { kind: 'status', status: 429 },
    { kind: 'slow', piece: 1500, pauseMs: 1 }, { kind: 'redirect', to: `/${path}?elsewhere` },
  ];
  return before < 4 ? kinds[(Number(/(\d{5})\.warc/.exec(path)?.[1] ?? 0) + before) % kinds.length] : undefined;
}

/** The store fails each new request once, in one of three ways. */
function storeTrouble({ time, key }: S3Asked): S3Fault | undefined {
  const kinds: readonly S3Fault[] = [{ status: 503, code: 'SlowDown' }, { reset: true }, { status: 500, code: 'InternalError' }];
  return time === 1 ? kinds[key.length % kinds.length] : undefined;
}

const published = (prefix: string): Map<string, Buffer> => new Map([...s3.buckets.get('corpora')!]
  .filter(([key]) => key.startsWith(`${prefix}/`)).map(([key, { body }]) => [key.slice(prefix.length + 1), body]));

async function expectPublished(prefix: string): Promise<void> {
  const files = published(prefix);
  const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Manifest; // written by the run
  expect(manifest.digest).toBe(local.digest);
  const rows: unknown[] = [];
  for (const { path } of manifest.corpus) {
    const bytes = new Uint8Array(files.get(path)!).buffer; // a copy, of these bytes alone
    rows.push(...(await parquetReadObjects({ file: bytes, compressors })).map(({ id, source, text }) => ({ id, source, text })));
  }
  expect(rows).toEqual(corpusOf(join(folder, 'local')).map(({ id, source, text }) => ({ id, source, text })));
  expect(rows.length).toBeGreaterThan(20);
}

describe('the recipe for Common Crawl', () => {
  it('streams a crawl through faults into Parquet in a bucket: the corpus that local files give', async () => {
    writeRecipe('streamed', `{ crawl: ${CRAWL}, take: 8, by: stride, base: "${crawl.base}" }`, '{ format: parquet, shardSize: 20kB, to: "s3://corpora/streamed" }');
    await ran('streamed', 'manifest.json');
    expect(local.corpus.length).toBeGreaterThan(1);
    await expectPublished('streamed');
    const decided = (result: Record<string, string>) => Object.entries(result).filter(([name]) => !name.startsWith('corpus/') && name !== 'order/files.bin'); // it has their names
    expect(decided(resultOf(join(folder, 'streamed')))).toEqual(decided(resultOf(join(folder, 'local')))); // ledger, decisions and order, too
    expect(crawl.mostInFlight).toBeLessThanOrEqual(IN_FLIGHT);
  });

  it('does so from a cache, too, and after kills in each of its parts', async () => {
    writeRecipe('killed', `{ crawl: ${CRAWL}, take: 8, by: stride, base: "${crawl.base}", cache: crawl }`, '{ format: parquet, shardSize: 20kB, to: "s3://corpora/killed" }');
    crawl.forget(); // its faults begin anew
    for (const part of ['terms of use', 'curate ', 'write  ', 'record ']) {
      const run = start(folder, 'run', 'killed.yaml', '--output', 'killed', '--workers', '1');
      await run.saying(part);
      run.child.kill('SIGKILL');
      expect((await run.ended).signal).toBe('SIGKILL');
    }
    await ran('killed', 'manifest.json');
    await expectPublished('killed');
    for (const [path, bytes] of Object.entries(SHARDS)) expect(readFileSync(join(folder, 'crawl', path)).equals(bytes)).toBe(true);
  });

  it('reads a mirror of the crawl in a bucket', async () => {
    const bucket = s3.buckets.get('corpora')!;
    for (const [path, bytes] of Object.entries(SHARDS)) bucket.set(`mirror/${path}`, { body: Buffer.from(bytes), etag: `"${path.length}-${bytes.length}"` });
    const list = await (await fetch(`${crawl.base}crawl-data/${CRAWL}/wet.paths.gz`)).arrayBuffer(); // its faults are over by now
    bucket.set(`mirror/crawl-data/${CRAWL}/wet.paths.gz`, { body: Buffer.from(list), etag: '"list"' });
    const base = 's3://corpora/mirror';
    expect((await sluice(folder, 'crawl', 'fetch', CRAWL, '--base', base, '--to', 'from-s3')).code).toBe(0);
    for (const [path, bytes] of Object.entries(SHARDS)) expect(readFileSync(join(folder, 'from-s3', path)).equals(bytes)).toBe(true);
    writeRecipe('from-s3', `{ crawl: ${CRAWL}, base: "${base}" }`, '{ format: parquet, shardSize: 20kB, to: "s3://corpora/from-s3" }');
    await ran('from-s3', 'manifest.json');
    await expectPublished('from-s3');
  });
});
