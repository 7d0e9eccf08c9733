import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDestination } from '#src/storage/destination.js';
import { rememberSecret } from '#src/storage/network.js';
import { publish, unpublished, type Published } from '#src/storage/publish.js';
import { PublishJournal } from '#src/storage/publish-journal.js';
import { PutServer } from './support/put-server.js';
import { KEYS, useS3 } from './support/s3-network.js';
import { S3Server } from './support/s3-server.js';

let s3: S3Server;
let http: PutServer;
let folder: string;

beforeAll(async () => {
  s3 = await S3Server.start('bucket');
  http = await PutServer.start();
});
afterAll(() => Promise.all([s3.stop(), http.stop()]));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-publish-'));
  s3.keys = KEYS;
  s3.fault = () => undefined;
  http.fault = () => undefined;
  s3.buckets.get('bucket')!.clear();
  http.files.clear();
  useS3(s3.endpoint);
});
afterEach(() => rmSync(folder, { recursive: true }));

const FILES: Record<string, string> = {
  'corpus/part-00000.jsonl.gz': 'one', 'corpus/en/%25 x+y/part-00000.jsonl.gz': 'two', 'order/ids.bin': 'order', 'decisions/a.parquet': 'decisions', 'rejects/web.md': 'rejects',
  'ledger.json': '{}', 'report.md': '# Report', 'manifest.json': '{"digest": "1"}',
};
const journalFile = (): string => join(folder, 'work', 'published.jsonl');

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'work'), { recursive: true });
}

const run = (address: string, files: Record<string, string>, notes: string[] = []): Promise<Published> =>
  publish({ destination: openDestination(address), folder, paths: Object.keys(files).sort(), journal: PublishJournal.open(journalFile()), events: { note: (text) => notes.push(text) } });

interface Place {
  readonly address: string;
  /** What is there, but for the list. */
  objects(): Record<string, string>;
  /** Requests that change something, since the last call. */
  changes(): string[];
  fail(pattern: RegExp): void;
}

const places: Record<string, () => Place> = {
  's3://': () => ({
    address: 's3://bucket/some prefix/run',
    objects: () => withoutList(s3.objects('bucket', 'some prefix/run/')),
    changes: () => s3.requests.splice(0).filter(({ method }) => method === 'PUT' || method === 'DELETE').map(({ method, key }) => `${method} ${key.slice('some prefix/run/'.length)}`),
    fail: (pattern) => { s3.fault = ({ method, key }) => (method === 'PUT' && pattern.test(key) ? { status: 403, code: 'AccessDenied' } : undefined); },
  }),
  'http://': () => ({
    address: `http://${http.host}/dav/run`,
    objects: () => withoutList(Object.fromEntries([...http.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [path.slice('/dav/run/'.length), bytes.toString()]))),
    changes: () => http.requests.splice(0).filter(({ method }) => method === 'PUT' || method === 'DELETE').map(({ method, path }) => `${method} ${path.slice('/dav/run/'.length)}`),
    fail: (pattern) => { http.fault = (method, path) => (method === 'PUT' && pattern.test(path) ? 403 : undefined); },
  }),
};

const withoutList = ({ 'files.json': _, ...rest }: Record<string, string>): Record<string, string> => rest;
const listed = (files: Record<string, string>): string[] => (JSON.parse(files['files.json']!) as { files: { path: string }[] }).files.map(({ path }) => path); // as published

