/**
 * The bytes of a file behind HTTP from one place to another, whatever happens on the way: a body that is cut is asked for again at the exact byte (Range,
 * with If-Range or If-Match), and bytes are handed on only while the server's answers are about the version that was opened (http-version.ts). A server
 * that ignores Range sends the file from its beginning: what was handed on already is passed over, if the server says that it is the same file.
 */
import { ConfigError, RefusedError, ShardError, UnreachableError } from '../core/errors.js';
import { restBeforeRetry, type HttpResponse } from './http-request.js';
import { changeOf, contentLength, contentRange, expectStored, isSurelySame, rangeValidator, versionOf, type FileVersion } from './http-version.js';
import { network } from './network.js';

/** A body that is cut more often than this fails, however far it came. */
const MOST_CUTS = 1000;
/** What a server that ignores Range may send in front of a part. */
const MOST_SKIPPED_BYTES = 64 * 1024 * 1024;

/** A file that a server has. */
export interface ServedFile {
  /** For messages: without credentials. */
  readonly name: string;
  /** A GET of it. The answer is one of 2xx, 412 and 416; others are errors. */
  get(headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<HttpResponse>;
}

/** An answer that helps nobody, and may be another the next time. */
class UselessAnswer extends Error {}

/**
 * The bytes from `start` to `end` (at most the version's size) as they come from the network: views that are the consumer's to keep. Throws UnreachableError where
 * the file changed, the server contradicts itself, or it stops advancing for as many tries as the network has; ShardError where it is gone; RefusedError; the signal's reason.
 */
export async function* readBytes(file: ServedFile, version: FileVersion, start: number, end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const { name: shown } = file;
  const { tries } = network();
  let position = start;
  let fruitless = 0;
  for (let cuts = 0; position < end;) {
    const before = position;
    let problem: Error;
    let body: HttpBody | undefined;
    try {
      body = await ask(file, version, start, position, end, signal);
      for await (const bytes of body.bytes()) {
        position += bytes.length;
        yield bytes;
      }
      problem = new UselessAnswer('a body that ended there');
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ShardError || error instanceof RefusedError || error instanceof ConfigError || !(error instanceof Error)) throw error;
      problem = error;
    } finally {
      body?.cancel();
    }
    if (position >= end) return;
    cuts++;
    fruitless = position > before ? 1 : fruitless + 1;
    if (fruitless >= tries || cuts > MOST_CUTS) {
      throw new UnreachableError(`${shown}: cut at byte ${position}, ${cuts} times in all, the last time with ${problem.message}, expected ${end - position} bytes more`, { cause: problem });
    }
    await restBeforeRetry(shown, fruitless, 0, signal);
  }
}

interface HttpBody {
  /** From the position asked for, at most to the end. */
  bytes(): AsyncGenerator<Uint8Array, void>;
  cancel(): void;
}

async function ask(file: ServedFile, version: FileVersion, start: number, position: number, end: number, signal?: AbortSignal): Promise<HttpBody> {
  const { name: shown } = file;
  const headers = rangeHeaders(version, position, end);
  const response = await file.get(headers, signal);
  try {
    const part = expectPart(shown, response, headers, version, start, position, end);
    return { bytes: () => checked(response, part, shown, position, end), cancel: response.cancel };
  } catch (error) {
    response.cancel();
    throw error;
  }
}

/** None for a whole file. To the end a file is pinned by If-Range, which costs no answer of its own; a part by If-Match, which costs no file where it changed. */
function rangeHeaders(version: FileVersion, position: number, end: number): Record<string, string> {
  if (position === 0 && end === version.size) return {};
  const validator = rangeValidator(version);
  if (end === version.size) return { range: `bytes=${position}-`, ...(validator === undefined ? {} : { 'if-range': validator }) };
  const range = `bytes=${position}-${end - 1}`;
  if (validator === undefined) return { range };
  return { range, [validator === version.lastModified ? 'if-unmodified-since' : 'if-match']: validator };
}

interface Part {
  /** Bytes in front of the position. */
  readonly skip: number;
  /** Bytes of the body. */
  readonly length: number;
}

/** What of the body is wanted. Throws where it is not of the file that was opened. */
function expectPart(
  shown: string, { status, headers }: HttpResponse, asked: Readonly<Record<string, string>>, version: FileVersion, start: number, position: number, end: number,
): Part {
  const changed = (how: string): UnreachableError => new UnreachableError(`${shown}: changed while it was read, at byte ${position}: ${how}`);
  if (status === 412) throw changed('the server says that it is another file now (HTTP 412)');
  if (status === 416) throw changed(`the server has no byte ${position} any more (HTTP 416), expected ${version.size} bytes`);
  expectStored(shown, headers);
  const length = contentLength(shown, headers);
  const range = status === 206 ? contentRange(headers['content-range']) : undefined;
  const found = versionOf(range?.total ?? (status === 206 ? undefined : length) ?? version.size, headers);
  const change = changeOf(version, found);
  if (change !== undefined) throw changed(change);
  if (status !== 206) {
    if (position > start && !isSurelySame(version, found)) {
      throw new UnreachableError(`${shown}: cut at byte ${position}, and the server sends the file from its beginning (HTTP ${status}) without saying that it is the same, expected the rest of it`);
    }
    if (end < version.size && position > MOST_SKIPPED_BYTES) {
      throw new UnreachableError(`${shown}: found the whole file (HTTP ${status}) where bytes ${position} to ${end} were asked for, expected a server that knows Range: fetch the file first`);
    }
    return { skip: position, length: version.size };
  }
  const saidSo = asked['if-range'] !== undefined || asked['if-match'] !== undefined || asked['if-unmodified-since'] !== undefined;
  if (position > start && !saidSo && !isSurelySame(version, found)) {
    throw new UnreachableError(`${shown}: cut at byte ${position}, and the server does not say whether the rest is of the same file, expected an ETag or Last-Modified`);
  }
  const header = headers['content-range'] ?? 'none';
  if (range === undefined || range.first !== position || range.last >= end) throw new UselessAnswer(`Content-Range ${header}, expected bytes ${position}-${end - 1}/${version.size}`);
  const bytes = range.last - range.first + 1;
  if (length !== undefined && length !== bytes) throw new UselessAnswer(`Content-Length ${length} with Content-Range ${header}, expected ${bytes}`);
  return { skip: 0, length: bytes };
}

/** The wanted bytes of a body. Throws UnreachableError where it goes on behind its length. */
async function* checked({ body }: HttpResponse, { skip, length }: Part, shown: string, position: number, end: number): AsyncGenerator<Uint8Array, void> {
  let seen = 0;
  let given = position;
  for await (const block of body) {
    const from = Math.max(0, skip - seen);
    seen += block.length;
    if (seen > length) throw new UnreachableError(`${shown}: found a body that goes on behind its ${length} bytes, expected it to end there`);
    const bytes = block.subarray(from, from + end - given);
    if (from < block.length && bytes.length > 0) {
      given += bytes.length;
      yield bytes;
    }
    if (given === end && skip + end - position < length) return; // the rest of a whole file that a part was asked of
  }
}
