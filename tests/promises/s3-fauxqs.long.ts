import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { openInput } from '#src/storage/input-file.js';
import { listFiles } from '#src/storage/list-files.js';
import { networkOptions, useNetwork } from '#src/storage/network.js';
import { s3Request } from '#src/storage/s3-client.js';
import { getSmallObject, headObject, putObject } from '#src/storage/s3-objects.js';
import { uploadObject } from '#src/storage/s3-upload.js';
import { NpmPackages } from '../npm-packages.js';
import { filesOf } from './support/output.js';
import { writeRecipe } from './support/recipe.js';
import { sluice, temporaryFolder } from './support/sluice.js';

/** fauxqs, an S3 server that we did not write, as a process of its own. */
const packages = new NpmPackages();
const { path: folder, remove } = temporaryFolder();
let server: ChildProcess | undefined;
let missing: string | undefined;
const KEYS = { accessKeyId: 'AKID', secretAccessKey: 'fauxqs-secret-key' };

beforeAll(async () => {
  missing = await packages.install('fauxqs@1.9.2');
  if (missing !== undefined) return;
  const script = packages.write('serve.js', "import { startFauxqs } from 'fauxqs';\nconsole.log((await startFauxqs({ port: 0, logger: false })).port);\n");
  server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout!, 'data') as [Buffer]; // it is piped
  const endpoint = `http://127.0.0.1:${line.toString().trim()}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey, AWS_CONFIG_FILE: join(folder, 'none'), SLUICE_PAUSES: 'start=0',
  });
  useNetwork(networkOptions({ pauses: { start: 0 }, s3: { region: 'us-east-1', endpoint, credentials: { kind: 'keys', keys: KEYS } } }));
  for (const bucket of ['lake', 'many']) (await s3Request({ bucket, key: '', method: 'PUT' })).cancel();
}, 240_000);
afterAll(() => {
  server?.kill();
  packages.remove();
  remove();
});

const needed = (context: TestContext): void => {
  if (missing !== undefined) context.skip(missing);
};
const put = (key: string, text: string | Uint8Array): Promise<unknown> => putObject({ bucket: 'lake', key }, Buffer.from(text));

describe('fauxqs', () => {
  it.for(['plain', 'a b+c%20&=é/(x)!', 'd/e//f', "quote'\"<>&"])('stores and gives back the key %s', async (key, context) => {
    needed(context);
    const object = { bucket: 'lake', key: `keys/${key}` };
    await put(object.key, 'body');
    expect(await headObject(object)).toMatchObject({ bytes: 4, etag: '841a2d689ad86bd1611447453c22c6fc' });
    expect(Buffer.from((await getSmallObject(object, 10))!).toString()).toBe('body');
    expect((await listFiles(['s3://lake/keys/**'], '/')).map(({ name }) => name)).toContain(`s3://lake/keys/${key}`);
  });

  it('lists more than a page', async (context) => {
    needed(context);
    const names = Array.from({ length: 1203 }, (_, i) => `part-${String(i).padStart(5, '0')}.jsonl`);
    const queue = names.values();
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (const name of queue) await putObject({ bucket: 'many', key: `x/${name}` }, Buffer.from(name));
    }));
    expect((await listFiles(['s3://many/x/*.jsonl'], '/')).map(({ name }) => name)).toEqual(names.map((name) => `s3://many/x/${name}`));
  });

  it('takes a file in parts, and gives any part of it', async (context) => {
    needed(context);
    const bytes = Buffer.from(Array.from({ length: 20_000_001 }, (_, i) => (i * 2_654_435_761) >>> 24));
    expect(await uploadObject({ bucket: 'lake', key: 'large' }, { size: bytes.length, read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)) })).toMatch(/-3$/);
    const file = await openInput('s3://lake/large');
    const blocks: Uint8Array[] = [];
    for await (const block of file.blocks()) blocks.push(block);
    expect(Buffer.concat(blocks).equals(bytes)).toBe(true);
    for (const [position, length] of [[0, 1], [8_388_607, 2], [20_000_000, 50], [12_345_678, 3_000_000]] as const) expect(Buffer.from(await file.read(position, length)).equals(bytes.subarray(position, position + length))).toBe(true);
  });

  it('gives a run its JSON Lines and Parquet, and takes its result: the digest of the same run from local files', async (context) => {
    needed(context);
    mkdirSync(join(folder, 'in'));
    const texts = Array.from({ length: 400 }, (_, i) => `document ${i % 300} has its own ${'words and '.repeat(i % 17)}end`);
    writeFileSync(join(folder, 'in', 'a.jsonl'), texts.slice(0, 200).map((text, i) => `${JSON.stringify({ id: `a${i}`, text })}\n`).join(''));
    parquetWriteFile({ filename: join(folder, 'in', 'b.parquet'), columnData: [{ name: 'id', data: texts.slice(200).map((_, i) => `b${i}`) }, { name: 'text', data: texts.slice(200) }] });
    for (const name of ['a.jsonl', 'b.parquet']) await put(`run/in/${name}`, readFileSync(join(folder, 'in', name)));
    const recipe = (prefix: string): unknown => ({
      name: prefix === '' ? 'here' : 'there', dedup: { methods: ['exact'] },
      sources: { lines: { read: { format: 'jsonl', paths: `${prefix}in/*.jsonl` } }, rows: { read: { format: 'parquet', paths: `${prefix}in/*.parquet` } } },
    });
    const run = async (name: string, ...parameters: string[]): Promise<{ digest: string }> => {
      const { code, stdout, stderr } = await sluice(folder, 'run', `${name}.yaml`, '--workers', '2', '--json', ...parameters);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as { digest: string }; // --json prints the manifest
    };
    writeRecipe(folder, 'here', recipe(''));
    writeRecipe(folder, 'there', recipe('s3://lake/run/'));
    const { digest } = await run('here');
    expect((await run('there', '--output', 's3://lake/run/out')).digest).toBe(digest);
    const names = Object.keys(filesOf(join(folder, 'output', 'there'))).filter((name) => !name.startsWith('work/'));
    expect((await listFiles(['s3://lake/run/out/**'], '/')).map(({ name }) => name.slice('s3://lake/run/out/'.length))).toEqual([...names, 'files.json'].sort());
    for (const name of names) expect(Buffer.from((await getSmallObject({ bucket: 'lake', key: `run/out/${name}` }, 1 << 24))!).equals(readFileSync(join(folder, 'output', 'there', name))), name).toBe(true);
    expect((await sluice(folder, 'status', 'output/there')).stdout).toContain('published: s3://lake/run/out has all files');
  });
});
