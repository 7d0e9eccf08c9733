import { afterEach, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Credentials } from '#src/storage/s3-credentials.js';

interface Reply {
  readonly status?: number;
  readonly body?: string;
  readonly date?: Date;
}

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.closeAllConnections() ?? server.close(resolve));
});

/** A metadata service; gives its address. */
async function serve(answer: (request: IncomingMessage) => Reply | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const reply = answer(request);
    if (reply === undefined) return void request.socket.destroy();
    response.sendDate = reply.date === undefined;
    if (reply.date !== undefined) response.setHeader('date', reply.date.toUTCString());
    response.writeHead(reply.status ?? 200).end(reply.body ?? '');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

const NOW = new Date('2001-02-03T04:05:06Z'); // the service's own clock counts, not this machine's
const role = (name: string, lifetimeMs: number): Reply => ({
  date: NOW,
  body: JSON.stringify({ Code: 'Success', AccessKeyId: name, SecretAccessKey: `${name}-secret`, Token: `${name}-token`, Expiration: new Date(NOW.getTime() + lifetimeMs).toISOString() }),
});
const HOUR = 3_600_000;

describe("a container's role", () => {
  it('is asked for with its token, once for as long as its keys are good', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request) => {
      asked.push(request.headers.authorization);
      return role('A', HOUR);
    });
    const credentials = new S3Credentials({ kind: 'container', url: `${url}/creds`, token: 'Bearer x' });
    const all = await Promise.all([credentials.current(), credentials.current()]);
    expect([...all, await credentials.current()]).toEqual(Array(3).fill({ accessKeyId: 'A', secretAccessKey: 'A-secret', sessionToken: 'A-token' }));
    expect(asked).toEqual(['Bearer x']);
  });

  it('is asked again before its keys expire, with the token that is in the file by then', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-token-'));
    const tokenFile = join(folder, 'token');
    let time = 0;
    const asked: (string | undefined)[] = [];
    const url = await serve((request) => {
      asked.push(request.headers.authorization);
      return role(`K${++time}`, time === 1 ? 0 : HOUR); // the first are over at once
    });
    const credentials = new S3Credentials({ kind: 'container', url, tokenFile });
    writeFileSync(tokenFile, 'first\n');
    expect((await credentials.current())?.accessKeyId).toBe('K1');
    writeFileSync(tokenFile, 'second\n');
    expect((await credentials.current())?.accessKeyId).toBe('K2');
    expect((await credentials.current())?.accessKeyId).toBe('K2');
    expect(credentials.expired()).toBe(true); // a server said so
    expect((await credentials.current())?.accessKeyId).toBe('K3');
    expect(asked).toEqual(['first', 'second', 'second']);
    rmSync(folder, { recursive: true });
  });

  it('is asked again after a failure, and its last keys are used on while they are good', async () => {
    const replies: (Reply | undefined)[] = [{ status: 500 }, undefined, role('A', HOUR)];
    const url = await serve(() => (replies.length > 0 ? replies.shift() : { status: 500, body: 'A-secret' }));
    let now = 0;
    const credentials = new S3Credentials({ kind: 'container', url }, () => now);
    for (const minutes of [0, 54, 56, 59]) { // they are renewed from 55 on
      now = minutes * 60_000;
      expect((await credentials.current())?.accessKeyId).toBe('A');
    }
    now = 61 * 60_000;
    await expect(credentials.current()).rejects.toThrow(/found status 500, expected 200$/);
  });

  it.each([
    ['no JSON', 'SECRET-KEY', 'found no JSON'], ['no keys', '{"AccessKeyId":"SECRET-KEY"}', 'found no AccessKeyId and SecretAccessKey'],
    ['too much', 'SECRET-KEY'.repeat(10_000), 'cannot be reached: more than 65536 bytes'],
  ])('that answers with %s is an error that quotes nothing', async (_, body, message) => {
    const credentials = new S3Credentials({ kind: 'container', url: await serve(() => ({ body })) });
    const error = await credentials.current().then(() => undefined, (thrown: unknown) => thrown as Error);
    expect(error?.message).toContain(message);
    expect(`${error?.stack} ${String(error?.cause)}`).not.toContain('SECRET-KEY');
  });
});

describe("an instance's role", () => {
  const instance = (endpoint: string): S3Credentials => new S3Credentials({ kind: 'instance', endpoint, timeoutMs: 1000, attempts: 2 });

  it('is asked for by IMDSv2: a token, the role, its keys', async () => {
    const asked: string[] = [];
    const endpoint = await serve(({ method, url, headers }) => {
      asked.push(`${method} ${url}`);
      if (method === 'PUT') return headers['x-aws-ec2-metadata-token-ttl-seconds'] === '300' ? { body: 'IMDS' } : { status: 400 };
      if (headers['x-aws-ec2-metadata-token'] !== 'IMDS') return { status: 401 };
      return url === '/latest/meta-data/iam/security-credentials/' ? { body: 'my role' } : role('I', HOUR);
    });
    expect(await instance(endpoint).current()).toEqual({ accessKeyId: 'I', secretAccessKey: 'I-secret', sessionToken: 'I-token' });
    expect(asked).toEqual(['PUT /latest/api/token', 'GET /latest/meta-data/iam/security-credentials/', 'GET /latest/meta-data/iam/security-credentials/my%20role']);
  });

  it('that is not there leaves requests unsigned: no service, a service switched off, an instance without a role', async () => {
    expect(await instance('http://127.0.0.1:1').current()).toBeUndefined();
    expect(await instance(await serve(() => ({ status: 403 }))).current()).toBeUndefined();
    expect(await instance(await serve(({ method }) => (method === 'PUT' ? { body: 'T' } : { status: 404 }))).current()).toBeUndefined();
  });

  it('that is there and gives no keys is an error', async () => {
    const endpoint = await serve(({ method, url }) => (method === 'PUT' ? { body: 'T' } : url?.endsWith('/') === true ? { body: 'role' } : { status: 500 }));
    await expect(instance(endpoint).current()).rejects.toThrow('found status 500 for role role, expected 200');
  });
});

describe('keys', () => {
  it('are taken out of what servers say', () => {
    const credentials = new S3Credentials({ kind: 'keys', keys: { accessKeyId: 'AKID', secretAccessKey: 'hush', sessionToken: 'token/+=' } });
    expect(credentials.scrub('key AKID, secret hush hush, token token/+=.')).toBe('key [credential], secret [credential] [credential], token [credential].');
    expect(credentials.expired()).toBe(false);
  });
});
