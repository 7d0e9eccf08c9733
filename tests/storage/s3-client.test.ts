import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestGate } from '#src/storage/http-request.js';
import { s3Request } from '#src/storage/s3-client.js';
import { S3Error } from '#src/storage/s3-error.js';
import { getSmallObject, headObject, putObject } from '#src/storage/s3-objects.js';
import { KEYS, useS3 } from './support/s3-network.js';
import { S3Server } from './support/s3-server.js';

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start('bucket');
});
afterAll(() => server.stop());
beforeEach(() => {
  server.keys = KEYS;
  server.region = 'us-east-1';
  server.fault = () => undefined;
  server.requests.length = 0;
  useS3(server.endpoint);
});

const at = (key: string): { bucket: string; key: string } => ({ bucket: 'bucket', key });
const text = (bytes: Uint8Array | undefined): string | undefined => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const failure = (work: Promise<unknown>): Promise<Error> => work.then(() => { throw new Error('it did not fail'); }, (error: unknown) => error as Error); // errors are thrown

describe('a request to S3', () => {
  it.each(['plain', 'a b+c%20&=?#', 'ключ/é/日本語', '/leading//and/trailing/', "(it's!*)~-_."])('is signed so that the server accepts it for the key %s', async (key) => {
    await putObject(at(key), Buffer.from('body'));
    expect([...server.buckets.get('bucket')!.keys()]).toContain(key);
    expect(text(await getSmallObject(at(key), 10))).toBe('body');
    expect(await headObject(at(key))).toEqual({ key, bytes: 4, etag: '841a2d689ad86bd1611447453c22c6fc', md5: true });
  });

  it('is not signed where there are no credentials, and is denied with the reason', async () => {
    server.put('bucket', 'public', 'x');
    useS3(server.endpoint, { kind: 'none', why: 'AWS_NO_SIGN_REQUEST is set' });
    const denied = await failure(getSmallObject(at('public'), 10));
    expect(denied.message).toBe('s3://bucket/public: found AccessDenied (HTTP 403: Refused), expected a public object, as the request was not signed (AWS_NO_SIGN_REQUEST is set)');
    server.keys = undefined;
    expect(text(await getSmallObject(at('public'), 10))).toBe('x');
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it('that is denied opens no circuit: other requests go on', async () => {
    const openings = requestGate().openings;
    useS3(server.endpoint, { kind: 'keys', keys: { ...KEYS, secretAccessKey: 'another' } });
    const denied = await failure(getSmallObject(at('key'), 10));
    expect(denied).toBeInstanceOf(S3Error);
    expect(denied.message).toMatch(/^s3:\/\/bucket\/key: found SignatureDoesNotMatch \(HTTP 403: Refused\), expected credentials that the server knows/);
    expect([requestGate().openings, server.requests.length]).toEqual([openings, 1]);
  });

  it('is repeated after SlowDown and resets, each time with a signature of its own', async () => {
    server.put('bucket', 'busy', 'x');
    server.fault = ({ key, time }) => (key !== 'busy' ? undefined : time === 1 ? { status: 503, code: 'SlowDown' } : time === 2 ? { reset: true } : undefined);
    expect(text(await getSmallObject(at('busy'), 10))).toBe('x');
    expect(server.requests).toHaveLength(3);
    server.fault = () => ({ status: 503, code: 'SlowDown' });
    expect((await failure(getSmallObject(at('busy'), 10))).message).toContain('/bucket/busy: GET failed 4 times, the last time with HTTP 503');
  });

  it.each([301, 400])('goes to the region that the bucket is in (HTTP %s), and stays there', async (status) => {
    server.region = 'eu-west-3';
    server.put('bucket', 'far', 'x');
    server.fault = ({ headers }) => (headers.authorization?.includes('/eu-west-3/') === true ? undefined
      : { status, code: status === 301 ? 'PermanentRedirect' : 'AuthorizationHeaderMalformed', ...(status === 301 ? { headers: { 'x-amz-bucket-region': 'eu-west-3' } } : { more: '<Region>eu-west-3</Region>' }) });
    expect(text(await getSmallObject(at('far'), 10))).toBe('x');
    expect(text(await getSmallObject(at('far'), 10))).toBe('x');
    expect(server.requests).toHaveLength(3);
  });

  it('follows a wrong region once', async () => {
    server.fault = () => ({ status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': `r-${server.requests.length}` } });
    expect((await failure(getSmallObject(at('far'), 10))).message).toContain('found PermanentRedirect (HTTP 301');
    expect(server.requests).toHaveLength(2);
  });

  it('is never signed for another host', async () => {
    const asked: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end('<html>');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo; // it listens on a port
    server.fault = () => ({ status: 307, code: 'TemporaryRedirect', headers: { location: `http://127.0.0.1:${port}/bucket/key` } });
    expect((await failure(getSmallObject(at('key'), 10))).message).toContain('nothing is signed for other hosts');
    expect(asked).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });

  it.each([
    ['RequestTimeTooSkewed', 403, "expected this machine's clock within 15 minutes"],
    ['ExpiredToken', 400, 'expected credentials that are still good'],
    ['InvalidAccessKeyId', 403, 'expected credentials that the server knows'],
    ['NoSuchBucket', 404, 'expected a bucket that is there'],
  ])('that ends with %s says what to do, and repeats no credentials', async (code, status, advice) => {
    server.fault = ({ headers }) => ({ status, code, message: `no ${KEYS.secretAccessKey} or ${KEYS.sessionToken} or ${KEYS.accessKeyId} or ${headers['x-amz-security-token'] as string}` }); // one of ours
    const error = await failure(getSmallObject(at('key'), 10));
    expect(error.message).toContain(`found ${code} (HTTP ${status}: no [credential]`);
    expect(error.message).toContain(advice);
    expect(`${error.stack} ${String(error.cause)}`).not.toMatch(new RegExp([KEYS.secretAccessKey, KEYS.sessionToken, KEYS.accessKeyId].map((key) => key.replace(/[+/=]/g, '\\$&')).join('|')));
    const head = await failure(headObject(at('key')).then((found) => { if (found === undefined) throw error; }));
    expect(head.message).toContain(`found ${code}`); // also where the answer has no body
  });

  it('is sent again where its body did not arrive as it was', async () => {
    server.fault = ({ time }) => (time < 3 ? { status: 400, code: time === 1 ? 'BadDigest' : 'RequestTimeout' } : undefined);
    await putObject(at('again'), Buffer.from('body'));
    expect(server.requests).toHaveLength(3);
    server.fault = () => ({ status: 400, code: 'BadDigest' });
    expect((await failure(putObject(at('broken'), Buffer.from('body')))).message).toContain('found BadDigest');
  });

  it('holds the number of requests under way', async () => {
    server.put('bucket', 'many', 'x');
    const held: (() => void)[] = [];
    let most = 0;
    server.hold = () => new Promise((resolve) => {
      most = Math.max(most, held.push(resolve));
      if (held.length === 4) setTimeout(() => held.splice(0).forEach((go) => go()), 20); // a fifth would come in that time
    });
    await Promise.all(Array.from({ length: 32 }, () => getSmallObject(at('many'), 10)));
    expect(most).toBe(4);
    server.hold = () => undefined;
  });

  it('asks a role for new keys when the server calls them expired', async () => {
    let given = 0;
    const metadata = createServer((_, response) => response.end(JSON.stringify({ AccessKeyId: KEYS.accessKeyId, SecretAccessKey: KEYS.secretAccessKey, Token: `token-${++given}`, Expiration: '2999-01-01T00:00:00Z' })));
    await new Promise<void>((resolve) => metadata.listen(0, '127.0.0.1', resolve));
    const { port } = metadata.address() as AddressInfo; // it listens on a port
    useS3(server.endpoint, { kind: 'container', url: `http://127.0.0.1:${port}/creds` });
    server.put('bucket', 'role', 'x');
    server.keys = { ...KEYS, sessionToken: 'token-2' };
    server.fault = ({ headers }) => (headers['x-amz-security-token'] === 'token-1' ? { status: 400, code: 'ExpiredToken' } : undefined);
    expect(text(await getSmallObject(at('role'), 10))).toBe('x');
    expect(given).toBe(2);
    server.fault = () => ({ status: 400, code: 'ExpiredToken' });
    expect((await failure(getSmallObject(at('role'), 10))).message).toContain('found ExpiredToken');
    await new Promise((resolve) => metadata.close(resolve));
  });

  it('is refused where what was set up cannot be used', async () => {
    useS3(server.endpoint, { kind: 'unusable', message: 'AWS_PROFILE: found no profile x' });
    const error = await failure(s3Request(at('key')));
    expect([error.name, error.message, server.requests.length]).toEqual(['ConfigError', 'AWS_PROFILE: found no profile x', 0]);
  });
});
