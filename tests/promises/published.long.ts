import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetWriteFile } from 'hyparquet-writer';
import { PutServer } from '../storage/support/put-server.js';
import { KEYS } from '../storage/support/s3-network.js';
import { S3Server } from '../storage/support/s3-server.js';
import { makeCorpus } from './support/corpus.js';
import { filesOf } from './support/output.js';
import { recipeCopy, writeRecipe } from './support/recipe.js';
import { runWhole, sluice, start, temporaryFolder, type Ended } from './support/sluice.js';

const { path: folder, remove } = temporaryFolder();
const PASSWORD = 'pass-word-of-the-server';
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey, AWS_SESSION_TOKEN: KEYS.sessionToken, AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), AWS_CONFIG_FILE: join(folder, 'none'), SLUICE_PAUSES: 'start=0,retry=5,longestRetry=5,betweenRetries=1,circuit=5',
};
let s3: S3Server;
let http: PutServer;
let digest: string;

/** Sources whose documents have ids of their own, and no model, whose sample goes by names of files: these are others at another place. */
const withPaths = (prefix: string, to?: string): unknown => recipeCopy((recipe) => {
  recipe.name = 'published';
  recipe.sources.web.read.paths = [`${prefix}web/*.warc.wet.gz`, `${prefix}web/*.warc.wet`];
  recipe.sources.wiki.read.paths = `${prefix}wiki/*.jsonl*`;
  recipe.mixture.weights = { web: 30, wiki: 70 } as typeof recipe.mixture.weights;
  recipe.mixture.budget = 'max';
  recipe.dedup.keep = [{ source: ['wiki', 'web'] }, 'longest'];
  for (const source of [recipe.sources.web, recipe.sources.wiki]) source.stages = source.stages.filter((stage) => !('quality' in stage));
  Object.assign(recipe, { sources: { web: recipe.sources.web, wiki: recipe.sources.wiki }, models: {} });
  if (to !== undefined) Object.assign(recipe.output, { to });
});

beforeAll(async () => {
  Object.assign(process.env, ENVIRONMENT); // child processes inherit it
  await makeCorpus(folder);
  const lines = gunzipSync(readFileSync(join(folder, 'wiki/first.jsonl.gz'))).toString().split('\n').map((line, i) => (line === '' ? '' : JSON.stringify({ id: `first-${i}`, ...JSON.parse(line) as object }))); // our own lines
  writeFileSync(join(folder, 'wiki/first.jsonl.gz'), gzipSync(lines.join('\n')));
  writeFileSync(join(folder, 'wiki/second.jsonl'), readFileSync(join(folder, 'wiki/second.jsonl'), 'utf8').replaceAll(/^\{(?!"id")/gm, '{"id": "second", '));
  s3 = await S3Server.start('lake');
  http = await PutServer.start();
  process.env['AWS_ENDPOINT_URL_S3'] = s3.endpoint;
  for (const source of ['web', 'wiki', 'books', 'code']) {
    for (const name of readdirSync(join(folder, source), { recursive: true, encoding: 'utf8' }).filter((one) => /\.\w+$/.test(one))) s3.put('lake', `in put/${source}/${name}`, readFileSync(join(folder, source, name)));
  }
  writeRecipe(folder, 'local', withPaths(''));
  writeRecipe(folder, 'remote', withPaths('s3://lake/in put/', 's3://lake/out/remote'));
  digest = (await runWhole(folder, 'local.yaml', 'local')).digest;
});
afterAll(async () => {
  await Promise.all([s3.stop(), http.stop()]);
  remove();
});
beforeEach(() => {
  s3.keys = KEYS;
  s3.pageSize = 2;
  s3.fault = () => undefined;
  s3.requests.length = 0;
});

/** What is in a run's folder and must be published, with its bytes. */
function resultOf(output: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filesOf(join(folder, output))).filter(([name]) => !name.startsWith('work/')));
}

function published(prefix: string): Record<string, string> {
  const { 'files.json': _, ...files } = s3.objects('lake', prefix);
  return files;
}

const bytesOf = (output: string): Record<string, string> => Object.fromEntries(Object.keys(resultOf(output)).sort().map((name) => [name, readFileSync(join(folder, output, name), 'latin1')]));
const run = (...parameters: string[]): Promise<Ended> => sluice(folder, 'run', ...parameters, '--workers', '2');
const SECRETS = [KEYS.secretAccessKey, KEYS.sessionToken, KEYS.accessKeyId, PASSWORD, Buffer.from(`me:${PASSWORD}`).toString('base64')];
const secretsIn = (text: string): string[] => SECRETS.filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));

