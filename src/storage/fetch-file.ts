/**
 * One file from a server onto a disk, whatever happens in between. It grows under `NAME.part`, beside `NAME.part.json`, which says of which version of the file
 * (ETag, length) these bytes are: written before the first of them, and removed with them. So a process that is killed at any byte leaves a beginning that
 * the next one goes on with (Range and If-Range), or begins anew where the server has another version by now. What came is counted against what
 * the server declared; looking at the bytes is the caller's (fetch-shards.ts). Memory: one block of the connection, and what http-request.ts states.
 */
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ShardError } from '../core/errors.js';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { asOutputError } from '../formats/output-error.js';
import { removeFile } from '../formats/temporary-file.js';
import { restBeforeRetry, type HttpResponse } from './http-request.js';
import { changeOf, contentLength, contentRange, expectStored, rangeValidator, versionOf, type FileVersion } from './http-version.js';
import { network } from './network.js';
import { isTransient } from './retry-rule.js';

export interface FetchOptions {
  /** The address, without secrets: for messages. */
  readonly shown: string;
  /** Asks for the file with such headers: a request that is tried again by its own rules. Status 416 must be given back. */
  readonly ask: (headers: Readonly<Record<string, string>>) => Promise<HttpResponse>;
  /** The file's name; its parts stand beside it. */
  readonly path: string;
  /** Told how many bytes are to come, before the first of them. It may throw, as where there is no room for them. */
  readonly expectRoom?: (bytes: number) => Promise<void>;
  /** Told of bytes as they are written. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedPart {
  /** Where all bytes stand. */
  readonly part: string;
  readonly bytes: number;
  /** Some of them are from an earlier process, which may have been ended by a power cut: what it wrote last may be missing. */
  readonly resumed: boolean;
}

const versionSchema = z.object({ size: z.int().min(0), etag: z.string().optional(), lastModified: z.string().optional() });

export const partPath = (path: string): string => `${path}.part`;
const statePath = (path: string): string => `${path}.part.json`;

/** Brings all bytes of the file to its part. Errors: ShardError where the server does not give them, OutputError, RefusedError, the signal's reason. */
export async function fetchFile(options: FetchOptions): Promise<FetchedPart> {
  const download = new Download(options);
  try {
    return await download.run();
  } finally {
    await download.close();
  }
}

/** Removes what was fetched so far: the next time begins anew. The part goes first, so that no bytes are ever without the version that they are of. */
export function dropPart(path: string): void {
  removeFile(partPath(path));
  removeFile(statePath(path));
}

/** Removes what said of which version a part was, when the part has got its own name. */
export const dropPartState = (path: string): void => removeFile(statePath(path));

class Download {
  readonly #options: FetchOptions;
  #file: FileHandle | undefined;
  #version: FileVersion | undefined;
  #held = 0;

  constructor(options: FetchOptions) {
    this.#options = options;
  }