describe.each(Object.entries(places))('publishing to %s', (kind, open) => {
  let place: Place;
  beforeEach(() => {
    if (kind === 'http://') http.folders.clear(), http.folders.add('/').add('/dav/');
    place = open();
    place.changes();
  });

  it('sends every file, the list before all and the manifest last, and nothing the next time', async () => {
    write(FILES);
    expect(await run(place.address, FILES)).toMatchObject({ sent: 8, removed: 0 });
    expect(place.objects()).toEqual(FILES);
    const changes = [...new Set(place.changes())];
    expect([changes[0], changes.at(-1), changes.length]).toEqual(['PUT files.json', 'PUT manifest.json', 9]);
    expect(await run(place.address, FILES)).toEqual({ sent: 0, sentBytes: 0, removed: 0 });
    expect(place.changes()).toEqual([]);
  });

  it('sends what changed, removes what is gone, and takes the manifest away while it does', async () => {
    write(FILES);
    await run(place.address, FILES);
    place.changes();
    const { 'order/ids.bin': _, ...kept } = FILES;
    const next = { ...kept, 'corpus/part-00000.jsonl.gz': 'ONE', 'corpus/part-00001.jsonl.gz': 'new', 'manifest.json': '{"digest": "2"}' };
    write(next);
    expect(await run(place.address, next)).toMatchObject({ sent: 3, removed: 1 });
    expect(place.objects()).toEqual(next);
    const changes = place.changes();
    expect(changes.slice(0, 2)).toEqual(['DELETE manifest.json', 'PUT files.json']);
    expect(changes.slice(2, 4).sort()).toEqual(['PUT corpus/part-00000.jsonl.gz', 'PUT corpus/part-00001.jsonl.gz']);
    expect(changes.slice(4)).toEqual(['DELETE order/ids.bin', 'PUT files.json', 'PUT manifest.json']);
  });

  it('leaves files alone that no run has named', async () => {
    write(FILES);
    await run(place.address, FILES);
    if (kind === 's3://') s3.put('bucket', 'some prefix/run/corpus/mine.txt', 'mine');
    else http.files.set('/dav/run/corpus/mine.txt', Buffer.from('mine'));
    const { 'rejects/web.md': _, ...next } = FILES;
    await run(place.address, next);
    expect(place.objects()).toEqual({ ...next, 'corpus/mine.txt': 'mine' });
  });

  it('sends again what somebody else changed or removed there', async () => {
    write(FILES);
    await run(place.address, FILES);
    if (kind === 's3://') {
      s3.put('bucket', 'some prefix/run/order/ids.bin', 'ORDER');
      s3.buckets.get('bucket')!.delete('some prefix/run/report.md');
    } else {
      http.files.set('/dav/run/order/ids.bin', Buffer.from('other'.repeat(2)));
      http.files.delete('/dav/run/report.md');
    }
    expect(await run(place.address, FILES)).toMatchObject({ sent: 3 });
    expect(place.objects()).toEqual(FILES);
  });

  it('goes on where it failed, with the files it has sent', async () => {
    write(FILES);
    place.fail(/decisions/);
    await expect(run(place.address, FILES)).rejects.toThrow(/decisions\/a\.parquet: found (AccessDenied|HTTP 403)/);
    expect(place.objects()['manifest.json']).toBeUndefined();
    place.fail(/nothing/);
    const sent = place.changes().filter((change) => change.startsWith('PUT')).length;
    await run(place.address, FILES);
    expect(place.objects()).toEqual(FILES);
    expect(place.changes().filter((change) => change.startsWith('PUT')).length).toBeLessThan(9);
    expect(sent).toBeGreaterThan(1);
  });

  it('needs no journal: without one it sends all again; with a torn line, that file', async () => {
    write(FILES);
    await run(place.address, FILES);
    truncateSync(journalFile(), readFileSync(journalFile()).length - 10);
    appendFileSync(journalFile(), '\nno json\n{"to": 1}\n');
    expect(await run(place.address, FILES)).toMatchObject({ sent: 1 });
    rmSync(journalFile());
    expect(await run(place.address, FILES)).toMatchObject({ sent: 8 });
    expect(place.objects()).toEqual(FILES);
  });

  it('says by the journal alone what is not published yet', async () => {
    write(FILES);
    const { name: to } = openDestination(place.address);
    const ask = (): Promise<string[]> => unpublished({ to, folder, paths: Object.keys(FILES).sort(), journal: PublishJournal.read(journalFile()) });
    expect(await ask()).toEqual(Object.keys(FILES).sort());
    await run(place.address, FILES);
    expect(await ask()).toEqual([]);
    write({ 'report.md': '# Report, another' });
    expect(await ask()).toEqual(['report.md']);
    await run(place.address, FILES);
    utimesSync(join(folder, 'manifest.json'), 1, 1); // the same bytes, written again
    expect(await ask()).toEqual(['manifest.json']);
    place.changes();
    await run(place.address, FILES);
    expect([await ask(), place.changes()]).toEqual([[], []]);
  });

  it('refuses a place whose files.json is something else', async () => {
    for (const text of ['{"files": 3}', '{"files": [{"path": "../../escape", "bytes": 1, "sha256": ""}]}', `{"files": [{"path": "corpus/../../x", "bytes": 1, "sha256": "${'0'.repeat(64)}"}]}`]) {
      if (kind === 's3://') s3.put('bucket', 'some prefix/run/files.json', text);
      else http.files.set('/dav/run/files.json', Buffer.from(text));
      write(FILES);
      await expect(run(place.address, FILES)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining('expected it, or another place') });
    }
    expect(place.changes()).toEqual([]);
  });
});

