/**
 * Zstandard files (RFC 8878) to inflated runs with exact places, as gzip-members.ts does for gzip: frame after frame, frames to be skipped skipped. A
 * frame that fits into the window is inflated at once and its checksum verified; a larger one block by block, so that a file that ends early gives what
 * it holds. Behind damage the next frame that inflates is searched, so that it costs the damaged frames only, and each damaged stretch is one fault.
 */
import type { BlockInput } from './block-input.js';
import type { BombLimit } from './gzip-large-member.js';
import type { InflatedItem } from './gzip-members.js';
import type { MemberStart } from './record-place.js';
import { type FrameStream, MAX_WINDOW_BYTES, type StreamBudget, inflateFrame, openFrame } from './zstd-engine.js';
import { loadZstd } from './zstd-module.js';
import { BLOCK_HEADER_BYTES, CHECKSUM_BYTES, type FrameHeader, blockAt, findFrame, isSkippable, isZstd, lookAtFrame, uint32 } from './zstd-frame.js';

/**
 * The reasons of faults in Zstandard files. `damaged-zstd`: bytes that are no frame, or do not inflate, or whose checksum differs; `truncated-zstd`: the
 * file ends inside a frame, what it holds was delivered; `zstd-bomb`: see `BombLimit`; `unsupported-zstd`: a frame that needs a dictionary or more memory
 * than is given; `zstd-checksum` (not lost): a streamed frame was delivered before its checksum proved wrong.
 */
export const ZSTD_REASONS = ['damaged-zstd', 'truncated-zstd', 'zstd-bomb', 'unsupported-zstd', 'zstd-checksum'] as const;

/** Stored bytes looked at ahead, and inflated in one call. A frame that is longer is streamed. */
const WINDOW_BYTES = 1024 * 1024;
const MAGIC_BYTES = 4;
/** Failed trials may cost so many times the bytes read so far, and so many besides, before the search takes larger steps. */
const PATIENCE_RATIO = 8;
const PATIENCE_BYTES = 64 * 1024 * 1024;
const IMPATIENT_STEP = 64 * 1024;
const MAX_LATER_TRIALS = 64;

/** Yields the runs and faults of a file whose input stands at its first frame. Memory: 3 windows, and a frame of 16 MiB or a stream's window (openFrame). */
export async function* inflateZstd(input: BlockInput, limit: BombLimit): AsyncGenerator<InflatedItem> {
  await loadZstd();
  yield* new FrameReader(input, limit).read();
}

class FrameReader {
  readonly #input: BlockInput;
  readonly #limit: BombLimit;
  readonly #start: number;
  readonly #budget: StreamBudget = { moved: 0 };
  /** Of frames inflated at once: many small ones may be a bomb together, since four bytes can stand for 128 KiB. */
  #inflated = 0;
  #failedBytes = 0;

  constructor(input: BlockInput, limit: BombLimit) {
    this.#input = input;
    this.#limit = limit;
    this.#start = input.position;
  }

  async *read(): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    for (;;) {
      await input.fill(WINDOW_BYTES + MAGIC_BYTES);
      if (input.length === 0) return;
      if (isSkippable(input.bytes, input.start, input.end)) {
        const offset = input.position;
        if (!(await this.#skip())) yield lostFault('truncated-zstd', offset, 0, input.position - offset, 'the end of the file inside a frame to skip');
      } else {
        yield* this.#nextFrame();
      }
    }
  }

  /** End of the window, and whether the file ends there too. */
  get #to(): number {
    return Math.min(this.#input.end, this.#input.start + WINDOW_BYTES);
  }

  get #atEnd(): boolean {
    return this.#input.done && this.#to === this.#input.end;
  }

