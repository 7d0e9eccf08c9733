/**
 * Reads gzip members (RFC 1952) out of bytes in memory, without believing anything they say: the header's form, one member inflated and
 * checked, or a run of members inflated in one call. It finds out what is there; what to do about it is gzip-members.ts's.
 */
import { Buffer } from 'node:buffer';
import { constants, crc32, gunzipSync, inflateRawSync } from 'node:zlib';

export const TRAILER_BYTES = 8;
/** Shortest member: header, empty deflate block, trailer. */
export const MIN_MEMBER_BYTES = 10 + 2 + TRAILER_BYTES;
/** Deflate cannot do better than 1032:1 (zlib's technical details); a size beyond that is a lie. */
const MAX_DEFLATE_RATIO = 1032;

const MAGIC = Buffer.from([0x1f, 0x8b, 8]);
const FHCRC = 2;
const FEXTRA = 4;
const FNAME = 8;
const FCOMMENT = 16;

/** Position of the next bytes in `[from, to)` that look like a member's header, or -1. The last 9 bytes cannot hold one. */
export function findMemberStart(bytes: Uint8Array, from: number, to: number): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, to);
  for (let at = view.indexOf(MAGIC, from); at >= 0; at = view.indexOf(MAGIC, at + 1)) {
    if (looksLikeMember(view, at, to)) return at;
  }
  return -1;
}

/** As `isHeader`, with an XFL that writers use (0, 2, 4) and a known system: one place in 10^12 by chance. For where a member is searched. */
export function looksLikeMember(bytes: Uint8Array, at: number, to: number): boolean {
  if (!isHeader(bytes, at, to)) return false;
  const extraFlags = bytes[at + 8]!;
  const system = bytes[at + 9]!;
  return (extraFlags === 0 || extraFlags === 2 || extraFlags === 4) && (system <= 13 || system === 255);
}

/** Magic, method deflate, no reserved flag: all that the standard fixes. For where a member has to be. */
export function isHeader(bytes: Uint8Array, at: number, to: number): boolean {
  return at + 10 <= to && bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (bytes[at + 3]! & 0xe0) === 0;
}

/** Position after the header at a member's start, or -1 where it does not end before `to`. */
export function headerEnd(bytes: Uint8Array, start: number, to: number): number {
  const flags = bytes[start + 3]!;
  let at = start + 10;
  if (flags & FEXTRA) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [FNAME, FCOMMENT]) {
    if (!(flags & flag)) continue;
    const zero = at < to ? bytes.indexOf(0, at) : -1;
    if (zero < 0) return -1;
    at = zero + 1;
  }
  if (flags & FHCRC) at += 2;
  return at <= to ? at : -1;
}

/** Inflated size modulo 2^32 as the trailer that ends at `end` gives it. */
export function trailerSize(bytes: Uint8Array, end: number): number {
  return (bytes[end - 4]! | (bytes[end - 3]! << 8) | (bytes[end - 2]! << 16) | (bytes[end - 1]! << 24)) >>> 0;
}

/** Text packs at 3:1 to 30:1. */
const MAX_TEXT_RATIO = 32;

/**
 * Whether what ends at `end` and does not inflate to its end has the size of a text in its last bytes: then it has its trailer and is damaged, not cut off. The
 * last bytes of a cut say so by chance once in 2^32 / (32 x its bytes): 65,000 times for 2 KiB, 128 times for a MiB.
 */
export function hasTrailer(bytes: Uint8Array, start: number, end: number): boolean {
  const stored = end - start;
  const size = trailerSize(bytes, end);
  return stored >= MIN_MEMBER_BYTES && size > 0 && size <= MAX_TEXT_RATIO * stored;
}

/** Whether a member of so many stored bytes can hold so many inflated ones. */
export const isPossibleSize = (inflated: number, stored: number): boolean => inflated <= stored * MAX_DEFLATE_RATIO;

export type Trial =
  /** A whole member, checked: it ends before `end`. */
  | { readonly kind: 'whole'; readonly bytes: Uint8Array; readonly end: number }
  /** No error as far as the bytes go, but the member goes on; what it holds so far. */
  | { readonly kind: 'open'; readonly bytes: Uint8Array }
  /** Inflates to more than was allowed. */
  | { readonly kind: 'large' }
  | { readonly kind: 'bad'; readonly found: string };

const bad = (found: string): Trial => ({ kind: 'bad', found });

/** Inflates the member at `start`, at most to `to` and to `maxBytes`, and verifies its checksum and size. */
export function tryMember(bytes: Uint8Array, start: number, to: number, maxBytes: number): Trial {
  if (!isHeader(bytes, start, to)) return isPrefixOfMember(bytes, start, to) ? { kind: 'open', bytes: new Uint8Array(0) } : bad('no gzip header');
  const body = headerEnd(bytes, start, to);
  if (body < 0) return { kind: 'open', bytes: new Uint8Array(0) };
  const result = inflateSome(bytes.subarray(body, to), maxBytes);
  if ('kind' in result) return result;
  const end = body + result.consumed + TRAILER_BYTES;
  if (end > to) return { kind: 'open', bytes: result.inflated };
  const wrong = trailerFault(bytes, end, crc32(result.inflated), result.inflated.length);
  return wrong === undefined ? { kind: 'whole', bytes: result.inflated, end } : bad(wrong);
}

/** What does not fit in the trailer that ends at `end`; undefined where all does. `size` may exceed 2^32. */
export function trailerFault(bytes: Uint8Array, end: number, checksum: number, size: number): string | undefined {
  const stored = trailerSize(bytes, end - 4);
  if (stored !== checksum) return `checksum ${hex(stored)} in the trailer, ${hex(checksum)} of the data`;
  const length = trailerSize(bytes, end);
  return length === size % 2 ** 32 ? undefined : `size ${length} in the trailer, ${size} of the data`;
}

/**
 * Inflates the whole members in `[start, end)` in one native call: two to three times the speed of a call a member. Undefined
 * unless the result has exactly `size` bytes and every checksum fits.
 */
export function tryRun(bytes: Uint8Array, start: number, end: number, size: number): Uint8Array | undefined {
  try {
    // a chunk one byte larger than the result spares zlib a second chunk
    const options = { info: true, chunkSize: Math.max(64, size + 1), maxOutputLength: Math.max(1, size) };
    const { buffer, engine } = gunzipSync(bytes.subarray(start, end), options) as unknown as InflatedWithInfo;
    return buffer.length === size && engine.bytesWritten === end - start ? buffer : undefined; // zlib passes over some trailing bytes in silence
  } catch {
    return undefined; // what is wrong, and where, is found member by member
  }
}

/** What node:zlib's sync functions return with `info: true`, which their declared types leave out. */
interface InflatedWithInfo {
  readonly buffer: Uint8Array;
  /** bytesWritten: how much input was consumed. */
  readonly engine: { readonly bytesWritten: number };
}

function inflateSome(deflated: Uint8Array, maxBytes: number): { inflated: Uint8Array; consumed: number } | Trial {
  try {
    const options = { info: true, chunkSize: 64 * 1024, maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH };
    const { buffer, engine } = inflateRawSync(deflated, options) as unknown as InflatedWithInfo;
    return { inflated: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'large' };
    return bad(error instanceof Error ? error.message : String(error));
  }
}

/** Whether the bytes end within what may be a header. */
function isPrefixOfMember(bytes: Uint8Array, start: number, to: number): boolean {
  const available = to - start;
  if (available >= 10 || available <= 0) return false;
  for (let i = 0; i < Math.min(available, 3); i++) if (bytes[start + i] !== MAGIC[i]) return false;
  return true;
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');
