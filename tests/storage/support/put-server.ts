/** A folder behind HTTP on loopback that knows PUT, GET, HEAD, DELETE and MKCOL; folders must be there before a file. What it stores is in `files`. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class PutServer {
  readonly files = new Map<string, Buffer>();
  readonly folders = new Set<string>(['/']);
  readonly requests: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[] = [];
  /** Status in place of an answer; 0: the connection ends. */
  fault: (method: string, path: string) => number | undefined = () => undefined;
  authorization: string | undefined;
  readonly #server: Server;
  #versions = 0;
  readonly #etags = new Map<string, string>();

  private constructor() {
    this.#server = createServer((request, response) => {
      void (async () => {
        const blocks: Buffer[] = [];
        for await (const block of request as AsyncIterable<Buffer>) blocks.push(block);
        const { method = '', headers } = request;
        const path = decodeURIComponent(request.url ?? '');
        this.requests.push({ method, path, headers });
        const reply = (status: number, more: Record<string, string | number> = {}, body?: Buffer): void => void response.writeHead(status, more).end(method === 'HEAD' ? undefined : body);
        const fault = this.fault(method, path);
        if (fault === 0) return void request.socket.destroy();
        if (fault !== undefined) return reply(fault);
        if (this.authorization !== undefined && headers.authorization !== this.authorization) return reply(401);
        const file = this.files.get(path);
        switch (method) {
          case 'PUT':
            if (!this.folders.has(path.slice(0, path.lastIndexOf('/') + 1))) return reply(409);
            this.files.set(path, Buffer.concat(blocks));
            this.#etags.set(path, `"v${++this.#versions}"`);
            return reply(file === undefined ? 201 : 204);
          case 'MKCOL':
            if (this.folders.has(path)) return reply(405);
            if (!this.folders.has(path.replace(/[^/]+\/$/, ''))) return reply(409);
            this.folders.add(path);
            return reply(201);
          case 'DELETE': return reply(this.files.delete(path) ? 204 : 404);
          default: return file === undefined ? reply(404) : reply(200, { etag: this.#etags.get(path)!, 'content-length': file.length }, file); // set with the file
        }
      })().catch(() => response.destroy());
    });
  }

  static async start(): Promise<PutServer> {
    const server = new PutServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on a port
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
