import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, UnreachableError } from '#src/core/errors.js';
import { openInput } from '#src/storage/input-file.js';
import { hideSecrets } from '#src/storage/http-list.js';
import { listFiles } from '#src/storage/list-files.js';
import { quickNetwork, ScriptedServer, status } from './scripted-server.js';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(new TextEncoder().encode('some bytes'));
  quickNetwork({ inFlight: 3 });
});
afterEach(() => server.stop());

describe('addresses of HTTP', () => {
  it('are listed with their size, and another identity when they change', async () => {
    const [file] = await listFiles([`${server.origin}/a.txt`], '/');
    expect(file).toMatchObject({ name: `${server.origin}/a.txt`, path: `${server.origin}/a.txt`, bytes: 10 });
    server.script = () => ({ etag: '"two"' });
    expect((await listFiles([`${server.origin}/a.txt`], '/'))[0]!.identity).not.toBe(file!.identity);
  });

  it('stand for lists of files, looked at no more at a time than allowed, each once', async () => {
    const slow = (_: unknown, response: import('node:http').ServerResponse): void => void setTimeout(() => response.writeHead(200, { 'content-length': 4 }).end(), 5);
    server.script = () => slow;
    const files = await listFiles([`${server.origin}/{a,b}-{08..11}.txt`, `${server.origin}/a-09.txt`], '/');
    expect(files.map(({ name }) => name.slice(server.origin.length))).toEqual(['/a-08.txt', '/a-09.txt', '/a-10.txt', '/a-11.txt', '/b-08.txt', '/b-09.txt', '/b-10.txt', '/b-11.txt']);
    expect(server.asked).toHaveLength(8);
    expect(server.mostAtOnce).toBe(3);
  });

  it.each(['/*.txt', '/a[0-9].txt', '/**/b'])('with the wildcard in %s are refused with a reason', async (path) => {
    const listing = listFiles([server.origin + path], '/');
    await expect(listing).rejects.toBeInstanceOf(ConfigError);
    await expect(listing).rejects.toThrow('found a wildcard, expected addresses or lists of them such as {00..99}: a server does not say which files it has');
  });

  it.each(['/{a', '/{1..1000000}', '/{a}', '/{0..999}{0..999}', '/{9..3}'])('with the list in %s are refused', async (path) => {
    await expect(listFiles([server.origin + path], '/')).rejects.toThrow(/found a list of more than 100000 addresses, or braces that are not a list/);
  });

  it('that are none are refused without what may be a password', async () => {
    await expect(listFiles(['http://me:geheim@'], '/')).rejects.toThrow(/^http:\/\/: found something that is no address/);
    await expect(listFiles(['http:///me:geheim@host/'], '/')).rejects.not.toThrow(/geheim/);
  });

  it('that are gone stay in the list, so that their shard fails by name; one that cannot be reached is an error', async () => {
    server.script = () => status(404);
    expect(await listFiles([`${server.origin}/gone.txt`], '/')).toMatchObject([{ name: `${server.origin}/gone.txt`, bytes: 0 }]);
    quickNetwork({ tries: 2 });
    server.script = () => status(503);
    await expect(listFiles([`${server.origin}/a.txt`], '/')).rejects.toBeInstanceOf(UnreachableError);
    server.script = () => status(401);
    await expect(listFiles([`${server.origin}/a.txt`], '/')).rejects.toThrow('found HTTP 401, expected to get it: the server wants credentials');
  });

  it('with credentials are listed without, and opened with them', async () => {
    const full = `${server.origin.replace('//', '//me:geheim@')}/a.txt?token=t&part=1`;
    const [file] = await listFiles([full], '/');
    expect(file!.name).toBe(`${server.origin}/a.txt?part=1`);
    expect(JSON.stringify(file)).not.toMatch(/geheim|token/);
    await (await openInput(file!.path)).read(0, 10);
    expect(server.asked.every(({ url, headers }) => url === '/a.txt?token=t&part=1' && headers.authorization?.startsWith('Basic '))).toBe(true);
    expect(await listFiles([hideSecrets(full)], '/')).toEqual([file]);
    expect(await listFiles([full], '/')).toEqual([file]);
    await expect(listFiles([full.replace('token=t', 'token=u')], '/')).rejects.toThrow(`${server.origin}/a.txt?part=1: found twice, with different credentials or signatures`);
  });
});