describe('a run that reads from s3:// and writes to s3://', () => {
  it('through a storm of faults gives the digest of the same run from local files, and publishes its whole result', async () => {
    s3.fault = ({ method, time, query }) => {
      if (time === 1 && s3.requests.length % 4 === 0) return { status: 503, code: 'SlowDown' };
      if (time === 1 && s3.requests.length % 7 === 0) return { reset: true };
      if (method === 'GET' && time < 3 && !query.has('list-type') && !query.has('uploads')) return { cutAfter: 5000 };
      return method === 'PUT' && time === 1 && s3.requests.length % 3 === 0 ? { corrupts: true } : undefined;
    };
    const { code, stderr } = await run('remote.yaml');
    expect(code, stderr).toBe(0);
    const manifest = JSON.parse(published('out/remote/')['manifest.json']!) as { digest: string }; // published
    expect(manifest.digest).toBe(digest);
    expect(published('out/remote/')).toEqual(bytesOf('output/published'));
    expect(s3.uploads.size).toBe(0);
    expect(stderr).toMatch(/publish {2}to s3:\/\/lake\/out\/remote: \d+ files/);
    expect(s3.requests.filter(({ method }) => method === 'PUT').at(-1)?.key).toBe('out/remote/manifest.json');
    const rerun = await run('remote.yaml');
    expect(rerun.stderr).toContain('publish  s3://lake/out/remote has all files already');
  });

  it('has the same recipe fingerprint wherever it is published, and --output goes before the recipe', async () => {
    const { code, stderr, stdout } = await run('remote.yaml', '--output', 's3://lake/out/other/', '--json');
    expect(code, stderr).toBe(0);
    expect(published('out/other/')).toEqual(bytesOf('output/published'));
    expect(published('out/other/')['manifest.json']).toBe(published('out/remote/')['manifest.json']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(published('out/other/')['manifest.json']!));
    expect(stderr).toContain('curate   read, annotate, filter, sign: 6 tasks, 6 complete already');
  });

  it('fails with what to do where it cannot publish, keeps the corpus, and status says what is missing', async () => {
    s3.fault = ({ method, key }) => (method === 'PUT' && key.includes('decisions/') ? { status: 403, code: 'AccessDenied', message: `not ${KEYS.secretAccessKey}` } : undefined);
    const { code, stderr } = await run('remote.yaml', '--output', 's3://lake/out/denied');
    expect(code).toBe(1);
    expect(stderr).toMatch(/\ns3:\/\/lake\/out\/denied\/decisions\/\S+: found AccessDenied \(HTTP 403: not \[credential\]\), expected permission for these credentials\nthe corpus is whole in \S+output\/published, but not at s3:\/\/lake\/out\/denied: run the same command again to go on\n$/);
    const status = await sluice(folder, 'status', 'output/published');
    expect([status.code, status.stdout]).toEqual([1, expect.stringMatching(/not published yet to s3:\/\/lake\/out\/denied: (\S+, )*decisions\/.*manifest\.json/)]);
    s3.fault = () => undefined;
    expect((await run('remote.yaml', '--output', 's3://lake/out/denied')).code).toBe(0);
    const json = await sluice(folder, 'status', 'output/published', '--json');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([0, expect.objectContaining({ publishTo: 's3://lake/out/denied', unpublished: [] })]);
    expect(published('out/denied/')).toEqual(bytesOf('output/published'));
  });

  it.each([[4, 'SIGKILL'], [11, 'SIGKILL'], [17, 'SIGINT']] as const)('is finished by the same command where it was stopped at request %d of its publishing, by %s', async (at, signal) => {
    const to = `out/stopped-${at}`;
    const { child, ended } = start(folder, 'run', 'remote.yaml', '--output', `s3://lake/${to}`, '--workers', '2');
    let requests = 0;
    s3.fault = ({ key, query }) => {
      if ((key.startsWith(to) || query.get('prefix')?.startsWith(to) === true) && ++requests === at) child.kill(signal);
      return undefined;
    };
    const stopped = await ended;
    expect([stopped.signal, stopped.code]).toEqual(signal === 'SIGINT' ? [null, 1] : [signal, null]);
    if (signal === 'SIGINT') expect(stopped.stderr).toMatch(/\ninterrupted: run the same command again to continue\n$/);
    expect(published(`${to}/`)['manifest.json']).toBeUndefined();
    expect((await run('remote.yaml', '--output', `s3://lake/${to}`)).code).toBe(0);
    expect(published(`${to}/`)).toEqual(bytesOf('output/published'));
  });

  it.each([
    ['a bucket that is not there', 's3://nowhere/out', 'found NoSuchBucket'],
    ['its own input', 's3://lake/in put/..', 'a part that is ".."'],
    ['a wildcard', 's3://lake/out/*', 'found a wildcard'],
    ['a manifest of something else', 's3://lake/foreign', "found something else than a run's manifest"],
  ])('refuses %s before it reads', async (_, to, found) => {
    s3.put('lake', 'foreign/manifest.json', '{"name": "web app"}');
    const { code, stderr } = await run('remote.yaml', '--output', to);
    expect([code, stderr]).toEqual([2, expect.stringContaining(found)]);
    expect(s3.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE')).toEqual([]);
  });

  it('reads of a Parquet file the columns it needs, by ranges, and does not download it', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => i);
    const wide = rows.map((i) => createHash('sha512').update(String(i)).digest('base64'));
    parquetWriteFile({ filename: join(folder, 'wide.parquet'), columnData: [{ name: 'id', data: rows.map(String) }, { name: 'embedding', data: wide }, { name: 'text', data: rows.map((i) => `row ${i}`) }] });
    const bytes = readFileSync(join(folder, 'wide.parquet'));
    s3.put('lake', 'in put/wide.parquet', bytes);
    writeRecipe(folder, 'wide', { name: 'wide', sources: { rows: { read: { format: 'parquet', paths: 's3://lake/in put/wide.parquet' } } } });
    expect((await runWhole(folder, 'wide.yaml', 'wide')).sources.map(({ documents }) => documents)).toEqual([20_000]);
    const gets = s3.requests.filter(({ method }) => method === 'GET').map(({ headers }) => /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? ''));
    expect(gets).not.toContain(null);
    const read = gets.reduce((sum, range) => sum + Number(range![2] || bytes.length - 1) - Number(range![1]) + 1, 0); // none is null
    expect(read).toBeLessThan(bytes.length / 2);
  });

  it('reads archives and texts there too: they are copied, or streamed', async () => {
    const counts = async (prefix: string, output: string): Promise<unknown> => {
      writeRecipe(folder, output, { name: output, sources: { books: { read: { format: 'text', paths: `${prefix}books/**/*.txt` } }, code: { read: { format: 'zip', paths: `${prefix}code/*.zip` } } } });
      return (await runWhole(folder, `${output}.yaml`, output)).sources.map(({ name, documents, bytes }) => [name, documents, bytes]);
    };
    expect(await counts('s3://lake/in put/', 'there')).toEqual(await counts('', 'here'));
  });
});

