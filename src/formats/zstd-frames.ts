/**
 * Zstandard files (RFC 8878) to inflated runs with exact places, as gzip-members.ts does for gzip: frame after frame, in the engine that Node has from
 * version 22.15. The blocks of a frame are found here and inflated one at a time, since the engine itself neither notices a file that ends early nor
 * goes on to the next frame. What is damaged costs the rest of the file: frames cannot be found again for certain.
 */
import type { TransformOptions } from 'node:stream';
import * as zlib from 'node:zlib';
import { ShardError } from '../core/errors.js';
import type { BlockInput } from './block-input.js';
import type { BombLimit } from './gzip-large-member.js';
import type { InflatedItem } from './gzip-members.js';
import type { MemberStart } from './record-place.js';

/**
 * The reasons of faults in Zstandard files. `damaged-zstd`: bytes that are no frame, or do not inflate; `truncated-zstd`: the file ends inside a frame,
 * what it holds was delivered; `zstd-bomb`: see `BombLimit`.
 */
export const ZSTD_REASONS = ['damaged-zstd', 'truncated-zstd', 'zstd-bomb'] as const;

type Engine = zlib.InflateRaw;
/** Node 20 has no such function, and its types do not name it: absent, or as documented since version 22.15. */
const { createZstdDecompress } = zlib as unknown as { readonly createZstdDecompress?: (options: TransformOptions & { readonly chunkSize: number }) => Engine };

/** Whether this Node inflates Zstandard. */
export const hasZstd = createZstdDecompress !== undefined;

const FRAME_MAGIC = 0xfd2fb528;
/** The low four bits of a skippable frame's magic are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const HEADER_BYTES = 18;
const CHECKSUM_BYTES = 4;
/** A block inflates to no more than this (RFC 8878, 3.1.1.2.4), and what it is stored in is no longer. */
const MOST_BLOCK_BYTES = 128 << 10;
/** As the engine's own limit: a frame may ask it to remember so much. */
const MOST_WINDOW_BYTES = 2 ** 27;

