import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3Server } from './support/s3-server.js';

const STORAGE = new URL('../../dist/storage/', import.meta.url).href;
let server: S3Server;
let folder: string;
let script: string;

/** Publishes the folder as the command does, in a process that can be killed. */
const SCRIPT = `
import { openDestination } from '${STORAGE}destination.js';
import { networkOptions, useNetwork } from '${STORAGE}network.js';
import { publish } from '${STORAGE}publish.js';
import { PublishJournal } from '${STORAGE}publish-journal.js';
const [endpoint, folder, ...paths] = process.argv.slice(2);
useNetwork(networkOptions({ pauses: { start: 0 }, s3: { region: 'us-east-1', endpoint, credentials: { kind: 'none', why: '' } } }));
await publish({ destination: openDestination('s3://bucket/out'), folder, paths, journal: PublishJournal.open(folder + '/work/published.jsonl') });
`;

const LARGE = 'large, '.repeat(2_600_000); // three parts
const FIRST: Record<string, string> = { 'corpus/part-00000.jsonl.gz': LARGE, 'corpus/part-00001.jsonl.gz': 'two', 'decisions/a.parquet': 'decisions', 'order/ids.bin': 'order', 'ledger.json': '{}', 'manifest.json': '{"digest": "1"}' };
const SECOND: Record<string, string> = { 'corpus/part-00000.jsonl.gz': LARGE.toUpperCase(), 'order/ids.bin': 'order', 'order/new.bin': 'new', 'ledger.json': '{"a": 1}', 'manifest.json': '{"digest": "2"}' };

beforeAll(async () => {
  server = await S3Server.start('bucket');
  folder = mkdtempSync(join(tmpdir(), 'sluice-killed-'));
  script = join(folder, 'publish.mjs');
  writeFileSync(script, SCRIPT);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  server.buckets.get('bucket')!.clear();
  server.uploads.clear();
  server.fault = () => undefined;
  rmSync(join(folder, 'run'), { recursive: true, force: true });
});

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'run', path)), { recursive: true });
    writeFileSync(join(folder, 'run', path), text);
  }
  mkdirSync(join(folder, 'run', 'work'), { recursive: true });
}

/** Whether it came to its end. `killAt`: the request at whose arrival the process is killed; the server carries it out, or does not. */
async function publishing(files: Record<string, string>, killAt = Infinity, carriedOut = true): Promise<boolean> {
  const child = spawn(process.execPath, [script, server.endpoint, join(folder, 'run'), ...Object.keys(files).sort()], { stdio: ['ignore', 'ignore', 'inherit'] });
  let requests = 0;
  server.fault = () => {
    if (++requests < killAt) return undefined;
    child.kill('SIGKILL');
    return carriedOut ? undefined : { reset: true };
  };
  const [code, signal] = await once(child, 'close') as [number | null, string | null];
  server.fault = () => undefined;
  if (signal === 'SIGKILL') return false;
  expect(code).toBe(0);
  return true;
}

/** A manifest vouches for what is there. */
function expectVouched(...states: readonly Record<string, string>[]): void {
  const { 'files.json': _, ...there } = server.objects('bucket', 'out/');
  if (there['manifest.json'] === undefined) return;
  const state = states.find((one) => one['manifest.json'] === there['manifest.json'])!; // one of those that were published
  for (const [path, text] of Object.entries(state)) expect(there[path] === text, path).toBe(true);
}

function expectWhole(files: Record<string, string>): void {
  const { 'files.json': list, ...there } = server.objects('bucket', 'out/');
  expect(Object.keys(there)).toEqual(Object.keys(files).sort());
  for (const [path, text] of Object.entries(files)) expect(there[path] === text, path).toBe(true);
  expect((JSON.parse(list!) as { files: { path: string }[] }).files.map(({ path }) => path)).toEqual(Object.keys(files).filter((path) => path !== 'manifest.json').sort());
  expect(server.uploads.size).toBe(0);
}

describe.each([{ carriedOut: true, step: 1 }, { carriedOut: false, step: 3 }])('a process that is killed at a request (carried out: $carriedOut)', ({ carriedOut, step }) => {
  it('is finished by the next, wherever it was: a first publication', async () => {
    let kills = 0;
    for (let killAt = 1; ; killAt += step) {
      server.buckets.get('bucket')!.clear();
      server.uploads.clear();
      rmSync(join(folder, 'run'), { recursive: true, force: true });
      write(FIRST);
      const whole = await publishing(FIRST, killAt, carriedOut);
      expectVouched(FIRST);
      if (!whole) await publishing(FIRST);
      expectWhole(FIRST);
      if (whole) break;
      kills = killAt;
    }
    expect(kills).toBeGreaterThan(20);
  }, 600_000);

  it('is finished by the next, wherever it was: one that replaces another, killed again and again', async () => {
    write(FIRST);
    await publishing(FIRST);
    rmSync(join(folder, 'run', 'decisions'), { recursive: true });
    write(SECOND);
    for (let killAt = 2; !await publishing(SECOND, killAt, carriedOut); killAt += 1) expectVouched(FIRST, SECOND);
    expectWhole(SECOND);
    rmSync(join(folder, 'run', 'work'), { recursive: true }); // another machine: no journal
    write(FIRST);
    for (let killAt = 3; !await publishing(FIRST, killAt, carriedOut); killAt += 4) {
      expectVouched(FIRST, SECOND);
      rmSync(join(folder, 'run', 'work'), { recursive: true });
      mkdirSync(join(folder, 'run', 'work'));
    }
    expectWhole(FIRST);
  }, 600_000);
});

