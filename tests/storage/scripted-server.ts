/** A real HTTP server on loopback that serves one file as a good server does, and misbehaves by script. Every request is kept; how many were under way at once is counted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkOptions, useNetwork, type NetworkOptions } from '#src/storage/network.js';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Serving {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Bytes of the body before the connection is reset. */
  readonly cutAfter?: number;
  /** Headers in place of the right ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly ignoreRange?: boolean;
  readonly content?: Uint8Array;
}

/** What one request is answered with: the file (perhaps badly), or whatever the function writes. */
export type Answer = Serving | ((request: IncomingMessage, response: ServerResponse) => void);

export class ScriptedServer {
  readonly asked: Asked[] = [];
  mostAtOnce = 0;
  /** Asked for each request with its number from 0; undefined: as a good server does. */
  script: (number: number, request: IncomingMessage) => Answer | undefined = () => undefined;
  content: Uint8Array;
  #now = 0;
  readonly #server: Server;
  readonly #host: string;

  private constructor(server: Server, content: Uint8Array, host: string) {
    this.#server = server;
    this.content = content;
    this.#host = host;
  }

  static async start(content: Uint8Array = new Uint8Array(0), host = '127.0.0.1'): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server, content, host);
    server.on('request', (request, response) => scripted.#answer(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    return scripted;
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on a port
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`;
  }

  get methods(): string[] {
    return this.asked.map(({ method }) => method);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#now++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#now);
    response.once('close', () => this.#now--);
    response.on('error', () => undefined);
    const answer = this.script(this.asked.length, request) ?? {};
    this.asked.push({ method: request.method ?? '', url: request.url ?? '', headers: { ...request.headers } });
    if (typeof answer === 'function') answer(request, response);
    else serve(request, response, { content: this.content, ...answer });
  }
}

export function serve(request: IncomingMessage, response: ServerResponse, { content = new Uint8Array(0), etag = '"one"', lastModified, cutAfter, headers = {}, ignoreRange = false }: Serving): void {
  const ifRange = request.headers['if-range'];
  const wanted = ignoreRange || (ifRange !== undefined && ifRange !== etag && ifRange !== lastModified) ? undefined : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = wanted === null || wanted === undefined ? 0 : Number(wanted[1]);
  const last = wanted?.[2] ? Math.min(Number(wanted[2]), content.length - 1) : content.length - 1;
  const common = { etag: etag === '' ? undefined : etag, 'last-modified': lastModified };
  const head = (status: number, own: Readonly<Record<string, string | number | undefined>>): void => {
    const all = Object.entries({ ...common, ...own, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    response.writeHead(status, Object.fromEntries(all));
  };
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) return void (head(412, {}), response.end());
  if (wanted && first >= content.length) return void (head(416, { 'content-range': `bytes */${content.length}` }), response.end());
  const body = content.subarray(first, last + 1);
  head(wanted ? 206 : 200, { 'content-length': body.length, ...(wanted ? { 'content-range': `bytes ${first}-${last}/${content.length}` } : {}) });
  if (request.method === 'HEAD') return void response.end();
  if (cutAfter === undefined || cutAfter >= body.length) return void response.end(body);
  if (cutAfter === 0) return void (response.flushHeaders(), setImmediate(() => response.destroy()));
  response.write(body.subarray(0, cutAfter), () => response.socket?.end(() => response.destroy())); // what was written goes out before the end
}

/** Status and headers, and a short body. */
export const status = (code: number, headers: Readonly<Record<string, string | number>> = {}): Answer => (_, response) => void response.writeHead(code, headers).end('no');

/** A network of its own with pauses of milliseconds. */
export function quickNetwork(options: Parameters<typeof networkOptions>[0] = {}): NetworkOptions {
  const network = networkOptions({ ...options, pauses: { start: 0, retry: 1, longestRetry: 4, betweenRetries: 0, circuit: 5, ...options.pauses } });
  useNetwork(network);
  return network;
}
