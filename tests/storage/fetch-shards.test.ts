import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RefusedError } from '#src/core/errors.js';
import { fetchShards, type FetchedShards } from '#src/storage/fetch-shards.js';
import { fileHost } from '#src/storage/file-host.js';
import { networkOptions, useNetwork } from '#src/storage/network.js';
import { CommonCrawlServer, type Asked, type Fault } from '../servers/common-crawl.js';
import { smallShards } from '../servers/small-crawl.js';

const SHARDS = smallShards(10);
const paths = Object.keys(SHARDS);
const IN_FLIGHT = 3;
let server: CommonCrawlServer;
let folder: string;

/** Ten milliseconds stand for a minute, so that nothing here waits; how long is waited in earnest is the network's own test. */
const PAUSES = { start: 0, retry: 2, longestRetry: 10, betweenRetries: 1, circuit: 5 };

beforeAll(async () => {
  server = await CommonCrawlServer.start({ shards: SHARDS });
});
afterAll(() => server.close());
beforeEach(() => {
  useNetwork(networkOptions({ inFlight: IN_FLIGHT, pauses: PAUSES }));
  server.forget();
  server.fault = () => undefined;
  folder = mkdtempSync(join(tmpdir(), 'sluice-fetch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fetchAll = (options: { verify?: boolean; atOnce?: number; base?: string } = {}): Promise<FetchedShards> =>
  fetchShards({ folder, paths, host: fileHost(options.base ?? server.base), atOnce: options.atOnce ?? 8, verify: options.verify === true });

function expectEqualBytes(but: readonly string[] = []): void {
  for (const path of paths) {
    if (but.includes(path)) expect(existsSync(join(folder, path)), path).toBe(false);
    else expect(readFileSync(join(folder, path)).equals(SHARDS[path]!), path).toBe(true);
  }
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(part|part\.json|tmp)$/.test(name));
  expect(left.filter((name) => !but.some((path) => name.startsWith(path)))).toEqual([]);
}

/** Only the first `times` requests for each shard go wrong. */
const first = (times: number, fault: (asked: Asked) => Fault) => (asked: Asked): Fault | undefined => (asked.before < times ? fault(asked) : undefined);

describe('shards that are fetched', () => {
  it('are the same bytes, by one request each, no more of them at once than allowed', async () => {
    server.fault = (): Fault => ({ kind: 'slow', piece: 4096, pauseMs: 1 });
    expect(await fetchAll()).toEqual({ whole: 0, fetched: 10, failures: [] });
    expectEqualBytes();
    expect(server.asked.length).toBe(10);
    expect(server.mostInFlight).toBe(IN_FLIGHT);
  });

  it('are not asked for again, nor looked at but for their sizes', async () => {
    await fetchAll();
    server.forget();
    expect(await fetchAll()).toEqual({ whole: 10, fetched: 0, failures: [] });
    expect(server.asked.length).toBe(0);
  });

  const faults: readonly (readonly [name: string, fault: (asked: Asked) => Fault | undefined])[] = [
    ['a storm of 503', first(4, () => ({ kind: 'status', status: 503, headers: { 'retry-after': '0' } }))],
    ['429 and 500', first(3, ({ before }) => ({ kind: 'status', status: before % 2 === 0 ? 429 : 500 }))],
    ['connections that are reset', first(3, () => ({ kind: 'reset' }))],
    ['bodies that are cut, again and again', first(6, ({ before }) => ({ kind: 'cut', after: 700 * (before + 1) }))],
    ['bodies that are cut before their first byte', first(3, () => ({ kind: 'cut', after: 0 }))],
    ['cut bodies behind a server without ranges', first(3, ({ before }) => (before === 0 ? { kind: 'cut', after: 900 } : before === 1 ? { kind: 'no-range' } : { kind: 'reset' }))],
    ['declared lengths that are too long', first(2, () => ({ kind: 'length', by: 100 }))],
    ['slow bytes', ({ before }) => ({ kind: 'slow', piece: 2000 + before, pauseMs: 1 })],
    ['another version after a cut', first(2, ({ before }) => (before === 0 ? { kind: 'cut', after: 900 } : { kind: 'etag', etag: '"other"' }))],
    ['redirects', first(1, ({ path }) => ({ kind: 'redirect', to: `/${path}?moved` }))],
    ['other bytes of the same length', first(1, () => ({ kind: 'garbage' }))],
    ['a declared length that is too short', first(1, () => ({ kind: 'length', by: -50 }))],
  ];

  it.each(faults)('are equal to the server\'s after %s', async (_, fault) => {
    server.fault = fault;
    expect(await fetchAll()).toEqual({ whole: 0, fetched: 10, failures: [] });
    expectEqualBytes();
    expect(server.mostInFlight).toBeLessThanOrEqual(IN_FLIGHT);
  });

  it('are equal to the server\'s after bytes that stop coming', async () => {
    useNetwork(networkOptions({ inFlight: IN_FLIGHT, pauses: { ...PAUSES, idle: 300 } }));
    server.fault = ({ path, before }) => (path === paths[0] && before === 0 ? { kind: 'hang', after: 2000 } : undefined);
    expect(await fetchAll()).toEqual({ whole: 0, fetched: 10, failures: [] });
    expectEqualBytes(); // the cap is not looked at: here the client hangs up, and the server learns of it later
  });

  it('go on at the byte where a body was cut', async () => {
    const small = Buffer.from(SHARDS[paths[0]!]!);
    const large = Buffer.concat(Array.from({ length: Math.ceil(6e6 / small.length) }, () => small)); // more than the buffers between the two hold
    const other = await CommonCrawlServer.start({ shards: { 'large.gz': large }, fault: first(2, () => ({ kind: 'cut', after: 4e6 })) });
    try {
      expect(await fetchShards({ folder, paths: ['large.gz'], host: fileHost(other.base), atOnce: 1 })).toEqual({ whole: 0, fetched: 1, failures: [] });
      expect(readFileSync(join(folder, 'large.gz')).equals(large)).toBe(true);
      const ranges = other.asked.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
      expect(ranges[0]).toBe(0);
      expect(ranges[1]).toBeGreaterThan(0);
      expect(ranges).toEqual([...ranges].sort((x, y) => x - y));
    } finally {
      await other.close();
    }
  });

  it('come from a host that is known by an IPv6 address, too', async () => {
    const other = await CommonCrawlServer.start({ shards: SHARDS, host: '::1' });
    try {
      expect(other.base).toContain('[::1]');
      expect((await fetchAll({ base: other.base })).fetched).toBe(10);
      expectEqualBytes();
    } finally {
      await other.close();
    }
  });
});

describe('what cannot be fetched', () => {
  it('is named with the reason while the others are fetched, and fetched the next time', async () => {
    const [missing, wrong] = [paths[2]!, paths[7]!];
    server.fault = ({ path }) => (path === missing ? { kind: 'status', status: 404 } : path === wrong ? { kind: 'garbage' } : undefined);
    const { fetched, failures } = await fetchAll();
    expect(fetched).toBe(8);
    expect(failures).toEqual([
      { path: missing, message: expect.stringContaining('HTTP 404') },
      { path: wrong, message: `${server.base}${wrong}: found no gzip file, in ${SHARDS[wrong]!.length} bytes as declared, fetched twice; expected a gzip file that ends on a member` },
    ]);
    expectEqualBytes([missing, wrong]);
    server.fault = () => undefined;
    expect(await fetchAll()).toEqual({ whole: 8, fetched: 2, failures: [] });
    expectEqualBytes();
  });

  it('for ever is given up after as many tries as the network has', async () => {
    server.fault = ({ path }) => (path === paths[0] ? { kind: 'cut', after: 0 } : undefined);
    const { failures } = await fetchAll();
    expect(failures).toEqual([{ path: paths[0], message: expect.stringMatching(/cut at byte 0 of \d+ \(.*\), 8 times in a row; expected the whole file$/) }]);
    expect(server.asked.filter(({ path }) => path === paths[0]).length).toBe(8);
  });

  it('because there is no room for it ends all, before a byte of it is written', async () => {
    server.fault = ({ path }) => (path === paths[4] ? { kind: 'length', by: 1e14 } : undefined);
    await expect(fetchAll()).rejects.toThrow(/: found \d+ bytes free on its disk, expected \d+ for \d files? under way/);
    expect(existsSync(join(folder, `${paths[4]!}.part`))).toBe(false);
    server.fault = () => undefined;
    expect((await fetchAll()).failures).toEqual([]);
    expectEqualBytes();
  });

  it('because the server refuses ends all, after three pauses, with what to do', async () => {
    server.fault = ({ path }) => (paths.indexOf(path) < 2 ? undefined : { kind: 'status', status: 403 });
    await expect(fetchAll()).rejects.toThrow(RefusedError);
    const refused = server.asked.filter(({ path }) => paths.indexOf(path) >= 2).length;
    expect(refused).toBeLessThanOrEqual(IN_FLIGHT + 3); // those under way, and one behind each pause
    server.fault = () => undefined;
    useNetwork(networkOptions({ pauses: PAUSES }));
    const { whole, fetched, failures } = await fetchAll(); // what came before the refusal stays
    expect([whole <= 2, whole + fetched, failures]).toEqual([true, 10, []]);
    expectEqualBytes();
  });
});

describe('a folder that is not as it was left', () => {
  it('has its files fetched again where their sizes differ', async () => {
    await fetchAll();
    truncateSync(join(folder, paths[3]!), 1000);
    rmSync(join(folder, paths[4]!));
    expect(await fetchAll()).toEqual({ whole: 8, fetched: 2, failures: [] });
    expectEqualBytes();
  });

  it('is believed by size, and by all bytes where that is asked for', async () => {
    await fetchAll();
    const bytes = readFileSync(join(folder, paths[5]!));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(join(folder, paths[5]!), bytes);
    expect((await fetchAll()).fetched).toBe(0);
    expect((await fetchAll({ verify: true })).fetched).toBe(1);
    expectEqualBytes();
  });

  it('takes files that somebody put there, if they end on a gzip member', async () => {
    for (const path of paths.slice(0, 2)) mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, paths[0]!), SHARDS[paths[0]!]!);
    writeFileSync(join(folder, paths[1]!), SHARDS[paths[1]!]!.subarray(0, -5));
    expect(await fetchAll()).toEqual({ whole: 1, fetched: 9, failures: [] });
    expectEqualBytes();
  });

  const leftOvers: readonly (readonly [string, (part: string, bytes: Uint8Array, etag: string) => void])[] = [
    ['a part that nothing is known of', (part, bytes) => writeFileSync(part, bytes.subarray(0, 500))],
    ['a part of another version', (part, bytes) => {
      writeFileSync(part, Buffer.alloc(500));
      writeFileSync(`${part}.json`, JSON.stringify({ size: bytes.length, etag: '"old"' }));
    }],
    ['a part that is longer than the file', (part, bytes, etag) => {
      writeFileSync(part, Buffer.concat([bytes, bytes]));
      writeFileSync(`${part}.json`, JSON.stringify({ size: bytes.length, etag }));
    }],
    ['a description that is cut off', (part, bytes) => {
      writeFileSync(part, bytes.subarray(0, 500));
      writeFileSync(`${part}.json`, '{"size": 12');
    }],
    ['a part with a hole, as a power cut leaves it', (part, bytes, etag) => {
      writeFileSync(part, Buffer.concat([bytes.subarray(0, 300), Buffer.alloc(300), bytes.subarray(600, 900)]));
      writeFileSync(`${part}.json`, JSON.stringify({ size: bytes.length, etag }));
    }],
    ['a part that is whole', (part, bytes, etag) => {
      writeFileSync(part, bytes);
      writeFileSync(`${part}.json`, JSON.stringify({ size: bytes.length, etag }));
    }],
  ];

  it.each(leftOvers)('with %s ends with equal bytes', async (_, leave) => {
    const etag = (await fetch(server.base + paths[0]!, { method: 'HEAD' })).headers.get('etag')!;
    mkdirSync(dirname(join(folder, paths[0]!)), { recursive: true });
    leave(join(folder, `${paths[0]!}.part`), SHARDS[paths[0]!]!, etag);
    expect((await fetchAll()).fetched).toBe(10);
    expectEqualBytes();
  });
});
