/** The outer form of Zstandard frames (RFC 8878, 3.1.1): headers and the bounds of blocks, told without inflating anything. Pure. */

export const FRAME_MAGIC = 0xfd2fb528;
/** The low four bits of a skippable frame's magic are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
export const MAX_HEADER_BYTES = 18;
export const CHECKSUM_BYTES = 4;
/** A block inflates to no more than this (3.1.1.2.4), and what it is stored in is no longer. */
export const MAX_BLOCK_BYTES = 128 << 10;
export const BLOCK_HEADER_BYTES = 3;

export interface FrameHeader {
  /** Of the header itself. */
  readonly bytes: number;
  readonly windowBytes: number;
  /** Of the inflated frame; undefined where it does not say. */
  readonly contentBytes: number | undefined;
  readonly checksum: boolean;
  /** 0: none is needed. */
  readonly dictionary: number;
}

export type FrameLook =
  /** It ends at `end`, an index into the bytes. */
  | { readonly kind: 'whole'; readonly end: number; readonly header: FrameHeader }
  /** So far it is one; `header` is absent where it is not whole itself. */
  | { readonly kind: 'open'; readonly header: FrameHeader | undefined }
  | { readonly kind: 'bad'; readonly found: string };

/** Whether a frame, or one to skip, begins at `at`. */
export function isZstd(bytes: Uint8Array, at: number, end: number): boolean {
  return isFrame(bytes, at, end) || isSkippable(bytes, at, end);
}

export function isFrame(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && uint32(bytes, at) === FRAME_MAGIC;
}

export function isSkippable(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && (uint32(bytes, at) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
}

const FRAME_START = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** Where the next frame's magic stands at or after `from`, whole before `to`; -1 where it does not. */
export function findFrame(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(0x28, from); at >= 0 && at + 4 <= to; at = bytes.indexOf(0x28, at + 1)) {
    if (isFrame(bytes, at, to)) return at;
  }
  return -1;
}

/** Walks the blocks of the frame that begins at `at`, as far as they lie before `to`. */
export function lookAtFrame(bytes: Uint8Array, at: number, to: number): FrameLook {
  if (to - at < 4 && FRAME_START.subarray(0, to - at).every((byte, i) => byte === bytes[at + i])) return { kind: 'open', header: undefined };
  if (!isFrame(bytes, at, to)) return { kind: 'bad', found: 'bytes that are no frame' };
  const header = frameHeader(bytes, at, to);
  if (header === undefined) return { kind: 'open', header };
  if (typeof header === 'string') return { kind: 'bad', found: header };
  let block = at + header.bytes;
  for (;;) {
    if (block + BLOCK_HEADER_BYTES > to) return { kind: 'open', header };
    const { last, stored, fault } = blockAt(bytes, block);
    if (fault !== undefined) return { kind: 'bad', found: fault };
    block += BLOCK_HEADER_BYTES + stored;
    if (!last) continue;
    const end = block + (header.checksum ? CHECKSUM_BYTES : 0);
    return end > to ? { kind: 'open', header } : { kind: 'whole', end, header };
  }
}

export interface BlockHeader {
  readonly last: boolean;
  /** Bytes behind the header. */
  readonly stored: number;
  readonly fault: string | undefined;
}

/** 3.1.1.2; the three bytes must be there. */
export function blockAt(bytes: Uint8Array, at: number): BlockHeader {
  const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  const type = word >>> 1 & 3;
  const size = word >>> 3;
  const fault = type === 3 ? 'a block of the reserved type' : size > MAX_BLOCK_BYTES ? `a block of ${size} bytes` : undefined;
  return { last: (word & 1) === 1, stored: type === RLE ? 1 : size, fault };
}

/** The type of a block that holds one byte to be repeated. */
const RLE = 1;

/** Undefined where the header is not whole, a text where it is not one. */
function frameHeader(bytes: Uint8Array, at: number, to: number): FrameHeader | string | undefined {
  if (to - at < 5) return undefined;
  const descriptor = bytes[at + 4]!;
  if ((descriptor & 8) !== 0) return 'a frame header with the reserved bit';
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6]!; // two bits
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const dictionaryAt = at + 5 + (single ? 0 : 1);
  const sizeAt = dictionaryAt + dictionaryBytes;
  if (to < sizeAt + sizeBytes) return undefined;
  const size = littleEndian(bytes, sizeAt, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  const window = bytes[at + 5]!;
  return {
    bytes: sizeAt + sizeBytes - at,
    windowBytes: single ? size : 2 ** (10 + (window >>> 3)) * (1 + (window & 7) / 8),
    contentBytes: sizeBytes === 0 ? undefined : size,
    checksum: (descriptor & 4) !== 0,
    dictionary: littleEndian(bytes, dictionaryAt, dictionaryBytes),
  };
}

/** Exact up to 2^53: beyond, sizes are refused anyway. */
function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
