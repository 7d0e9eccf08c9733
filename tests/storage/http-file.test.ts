import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { openInput } from '#src/storage/input-file.js';
import { quickNetwork, ScriptedServer, serve, status, type Serving } from './scripted-server.js';

/** Bytes that differ everywhere: a piece that is lost, doubled or moved shows. */
function noise(length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; 32 * blocks.length < length; i++) blocks.push(createHash('sha256').update(String(i)).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const content = noise(2_500_000);
let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(content);
  quickNetwork();
});
afterEach(() => server.stop());

/** Answers of the GETs, in turn; HEAD and later ones are answered well. */
function bodies(...answers: readonly (Serving | ReturnType<typeof status> | undefined)[]): void {
  let gets = 0;
  server.script = (_, { method }) => (method === 'GET' ? answers[gets++] : undefined);
}

async function gather(start?: number): Promise<{ readonly bytes: Buffer; readonly sizes: number[] }> {
  const input = await openInput(`${server.origin}/file`);
  const blocks: Uint8Array[] = [];
  for await (const block of input.blocks(start)) blocks.push(block);
  await input.close();
  return { bytes: Buffer.concat(blocks), sizes: blocks.map(({ length }) => length) };
}

const ranges = (): (string | undefined)[] => server.asked.filter(({ method }) => method === 'GET').map(({ headers }) => headers.range);

