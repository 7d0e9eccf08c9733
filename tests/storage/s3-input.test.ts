import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anyGlobMatcher } from '#src/formats/glob-pattern.js';
import { openInput } from '#src/storage/input-file.js';
import { listFiles } from '#src/storage/list-files.js';
import { KEYS, useS3 } from './support/s3-network.js';
import { S3Server } from './support/s3-server.js';

let server: S3Server;
const BODY = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
const NAMES = ['web/a.jsonl.gz', 'web/b c+d.jsonl.gz', 'web/é.jsonl.gz', 'web/deep/x.jsonl.gz', 'web/deep/y.txt', 'web/deep/', 'books/1.txt', '/web/lead.jsonl.gz', 'web/emoji-\u{1F600}.jsonl.gz', 'web/\uFF5E.jsonl.gz', 'web/&<>.jsonl.gz'];

beforeAll(async () => {
  server = await S3Server.start('bucket', 'other');
  for (const name of NAMES) server.put('bucket', name, name);
  server.put('bucket', 'big.bin', BODY);
});
afterAll(() => server.stop());
beforeEach(() => {
  server.keys = KEYS;
  server.pageSize = 2;
  server.fault = () => undefined;
  server.requests.length = 0;
  useS3(server.endpoint);
});

const namesOf = async (...addresses: string[]): Promise<string[]> => (await listFiles(addresses, '/')).map(({ name }) => name);

async function read(address: string, start?: number): Promise<Buffer> {
  const file = await openInput(address);
  const blocks: Uint8Array[] = [];
  for await (const block of file.blocks(start)) blocks.push(block);
  await file.close();
  return Buffer.concat(blocks);
}

describe('a list of objects', () => {
  it.each(['web/*.jsonl.gz', 'web/**', '**/*.txt', '{web,books}/*', '/web/*', 'web/?.jsonl.gz', '**'])('of %s has what a matcher of globs says, page by page', async (glob) => {
    const matches = anyGlobMatcher([glob]);
    const expected = [...NAMES, 'big.bin'].filter((name) => !name.endsWith('/') && matches(name)).map((name) => `s3://bucket/${name}`).sort(); // by code units
    expect(expected.length).toBeGreaterThan(0);
    expect(await namesOf(`s3://bucket/${glob}`)).toEqual(expected);
  });

  it('asks for what stands before the first wildcard, and gives size and ETag as identity', async () => {
    const [file] = await listFiles(['s3://bucket/web/a*'], '/');
    expect(file).toEqual({ name: 's3://bucket/web/a.jsonl.gz', path: 's3://bucket/web/a.jsonl.gz', bytes: 14, identity: expect.stringMatching(/^s3:\/\/bucket\/web\/a\.jsonl\.gz\0[0-9]+\0[0-9a-f]{32}$/) });
    expect(server.requests.map(({ query }) => query.get('prefix'))).toEqual(['web/a']);
  });

  it('of single keys has each once, with the same identity as a glob gives, and missing ones by name', async () => {
    const files = await listFiles(['s3://bucket/web/b c+d.jsonl.gz', 's3://bucket/nothing', 's3://bucket/web/b*'], '/');
    expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([['s3://bucket/nothing', 0], ['s3://bucket/web/b c+d.jsonl.gz', 18]]);
    expect((await listFiles(['s3://bucket/web/b c+d.jsonl.gz'], '/'))[0]).toEqual(files[1]);
  });

  it('of a key that may not be looked at is refused before anything is read', async () => {
    server.fault = () => ({ status: 403, code: 'RequestTimeTooSkewed' });
    await expect(listFiles(['s3://bucket/web/a.jsonl.gz'], '/')).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining("found RequestTimeTooSkewed (HTTP 403: Refused), expected this machine's clock") });
  });

  it.each([
    ['s3://missing/*', 'found NoSuchBucket'], ['s3://bucket', 'found no key'], ['s3://bucket/', 'found no key'], ['s3://bucket/a[0-9]', 'glob "a[0-9]": found ['], ['s3://bucket/web/../*', 'a part that is ".."'],
  ])('of %s is refused before anything is read', async (address, found) => {
    await expect(listFiles([address], '/')).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(found) });
  });

  it('stops at a token that comes again', async () => {
    server.pageSize = 1000;
    const plain = server.buckets.get('bucket')!;
    server.fault = ({ query }) => (query.has('list-type') ? { status: 200, code: 'x', more: '' } : undefined);
    await expect(listFiles(['s3://bucket/web/*'], '/')).rejects.toThrow('found the answer Error, expected ListBucketResult');
    expect(plain.size).toBeGreaterThan(0);
  });
});

describe('an object', () => {
  it('is read whole, from a byte on, and in parts', async () => {
    expect((await read('s3://bucket/big.bin')).equals(BODY)).toBe(true);
    expect((await read('s3://bucket/big.bin', 2_999_990)).equals(BODY.subarray(2_999_990))).toBe(true);
    const file = await openInput('s3://bucket/big.bin');
    expect([file.name, file.size]).toEqual(['s3://bucket/big.bin', BODY.length]);
    expect(Buffer.from(await file.read(1000, 50)).equals(BODY.subarray(1000, 1050))).toBe(true);
    expect(Buffer.from(await file.read(2_999_999, 50)).equals(BODY.subarray(2_999_999))).toBe(true);
    expect(server.requests.filter(({ headers }) => headers['if-match'] !== undefined)).toHaveLength(1);
  });

  it('is read on at the exact byte where it was cut', async () => {
    server.fault = ({ method }) => (method === 'GET' && server.requests.length < 5 ? { cutAfter: 700_000 } : undefined); // behind the HEAD
    expect((await read('s3://bucket/big.bin')).equals(BODY)).toBe(true);
    expect(server.requests.map(({ method, headers }) => `${method} ${headers.range ?? ''}`).slice(0, 2)).toEqual(['HEAD ', 'GET ']);
    expect(server.requests.slice(2).map(({ headers }) => [headers.range, headers['if-range']])).toEqual(Array(3).fill([expect.stringMatching(/^bytes=[1-9]\d*-$/), expect.stringMatching(/^"[0-9a-f]{32}"$/)]));
  });

  it('that changed while it was read is an error, and so are one that is not there and one that may not be read', async () => {
    server.put('other', 'changes', 'x'.repeat(100));
    const file = await openInput('s3://other/changes');
    server.put('other', 'changes', 'y'.repeat(100));
    await expect(file.read(10, 10)).rejects.toThrow('s3://other/changes: changed while it was read');
    await expect(openInput('s3://other/nothing')).rejects.toMatchObject({ name: 'ShardError', message: 's3://other/nothing: found no such object, expected one to read' });
    server.fault = () => ({ status: 403, code: 'AccessDenied', message: 'Access Denied' });
    await expect(openInput('s3://other/changes')).rejects.toMatchObject({ name: 'ShardError', message: 's3://other/changes: found AccessDenied (HTTP 403: Access Denied), expected permission for these credentials' });
  });
});
