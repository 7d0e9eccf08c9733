/** A place that serves files by path, below one address: what a crawl's shards are fetched from. */
import { shownAddress } from './http-address.js';
import { request, type HttpResponse } from './http-request.js';

export interface FileHost {
  /** For messages: the address of a path, without secrets. */
  shown(path: string): string;
  /** A GET of the path with such headers, tried again by the network's rules; 416 is an answer. Errors as `request` has them. */
  ask(path: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpResponse>;
}

/** The host behind an address that ends in a slash. */
export function fileHost(base: string): FileHost {
  return {
    shown: (path) => shownAddress(base + path),
    ask: (path, headers, signal) => request(base + path, { headers, signal, accept: [416] }),
  };
}
