/**
 * Inflates one gzip member that is too large to hold, in pieces: bounded memory for members of any size (a whole crawl file
 * compressed as one member). What it delivers is checked against the trailer only at the end, when most of it is gone.
 */
import type { TransformOptions } from 'node:stream';
import { crc32, createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib';
import type { BlockInput } from './block-input.js';
import { TRAILER_BYTES, headerEnd, trailerFault } from './gzip-trial.js';

/** Compressed bytes inflated at a time; deflate makes at most 1032 times as many of them: 32 MiB. */
const PIECE_BYTES = 32 * 1024;
const MAX_PIECE_INFLATED = 34 * 1024 * 1024;
/** Output memory that the engine takes at once; pieces share it. Eight times less costs a fifth more. */
const CHUNK_BYTES = 1024 * 1024;

/** How a member ended. After `bad` and `bomb` the input stands at the piece where it happened; else after the member. */
export type LargeMemberEnd =
  | { readonly kind: 'whole' }
  | { readonly kind: 'truncated' }
  /** All was inflated, but the trailer differs. */
  | { readonly kind: 'checksum'; readonly found: string }
  | { readonly kind: 'bad'; readonly found: string }
  | { readonly kind: 'bomb'; readonly found: string };

export interface BombLimit {
  /** A member is a bomb when it has inflated to more than so many bytes, */
  readonly bytes: number;
  /** and to more than so many times its stored bytes. */
  readonly ratio: number;
}

/** Yields the inflated member in fresh memory, at most 32 MiB at a time, usually some 100 KiB. `input` stands at its header, which is in the window. */
export async function* inflateLargeMember(input: BlockInput, limit: BombLimit): AsyncGenerator<Uint8Array, LargeMemberEnd> {
  const body = headerEnd(input.bytes, input.start, input.end);
  if (body < 0) return { kind: 'bad', found: 'a gzip header without an end' };
  input.consume(body - input.start);
  // so large a high water mark lets a piece's output wait until it is read below, never blocking the engine
  const options: ZlibOptions & TransformOptions = { chunkSize: CHUNK_BYTES, readableHighWaterMark: MAX_PIECE_INFLATED };
  const engine = createInflateRaw(options);
  try {
    let stored = 0;
    let size = 0;
    let checksum = 0;
    for (;;) {
      await input.fill(PIECE_BYTES);
      const piece = input.bytes.subarray(input.start, Math.min(input.end, input.start + PIECE_BYTES)); // the window stays as it is while the engine reads
      if (piece.length === 0) return { kind: 'truncated' };
      const error = await write(engine, piece);
      if (error !== undefined) return { kind: 'bad', found: error.message };
      const consumed = engine.bytesWritten - stored;
      const inflated = read(engine);
      stored += consumed;
      size += inflated.length;
      if (size > limit.bytes && size > limit.ratio * stored) {
        return { kind: 'bomb', found: `${size} bytes inflated from ${stored}` };
      }
      checksum = crc32(inflated, checksum);
      input.consume(consumed);
      if (inflated.length > 0) yield inflated;
      if (consumed < piece.length) return await readTrailer(input, checksum, size);
    }
  } finally {
    engine.destroy();
  }
}

async function readTrailer(input: BlockInput, checksum: number, size: number): Promise<LargeMemberEnd> {
  await input.fill(TRAILER_BYTES);
  const available = Math.min(input.length, TRAILER_BYTES);
  const found = available < TRAILER_BYTES ? undefined : trailerFault(input.bytes, input.start + TRAILER_BYTES, checksum, size);
  input.consume(available);
  if (available < TRAILER_BYTES) return { kind: 'truncated' };
  return found === undefined ? { kind: 'whole' } : { kind: 'checksum', found };
}

/** Waits until a piece is inflated; the error, where there is one, comes by event, as zlib leaves the callback uncalled then. */
function write(engine: InflateRaw, piece: Uint8Array): Promise<Error | undefined> {
  return new Promise((resolve) => {
    engine.once('error', resolve);
    engine.write(piece, () => {
      engine.off('error', resolve);
      resolve(undefined);
    });
  });
}

function read(engine: InflateRaw): Uint8Array {
  const chunk: unknown = engine.read();
  return chunk instanceof Uint8Array ? chunk : new Uint8Array(0);
}
