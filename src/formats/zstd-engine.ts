/**
 * What inflates and packs Zstandard. Node has an engine from version 22.15 on. Before that, frames that fit into memory are inflated by the reference
 * library as WebAssembly (@bokuweb/zstd-wasm, which has no streams; 900 MB/s beside Node's 1,100), and larger ones by fzstd (plain JavaScript, 270 MB/s).
 * Frames are always packed by the WebAssembly build, so that a corpus is the same bytes on every Node. `tests/bench/output-codecs.js` has the figures.
 */
import type { TransformOptions } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { CHECKSUM_BYTES, type FrameHeader, MAX_BLOCK_BYTES, uint32 } from './zstd-frame.js';
import { XxHash64 } from './xxhash64.js';
import { packZstd, unpackZstd } from './zstd-module.js';

/** What Node 22.15 added, which the types of Node 20 do not name: absent, or as documented. */
interface NodeZstd {
  readonly createZstdDecompress?: (options: TransformOptions & { readonly chunkSize: number }) => zlib.InflateRaw;
  readonly zstdDecompressSync?: (frame: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;
}

const { createZstdDecompress, zstdDecompressSync } = zlib as unknown as NodeZstd;

/** Whether this Node has an engine of its own. */
export const hasNodeZstd = createZstdDecompress !== undefined && zstdDecompressSync !== undefined;

/** A frame may ask to be streamed with so much memory of what came before: Node's own limit, and what RFC 8878 asks of every decoder at least. */
export const MAX_WINDOW_BYTES = hasNodeZstd ? 2 ** 27 : 2 ** 23;

/** One frame inflated and its checksum verified; `large`: it is more than `maxBytes`; a text: it is damaged. */
export function inflateFrame(frame: Uint8Array, { contentBytes = 0 }: FrameHeader, maxBytes: number): Uint8Array | { readonly found: string } | 'large' {
  if (contentBytes > maxBytes) return 'large';
  try {
    if (zstdDecompressSync !== undefined) return new Uint8Array(zstdDecompressSync(frame, { maxOutputLength: maxBytes }));
    return unpackZstd(frame, { defaultHeapSize: maxBytes });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const large = error instanceof Error && 'code' in error ? error.code === 'ERR_BUFFER_TOO_LARGE' : found.endsWith(DESTINATION_TOO_SMALL) && contentBytes === 0;
    return large ? 'large' : { found: `a frame that does not inflate (${found.replace('Failed to compress with', 'error')})` };
  }
}

/** ZSTD_error_dstSize_tooSmall, as the package words it. */
const DESTINATION_TOO_SMALL = 'code -70';

/** One frame of `plain`, with its size and checksum. `level` is the library's, 1 to 19. `loadZstd` must have ended. */
export function zstdFrame(plain: Uint8Array, level: number): Uint8Array {
  const packed = packZstd(plain, level);
  const frame = new Uint8Array(packed.length + CHECKSUM_BYTES); // the package has no option for the checksum: it is the header's bit, and four bytes behind the last block
  frame.set(packed);
  frame[4]! |= 4;
  const hash = new XxHash64();
  hash.update(plain);
  new DataView(frame.buffer).setUint32(packed.length, hash.low32(), true);
  return frame;
}

/** Inflates one frame in parts. Errors are thrown as they come. */
export interface FrameStream {
  /** A whole block with its header: gives what it inflates to, fresh memory, at most 128 KiB. */
  push(block: Uint8Array): Promise<Uint8Array>;
  /** Whether the four bytes behind the last block fit the content. */
  verify(checksum: Uint8Array): Promise<boolean>;
  close(): void;
}

/** Of one file: what fzstd has moved in its windows, whose cost is not in proportion to what it reads. */
export interface StreamBudget {
  moved: number;
}

/** Opens a stream behind the header of a frame. Memory: its window, at most MAX_WINDOW_BYTES, and two blocks. */
export function openFrame(header: FrameHeader, bytes: Uint8Array, budget: StreamBudget): Promise<FrameStream> {
  return createZstdDecompress === undefined ? Promise.resolve(new PlainStream(header, budget)) : NodeStream.open(createZstdDecompress, bytes);
}

class NodeStream implements FrameStream {
  readonly #engine: zlib.InflateRaw;

  private constructor(engine: zlib.InflateRaw) {
    this.#engine = engine;
  }

  static async open(create: NonNullable<NodeZstd['createZstdDecompress']>, header: Uint8Array): Promise<NodeStream> {
    const stream = new NodeStream(create({ chunkSize: MAX_BLOCK_BYTES, readableHighWaterMark: 4 * MAX_BLOCK_BYTES }));
    await stream.push(header);
    return stream;
  }

  async push(block: Uint8Array): Promise<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      this.#engine.once('error', reject); // the callback is not called then
      this.#engine.write(block, () => {
        this.#engine.off('error', reject);
        resolve();
      });
    });
    const chunk: unknown = this.#engine.read();
    return chunk instanceof Uint8Array ? chunk : new Uint8Array(0);
  }

  async verify(checksum: Uint8Array): Promise<boolean> {
    try {
      await this.push(checksum);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#engine.destroy();
  }
}

/** Moved bytes that a file may cost besides so many for each that was inflated: blocks of level 19 move 64 to 200 for one. */
const FREE_MOVES = 2 ** 32;
const MOVES_A_BYTE = 1024;

/** fzstd, which moves its whole window for every block, and does not look at checksums. */
class PlainStream implements FrameStream {
  readonly #engine: Decompress;
  readonly #hash = new XxHash64();
  readonly #budget: StreamBudget;
  readonly #windowBytes: number;
  #chunk: Uint8Array = new Uint8Array(0);

  /** It is given a header of ours, long enough that no block waits for the next one, without a checksum and with the smallest window that will do. */
  constructor({ windowBytes, contentBytes = Infinity }: FrameHeader, budget: StreamBudget) {
    const log = Math.max(10, Math.ceil(Math.log2(Math.min(windowBytes, contentBytes))));
    this.#windowBytes = 2 ** log;
    this.#budget = budget;
    this.#engine = new Decompress((chunk) => { this.#chunk = chunk; });
    this.#engine.push(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xc0, (log - 10) << 3, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  async push(block: Uint8Array): Promise<Uint8Array> {
    this.#chunk = new Uint8Array(0);
    this.#engine.push(block);
    const chunk = this.#chunk;
    this.#hash.update(chunk);
    this.#budget.moved += this.#windowBytes - MOVES_A_BYTE * chunk.length;
    if (this.#budget.moved > FREE_MOVES) throw new Error(`blocks too small for a window of ${this.#windowBytes} bytes`);
    return chunk;
  }

  verify(checksum: Uint8Array): Promise<boolean> {
    return Promise.resolve(uint32(checksum, 0) === this.#hash.low32());
  }

  close(): void {
    // nothing is held outside of memory
  }
}
