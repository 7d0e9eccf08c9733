import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partBytes, unfinishedUploads, uploadObject } from '#src/storage/s3-upload.js';
import { KEYS, useS3 } from './support/s3-network.js';
import { S3Server, type Fault } from './support/s3-server.js';

const MIB = 1 << 20;
const BODY = Buffer.alloc(20 * MIB + 77, 'some bytes, ');
BODY.writeUInt32BE(1, 9 * MIB);

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start('bucket');
});
afterAll(() => server.stop());
beforeEach(() => {
  server.keys = KEYS;
  server.fault = () => undefined;
  server.requests.length = 0;
  server.buckets.get('bucket')!.clear();
  server.uploads.clear();
  useS3(server.endpoint);
});

const source = (bytes: Buffer): { size: number; read(position: number, length: number): Promise<Uint8Array> } => ({ size: bytes.length, read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)) });
const upload = (key: string, bytes: Buffer): Promise<string> => uploadObject({ bucket: 'bucket', key }, source(bytes));
const stored = (key: string): Buffer | undefined => server.buckets.get('bucket')!.get(key)?.body;
const sent = (): string[] => server.requests.map(({ method, query }) => `${method}${query.has('uploads') ? ' begin' : query.has('partNumber') ? ` ${query.get('partNumber')}` : query.has('uploadId') ? ' end' : ''}`);
/** A fault of the n-th part's first `times` sendings. */
const inPart = (number: number, times: number, fault: Fault) => ({ query, time }: { query: URLSearchParams; time: number }): Fault | undefined => (query.get('partNumber') === String(number) && time <= times ? fault : undefined);

describe('an upload', () => {
  it.each([0, 1, 16 * MIB])('of %d bytes is one request, and is looked at then', async (bytes) => {
    await upload('small', BODY.subarray(0, bytes));
    expect(stored('small')!.equals(BODY.subarray(0, bytes))).toBe(true);
    expect(sent()).toEqual(['PUT', 'HEAD']);
  });

  it('of more goes in parts of 8 MiB, and leaves no upload open', async () => {
    expect(await upload('large', BODY)).toMatch(/^[0-9a-f]{32}-3$/);
    expect(stored('large')!.equals(BODY)).toBe(true);
    expect(sent()).toEqual(['POST begin', 'PUT 1', 'PUT 2', 'PUT 3', 'POST end', 'HEAD']);
    expect(server.uploads.size).toBe(0);
  });

  it('has parts so large that 10,000 suffice, in whole MiB', () => {
    expect([17 * MIB, 80_000 * MIB, 80_000 * MIB + 1, 640_000 * MIB].map((size) => partBytes(size) / MIB)).toEqual([8, 8, 9, 64]);
    expect([80_000 * MIB + 1, 333_333 * MIB].every((size) => Math.ceil(size / partBytes(size)) <= 10_000)).toBe(true);
  });

  it.each<[string, Fault, string[]]>([
    ['a part is refused for its load', { status: 503, code: 'SlowDown' }, ['PUT 2', 'PUT 2']],
    ['the connection ends', { reset: true }, ['PUT 2', 'PUT 2']],
    ['a part came as another', { status: 400, code: 'BadDigest' }, ['PUT 2', 'PUT 2']],
    ['a part is stored as another', { corrupts: true }, ['PUT 2', 'PUT 2']],
    ['the answer about a part is lost', { forgets: true }, ['PUT 2', 'PUT 2']],
  ])('sends a part again where %s', async (_, fault, parts) => {
    server.fault = inPart(2, 1, fault);
    await upload('large', BODY);
    expect(stored('large')!.equals(BODY)).toBe(true);
    expect(sent().filter((one) => one === 'PUT 2')).toEqual(parts);
  });

  it('ends its upload where a part cannot be stored', async () => {
    server.fault = inPart(2, 9, { etag: '0'.repeat(32) });
    await expect(upload('large', BODY)).rejects.toMatchObject({ name: 'OutputError', message: expect.stringMatching(/^s3:\/\/bucket\/large: part 2 was stored 4 times with the ETag 0+, expected [0-9a-f]{32}/) });
    expect([server.uploads.size, stored('large')]).toEqual([0, undefined]);
    server.fault = inPart(2, 9, { status: 403, code: 'AccessDenied', message: 'no' });
    await expect(upload('large', BODY)).rejects.toThrow('s3://bucket/large: found AccessDenied (HTTP 403: no), expected permission for these credentials');
    expect(server.uploads.size).toBe(0);
  });

  it.each<[string, Fault]>([['is lost', { forgets: true }], ['is a failure that comes as success', { status: 200, code: 'InternalError' }]])('is whole where the answer about joining the parts %s', async (_, fault) => {
    server.fault = ({ method, query, time }) => (method === 'POST' && query.has('uploadId') && time === 1 ? fault : undefined);
    await upload('large', BODY);
    expect(stored('large')!.equals(BODY)).toBe(true);
    expect(server.uploads.size).toBe(0);
  });

  it('is done again where what is stored is something else, and fails where it stays so', async () => {
    server.fault = ({ method, time }) => (method === 'PUT' && time === 1 ? { corrupts: true } : undefined);
    await upload('small', BODY.subarray(0, 100));
    expect(stored('small')!.equals(BODY.subarray(0, 100))).toBe(true);
    server.fault = ({ method }) => (method === 'PUT' ? { corrupts: true } : undefined);
    await expect(upload('small', BODY.subarray(0, 100))).rejects.toMatchObject({ name: 'OutputError', message: expect.stringMatching(/^s3:\/\/bucket\/small: stored 4 times, the last time found the ETag [0-9a-f]{32} there, expected [0-9a-f]{32} by the bytes that were sent$/) });
    server.fault = ({ method }) => (method === 'HEAD' ? { etag: 'another' } : undefined);
    await expect(upload('other', BODY.subarray(0, 100))).rejects.toThrow('found the ETag another there');
  });

  it('is signed by the SHA-256 of its bytes, and carries their MD5', async () => {
    await upload('small', BODY.subarray(0, 100));
    const { headers } = server.requests[0]!;
    expect([headers['content-md5'], headers['x-amz-content-sha256']]).toEqual([expect.stringMatching(/^[\w+/]{22}==$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  it('that nobody ended is found, page by page', async () => {
    server.pageSize = 2;
    for (let i = 1; i <= 5; i++) server.uploads.set(`u${i}`, { bucket: 'bucket', key: `a/é &${i}`, parts: new Map() });
    server.uploads.set('u6', { bucket: 'bucket', key: 'b', parts: new Map() });
    const found = [];
    for await (const { key, uploadId } of unfinishedUploads({ bucket: 'bucket', key: 'a/' })) found.push(`${uploadId} ${key}`);
    expect(found).toEqual([1, 2, 3, 4, 5].map((i) => `u${i} a/é &${i}`));
    server.pageSize = 1000;
  });
});