export function isZstd(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 4) return false;
  const magic = uint32(bytes, at);
  return magic === FRAME_MAGIC || (magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

/** Yields the runs and faults of a file whose input stands at its first frame. Memory: the engine's window, at most 128 MiB and mostly 8, and two blocks. */
export async function* inflateZstd(input: BlockInput, limit: BombLimit): AsyncGenerator<InflatedItem> {
  if (createZstdDecompress === undefined) {
    throw new ShardError(`found Zstandard at byte ${input.position}, which Node ${process.versions.node} does not inflate: expected gzip, plain text, or Node 22.15 or newer`);
  }
  for (;;) {
    await input.fill(HEADER_BYTES);
    if (input.length === 0) return;
    const offset = input.position;
    if (!isZstd(input.bytes, input.start, input.end)) return yield await lose(input, 'damaged-zstd', offset, 0, 'bytes that are no frame');
    if (uint32(input.bytes, input.start) !== FRAME_MAGIC) {
      if (!(await skipFrame(input))) return yield await lose(input, 'truncated-zstd', offset, 0, 'the end of the file inside a frame to skip');
      continue;
    }
    const engine = createZstdDecompress({ chunkSize: MOST_BLOCK_BYTES, readableHighWaterMark: 4 * MOST_BLOCK_BYTES });
    try {
      const fault = yield* inflateFrame(input, engine, limit);
      if (fault !== undefined) return yield fault;
    } finally {
      engine.destroy();
    }
  }
}

/** Yields the runs of one frame; returns the fault that ends it early. */
async function* inflateFrame(input: BlockInput, engine: Engine, limit: BombLimit): AsyncGenerator<InflatedItem, InflatedItem | undefined> {
  const offset = input.position;
  let starts: readonly MemberStart[] = [{ at: 0, offset }];
  let inner = 0;
  let held: Uint8Array | undefined; // the last piece is held back until it is known to be the last
  const truncated = () => lose(input, 'truncated-zstd', offset, inner, 'the end of the file inside a frame');
  const header = headerOf(input.bytes, input.start, input.end);
  let fault: InflatedItem | undefined;
  if (header === undefined) fault = await truncated();
  else if (header.windowBytes > MOST_WINDOW_BYTES) fault = await lose(input, 'damaged-zstd', offset, 0, `a frame that asks for ${header.windowBytes} bytes of window`);
  let part = header?.bytes ?? 0;
  for (let last = false; fault === undefined;) {
    // one turn: the header alone at first, then a block with its own header, at last the checksum
    await input.fill(part);
    const stored = input.length < part ? undefined : input.bytes.slice(input.start, input.start + part);
    if (stored === undefined) {
      fault = await truncated();
      break;
    }
    const error = await write(engine, stored);
    const inflated = error === undefined ? read(engine) : new Uint8Array(0);
    if (error !== undefined) {
      fault = await lose(input, 'damaged-zstd', offset, inner, error.message);
      break;
    }
    input.consume(part);
    if (inflated.length > 0) {
      if (held !== undefined) {
        yield { kind: 'bytes', bytes: held, starts, ended: false, plain: false };
        starts = [];
      }
      held = inflated;
      inner += held.length;
    }
    if (inner > limit.bytes && inner > limit.ratio * (input.position - offset)) {
      fault = await lose(input, 'zstd-bomb', offset, inner, `${inner} bytes inflated from ${input.position - offset}`);
      break;
    }
    if (last) break;
    await input.fill(3);
    if (input.length < 3) {
      fault = await truncated();
      break;
    }
    const block = uint24(input.bytes, input.start);
    last = (block & 1) === 1;
    const size = (block >>> 1 & 3) === RLE ? 1 : block >>> 3;
    if (size > MOST_BLOCK_BYTES) {
      fault = await lose(input, 'damaged-zstd', offset, inner, `a block of ${size} bytes`);
      break;
    }
    part = 3 + size + (last && header?.checksum === true ? CHECKSUM_BYTES : 0);
  }
  if (held !== undefined) yield { kind: 'bytes', bytes: held, starts, ended: fault === undefined, plain: false };
  return fault;
}

/** The type of a block that holds one byte to be repeated. */
const RLE = 1;

interface FrameHeader {
  readonly bytes: number;
  readonly windowBytes: number;
  readonly checksum: boolean;
}

/** RFC 8878, 3.1.1.1; undefined where the header is not whole. */
function headerOf(bytes: Uint8Array, at: number, end: number): FrameHeader | undefined {
  const descriptor = end - at > 4 ? bytes[at + 4]! : 0;
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6]!; // two bits
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const size = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
  if (end - at < size) return undefined;
  let windowBytes = 0;
  if (single) {
    for (let i = sizeBytes - 1; i >= 0; i--) windowBytes = windowBytes * 256 + bytes[at + size - sizeBytes + i]!;
    if (sizeBytes === 2) windowBytes += 256;
  } else {
    const window = bytes[at + 5]!;
    windowBytes = 2 ** (10 + (window >>> 3)) * (1 + (window & 7) / 8);
  }
  return { bytes: size, windowBytes, checksum: (descriptor & 4) !== 0 };
}

async function skipFrame(input: BlockInput): Promise<boolean> {
  if (input.length < 8) return false;
  let left = 8 + uint32(input.bytes, input.start + 4);
  while (left > 0) {
    await input.fill(1);
    if (input.length === 0) return false;
    const part = Math.min(left, input.length);
    input.consume(part);
    left -= part;
  }
  return true;
}

/** The rest of the file as one fault. */
async function lose(input: BlockInput, reason: string, offset: number, inner: number, found: string): Promise<InflatedItem> {
  const from = input.position;
  do {
    input.consume(input.length);
    await input.fill(1);
  } while (input.length > 0);
  return { kind: 'fault', fault: { reason, offset, inner, bytes: input.position - from, lost: true, detail: `found ${found}, expected a Zstandard frame` } };
}

/** Waits until a part is inflated; the error comes by event. */
function write(engine: Engine, part: Uint8Array): Promise<Error | undefined> {
  return new Promise((resolve) => {
    engine.once('error', resolve);
    engine.write(part, () => {
      engine.off('error', resolve);
      resolve(undefined);
    });
  });
}

function read(engine: Engine): Uint8Array {
  const chunk: unknown = engine.read();
  return chunk instanceof Uint8Array ? chunk : new Uint8Array(0);
}

const uint24 = (bytes: Uint8Array, at: number): number => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
const uint32 = (bytes: Uint8Array, at: number): number => (uint24(bytes, at) | (bytes[at + 3]! << 24)) >>> 0;
