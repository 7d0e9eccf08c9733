/**
 * One try of a request: headers, credentials and signature, redirects. What its status means, and whether it is tried again, is http-request.ts's.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { UnreachableError } from '../core/errors.js';
import { shownAddress } from './http-address.js';
import { dispatcherFor } from './http-client.js';
import { network } from './network.js';

export type HttpMethod = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'MKCOL';

/** A body that is too long for memory: read anew for each try. */
export interface StreamedBody {
  readonly bytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** What is sent. */
export interface HttpExchange {
  /** Default GET. */
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamedBody;
  readonly signal?: AbortSignal | undefined;
  /**
   * More headers, made anew for each try and each redirect: a signature holds the time and the host. It is not shown a streamed body. It may throw where the
   * host is not one to sign for.
   */
  readonly sign?: (request: { readonly url: string; readonly method: HttpMethod; readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array }) =>
    Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
}

const MOST_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What is left of a body that nobody reads may be this long, and take this long, for its connection to be kept. */
const DRAINED_BYTES = 64 * 1024;
const DRAINED_MS = 5000;

/** The answer behind all redirects, its body unread. Errors: UnreachableError for a redirect that is not followed, what `sign` throws, and those of the connection. */
export async function send(url: string, { method = 'GET', headers = {}, body, sign, signal }: HttpExchange): Promise<Dispatcher.ResponseData> {
  const { userAgent } = network();
  const first = new URL(url);
  let at = first;
  for (let redirects = 0; ; redirects++) {
    const own: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...headers };
    if (at.origin !== first.origin) for (const name of Object.keys(own)) if (/^(authorization|cookie|proxy-authorization)$/i.test(name)) delete own[name];
    if (at.username !== '' || at.password !== '') own['authorization'] ??= basicAuthorization(at);
    const target = new URL(at);
    target.username = '';
    target.password = '';
    const signed = sign === undefined ? own : { ...own, ...await sign({ url: target.href, method, headers: own, ...(body instanceof Uint8Array ? { body } : {}) }) };
    const dispatcher = await dispatcherFor(target);
    const response = await dispatcher.request({
      origin: target.origin, path: target.pathname + target.search, method: method as Dispatcher.HttpMethod, // undici sends any method, but lists the common ones
      ...sentBody(signed, body), ...(signal === undefined ? {} : { signal }),
    });
    const location = headerOf(response, 'location');
    if (!REDIRECTS.has(response.statusCode) || location === undefined) return response;
    await drain(response);
    at = redirectOf(at, first, location, method, response.statusCode, redirects);
  }
}

function sentBody(headers: Readonly<Record<string, string>>, body: HttpExchange['body']): Pick<Dispatcher.RequestOptions, 'headers' | 'body'> {
  if (body === undefined || body instanceof Uint8Array) return { headers, ...(body === undefined ? {} : { body }) };
  return { headers: { ...headers, 'content-length': String(body.bytes) }, body: Readable.from(body.open(), { objectMode: false }) };
}

const basicAuthorization = ({ username, password }: URL): string => `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that stands for itself
  }
}

function redirectOf(from: URL, first: URL, location: string, method: HttpMethod, status: number, before: number): URL {
  const shown = shownAddress(first.href);
  if (before >= MOST_REDIRECTS) throw new UnreachableError(`${shown}: found more than ${MOST_REDIRECTS} redirects, expected a file behind them`);
  if (method !== 'GET' && method !== 'HEAD' && status !== 307 && status !== 308) {
    throw new UnreachableError(`${shown}: ${method} found a redirect (HTTP ${status}) that would change it to GET, expected an answer`);
  }
  if (!URL.canParse(location, from.href)) throw new UnreachableError(`${shown}: found a redirect to something that is no address, expected one`);
  const to = new URL(location, from.href);
  if (to.protocol !== 'https:' && (to.protocol !== 'http:' || from.protocol === 'https:')) {
    throw new UnreachableError(`${shown}: found a redirect from ${from.protocol}// to ${to.protocol}//, expected ${from.protocol === 'https:' ? 'https' : 'http or https'}`);
  }
  if (to.origin === from.origin && to.username === '' && to.password === '') { // it is the same server's: it may know who asks
    to.username = from.username;
    to.password = from.password;
  }
  return to;
}

/** The first of that name, which is in lower case. */
export function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Reads a small rest, so that the connection can be used again; a large one ends with it. */
export async function drain({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump({ limit: DRAINED_BYTES, signal: AbortSignal.timeout(DRAINED_MS) }).catch(() => undefined);
}