  async *#nextFrame(): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    const offset = input.position;
    const look = lookAtFrame(input.bytes, input.start, this.#to);
    if (look.kind === 'bad') return yield await this.#passOver('damaged-zstd', look.found, offset, 0);
    if (look.kind === 'open' && (look.header === undefined || this.#atEnd && this.#hasLaterFrame())) {
      if (look.header !== undefined || !this.#atEnd) return yield await this.#passOver('damaged-zstd', 'a frame that does not end', offset, 0);
      const bytes = input.length;
      input.consume(bytes);
      return yield lostFault('truncated-zstd', offset, 0, bytes, 'the end of the file inside a frame');
    }
    const { header, kind } = look;
    if (header === undefined) return; // was handled above
    if (header.dictionary !== 0) return yield await this.#passOver('unsupported-zstd', `a frame that needs dictionary ${header.dictionary}`, offset, 0);
    if (kind === 'whole') {
      const frame = input.bytes.subarray(input.start, look.end);
      const bytes = inflateFrame(frame, header, this.#limit.bytes);
      if (bytes !== 'large') return yield* this.#deliver(bytes, frame.length, offset);
    }
    if (header.windowBytes > MAX_WINDOW_BYTES) {
      return yield await this.#passOver('unsupported-zstd', `a frame that asks for ${header.windowBytes} bytes of window, more than ${MAX_WINDOW_BYTES}`, offset, 0);
    }
    yield* this.#streamFrame(header, offset);
  }

  /** What inflating a whole frame came to. */
  async *#deliver(bytes: Uint8Array | { readonly found: string }, stored: number, offset: number): AsyncGenerator<InflatedItem> {
    if (!(bytes instanceof Uint8Array)) return yield await this.#passOver('damaged-zstd', bytes.found, offset, 0);
    const { bytes: free, ratio } = this.#limit;
    const all = this.#inflated + bytes.length;
    const allStored = offset - this.#start + stored;
    if (all > free && all > ratio * allStored && bytes.length > ratio * stored) {
      return yield await this.#passOver('zstd-bomb', `frames of ${all} bytes inflated from ${allStored}`, offset, 0);
    }
    this.#inflated = all;
    this.#input.consume(stored);
    if (bytes.length > 0) yield { kind: 'bytes', bytes, starts: [{ at: 0, offset }], ended: true, plain: false };
  }

  async *#streamFrame(header: FrameHeader, offset: number): AsyncGenerator<InflatedItem> {
    const input = this.#input;
    const stream = await openFrame(header, input.bytes.slice(input.start, input.start + header.bytes), this.#budget);
    input.consume(header.bytes);
    try {
      const pieces = this.#inflateBlocks(stream, header, offset);
      let starts: readonly MemberStart[] = [{ at: 0, offset }];
      let held: Uint8Array | undefined; // the last piece is held back until it is known to be the last
      for (;;) {
        const next = await pieces.next();
        if (next.done === true) {
          const { whole, fault } = next.value;
          if (held !== undefined) yield { kind: 'bytes', bytes: held, starts, ended: whole, plain: false };
          if (fault !== undefined) yield fault;
          return;
        }
        if (held !== undefined) {
          yield { kind: 'bytes', bytes: held, starts, ended: false, plain: false };
          starts = [];
        }
        held = next.value;
      }
    } finally {
      stream.close();
    }
  }

  /** Yields what blocks hold; returns how the frame ended. The input stands at the first block, and at the end behind the frame or what was passed over. */
  async *#inflateBlocks(stream: FrameStream, { contentBytes, checksum }: FrameHeader, offset: number): AsyncGenerator<Uint8Array, FrameEnd> {
    const input = this.#input;
    let inner = 0;
    const lose = async (reason: string, found: string): Promise<FrameEnd> => ({ whole: false, fault: await this.#passOver(reason, found, offset, inner, 0) });
    for (;;) {
      await input.fill(WINDOW_BYTES + MAGIC_BYTES);
      if (input.length < BLOCK_HEADER_BYTES) return await this.#truncated(offset, inner);
      const block = blockAt(input.bytes, input.start);
      if (block.fault !== undefined) return await lose('damaged-zstd', block.fault);
      const stored = BLOCK_HEADER_BYTES + block.stored;
      if (input.length < stored) return await this.#truncated(offset, inner);
      let bytes: Uint8Array;
      try {
        bytes = await stream.push(input.bytes.slice(input.start, input.start + stored));
      } catch (error) {
        return await lose('damaged-zstd', `a block that does not inflate (${error instanceof Error ? error.message : String(error)})`);
      }
      inner += bytes.length;
      if (inner > this.#limit.bytes && inner > this.#limit.ratio * (input.position + stored - offset)) {
        return await lose('zstd-bomb', `${inner} bytes inflated from ${input.position + stored - offset}`);
      }
      if (!block.last) {
        input.consume(stored);
        if (bytes.length > 0) yield bytes;
        continue;
      }
      const size = stored + (checksum ? CHECKSUM_BYTES : 0);
      const available = input.length >= size;
      const verified = (contentBytes ?? inner) === inner
        && (!checksum || (available && await stream.verify(input.bytes.slice(input.start + stored, input.start + size))));
      // Only a frame that ends where a next one begins is one that was read to its end; else its end may lie in the next.
      const next = input.start + size;
      const consistent = available && (isZstd(input.bytes, next, input.end) || (input.done && next === input.end));
      if (available && !verified && !consistent) {
        inner -= bytes.length; // not delivered
        return await lose('damaged-zstd', 'a frame whose size or checksum differs');
      }
      input.consume(available ? size : stored);
      if (bytes.length > 0) yield bytes;
      if (!available) return await this.#truncated(offset, inner);
      const detail = `found ${inner} bytes inflated, expected ${contentBytes ?? 'as many'} and their checksum; the documents of this frame were kept`;
      return { whole: true, fault: verified ? undefined : { kind: 'fault', fault: { reason: 'zstd-checksum', offset, inner, bytes: 0, lost: false, detail } } };
    }
  }

  /** The file ends inside a block; unless a whole frame follows, as where a block's size is damaged. */
  async #truncated(offset: number, inner: number): Promise<FrameEnd> {
    const input = this.#input;
    if (this.#hasLaterFrame()) return { whole: false, fault: await this.#passOver('damaged-zstd', 'a block that does not end', offset, inner, 0) };
    const bytes = input.length;
    input.consume(bytes);
    return { whole: false, fault: lostFault('truncated-zstd', offset, inner, bytes, 'the end of the file inside a frame') };
  }

  /** Consumes a frame to be skipped; false where the file ends in it. */
  async #skip(): Promise<boolean> {
    const input = this.#input;
    if (input.length < 8) {
      input.consume(input.length);
      return false;
    }
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

  /** Consumes up to the next frame that inflates, at least `least` bytes on, or to the end: one fault, however many bytes. */
  async #passOver(reason: string, found: string, offset: number, inner: number, least = 1): Promise<InflatedItem> {
    const input = this.#input;
    const from = input.position;
    await input.fill(WINDOW_BYTES + MAGIC_BYTES);
    const look = lookAtFrame(input.bytes, input.start, this.#to);
    // A frame that ends where another begins is what was damaged, and what may look like frames in it is its content.
    if (look.kind === 'whole' && (isZstd(input.bytes, look.end, input.end) || (input.done && look.end === input.end))) {
      input.consume(look.end - input.start);
    } else {
      await this.#findNext(least);
    }
    return lostFault(reason, offset, inner, input.position - from, found);
  }

  async #findNext(least: number): Promise<void> {
    const input = this.#input;
    let step = least;
    for (;;) {
      await input.fill(WINDOW_BYTES + step);
      input.consume(Math.min(step, input.length));
      const at = findFrame(input.bytes, input.start, this.#to);
      if (at < 0) {
        if (this.#atEnd) return input.consume(input.length);
        step = WINDOW_BYTES - 3; // a magic may begin in the last bytes
        continue;
      }
      input.consume(at - input.start);
      await input.fill(WINDOW_BYTES);
      if (this.#isFrame()) return;
      step = this.#failedBytes > PATIENCE_BYTES + PATIENCE_RATIO * input.position ? IMPATIENT_STEP : 1;
    }
  }

  /** Whether the candidate at which the input stands inflates as far as can be seen. */
  #isFrame(): boolean {
    const { bytes, start } = this.#input;
    const { kind } = lookAtFrame(bytes, start, this.#to);
    if (kind === 'open') return !this.#atEnd || !this.#hasLaterFrame();
    return kind === 'whole' && this.#inflates(start);
  }

  #inflates(at: number): boolean {
    const { bytes } = this.#input;
    const look = lookAtFrame(bytes, at, this.#to);
    if (look.kind !== 'whole') return false;
    const inflated = inflateFrame(bytes.subarray(at, look.end), look.header, this.#limit.bytes);
    const fits = inflated === 'large' || inflated instanceof Uint8Array;
    if (!fits) this.#failedBytes += look.end - at;
    return fits;
  }

  /** Whether a whole frame follows in the last window: then the one before it is damaged, not cut off by the end of the file. */
  #hasLaterFrame(): boolean {
    const { bytes, start } = this.#input;
    let at = start;
    for (let trials = 0; trials < MAX_LATER_TRIALS; trials++) {
      at = findFrame(bytes, at + 1, this.#to);
      if (at < 0) return false;
      if (this.#inflates(at)) return true;
    }
    return false;
  }
}

interface FrameEnd {
  /** Whether the frame was delivered to its end. */
  readonly whole: boolean;
  readonly fault: InflatedItem | undefined;
}

function lostFault(reason: string, offset: number, inner: number, bytes: number, found: string): InflatedItem {
  return { kind: 'fault', fault: { reason, offset, inner, bytes, lost: true, detail: `found ${found}, expected a Zstandard frame` } };
}