describe('credentials', () => {
  it("of a container's role reach every worker, and are renewed by each as they expire", async () => {
    let asked = 0;
    const metadata = createServer((request, response) => {
      asked += 1;
      if (request.headers.authorization !== 'pod-token') return void response.writeHead(401).end();
      response.end(JSON.stringify({ AccessKeyId: KEYS.accessKeyId, SecretAccessKey: KEYS.secretAccessKey, Token: KEYS.sessionToken, Expiration: '2001-01-01T00:00:00Z' })); // over at once
    });
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...others } = process.env;
    const before = process.env;
    process.env = { ...others, AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(metadata.address() as AddressInfo).port}/v1/credentials`, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pod-token' }; // it listens on a port
    try {
      writeRecipe(folder, 'role', { ...withPaths('s3://lake/in put/', 's3://lake/out/role') as object, name: 'role' });
      const { code, stderr } = await run('role.yaml');
      expect(code, stderr).toBe(0);
    } finally {
      process.env = before;
      await new Promise((resolve) => metadata.close(resolve));
    }
    expect((JSON.parse(published('out/role/')['manifest.json']!) as { digest: string }).digest).toBe(digest); // published
    expect(asked).toBeGreaterThan(10);
  });

  it('are in no file, no object and no talk, whatever fails', async () => {
    http.folders.add('/dav/');
    http.authorization = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
    const to = `http://me:${PASSWORD}@${http.host}/dav/run`;
    writeRecipe(folder, 'secret', withPaths('s3://lake/in put/', to));
    s3.put('lake', 'in put/wiki/broken.jsonl.gz', gzipSync('{"body": "no end').subarray(0, 20));
    const talk: Ended[] = [await sluice(folder, 'plan', 'secret.yaml'), await run('secret.yaml', '--json')];
    expect([talk[1]!.code, talk[1]!.stderr]).toEqual([0, expect.stringContaining(`publish  to http://${http.host}/dav/run: `)]);
    expect(http.files.has('/dav/run/manifest.json')).toBe(true);
    http.fault = (method, path) => (method === 'PUT' && path.includes('decisions') ? 403 : undefined);
    talk.push(await run('secret.yaml', '--output', `http://me:${PASSWORD}@${http.host}/dav/second`));
    http.fault = () => undefined;
    http.authorization = 'Basic another';
    talk.push(await run('secret.yaml'), await sluice(folder, 'status', 'output/published'), await sluice(folder, 'why', 'output/published', 'nothing'));
    s3.fault = ({ headers }) => ({ status: 403, code: 'InvalidAccessKeyId', message: `${KEYS.accessKeyId} ${headers['x-amz-security-token'] as string} ${KEYS.secretAccessKey}` }); // one of ours
    talk.push(await run('remote.yaml'), await run('remote.yaml', '--output', `https://me:${PASSWORD}@${http.host}/x?sig=${PASSWORD}`), await run('local.yaml', '--output', `s3://${KEYS.accessKeyId}:${PASSWORD}@lake/x`));
    expect(talk.slice(2).map(({ code }) => code)).toEqual([1, 2, 1, 2, 2, 2, 2]);
    for (const { stdout, stderr } of talk) expect(secretsIn(stdout + stderr)).toEqual([]);
    for (const name of readdirSync(join(folder, 'output'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))) {
      expect(secretsIn(readFileSync(name, 'latin1')), name).toEqual([]);
    }
    for (const [name, text] of [...Object.entries(s3.objects('lake')), ...[...http.files].map(([path, bytes]) => [path, bytes.toString('latin1')] as const)]) expect(secretsIn(text), name).toEqual([]);
    rmSync(join(folder, 'secret.yaml'));
  });
});
