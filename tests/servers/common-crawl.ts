/**
 * Plays Common Crawl on loopback: `crawl-data/CRAWL/wet.paths.gz` and the shards that it lists, with ETag, Range and If-Range as the real host has them; and
 * misbehaves where a test asks for it. It counts what it is asked, and how many answers are under way at once.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** What becomes of one request. `undefined` from a plan: it is answered as it should be. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing comes after so many bytes of the body, and the connection stays. */
  | { readonly kind: 'hang'; readonly after: number }
  /** The connection ends before any answer. */
  | { readonly kind: 'reset' }
  /** The declared length is wrong by so much: too short, and the rest is left out; too long, and the connection ends. */
  | { readonly kind: 'length'; readonly by: number }
  /** A body in pieces of so many bytes, with a pause after each. */
  | { readonly kind: 'slow'; readonly piece: number; readonly pauseMs: number }
  /** Another ETag from now on: what was asked for with the old one is given from its beginning. */
  | { readonly kind: 'etag'; readonly etag: string }
  | { readonly kind: 'redirect'; readonly to: string }
  /** Range is not understood: the whole file, as 200. */
  | { readonly kind: 'no-range' }
  /** Other bytes of the same length. */
  | { readonly kind: 'garbage' };

/** So long a client has to take what it was sent before its connection ends: what it has not taken by then, it loses. */
const READ_MS = 5;

export interface Asked {
  readonly method: string;
  /** Decoded, without the slash in front. */
  readonly path: string;
  readonly range: string | undefined;
  readonly userAgent: string | undefined;
  /** How often this path was asked for before. */
  readonly before: number;
}

export interface CommonCrawlOptions {
  readonly crawl?: string;
  /** By path below the base. */
  readonly shards: Readonly<Record<string, Uint8Array>>;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  readonly fault?: (asked: Asked) => Fault | undefined;
}

export class CommonCrawlServer {
  readonly asked: Asked[] = [];
  /** Answers that are under way, and the most that ever were. */
  inFlight = 0;
  mostInFlight = 0;
  fault: (asked: Asked) => Fault | undefined;
  readonly #files: Map<string, Uint8Array>;
  readonly #etags = new Map<string, string>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor({ crawl = 'CC-MAIN-2024-10', shards, fault = () => undefined }: CommonCrawlOptions) {
    this.fault = fault;
    this.#files = new Map(Object.entries(shards));
    this.#files.set(`crawl-data/${crawl}/wet.paths.gz`, gzipSync(Object.keys(shards).map((path) => `${path}\n`).join('')));
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(options: CommonCrawlOptions): Promise<CommonCrawlServer> {
    const server = new CommonCrawlServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject).listen(0, options.host ?? '127.0.0.1', resolve);
    });
    return server;
  }

  /** What a recipe's `base` and `--base` take. */
  get base(): string {
    const { address, port, family } = this.#server.address() as AddressInfo; // it listens on a port
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }

  /** Requests for shards, without those for the list. */
  get shardRequests(): readonly Asked[] {
    return this.asked.filter(({ path }) => !path.endsWith('wet.paths.gz'));
  }

  forget(): void {
    this.asked.length = 0;
    this.mostInFlight = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    let open = true;
    const over = (): void => {
      if (open) this.inFlight -= 1;
      open = false;
    };
    response.on('close', over);
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname).slice(1);
    const asked: Asked = {
      method: request.method ?? '', path, range: request.headers.range, userAgent: request.headers['user-agent'], before: this.asked.filter((one) => one.path === path).length,
    };
    this.asked.push(asked);
    const fault = this.fault(asked);
    if (fault?.kind === 'reset') return void request.socket.destroy();
    const refuse = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
      over();
      response.writeHead(status, { 'content-length': '0', ...headers }).end();
    };
    if (fault?.kind === 'status') return refuse(fault.status, fault.headers);
    if (fault?.kind === 'redirect') return refuse(302, { location: fault.to });
    const stored = this.#files.get(path);
    if (stored === undefined) return refuse(404);
    if (fault?.kind === 'etag') this.#etags.set(path, fault.etag);
    const etag = this.#etags.get(path) ?? `"${createHash('md5').update(stored).digest('hex')}"`;
    const bytes = fault?.kind === 'garbage' ? new Uint8Array(stored.length).fill(0x78) : stored;
    const from = fault?.kind === 'no-range' ? undefined : firstByte(request, etag);
    if (from !== undefined && from >= bytes.length) return refuse(416, { 'content-range': `bytes */${bytes.length}` });
    const body = bytes.subarray(from ?? 0);
    const length = body.length + (fault?.kind === 'length' ? fault.by : 0);
    response.writeHead(from === undefined ? 200 : 206, {
      etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream', 'content-length': String(length),
      ...(from === undefined ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (request.method === 'HEAD') {
      over();
      response.end();
    } else {
      await this.#send(response, body, fault, over);
    }
  }

  /** `over` is called just before the last byte leaves: from then on the client may ask for the next file. */
  async #send(response: ServerResponse, body: Uint8Array, fault: Fault | undefined, over: () => void): Promise<void> {
    if (fault?.kind === 'slow') {
      for (let at = 0; at < body.length && !response.destroyed; at += fault.piece) {
        await wait(fault.pauseMs);
        if (at + fault.piece >= body.length) over();
        response.write(body.subarray(at, at + fault.piece));
      }
      response.end();
    } else if (fault?.kind === 'hang') {
      response.write(body.subarray(0, fault.after));
    } else if ((fault?.kind === 'cut' && fault.after < body.length) || (fault?.kind === 'length' && fault.by > 0)) {
      response.write(fault.kind === 'cut' ? body.subarray(0, fault.after) : body);
      await wait(READ_MS);
      over();
      response.socket?.destroy();
    } else {
      over();
      response.end(fault?.kind === 'length' ? body.subarray(0, body.length + fault.by) : body);
    }
  }
}

/** Where a range begins that is good for this version of the file; undefined: the whole of it. */
function firstByte({ headers }: IncomingMessage, etag: string): number | undefined {
  const [, first] = /^bytes=(\d+)-/.exec(headers.range ?? '') ?? [];
  const condition = headers['if-range'];
  return first === undefined || (condition !== undefined && condition !== etag) ? undefined : Number(first);
}
