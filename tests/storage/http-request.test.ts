import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, RefusedError, ShardError, UnreachableError } from '#src/core/errors.js';
import { request } from '#src/storage/http-request.js';
import { quickNetwork, ScriptedServer, status, type Answer } from './scripted-server.js';

const content = Buffer.from('what is stored');
let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(content);
  quickNetwork();
});
afterEach(() => server.stop());

const get = async (path = '/file', options: Parameters<typeof request>[1] = {}): Promise<string> =>
  Buffer.from(await (await request(path.startsWith('/') ? server.origin + path : path, options)).bytes(1000)).toString();
const first = (answers: readonly Answer[]): void => {
  server.script = (number) => answers[number];
};

describe('a request', () => {
  it.each([408, 429, 500, 502, 503, 504])('that is answered with %i is tried again', async (code) => {
    first([status(code), status(code)]);
    expect(await get()).toBe('what is stored');
    expect(server.asked).toHaveLength(3);
  });

  it('is tried as often as it was told, and says what it found', async () => {
    quickNetwork({ tries: 3 });
    first(Array.from({ length: 9 }, () => status(503)));
    const asking = get('/file?token=geheim');
    await expect(asking).rejects.toThrow(`${server.origin}/file: GET failed 3 times, the last time with HTTP 503, expected an answer`);
    await expect(asking).rejects.toBeInstanceOf(UnreachableError);
    expect(server.asked).toHaveLength(3);
  });

  it.each([400, 401, 404, 405, 410, 418, 501, 505])('that is answered with %i fails at once', async (code) => {
    first([status(code)]);
    const asking = get();
    await expect(asking).rejects.toThrow(`found HTTP ${code}, expected to get it`);
    await expect(asking).rejects.toBeInstanceOf(ShardError);
    expect(await asking.catch((error: unknown) => error instanceof UnreachableError)).toBe(code !== 404 && code !== 410); // those say that there is none
    expect(server.asked).toHaveLength(1);
  });

  it('whose connection is reset before the head is tried again', async () => {
    first([(ask) => void ask.socket.destroy(), (ask) => void ask.socket.resetAndDestroy(), (_, response) => void response.socket!.end('nonsense\r\n\r\n')]);
    expect(await get()).toBe('what is stored');
    expect(server.asked).toHaveLength(4);
  });

  it('that nobody answers is cut off and tried again', async () => {
    quickNetwork({ pauses: { head: 200 } });
    first([() => undefined]);
    expect(await get()).toBe('what is stored');
  });

  it('to a port where nobody listens fails with what the system said', async () => {
    const gone = await ScriptedServer.start();
    const { origin } = gone;
    await gone.stop();
    quickNetwork({ tries: 2 });
    await expect(get(`${origin}/file`)).rejects.toThrow(/GET failed 2 times, the last time with .*ECONNREFUSED/);
  });

  it('waits as long as it is asked to, in seconds or until a date on the clock of the server', async () => {
    const times: number[] = [];
    const at = (answer: Answer): Answer => (ask, response) => {
      times.push(performance.now());
      if (typeof answer === 'function') answer(ask, response);
    };
    const date = 'Mon, 04 Mar 2024 10:00:00 GMT';
    first([at(status(503, { 'retry-after': 1 })), at(status(429, { 'retry-after': 'Mon, 04 Mar 2024 10:00:01 GMT', date })), at(status(503, { 'retry-after': 'Mon, 04 Mar 2024 09:00:00 GMT', date })), at(status(503, { 'retry-after': 'soon' }))]);
    expect(await get()).toBe('what is stored');
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    expect(pauses[0]).toBeGreaterThan(990);
    expect(pauses[1]).toBeGreaterThan(990);
  });

  it('that is asked to wait too long gives up', async () => {
    first([status(503, { 'retry-after': 3600 })]);
    await expect(get()).rejects.toThrow('found HTTP 503 that asks for a pause of 3600 s, expected at most 600 s');
  });

  it('hands statuses that are answers to the caller, 403 too', async () => {
    first([status(403), status(404)]);
    expect((await request(`${server.origin}/a`, { accept: [403, 404] })).status).toBe(403);
    expect((await request(`${server.origin}/a`, { accept: [403, 404] })).status).toBe(404);
  });

  it('signs each try anew, and sends its body each time', async () => {
    const bodies: string[] = [];
    server.script = (number) => (ask, response) => {
      const parts: Buffer[] = [];
      ask.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
        bodies.push(Buffer.concat(parts).toString());
        response.writeHead(number < 2 ? 503 : 200).end();
      });
    };
    let signed = 0;
    await (await request(`${server.origin}/put`, { method: 'PUT', body: Buffer.from('text'), sign: ({ method }) => ({ authorization: `${method} ${++signed}` }) })).bytes(0);
    expect(bodies).toEqual(['text', 'text', 'text']);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['PUT 1', 'PUT 2', 'PUT 3']);
  });

  it('fails at once where signing it fails', async () => {
    await expect(get('/file', { sign: () => { throw new ConfigError('no credentials'); } })).rejects.toThrow(/^no credentials$/);
    expect(server.asked).toHaveLength(0);
  });

  it('reaches IPv6 addresses', async ({ skip }) => {
    const six = await ScriptedServer.start(content, '::1').catch(() => undefined);
    if (six === undefined) return skip('no IPv6 on this machine');
    expect(six.origin).toContain('[::1]');
    expect(await get(`${six.origin}/file`)).toBe('what is stored');
    await six.stop();
  });

  it('gives its permit back whether its body is read, left, cancelled or fails', async () => {
    quickNetwork({ inFlight: 1, tries: 1 });
    for (let i = 0; i < 3; i++) await get();
    for (let i = 0; i < 3; i++) (await request(`${server.origin}/file`)).cancel();
    for (let i = 0; i < 3; i++) await request(`${server.origin}/file`, { method: 'HEAD' });
    server.script = () => ({ cutAfter: 3 });
    for (let i = 0; i < 3; i++) await expect(get()).rejects.toThrow();
    server.script = () => status(404);
    for (let i = 0; i < 3; i++) await expect(get()).rejects.toThrow('404');
    server.script = () => undefined;
    await expect(get('/file', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(await get()).toBe('what is stored');
  });

  it('whose body fails before anybody reads it tells whoever reads it then, and nobody else', async () => {
    server.script = () => ({ cutAfter: 3 });
    const response = await request(`${server.origin}/file`);
    await new Promise((resolve) => setTimeout(resolve, 50)); // the end has come by now
    await expect(response.bytes(100)).rejects.toThrow();
  });

  it('that holds the only permit makes the next one wait, which can be told to stop', async () => {
    quickNetwork({ inFlight: 1 });
    const held = await request(`${server.origin}/file`);
    const stop = new AbortController();
    const waiting = get('/file', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const next = get();
    held.cancel();
    expect(await next).toBe('what is stored');
    expect(server.mostAtOnce).toBe(1);
  });

  it('starts after a part of a second, another for each address and salt', async () => {
    const { jitter } = await import('#src/storage/retry-rule.js');
    const starts = Array.from({ length: 1000 }, (_, salt) => jitter(salt, 'http://example.org/', 0));
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...starts)).toBeLessThan(1);
    expect(starts.reduce((sum, start) => sum + start, 0) / 1000).toBeCloseTo(0.5, 1);
    expect(jitter(1, 'http://example.org/', 0)).not.toBe(jitter(1, 'http://example.net/', 0));
  });
});

