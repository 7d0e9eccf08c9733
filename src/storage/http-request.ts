/**
 * One HTTP request, done politely: it waits for a permit that all threads share (request-gate.ts), is sent by http-exchange.ts, tried again by the rules of
 * retry-rule.ts, and opens the circuit where it is refused. Bodies are handed on as they are stored: nothing is decoded here. Requests are repeated after a
 * reset, so callers send only what may be done twice.
 *
 * Memory: some 128 KiB of a body that nobody has asked for yet (one read of the socket, and what undici holds), whatever its length.
 */
import type { Dispatcher } from 'undici';
import { ConfigError, RefusedError, ShardError, UnreachableError } from '../core/errors.js';
import { shownAddress } from './http-address.js';
import { drain, headerOf, send, type HttpExchange } from './http-exchange.js';
import { network } from './network.js';
import { pause, RequestGate } from './request-gate.js';
import { askedPause, errorCode, isRetried, isTransient, jitter, mostTries, retryPause } from './retry-rule.js';

export type { HttpMethod, StreamedBody } from './http-exchange.js';

export interface RequestOptions extends HttpExchange {
  /** Statuses beside 2xx that are answers to the caller: they are neither errors, nor retried, nor (403) a reason to rest. */
  readonly accept?: readonly number[];
}

export interface HttpResponse {
  readonly status: number;
  /** By name in lower case; fields that came several times are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The body, once. It holds the permit until it ends, fails or is left, so it must be read or cancelled. A body that is cut, or is not as long as declared,
   * fails with the error of the connection.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. UnreachableError where it is longer. */
  bytes(most: number): Promise<Uint8Array>;
  /** For a body that is not wanted; may be called at any time. */
  cancel(): void;
}

let gate: { readonly shared: SharedArrayBuffer; readonly gate: RequestGate } | undefined;
let started = false;

/** The gate of this thread's network. */
export function requestGate(): RequestGate {
  const { shared, inFlight } = network();
  if (gate?.shared !== shared) gate = { shared, gate: new RequestGate(shared, inFlight) };
  return gate.gate;
}

/**
 * Sends a request to an http:// or https:// address, with user and password in it where there are some. Errors, saying what was asked, found and expected:
 * ShardError for a file that is not there (404, 410), UnreachableError for other statuses and after the last try; RefusedError where the circuit has ended
 * the run; what `sign` throws; the signal's reason.
 */
export async function request(url: string, options: RequestOptions = {}): Promise<HttpResponse> {
  const { pauses, salt } = network();
  const { signal } = options;
  const release = await requestGate().enter(signal);
  try {
    if (!started) {
      started = true;
      await pause(jitter(salt, url, 0) * pauses.start, signal);
    }
    return await tries(url, options, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function tries(url: string, options: RequestOptions, release: () => void): Promise<HttpResponse> {
  const { pauses, tries: most } = network();
  const { method = 'GET', signal, accept = [] } = options;
  const gate = requestGate();
  const shown = shownAddress(url);
  let probing = false;
  try {
    for (let attempt = 1; ;) {
      if (!probing) await gate.closed(signal);
      const { openings } = gate;
      const found = await send(url, options).catch((error: unknown) => notSent(error, signal));
      if (found instanceof ShardError || found instanceof ConfigError || found instanceof RefusedError) throw found; // ours, or of who signs: no failure of the network
      const failed = found instanceof Error ? found : undefined;
      if (!(found instanceof Error)) {
        const { statusCode: status } = found;
        if (status === 403 && !accept.includes(403)) {
          await drain(found);
          const asProbe = probing;
          probing = false; // it is settled by `refused` where that throws
          probing = await gate.refused(openings, asProbe, { pause: pauses.circuit, least: Math.min(askedBy(found), pauses.longestAsked) }, shown, signal);
          if (!probing) await restBeforeRetry(url, attempt, 0, signal); // those who waited do not come all at once
          continue;
        }
        if ((status >= 200 && status < 300) || accept.includes(status)) {
          if (method === 'HEAD') await drain(found); // it ends at once: nothing for the caller to read
          return responseOf(found, shown, release);
        }
        await drain(found);
        if (!isRetried(status)) throw statusError(shown, status);
      }
      if (probing) gate.settle();
      probing = false;
      const what = found instanceof Error ? describe(found) : `HTTP ${found.statusCode}`;
      if (failed !== undefined && !isTransient(failed)) throw new UnreachableError(`${shown}: ${method} failed: ${what}, expected an answer`, { cause: failed });
      if (attempt >= mostTries(failed, most)) throw new UnreachableError(`${shown}: ${method} failed ${attempt} times, the last time with ${what}, expected an answer`, { cause: failed });
      const asked = found instanceof Error ? 0 : askedBy(found);
      if (asked > pauses.longestAsked) throw new UnreachableError(`${shown}: found ${what} that asks for a pause of ${seconds(asked)}, expected at most ${seconds(pauses.longestAsked)}`);
      await restBeforeRetry(url, attempt, asked, signal);
      attempt++;
    }
  } finally {
    if (probing) gate.settle();
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Waits before try `attempt` + 1, with jitter, and for the turn that all threads take: about one retry a second in all. `asked`: by the server, milliseconds. */
export async function restBeforeRetry(url: string, attempt: number, asked: number, signal?: AbortSignal): Promise<void> {
  const { pauses, salt } = network();
  requestGate().countRetry();
  await pause(retryPause(pauses, salt, url, attempt, asked), signal);
  await requestGate().retryTurn(pauses.betweenRetries, signal);
}

/** A failure that counts as a try; an abort is thrown. */
function notSent(error: unknown, signal: AbortSignal | undefined): Error {
  signal?.throwIfAborted();
  return error instanceof Error ? error : new Error(String(error));
}

function responseOf(response: Dispatcher.ResponseData, shown: string, release: () => void): HttpResponse {
  const { statusCode: status, body } = response;
  body.on('error', () => undefined); // whoever reads hears of it; before anybody does, it must not end the process
  if (body.closed) release();
  else body.once('close', release); // ended, failed or destroyed
  const bytes = async (most: number): Promise<Uint8Array> => {
    const blocks: Uint8Array[] = [];
    let length = 0;
    for await (const block of body as AsyncIterable<Uint8Array>) { // undici's bodies give buffers where no encoding is set
      length += block.length;
      if (length > most) throw new UnreachableError(`${shown}: found an answer of more than ${most} bytes, expected fewer`);
      blocks.push(block);
    }
    return Buffer.concat(blocks, length);
  };
  return { status, headers: headersOf(response), body, bytes, cancel: () => void body.destroy() };
}

function headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

const askedBy = (response: Dispatcher.ResponseData): number => askedPause(headerOf(response, 'retry-after'), headerOf(response, 'date'));

function statusError(shown: string, status: number): ShardError {
  const found = `${shown}: found HTTP ${status}, expected to get it`;
  if (status === 404 || status === 410) return new ShardError(`${found}: there is no such file`);
  return new UnreachableError(`${found}${status === 401 ? ': the server wants credentials' : ''}`);
}

const describe = (error: Error): string => {
  const code = errorCode(error);
  const message = error.message === '' ? error.name : error.message; // an AggregateError of several addresses has no message
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
};
