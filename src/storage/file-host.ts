/** A place that serves files by path, below one address: what a crawl's shards are fetched from. */
import { shownAddress } from './http-address.js';
import { request, type HttpResponse } from './http-request.js';
import { isS3Address, parseS3Address } from './s3-address.js';
import { s3Request } from './s3-client.js';

export interface FileHost {
  /** For messages: the address of a path, without secrets. */
  shown(path: string): string;
  /** A GET of the path with such headers, tried again by the network's rules; 416 is an answer. Errors as `request` has them. */
  ask(path: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpResponse>;
}

/** The host behind an address that ends in a slash: http://, https:// or s3://. */
export function fileHost(base: string): FileHost {
  if (isS3Address(base)) return { shown: (path) => base + path, ask: (path, headers, signal) => s3Request({ ...parseS3Address(base + path), headers, signal, accept: [416] }) };
  return {
    shown: (path) => shownAddress(base + path),
    ask: (path, headers, signal) => request(base + path, { headers, signal, accept: [416] }),
  };
}