describe('a redirect', () => {
  const to = (location: string, code = 302): Answer => status(code, { location });

  it.each([301, 302, 303, 307, 308])('with %i is followed, relative ones too', async (code) => {
    first([to('/elsewhere?x=1', code), to('deeper', code)]);
    expect(await get('/a/b')).toBe('what is stored');
    expect(server.asked.map(({ url }) => url)).toEqual(['/a/b', '/elsewhere?x=1', '/deeper']);
  });

  it('in a circle ends', async () => {
    server.script = () => to('/file');
    await expect(get()).rejects.toThrow('found more than 10 redirects, expected a file behind them');
    expect(server.asked).toHaveLength(11);
  });

  it('to another host takes no credentials along, one on the same host does', async () => {
    const other = await ScriptedServer.start(content);
    server.script = (number) => [to('/again'), to(`${other.origin}/there`)][number];
    const headers = { cookie: 'session=1', range: 'bytes=0-3' };
    expect(await get(`${server.origin.replace('//', '//me:geheim@')}/file`, { headers })).toBe('what');
    expect(server.asked.map((asked) => asked.headers.authorization?.slice(0, 6))).toEqual(['Basic ', 'Basic ']);
    expect(other.asked[0]!.headers.authorization).toBeUndefined();
    expect(other.asked[0]!.headers.cookie).toBeUndefined();
    expect(other.asked[0]!.headers.range).toBe('bytes=0-3');
    server.script = () => to(`${other.origin}/there`);
    await get('/file', { headers: { Authorization: 'Bearer geheim' } });
    expect(other.asked[1]!.headers.authorization).toBeUndefined();
    await other.stop();
  });

  it.each([['file:///etc/passwd', /from http:\/\/ to file:\/\//], ['ftp://example.org/', /from http:\/\/ to ftp:\/\//], ['http://[', /to something that is no address/]])('to %s is an error', async (location, message) => {
    first([to(location)]);
    await expect(get()).rejects.toThrow(message);
    expect(server.asked).toHaveLength(1);
  });

  it('of a PUT that would become a GET is an error, one that stays a PUT is followed', async () => {
    first([to('/b', 301)]);
    await expect(request(`${server.origin}/a`, { method: 'PUT', body: content })).rejects.toThrow('PUT found a redirect (HTTP 301) that would change it to GET');
    server.script = (number) => (number === 1 ? to('/b', 307) : undefined);
    (await request(`${server.origin}/a`, { method: 'PUT', body: content })).cancel();
    expect(server.asked.at(-1)).toMatchObject({ method: 'PUT', url: '/b' });
  });
});

describe('a refusal', () => {
  it('makes everybody rest, one asks again, and all go on', async () => {
    quickNetwork({ inFlight: 4, pauses: { circuit: 200 } });
    server.script = (number) => (number < 6 ? status(403) : undefined);
    const all = await Promise.all(Array.from({ length: 10 }, () => get()));
    expect(all).toEqual(Array.from({ length: 10 }, () => 'what is stored'));
    expect(server.asked).toHaveLength(6 + 10); // four at once, and one after each of two pauses
  });

  it('that comes back after three pauses ends the run with a message', async () => {
    quickNetwork({ inFlight: 4, pauses: { circuit: 20 } });
    server.script = () => status(403);
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => get()));
    for (const one of all) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(RefusedError) });
    expect(String((all[0] as PromiseRejectedResult).reason)).toMatch(/found a refusal \(HTTP 403\) again after 3 pauses, expected to be let in: nothing more is asked in this run.*run the same command again/);
    expect(server.asked).toHaveLength(4 + 3);
    await expect(get()).rejects.toBeInstanceOf(RefusedError);
    expect(server.asked).toHaveLength(4 + 3);
  });

  it('that asks for a longer pause gets it', async () => {
    const times: number[] = [];
    server.script = (number) => (_, response) => {
      times.push(performance.now());
      response.writeHead(number === 0 ? 403 : 200, number === 0 ? { 'retry-after': '1' } : undefined).end('let in');
    };
    expect(await get()).toBe('let in');
    expect(times[1]! - times[0]!).toBeGreaterThan(990);
  });

  it('is over when its pause is cut short by an abort', async () => {
    quickNetwork({ pauses: { circuit: 60_000 } });
    server.script = (number) => (number === 0 ? status(403) : undefined);
    const stop = new AbortController();
    const asking = get('/file', { signal: stop.signal });
    const other = (async () => {
      while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const waiting = get();
      stop.abort(new Error('enough'));
      return waiting;
    })();
    await expect(asking).rejects.toThrow('enough');
    expect(await other).toBe('what is stored');
  });
});