  async run(): Promise<FetchedPart> {
    const { path, signal, onBytes } = this.#options;
    await this.#takeOver();
    const resumed = this.#held > 0;
    onBytes?.(this.#held);
    let furthest = this.#held;
    for (let attempt = 1; this.#version === undefined || this.#held < this.#version.size; ) {
      signal?.throwIfAborted();
      const cut = await this.#readSome();
      if (cut === undefined) continue;
      attempt = this.#held > furthest ? 1 : attempt + 1; // a body that came further is worth as many tries as a new one
      furthest = Math.max(furthest, this.#held);
      const { tries } = network();
      if (attempt > tries) throw new ShardError(`${this.#options.shown}: ${cut.message}, ${tries} times in a row; expected the whole file`, { cause: cut });
      await restBeforeRetry(this.#options.shown, attempt, 0, signal);
    }
    await this.#guard(() => this.#file?.sync());
    return { part: partPath(path), bytes: this.#held, resumed };
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** What an earlier process left, where it says what it is. */
  async #takeOver(): Promise<void> {
    const { path, expectRoom } = this.#options;
    const version = readVersion(statePath(path));
    const bytes = await stat(partPath(path)).then(({ size }) => size, () => 0);
    if (version === undefined || bytes === 0 || bytes > version.size || rangeValidator(version) === undefined) return;
    this.#file = await this.#guard(() => open(partPath(path), 'r+'));
    this.#version = version;
    this.#held = bytes;
    await expectRoom?.(version.size - bytes);
  }

  /** One request, its body written as far as it comes. What cut it; undefined where it came to its end. */
  async #readSome(): Promise<Error | undefined> {
    const { ask, shown } = this.#options;
    const pinned = this.#held > 0 ? this.#version : undefined;
    const response = await ask(pinned === undefined ? {} : { range: `bytes=${this.#held}-`, 'if-range': rangeValidator(pinned)! }); // taken over, or kept, only with one
    try {
      expectStored(shown, response.headers);
      if (response.status === 206 && pinned !== undefined) {
        const problem = this.#problemOfRange(pinned, response);
        if (problem !== undefined) return await this.#beginAnew(new Error(problem));
      } else if (response.status === 200) {
        const size = contentLength(shown, response.headers);
        if (size === undefined) throw new ShardError(`${shown}: found no Content-Length, expected one: a file is not known to be whole without it`);
        await this.#begin(versionOf(size, response.headers));
      } else {
        return await this.#beginAnew(new Error(`found HTTP ${response.status} for the rest of the file`));
      }
      return await this.#write(response.body);
    } finally {
      response.cancel();
    }
  }

  #problemOfRange(pinned: FileVersion, { headers }: HttpResponse): string | undefined {
    const range = contentRange(headers['content-range']);
    if (range?.first !== this.#held) return `found Content-Range "${headers['content-range'] ?? ''}", expected bytes from ${this.#held}`;
    return changeOf(pinned, versionOf(range.total, headers));
  }

  /** The server gives the file from its first byte, as this version. */
  async #begin(version: FileVersion): Promise<void> {
    const { path, expectRoom, onBytes } = this.#options;
    await expectRoom?.(version.size);
    await this.#forget();
    onBytes?.(-this.#held);
    this.#held = 0;
    this.#version = version;
    writeFileAtomic(statePath(path), JSON.stringify(version));
    this.#file = await this.#guard(async () => {
      await mkdir(dirname(path), { recursive: true });
      return open(partPath(path), 'w');
    });
  }

  async #beginAnew(cause: Error): Promise<Error> {
    await this.#forget();
    this.#options.onBytes?.(-this.#held);
    this.#held = 0;
    this.#version = undefined;
    return cause;
  }

  async #forget(): Promise<void> {
    await this.close();
    dropPart(this.#options.path);
  }

  async #write(body: AsyncIterable<Uint8Array>): Promise<Error | undefined> {
    const { shown, signal, onBytes } = this.#options;
    const version = this.#version!; // set by whoever accepted the response
    const blocks = body[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await blocks.next();
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Error) || !isTransient(error)) throw new ShardError(`${shown}: reading at byte ${this.#held} failed: ${String(error)}, expected ${version.size} bytes`, { cause: error });
        return this.#cut(error.message);
      }
      if (next.done === true) return this.#held === version.size ? undefined : this.#cut('the body ended');
      const block = next.value;
      if (this.#held + block.length > version.size) return this.#beginAnew(new Error(`found more than the ${version.size} bytes that were declared`));
      await this.#guard(async () => {
        for (let written = 0; written < block.length; ) written += (await this.#file!.write(block, written, block.length - written, this.#held + written)).bytesWritten; // opened by #begin or #takeOver
      });
      this.#held += block.length;
      onBytes?.(block.length);
    }
  }

  /** A body that was cut is gone on with where the version can be asked for again. */
  async #cut(what: string): Promise<Error> {
    const { size } = this.#version!; // of the body that was cut
    const cut = new Error(`cut at byte ${this.#held} of ${size} (${what})`);
    return rangeValidator(this.#version!) === undefined ? this.#beginAnew(cut) : cut;
  }

  async #guard<Result>(act: () => Promise<Result> | Result): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw asOutputError(error, partPath(this.#options.path), this.#held);
    }
  }
}

/** Undefined where there is none that can be understood. */
function readVersion(path: string): FileVersion | undefined {
  try {
    return versionSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