describe('a file behind HTTP', () => {
  it('is one HEAD and one GET of the whole, in blocks of a MiB', async () => {
    const { bytes, sizes } = await gather();
    expect(bytes.equals(content)).toBe(true);
    expect(sizes).toEqual([1 << 20, 1 << 20, 2_500_000 - (2 << 20)]);
    expect(server.methods).toEqual(['HEAD', 'GET']);
    expect(server.asked[1]!.headers).toMatchObject({ 'user-agent': 'sluice', 'accept-encoding': 'identity' });
    expect(ranges()).toEqual([undefined]);
  });

  it.each([1, 2_499_999])('is read from byte %i on', async (start) => {
    expect((await gather(start)).bytes.equals(content.subarray(start))).toBe(true);
    expect(ranges()).toEqual([`bytes=${start}-`]);
  });

  it.each([2_500_000, 3_000_000])('has nothing from byte %i on, and is not asked for it', async (start) => {
    expect((await gather(start)).bytes).toHaveLength(0);
    expect(server.methods).toEqual(['HEAD']);
  });

  it('that is empty is asked for its first byte, because some servers say 0 to every HEAD', async () => {
    server.content = new Uint8Array(0);
    expect((await gather()).bytes).toHaveLength(0);
    expect(server.methods).toEqual(['HEAD', 'GET']);
    server.content = content;
    server.script = (_, { method }) => (method === 'HEAD' ? { headers: { 'content-length': 0 } } : undefined);
    expect((await gather()).bytes.equals(content)).toBe(true);
  });

  it.each([0, 1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2_499_999])('that is cut after %i bytes goes on there', async (cutAfter) => {
    bodies({ cutAfter });
    expect((await gather()).bytes.equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined, cutAfter === 0 ? undefined : `bytes=${cutAfter}-`]);
    if (cutAfter > 0) expect(server.asked[2]!.headers['if-range']).toBe('"one"');
  });

  it('that is cut over and over, anywhere, ends with equal bytes', async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 300_000 }), fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 12 }), fc.boolean(), fc.boolean(),
      async (length, cuts, ignoreRange, weak) => {
        const etag = weak ? 'W/"one"' : '"one"';
        server.content = content.subarray(0, length);
        let gets = 0;
        let fruitless = 0;
        server.script = (_, { method }) => {
          if (method !== 'GET') return { etag };
          let cutAfter = cuts[gets++];
          fruitless = cutAfter === undefined || (cutAfter > 0 && !ignoreRange) ? 0 : fruitless + 1;
          if (fruitless > 5) cutAfter = undefined; // after as many tries in vain it would give up
          return { etag, ignoreRange, ...(cutAfter === undefined ? {} : { cutAfter }) };
        };
        return (await gather()).bytes.equals(server.content);
      },
    ), { numRuns: 60 });
  });

  it('ends whole or with an error, whatever its server does', async () => {
    const other = noise(40_000).reverse();
    const misdeeds = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), cutAfter: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({ kind: fc.constantFrom('well' as const, 'ignores range' as const, 'another file' as const, 'weak tag' as const, 'no tag' as const) }),
      fc.record({ kind: fc.constant('status' as const), code: fc.constantFrom(200, 206, 304, 404, 412, 416, 429, 500, 503) }),
      fc.record({ kind: fc.constant('range' as const), header: fc.constantFrom('bytes 0-9/40000', 'bytes 5-39999/40000', 'bytes */40000', 'x', 'bytes 0-39999/40001') }),
      fc.record({ kind: fc.constant('length' as const), bytes: fc.integer({ min: 0, max: 50_000 }) }),
      fc.record({ kind: fc.constantFrom('reset' as const, 'chunked' as const, 'nonsense' as const) }),
    );
    let whole = 0;
    let failed = 0;
    await fc.assert(fc.asyncProperty(fc.array(misdeeds, { maxLength: 10 }), fc.integer({ min: 0, max: 39_999 }), async (done, start) => {
      quickNetwork({ tries: 4, pauses: { head: 500, idle: 500 } });
      server.content = content.subarray(0, 40_000);
      let gets = 0;
      server.script = (_, { method }) => {
        const now = method === 'HEAD' ? undefined : done[gets++];
        switch (now?.kind) {
          case undefined: case 'well': return undefined;
          case 'cut': return now;
          case 'ignores range': return { ignoreRange: true };
          case 'another file': return { content: other, etag: '"two"' };
          case 'weak tag': return { etag: 'W/"one"' };
          case 'no tag': return { etag: '' };
          case 'status': return status(now.code);
          case 'range': return { headers: { 'content-range': now.header } };
          case 'length': return (request, response) => void response.writeHead(request.headers.range === undefined ? 200 : 206, { etag: '"one"', 'content-length': now.bytes }).end(content.subarray(0, 40_000), () => response.destroy());
          case 'chunked': return { headers: { 'content-length': undefined } };
          case 'reset': return (request) => void request.socket.resetAndDestroy();
          case 'nonsense': return (_request, response) => void response.socket!.end('SMTP ready\r\n');
        }
      };
      try {
        const { bytes } = await gather(start);
        expect(bytes.equals(server.content.subarray(start))).toBe(true);
        whole++;
      } catch (error) {
        if (!(error instanceof ShardError)) throw error;
        failed++;
      }
    }), { numRuns: 100 });
    expect(Math.min(whole, failed)).toBeGreaterThan(10); // both happen
  });

  it('that never advances fails after as many tries, and says where', async () => {
    bodies({ cutAfter: 1000 }, ...Array.from({ length: 20 }, () => ({ cutAfter: 0 })));
    await expect(gather()).rejects.toThrow(/\/file: cut at byte 1000, 8 times in all, the last time with .*expected 2499000 bytes more/);
    expect(server.methods).toHaveLength(1 + 8);
  });

  it('behind a server that ignores Range is passed over to where it was cut', async () => {
    bodies({ cutAfter: 1_000_000 }, { ignoreRange: true, cutAfter: 1_700_000 }, { ignoreRange: true });
    expect((await gather()).bytes.equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=1000000-', 'bytes=1700000-']);
  });

  it('whose server ignores Range and offers nothing to tell it by is not guessed at', async () => {
    server.script = (number) => ({ etag: '', ignoreRange: true, ...(number === 1 ? { cutAfter: 1000 } : {}) });
    await expect(gather()).rejects.toThrow(/cut at byte 1000, and the server sends the file from its beginning \(HTTP 200\) without saying that it is the same/);
  });

  it('without ETag and Last-Modified is read, but not put together of two answers', async () => {
    server.script = () => ({ etag: '' });
    expect((await gather()).bytes.equals(content)).toBe(true);
    server.script = (number) => ({ etag: '', ...(number === 3 ? { cutAfter: 1000 } : {}) });
    await expect(gather()).rejects.toThrow(/cut at byte 1000, and the server does not say whether the rest is of the same file, expected an ETag or Last-Modified/);
  });

  it('with a weak ETag alone goes on without If-Range, and the tag is compared', async () => {
    server.script = (number) => ({ etag: 'W/"one"', ...(number === 1 ? { cutAfter: 1000 } : {}) });
    expect((await gather()).bytes.equals(content)).toBe(true);
    expect(server.asked[2]!.headers['if-range']).toBeUndefined();
    server.script = (number) => ({ etag: number < 5 ? 'W/"one"' : 'W/"two"', ...(number === 4 ? { cutAfter: 1000 } : {}) });
    await expect(gather()).rejects.toThrow(/changed while it was read, at byte 1000: found the ETag W\/"two", expected W\/"one"/);
  });

  it('with Last-Modified alone is pinned by that', async () => {
    const lastModified = 'Mon, 04 Mar 2024 10:00:00 GMT';
    server.script = (number) => ({ etag: '', lastModified, ...(number === 1 ? { cutAfter: 1000 } : {}) });
    expect((await gather()).bytes.equals(content)).toBe(true);
    expect(server.asked[2]!.headers['if-range']).toBe(lastModified);
    server.script = (number) => ({ etag: '', lastModified: number < 5 ? lastModified : 'Tue, 05 Mar 2024 10:00:00 GMT', ...(number === 4 ? { cutAfter: 1000 } : {}) });
    await expect(gather()).rejects.toThrow(/changed while it was read.*found it modified Tue, 05 Mar/);
  });

  it.each<[string, Serving]>([
    ['another ETag', { etag: '"two"' }], ['another length', { content: content.subarray(5) }], ['fewer bytes than were read', { content: content.subarray(0, 500) }],
  ])('that has %s behind a cut is an error, not two halves', async (_, second) => {
    bodies({ cutAfter: 1000 }, second);
    await expect(gather()).rejects.toThrow(/\/file: changed while it was read, at byte 1000: /);
    await expect(gather()).resolves.toBeDefined();
  });

  it('that changed between HEAD and GET is an error', async () => {
    bodies({ etag: '"two"' });
    await expect(gather()).rejects.toThrow(/changed while it was read, at byte 0: found the ETag "two", expected "one"/);
  });

  it.each<[string, Serving['headers'], RegExp]>([
    ['too long', { 'content-length': 2_500_100 }, /found 2500100 bytes, expected 2500000/],
    ['too short', { 'content-length': 2_499_900 }, /found 2499900 bytes, expected 2500000/],
  ])('whose GET declares a length that is %s is an error', async (_, headers, message) => {
    bodies(...Array.from({ length: 10 }, () => ({ headers: headers! })));
    await expect(gather()).rejects.toThrow(message);
  });

  it('whose HEAD says more than there is ends with an error, not short', async () => {
    server.script = (_, { method }) => (method === 'HEAD' ? { headers: { 'content-length': 2_500_100 } } : { headers: { 'content-length': undefined } }); // chunked
    await expect(gather()).rejects.toThrow(/changed while it was read, at byte 2500000: the server has no byte 2500000 any more \(HTTP 416\), expected 2500100 bytes/);
  });

  it('whose body goes on behind the length is an error', async () => {
    server.script = (_, { method }) => (method === 'HEAD' ? { headers: { 'content-length': 2_499_000 } } : { headers: { 'content-length': undefined } });
    await expect(gather()).rejects.toThrow(/found a body that goes on behind its 2499000 bytes, expected it to end there/);
  });

  it.each(['bytes 999-2499999/2500000', 'bytes 1001-2499999/2500000', 'bytes 1000-2499999/*', 'nonsense', 'bytes 1000-2500000/2500000'])('is asked again where Content-Range is "%s"', async (header) => {
    bodies({ cutAfter: 1000 }, { headers: { 'content-range': header, 'content-length': undefined } });
    expect((await gather()).bytes.equals(content)).toBe(true);
    bodies({ cutAfter: 1000 }, ...Array.from({ length: 20 }, () => ({ headers: { 'content-range': header, 'content-length': undefined } })));
    await expect(gather()).rejects.toThrow(`with Content-Range ${header}, expected bytes 1000-2499999/2500000`);
  });

  it('that comes in shorter ranges than asked for is asked for the rest', async () => {
    let gets = 0;
    server.script = (_, { method, headers }) => (method === 'GET' && gets++ > 0 ? (request, response) => {
      const first = Number(/\d+/.exec(headers.range!)![0]);
      request.headers.range = `bytes=${first}-${first + 999_999}`;
      serve(request, response, { content });
    } : { cutAfter: 10 });
    expect((await gather()).bytes.equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=10-', 'bytes=1000010-', 'bytes=2000010-']);
  });

  it('that trickles goes on, one that stalls is cut and resumed', async () => {
    quickNetwork({ pauses: { idle: 1500 } });
    server.content = content.subarray(0, 3000);
    bodies((_, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': 3000 });
      let at = 0;
      const timer = setInterval(() => {
        if (at >= 2000) return clearInterval(timer); // and now nothing
        response.write(content.subarray(at, at += 200));
      }, 200);
      response.once('close', () => clearInterval(timer));
    });
    expect((await gather()).bytes.equals(server.content)).toBe(true); // the first 2000 bytes took longer than the limit
    expect(ranges()).toEqual([undefined, 'bytes=2000-']);
  });

  it('is not read further ahead than its bounds, and a consumer that takes its time is no stall', async () => {
    quickNetwork({ pauses: { idle: 1000 } });
    const large = Buffer.alloc(48 << 20, content);
    let sent = 0;
    server.script = (_, { method }) => (method === 'HEAD' ? { content: large } : (_ask, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': large.length });
      const write = (): void => {
        while (sent < large.length) {
          const more = response.write(large.subarray(sent, sent += 1 << 16));
          if (!more) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const input = await openInput(`${server.origin}/file`);
    let bytes = 0;
    let first = true;
    for await (const block of input.blocks()) {
      expect(Buffer.compare(block, large.subarray(bytes, bytes += block.length))).toBe(0);
      if (!first) continue;
      first = false;
      await new Promise((resolve) => setTimeout(resolve, 2500)); // longer than a server may be silent
      expect(sent).toBeLessThan(24 << 20); // two blocks, and what the sockets of this machine hold
    }
    expect(bytes).toBe(large.length);
    expect(ranges()).toEqual([undefined]);
  });

  it('gives parts by ranges that are pinned, and the server is not asked for more', async () => {
    const input = await openInput(`${server.origin}/file`);
    expect(input.size).toBe(2_500_000);
    expect(Buffer.from(await input.read(1_000_003, 10)).equals(content.subarray(1_000_003, 1_000_013))).toBe(true);
    expect(await input.read(2_499_999, 10)).toHaveLength(1);
    expect(await input.read(9_999_999, 10)).toHaveLength(0);
    expect(ranges()).toEqual(['bytes=1000003-1000012', 'bytes=2499999-']);
    expect(server.asked[1]!.headers['if-match']).toBe('"one"');
    server.script = () => ({ etag: '"two"' });
    await expect(input.read(5, 5)).rejects.toThrow(/changed while it was read, at byte 5: the server says that it is another file now \(HTTP 412\)/);
  });

  it('gives a part that is cut, whole', async () => {
    const input = await openInput(`${server.origin}/file`);
    bodies({ cutAfter: 100_000 });
    expect(Buffer.from(await input.read(1_000, 500_000)).equals(content.subarray(1_000, 501_000))).toBe(true);
    expect(ranges()).toEqual(['bytes=1000-500999', 'bytes=101000-500999']);
  });

  it('gives parts behind a server that ignores Range', async () => {
    server.script = () => ({ ignoreRange: true });
    const input = await openInput(`${server.origin}/file`);
    expect(Buffer.from(await input.read(1_000_003, 10)).equals(content.subarray(1_000_003, 1_000_013))).toBe(true);
  });

  it('whose HEAD is refused is opened by a GET of one byte', async () => {
    for (const code of [400, 405, 501]) {
      server.script = (_, { method }) => (method === 'HEAD' ? status(code) : undefined);
      expect((await openInput(`${server.origin}/file`)).size).toBe(2_500_000);
    }
    expect(ranges()).toEqual(['bytes=0-0', 'bytes=0-0', 'bytes=0-0']);
    server.script = (_, { method }) => (method === 'HEAD' ? status(405) : { ignoreRange: true });
    expect((await openInput(`${server.origin}/file`)).size).toBe(2_500_000);
    server.content = new Uint8Array(0);
    server.script = (_, { method }) => (method === 'HEAD' ? status(405) : undefined);
    expect((await openInput(`${server.origin}/file`)).size).toBe(0);
  });

  it('whose address is signed is opened without HEAD, which its signature does not allow', async () => {
    expect((await openInput(`${server.origin}/file?X-Amz-Signature=abc&versionId=7`)).name).toBe(`${server.origin}/file?versionId=7`);
    expect(server.asked).toMatchObject([{ method: 'GET', url: '/file?X-Amz-Signature=abc&versionId=7' }]);
  });

  it('that tells no length is refused', async () => {
    server.script = () => ({ ignoreRange: true, headers: { 'content-length': undefined } });
    await expect(openInput(`${server.origin}/file`)).rejects.toThrow(/does not tell the file's length, expected Content-Length or Content-Range/);
  });

  it('is taken as stored: the gzip of a .gz file is no encoding of the way, any other is an error', async () => {
    server.script = () => ({ headers: { 'content-encoding': 'gzip' } });
    const stored = await openInput(`${server.origin}/file.jsonl.gz`);
    expect(Buffer.from(await stored.read(0, 3_000_000)).equals(content)).toBe(true);
    await expect(openInput(`${server.origin}/file.jsonl`)).rejects.toThrow(/file.jsonl: found Content-Encoding gzip, expected the bytes as they are stored/);
  });

  it.each([404, 410, 401, 400])('that is answered with %i fails at once, by name and without credentials', async (code) => {
    server.script = () => status(code);
    const opening = openInput(`${server.origin.replace('//', '//me:geheim@')}/file?sig=abc&part=2`);
    await expect(opening).rejects.toBeInstanceOf(ShardError);
    await expect(opening).rejects.toThrow(`${server.origin}/file?part=2: found HTTP ${code}, expected to get it`);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:geheim').toString('base64')}`);
  });

  it('stops when it is told to, and lets go of the connection when it is left', async () => {
    const input = await openInput(`${server.origin}/file`);
    await expect(input.blocks(0, AbortSignal.abort(new Error('enough'))).next()).rejects.toThrow('enough');
    const stop = new AbortController();
    const reading = input.blocks(0, stop.signal);
    await reading.next();
    stop.abort(new Error('enough'));
    await expect((async () => { for await (const _ of reading) void _; })()).rejects.toThrow('enough');
    for (let i = 0; i < 20; i++) for await (const _ of input.blocks()) break; // more often than there are permits
    expect((await gather()).bytes.equals(content)).toBe(true);
  });
});
