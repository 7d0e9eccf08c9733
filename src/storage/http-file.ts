/**
 * Input files behind HTTP: opened by HEAD, or by a GET of one byte where that is refused or tells no length. Reading is http-bytes.ts's; here it becomes blocks and parts.
 *
 * Memory: two blocks of a MiB (the one in use and the one being filled), and what http-request.ts states; a `read` holds twice what it was asked for.
 */
import { UnreachableError } from '../core/errors.js';
import { isSigned, shownAddress } from './http-address.js';
import { readBytes, type ServedFile } from './http-bytes.js';
import { request } from './http-request.js';
import { contentLength, contentRange, expectStored, versionOf, type FileVersion } from './http-version.js';
import type { InputFile } from './input-file.js';
import { fullAddress } from './network.js';

const BLOCK_BYTES = 1024 * 1024;
/** Where HEAD is not allowed, not known or not understood. */
const NO_HEAD = [400, 405, 501];

/** A file at an address as it is listed (credentials are looked up). Throws ShardError where it is missing, UnreachableError where it cannot be reached or tells no length. */
export async function openHttp(address: string): Promise<InputFile> {
  const url = fullAddress(address);
  const get: ServedFile['get'] = (headers, signal) => request(url, { headers, accept: [412, 416], signal });
  return new HttpFile({ name: shownAddress(url), get }, await lookAt(url));
}

/** What the server says of a file now. Throws ShardError as `openHttp` does. */
export async function lookAt(url: string, signal?: AbortSignal): Promise<FileVersion> {
  const shown = shownAddress(url);
  let emptyByHead = false;
  if (!isSigned(url)) { // a signature is good for one method: that of reading
    const { status, headers } = await request(url, { method: 'HEAD', accept: NO_HEAD, signal });
    const size = contentLength(shown, headers);
    emptyByHead = !NO_HEAD.includes(status) && size === 0;
    if (!NO_HEAD.includes(status) && size !== undefined && !emptyByHead) { // some say 0 to every HEAD: that is asked once more
      expectStored(shown, headers);
      return versionOf(size, headers);
    }
  }
  const response = await request(url, { headers: { range: 'bytes=0-0' }, accept: [416], signal });
  const { status, headers } = response;
  response.cancel();
  const size = status === 206 ? contentRange(headers['content-range'])?.total : status === 416 ? emptySize(headers['content-range'], emptyByHead) : contentLength(shown, headers);
  if (size === undefined) throw new UnreachableError(`${shown}: found an answer (HTTP ${status}) that does not tell the file's length, expected Content-Length or Content-Range`);
  if (size > 0) expectStored(shown, headers);
  return versionOf(size, headers);
}

/** No first byte: of an empty file, where the server says so in one way or the other. */
const emptySize = (header: string | undefined, emptyByHead: boolean): number | undefined => (header?.trim() === 'bytes */0' || (header === undefined && emptyByHead) ? 0 : undefined);

/** A file that a server has, in the version that was seen when it was opened. */
export class HttpFile implements InputFile {
  readonly name: string;
  readonly size: number;
  readonly #file: ServedFile;
  readonly #version: FileVersion;

  constructor(file: ServedFile, version: FileVersion) {
    this.name = file.name;
    this.size = version.size;
    this.#file = file;
    this.#version = version;
  }

  async *blocks(start = 0, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const reader = new BlockReader(readBytes(this.#file, this.#version, Math.min(start, this.size), this.size, either), this.size - start);
    signal?.throwIfAborted();
    let next = reader.next();
    try {
      for (;;) {
        const block = await next;
        signal?.throwIfAborted();
        if (block.length === 0) return;
        next = reader.next(); // the network works while the consumer does
        yield block;
      }
    } finally {
      stop.abort();
      await next.catch(() => undefined); // a reading nobody waits for must not be left behind
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.size, position + length);
    const parts: Uint8Array[] = []; // not reserved beforehand: the length is what a server claims
    for await (const part of readBytes(this.#file, this.#version, position, end)) parts.push(part);
    return Buffer.concat(parts);
  }

  async close(): Promise<void> {} // connections are the thread's
}

/** Puts what comes from the network into blocks of a MiB, the last shorter; an empty one is the end. */
class BlockReader {
  readonly #parts: AsyncGenerator<Uint8Array, void>;
  #left: number;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(parts: AsyncGenerator<Uint8Array, void>, bytes: number) {
    this.#parts = parts;
    this.#left = Math.max(0, bytes);
  }

  async next(): Promise<Uint8Array> {
    const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, this.#left));
    let filled = 0;
    while (filled < block.length) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#parts.next();
        if (done === true) break;
        this.#rest = value;
      }
      const taken = this.#rest.subarray(0, block.length - filled);
      block.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    this.#left -= filled;
    return block.subarray(0, filled);
  }
}
