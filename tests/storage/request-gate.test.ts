import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { request, requestGate } from '#src/storage/http-request.js';
import type { NetworkOptions } from '#src/storage/network.js';
import { RequestGate } from '#src/storage/request-gate.js';
import { quickNetwork, ScriptedServer, status } from './scripted-server.js';

const THREAD = new URL('./network-thread.mjs', import.meta.url);
const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const start = async (): Promise<ScriptedServer> => {
  const server = await ScriptedServer.start();
  servers.push(server);
  return server;
};
const thread = (network: NetworkOptions, urls: readonly string[]): Worker => new Worker(THREAD, { workerData: { network, urls } });
const ended = (worker: Worker): Promise<string[]> => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));

/** Each request by its own number, some ms after it came. */
const slowly = (code: (number: number) => number): ScriptedServer['script'] => (number) => (_, response) => {
  setTimeout(() => response.writeHead(code(number)).end(`${number}`), 5);
};

describe('the gate', () => {
  it('keeps the cap over all threads of a process, and every request is answered once', async () => {
    const server = await start();
    server.script = slowly((number) => (number % 7 === 3 ? 503 : 200));
    const network = quickNetwork({ inFlight: 3 });
    const urls = Array.from({ length: 20 }, (_, i) => `${server.origin}/${i}`);
    const own = Promise.all(urls.map(async (url) => new TextDecoder().decode(await (await request(url)).bytes(100))));
    const all = [await own, ...await Promise.all(Array.from({ length: 3 }, () => ended(thread(network, urls))))].flat();
    expect(all).toHaveLength(80);
    expect(new Set(all).size).toBe(80); // the number of each request's own answer
    expect(server.mostAtOnce).toBe(3);
    const failed = server.asked.filter((_, number) => number % 7 === 3).length;
    expect(server.asked.length - 80).toBe(failed);
    expect(requestGate().retries).toBe(failed);
  });

  it('opens the circuit for all threads, and ends the run in all of them', async () => {
    const server = await start();
    server.script = () => status(403);
    const network = quickNetwork({ inFlight: 4, pauses: { circuit: 50 } });
    const urls = Array.from({ length: 5 }, (_, i) => `${server.origin}/${i}`);
    const all = (await Promise.all(Array.from({ length: 3 }, () => ended(thread(network, urls))))).flat();
    expect(all.filter((text) => text.startsWith('RefusedError: '))).toHaveLength(15);
    expect(server.asked.length).toBeLessThanOrEqual(4 + 3); // those under way at first, and one after each pause
  });

  it('frees what a thread held when it died', async () => {
    const server = await start();
    const network = quickNetwork({ inFlight: 2 });
    server.script = () => () => undefined; // never answered
    const worker = thread(network, [`${server.origin}/a`, `${server.origin}/b`]);
    while (server.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
    await worker.terminate();
    server.script = () => undefined;
    const waiting = request(`${server.origin}/c`);
    requestGate().freeThreads([0]);
    expect((await waiting).status).toBe(200);
  });

  it('lets one thread at a time retry, for as long as it says', async () => {
    const gate = new RequestGate(quickNetwork().shared, 8);
    const order: string[] = [];
    await gate.retryTurn(60);
    const begun = performance.now();
    await Promise.all(['a', 'b'].map(async (name) => {
      await gate.retryTurn(60);
      order.push(name);
    }));
    expect(order).toHaveLength(2);
    expect(performance.now() - begun).toBeGreaterThan(100); // the first turn, and the one of whoever came next
  });

  it('does not give back a permit twice', async () => {
    const gate = new RequestGate(quickNetwork({ inFlight: 1 }).shared, 1);
    const release = await gate.enter();
    release();
    const other = await gate.enter();
    release();
    let entered = false;
    const third = gate.enter().then((free) => {
      entered = true;
      return free;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(false);
    other();
    (await third)();
  });
});
