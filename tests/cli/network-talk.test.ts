import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tellOfNetwork } from '#src/cli/network-talk.js';
import { networkOptions } from '#src/storage/network.js';
import { RequestGate } from '#src/storage/request-gate.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a network that fails is told of where that goes on, a single failure that mends itself only later and once', () => {
  const network = networkOptions();
  const gate = new RequestGate(network.shared, network.inFlight);
  const lines: string[] = [];
  tellOfNetwork(network, (line) => lines.push(line));
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual([]);
  gate.countRetry();
  vi.advanceTimersByTime(4000);
  expect(lines).toEqual([]);
  gate.countRetry();
  vi.advanceTimersByTime(1500);
  expect(lines).toEqual(['the network fails: 2 more requests had to be made again, each at most 7 times in a row']);
  vi.advanceTimersByTime(60_000);
  gate.countRetry();
  vi.advanceTimersByTime(29_000);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(2000);
  expect(lines[1]).toMatch(/^the network fails: 1 more request/);
});

it('a refusal is told of with its pause', async () => {
  const network = networkOptions();
  const gate = new RequestGate(network.shared, network.inFlight);
  const lines: string[] = [];
  tellOfNetwork(network, (line) => lines.push(line));
  const stop = new AbortController();
  const resting = gate.refused(0, false, { pause: 60_000, least: 0 }, 'http://example.org/', stop.signal).catch(() => 'stopped');
  vi.advanceTimersByTime(1000);
  expect(lines).toEqual(['a server refused a request (HTTP 403): nothing is asked for 60 s, pause 1 of 3']);
  stop.abort();
  expect(await resting).toBe('stopped');
});
