/**
 * One file from a server onto a disk, whatever happens in between. It grows as a part (part-file.ts), so that a process that is killed at any byte leaves a
 * beginning that the next one goes on with (Range and If-Range), or begins anew where the server has another version by now. What came is counted against what
 * the server declared; looking at the bytes is the caller's (fetch-shards.ts). Memory: one block of the connection, and what http-request.ts states.
 */
import { ShardError } from '../core/errors.js';
import { restBeforeRetry, type HttpResponse } from './http-request.js';
import { changeOf, contentLength, contentRange, expectStored, rangeValidator, versionOf, type FileVersion } from './http-version.js';
import { network } from './network.js';
import { PartFile } from './part-file.js';
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
  /** Told of bytes as they are written; of fewer than none where they were thrown away. */
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

/** Brings all bytes of the file to its part. Errors: ShardError where the server does not give them, OutputError, RefusedError, the signal's reason. */
export async function fetchFile(options: FetchOptions): Promise<FetchedPart> {
  const part = new PartFile(options.path);
  try {
    return await new Download(options, part).run();
  } finally {
    await part.close();
  }
}

class Download {
  readonly #options: FetchOptions;
  readonly #part: PartFile;

  constructor(options: FetchOptions, part: PartFile) {
    this.#options = options;
    this.#part = part;
  }

  async run(): Promise<FetchedPart> {
    const { shown, signal, onBytes, expectRoom } = this.#options;
    const part = this.#part;
    await part.takeOver();
    const resumed = part.held > 0;
    if (part.version !== undefined) await expectRoom?.(part.version.size - part.held);
    onBytes?.(part.held);
    let furthest = part.held;
    for (let attempt = 1; part.version === undefined || part.held < part.version.size;) {
      signal?.throwIfAborted();
      const cut = await this.#readSome();
      if (cut === undefined) continue;
      attempt = part.held > furthest ? 1 : attempt + 1; // a body that came further is worth as many tries as a new one
      furthest = Math.max(furthest, part.held);
      const { tries } = network();
      if (attempt > tries) throw new ShardError(`${shown}: ${cut.message}, ${tries} times in a row; expected the whole file`, { cause: cut });
      await restBeforeRetry(shown, attempt, 0, signal);
    }
    await part.sync();
    return { part: part.part, bytes: part.held, resumed };
  }

  /** One request, its body written as far as it comes. What cut it; undefined where it came to its end. */
  async #readSome(): Promise<Error | undefined> {
    const { ask, shown, expectRoom, onBytes } = this.#options;
    const { held, version } = this.#part;
    const pinned = held > 0 ? version : undefined;
    const response = await ask(pinned === undefined ? {} : { range: `bytes=${held}-`, 'if-range': rangeValidator(pinned)! }); // bytes are kept only with one
    try {
      expectStored(shown, response.headers);
      if (response.status === 206 && pinned !== undefined) {
        const problem = problemOfRange(pinned, held, response);
        if (problem !== undefined) return await this.#beginAnew(problem);
      } else if (response.status === 200) {
        const size = contentLength(shown, response.headers);
        if (size === undefined) throw new ShardError(`${shown}: found no Content-Length, expected one: a file is not known to be whole without it`);
        onBytes?.(-held);
        await expectRoom?.(size);
        await this.#part.begin(versionOf(size, response.headers));
      } else {
        return await this.#beginAnew(`found HTTP ${response.status} for the rest of the file`);
      }
      return await this.#write(response.body);
    } finally {
      response.cancel();
    }
  }

  async #beginAnew(why: string): Promise<Error> {
    this.#options.onBytes?.(-this.#part.held);
    await this.#part.forget();
    return new Error(why);
  }

  async #write(body: AsyncIterable<Uint8Array>): Promise<Error | undefined> {
    const { shown, signal, onBytes } = this.#options;
    const part = this.#part;
    const { size } = part.version!; // that of the answer whose body it is
    const blocks = body[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await blocks.next();
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Error && isTransient(error)) return this.#cut(error.message);
        throw new ShardError(`${shown}: reading at byte ${part.held} failed: ${String(error)}, expected ${size} bytes`, { cause: error });
      }
      if (next.done === true) return part.held === size ? undefined : this.#cut('the body ended');
      const block = next.value;
      if (part.held + block.length > size) return this.#beginAnew(`found more than the ${size} bytes that were declared`);
      await part.write(block);
      onBytes?.(block.length);
    }
  }

  /** A body that was cut is gone on with where its version can be asked for again. */
  async #cut(how: string): Promise<Error> {
    const version = this.#part.version!; // of the body that was cut
    const cut = `cut at byte ${this.#part.held} of ${version.size} (${how})`;
    return rangeValidator(version) === undefined ? this.#beginAnew(cut) : new Error(cut);
  }
}

/** What an answer to a range says that it should not; undefined: it is the rest of the same file. */
function problemOfRange(pinned: FileVersion, held: number, { headers }: HttpResponse): string | undefined {
  const range = contentRange(headers['content-range']);
  if (range?.first !== held) return `found Content-Range "${headers['content-range'] ?? ''}", expected bytes from ${held}`;
  return changeOf(pinned, versionOf(range.total, headers));
}