describe('publishing to s3://', () => {
  it('ends the uploads that a killed run left, of its own files alone', async () => {
    const prefix = 'some prefix/run/';
    for (const [i, key] of [`${prefix}corpus/part-00000.jsonl.gz`, `${prefix}files.json`, `${prefix}corpus/other`, 'else'].entries()) s3.uploads.set(`u${i}`, { bucket: 'bucket', key, parts: new Map() });
    write(FILES);
    const notes: string[] = [];
    await run('s3://bucket/some prefix/run', FILES, notes);
    expect([[...s3.uploads.keys()], notes]).toEqual([['u2', 'u3'], []]);
    s3.uploads.clear();
  });

  it.each([[403, 'AccessDenied', 'AccessDenied'], [501, 'NotImplemented', 'NotImplemented'], [200, 'something else', 'NotImplemented']])('says where unfinished uploads cannot be looked for, and goes on (HTTP %d)', async (status, code, told) => {
    s3.fault = ({ method, query }) => (method === 'GET' && query.has('uploads') ? { status, code } : undefined);
    write(FILES);
    const notes: string[] = [];
    expect(await run('s3://bucket/x', FILES, notes)).toMatchObject({ sent: 8 });
    expect(notes).toEqual([expect.stringContaining(`cannot be looked for (${told})`)]);
  });

  it('works at the top of a bucket', async () => {
    write(FILES);
    await run('s3://bucket', FILES);
    const all = s3.objects('bucket');
    expect(withoutList(all)).toEqual(FILES);
    expect(listed(all)).toEqual(Object.keys(FILES).filter((path) => path !== 'manifest.json').sort());
  });
});

describe('publishing to http://', () => {
  it('sends the credentials of the address, and shows them nowhere', async () => {
    http.folders.add('/dav/run/');
    http.authorization = `Basic ${Buffer.from('me:hunter 2').toString('base64')}`;
    const shown = `http://${http.host}/dav/run`;
    rememberSecret(shown, `http://me:hunter%202@${http.host}/dav/run`);
    write(FILES);
    await run(shown, FILES);
    http.authorization = 'Basic other';
    const error = await run(shown, { ...FILES, 'report.md': 'x' }).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dav\/run\/files\.json: found HTTP 401 for GET, expected success: the server wants other credentials$/);
    expect(readFileSync(journalFile(), 'utf8')).not.toContain('hunter');
    http.authorization = undefined;
  });

  it('sends a file again where less is there than was sent, and after resets', async () => {
    http.folders.add('/dav/run/').add('/dav/run/corpus/');
    let time = 0;
    http.fault = (method) => (method === 'PUT' && ++time === 1 ? 0 : undefined);
    const files = { 'corpus/part-00000.jsonl.gz': 'x'.repeat(3_000_001), 'manifest.json': '{}' };
    write(files);
    await run(`http://${http.host}/dav/run/`, files);
    expect(http.files.get('/dav/run/corpus/part-00000.jsonl.gz')?.length).toBe(3_000_001);
    expect(time).toBeGreaterThan(3);
  });
});
