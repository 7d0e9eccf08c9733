/**
 * A folder behind HTTP as a place for outputs. The server must know PUT, GET, HEAD (with Content-Length) and DELETE below the address; folders that it does not make
 * by itself are made by MKCOL, as WebDAV has it, where it answers PUT with 409. A file goes by one PUT, streamed. What is stored then is looked at: its length.
 */
import { OutputError, ShardError } from '../core/errors.js';
import type { Destination, RemoteFile } from './destination.js';
import { shownAddress } from './http-address.js';
import { request, type HttpMethod, type HttpResponse, type RequestOptions } from './http-request.js';
import { contentLength } from './http-version.js';
import { fullAddress } from './network.js';
import { encodeKey } from './s3-address.js';
import type { UploadSource } from './s3-upload.js';

const BLOCK_BYTES = 1 << 20;
const MOST_SENDINGS = 4;
const AT_ONCE = 8;
/** Answers by intent: they are told as they are, and a 403 is about permissions here. */
const ANSWERS = [400, 401, 403, 404, 405, 409, 410, 411, 412, 413, 415, 422, 501, 507];
const GONE = [404, 410];

/** `address`: as it is shown; the network knows its credentials. */
export function httpDestination(address: string): Destination {
  const base = `${fullAddress(address).replace(/\/+$/, '')}/`;
  const name = shownAddress(address).replace(/\/+$/, '');
  const ask = (method: HttpMethod, file: string, options: RequestOptions = {}): Promise<HttpResponse> => request(base + encodeKey(file), { ...options, method, accept: ANSWERS });
  const expect = (response: HttpResponse, method: HttpMethod, file: string): HttpResponse => {
    if (response.status < 300) return response;
    response.cancel();
    throw new ShardError(`${name}/${file}: found HTTP ${response.status} for ${method}, expected success${response.status === 401 || response.status === 403 ? ': the server wants other credentials' : ''}`);
  };

  async function lookAt(file: string, signal?: AbortSignal): Promise<RemoteFile | undefined> {
    const response = await ask('HEAD', file, { signal });
    if (GONE.includes(response.status)) {
      response.cancel();
      return undefined;
    }
    const { headers } = expect(response, 'HEAD', file);
    const bytes = contentLength(`${name}/${file}`, headers);
    if (bytes === undefined) throw new ShardError(`${name}/${file}: found no Content-Length in the answer to HEAD, expected the file's length`);
    return { bytes, version: headers['etag'] ?? headers['last-modified'] ?? '' };
  }

  /** Folders above a file, below the address, from the top. */
  async function makeFolders(file: string, signal?: AbortSignal): Promise<void> {
    const parts = file.split('/').slice(0, -1);
    for (let depth = 0; depth <= parts.length; depth++) {
      const folder = depth === 0 ? '' : `${parts.slice(0, depth).join('/')}/`;
      (await ask('MKCOL', folder, { signal })).cancel(); // 405: it is there; what else it says shows when the file is sent again
    }
  }

  async function send(file: string, source: UploadSource, signal?: AbortSignal): Promise<void> {
    const put = (): Promise<HttpResponse> => ask('PUT', file, { body: { bytes: source.size, open: () => blocksOf(source) }, headers: { 'content-type': 'application/octet-stream' }, signal });
    const first = await put();
    if (first.status !== 409) return void expect(first, 'PUT', file).cancel();
    first.cancel();
    await makeFolders(file, signal);
    expect(await put(), 'PUT', file).cancel();
  }

  return {
    name,
    async look(names, signal) {
      const found = new Map<string, RemoteFile>();
      const queue = names.values();
      const work = async (): Promise<void> => {
        for (const file of queue) {
          const there = await lookAt(file, signal);
          if (there !== undefined) found.set(file, there);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return found;
    },
    async read(file, mostBytes, signal) {
      const response = await ask('GET', file, { signal });
      if (!GONE.includes(response.status)) return expect(response, 'GET', file).bytes(mostBytes);
      response.cancel();
      return undefined;
    },
    async put(file, source, signal) {
      for (let sending = 1; ; sending++) {
        await send(file, source, signal);
        const there = await lookAt(file, signal);
        if (there?.bytes === source.size) return there;
        if (sending >= MOST_SENDINGS) throw new OutputError(`${name}/${file}: stored ${sending} times, the last time found ${there === undefined ? 'nothing' : `${there.bytes} bytes`} there, expected ${source.size} bytes`);
      }
    },
    async remove(file, signal) {
      const response = await ask('DELETE', file, { signal });
      if (GONE.includes(response.status)) response.cancel();
      else expect(response, 'DELETE', file).cancel();
    },
    endLeftovers: () => Promise.resolve(undefined),
  };
}

async function* blocksOf(source: UploadSource): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < source.size; at += BLOCK_BYTES) yield await source.read(at, Math.min(BLOCK_BYTES, source.size - at));
}
