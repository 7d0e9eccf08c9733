import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request } from '#src/storage/http-request.js';
import { quickNetwork, ScriptedServer } from './scripted-server.js';

/** A proxy as they are: plain HTTP by whole addresses, anything else through a tunnel. */
let proxy: Server;
let seen: string[];
let server: ScriptedServer;
const open = new Set<Socket>();
beforeEach(async () => {
  seen = [];
  server = await ScriptedServer.start(new TextEncoder().encode('through'));
  proxy = createServer((ask, response) => {
    seen.push(`${ask.method} ${ask.url} ${ask.headers['proxy-authorization'] ?? ''}`.trim());
    const passed = forward(ask.url!, { method: ask.method, headers: ask.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    ask.pipe(passed);
  });
  proxy.on('connect', (ask, client: Socket) => {
    seen.push(`CONNECT ${ask.url}`);
    const [, host, port] = /^(.*):(\d+)$/.exec(ask.url!)!;
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) open.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  proxy.closeAllConnections();
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
  await server.stop();
});

const proxyAddress = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
const get = async (url: string): Promise<string> => new TextDecoder().decode(await (await request(url)).bytes(100));

describe('a proxy', () => {
  it('is asked for plain addresses as they are, with its own credentials', async () => {
    quickNetwork({ proxies: { http: proxyAddress().replace('//', '//me:geheim@'), except: '' } });
    expect(await get(`${server.origin}/file`)).toBe('through');
    expect(seen).toEqual([`GET ${server.origin}/file Basic ${btoa('me:geheim')}`]);
    expect(server.asked[0]!.headers).not.toHaveProperty('x-proxy');
  });

  it('of https addresses is not that of http addresses', async () => {
    quickNetwork({ proxies: { https: proxyAddress(), except: '' } });
    expect(await get(`${server.origin}/file`)).toBe('through');
    expect(seen).toEqual([]);
  });

  it.each(['127.0.0.1', '*', 'example.org, 127.0.0.1'])('is passed by for hosts of NO_PROXY: %s', async (except) => {
    quickNetwork({ proxies: { http: proxyAddress(), except } });
    expect(await get(`${server.origin}/file`)).toBe('through');
    expect(seen).toEqual([]);
  });

  it('that is not there fails with what the system said', async () => {
    quickNetwork({ tries: 2, proxies: { http: 'http://me:geheim@127.0.0.1:9', except: '' } });
    await expect(get(`${server.origin}/file`)).rejects.toThrow(/GET failed 2 times, .*ECONNREFUSED/);
    await expect(get(`${server.origin}/file`)).rejects.not.toThrow(/geheim/);
  });

  it('opens a tunnel to https addresses; the environment of a process names it', async ({ skip }) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]);
    if (made.status !== 0) return skip('no openssl here to make a certificate');
    const secure = createTlsServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'cert')) }, (ask, response) => {
      if (ask.url === '/down') response.writeHead(302, { location: `${server.origin}/b` });
      response.end(`secure ${ask.headers['user-agent']}`);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const script = `
      import { networkFrom } from '#src/cli/network.js';
      import { useNetwork } from '#src/storage/network.js';
      import { request } from '#src/storage/http-request.js';
      useNetwork(networkFrom({}, process.env));
      for (const url of process.argv.slice(1)) {
        await request(url).then(async (response) => console.log(new TextDecoder().decode(await response.bytes(100))), (error) => console.log(error.message));
      }`;
    const run = async (env: Record<string, string>, ...urls: string[]): Promise<string> => {
      const asked = urls.length > 0 ? urls : [`https://localhost:${port}/a`, `${server.origin}/b`];
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...asked], { env: { PATH: process.env['PATH'], SLUICE_PAUSES: 'start=0,retry=1,betweenRetries=0', SLUICE_TRIES: '2', ...env } });
      let out = '';
      for await (const part of child.stdout) out += String(part);
      return out;
    };
    const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'cert'), HTTPS_PROXY: proxyAddress(), SLUICE_CONTACT: 'ops@example.org' };
    expect(await run(trusted)).toMatch(/^secure sluice\/[\d.]+ \(\+ops@example.org\)\nthrough\n$/);
    expect(seen).toEqual([`CONNECT localhost:${port}`]);
    expect(await run({ ...trusted, http_proxy: proxyAddress(), no_proxy: 'localhost' })).toMatch(/^secure .*\nthrough\n$/);
    expect(seen.slice(1)).toEqual([`GET ${server.origin}/b`]);
    expect(await run({ HTTPS_PROXY: '' })).toMatch(/GET failed: self-signed certificate .*expected an answer\nthrough\n$/); // at once: a wrong certificate stays wrong
    const before = server.asked.length;
    expect(await run({ NODE_EXTRA_CA_CERTS: join(folder, 'cert') }, `https://localhost:${port}/down`)).toMatch(/found a redirect from https:\/\/ to http:\/\/, expected https\n$/);
    expect(server.asked).toHaveLength(before);
    secure.closeAllConnections();
    secure.close();
    rmSync(folder, { recursive: true });
  });
});
