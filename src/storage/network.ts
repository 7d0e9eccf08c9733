/**
 * How this process talks to servers: one set of options for all of its threads. The command line makes it and calls `useNetwork` in the main thread; the
 * engine hands the same to every worker (engines/local-worker.ts), and what they share in memory (request-gate.ts) makes their caps hold for all together.
 */
import { GATE_BYTES, MOST_IN_FLIGHT } from './request-gate.js';
import type { S3Options } from './s3-options.js';

/** Plain data that crosses between threads; `shared` is the same memory in all of them. */
export interface NetworkOptions {
  /** Sent with every request. */
  readonly userAgent: string;
  /** Requests that are under way at once, bodies included, over all threads: 1 to 64. */
  readonly inFlight: number;
  /** How often one request is tried before it fails; a body that advanced begins anew. */
  readonly tries: number;
  readonly pauses: NetworkPauses;
  readonly proxies: NetworkProxies;
  /** Of the jitter: two processes with different salts do not retry at the same moments. */
  readonly salt: number;
  /** GATE_BYTES, zeros at first. */
  readonly shared: SharedArrayBuffer;
  /** Full addresses by the shown ones, for those that hold credentials: addresses with secrets exist in memory only. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Absent: nothing was set up for s3:// addresses. */
  readonly s3?: S3Options;
}

/** Milliseconds. */
export interface NetworkPauses {
  /** The first request of a thread waits up to this. */
  readonly start: number;
  /** A first retry waits up to this, each further one up to twice as long. */
  readonly retry: number;
  /** What that doubling ends at. */
  readonly longestRetry: number;
  /** Between retries of all threads together. */
  readonly betweenRetries: number;
  /** A server that asks for a longer pause (Retry-After) is given up. */
  readonly longestAsked: number;
  /** How long everything rests after a first 403; twice as long after a second, and so on. */
  readonly circuit: number;
  readonly connect: number;
  /** From the request to the head of its response. */
  readonly head: number;
  /** Without a byte of the body, while somebody waits for one. */
  readonly idle: number;
}

export interface NetworkProxies {
  /** Of http:// addresses. */
  readonly http?: string | undefined;
  /** Of https:// addresses. */
  readonly https?: string | undefined;
  /** Hosts that are asked directly, as NO_PROXY has them. */
  readonly except: string;
}

export const DEFAULT_PAUSES: NetworkPauses = {
  start: 1000, retry: 1000, longestRetry: 60_000, betweenRetries: 1000, longestAsked: 600_000, circuit: 60_000, connect: 20_000, head: 60_000, idle: 60_000,
};

/** Options with defaults for what is left out, and shared memory of their own. RangeError where `inFlight` is out of its bounds. */
export function networkOptions(some: Partial<Omit<NetworkOptions, 'pauses'>> & { readonly pauses?: Partial<NetworkPauses> } = {}): NetworkOptions {
  const { inFlight = 8, pauses, ...others } = some;
  if (!(inFlight >= 1 && inFlight <= MOST_IN_FLIGHT)) throw new RangeError(`inFlight: found ${inFlight}, expected 1 to ${MOST_IN_FLIGHT}`);
  return {
    userAgent: 'sluice', tries: 8, proxies: { except: '' }, salt: 0, shared: new SharedArrayBuffer(GATE_BYTES), secrets: {},
    ...others, inFlight, pauses: { ...DEFAULT_PAUSES, ...pauses },
  };
}

let used: NetworkOptions | undefined;

/** Once a thread, before its first request. */
export function useNetwork(options: NetworkOptions): void {
  used = options;
}

/** What this thread uses; the defaults where nothing was said. */
export function network(): NetworkOptions {
  return (used ??= networkOptions());
}

/** The address that a shown one stands for: itself, unless it had credentials. */
export const fullAddress = (shown: string): string => network().secrets[shown] ?? shown;

/** Keeps the full form of an address whose shown form lacks credentials; for this thread and for workers that are started later. */
export function rememberSecret(shown: string, full: string): void {
  used = { ...network(), secrets: { ...network().secrets, [shown]: full } };
}
