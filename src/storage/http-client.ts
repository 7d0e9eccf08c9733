/** The connections of this thread: one agent for addresses that are asked directly, one for each proxy. Made at the first request, by the options of network.ts. */
import type { Dispatcher } from 'undici';
import { network, type NetworkOptions } from './network.js';

/** Idle connections are closed after this. */
const KEEP_ALIVE_MS = 10_000;
/** All fields of a head together. */
const MOST_HEAD_BYTES = 64 * 1024;

interface Client {
  readonly shared: SharedArrayBuffer;
  readonly http: Dispatcher;
  readonly https: Dispatcher;
}

let client: Promise<Client> | undefined;
let owner: SharedArrayBuffer | undefined;

/** What sends a request to such an address. */
export async function dispatcherFor(url: URL): Promise<Dispatcher> {
  const options = network();
  if (owner !== options.shared) { // other options than before
    owner = options.shared;
    client = connect(options);
  }
  const { http, https } = await client!; // made above at the latest
  return url.protocol === 'https:' ? https : http;
}

/** undici is loaded by those who use it: a command that reads local files does without. */
async function connect({ shared, inFlight, pauses, proxies }: NetworkOptions): Promise<Client> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const timeout = { timeout: pauses.connect };
  const common = {
    connections: inFlight, headersTimeout: pauses.head, bodyTimeout: pauses.idle, keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MOST_HEAD_BYTES,
  };
  const direct = new Agent({ ...common, connect: timeout });
  // Without all three, the agent would look at the environment; without a tunnel for plain HTTP, because proxies often refuse one to port 80.
  const by = (proxy: string | undefined): Dispatcher => (proxy === undefined ? direct : new EnvHttpProxyAgent({
    ...common, connect: timeout, requestTls: timeout, proxyTls: timeout, httpProxy: proxy, httpsProxy: proxy, noProxy: proxies.except, proxyTunnel: false,
  }));
  return { shared, http: by(proxies.http), https: by(proxies.https) };
}
