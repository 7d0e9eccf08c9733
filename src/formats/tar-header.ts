/**
 * Headers of tar archives (POSIX.1-2017, pax; GNU's extensions): one block of 512 bytes before each entry, and what the entries of types `x` and `L` say
 * about the one behind them. Pure; nothing in a header is believed but what its checksum covers.
 */
import { Buffer } from 'node:buffer';

export const BLOCK_BYTES = 512;
const MAGIC_AT = 257;
const MAGIC = Buffer.from('ustar');

export interface TarHeader {
  /** '/' between parts; decoded as UTF-8, with U+FFFD where it is not. */
  readonly name: string;
  /** Of the content that follows, which is padded to whole blocks; undefined where the field is no number. */
  readonly bytes: number | undefined;
  /** One character: '0' a file, '5' a folder, and so on; '0' too where old archives have NUL. */
  readonly type: string;
  /** Of GNU's type 'S': blocks with more of the map of its holes stand before the content, which its size does not count. */
  readonly continued: boolean;
}

/** The header in the block at `at`, or undefined where its checksum differs. */
export function tarHeader(bytes: Uint8Array, at: number): TarHeader | undefined {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset + at, BLOCK_BYTES);
  if (!isHeader(block)) return undefined;
  const posix = block.toString('latin1', MAGIC_AT, MAGIC_AT + 6) === 'ustar\0'; // GNU's has a blank, and other things where the prefix would be
  const prefix = posix ? textOf(block, 345, 155) : '';
  const name = textOf(block, 0, 100);
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]!);
  return { name: prefix === '' ? name : `${prefix}/${name}`, bytes: numberOf(block.subarray(124, 136)), type, continued: type === 'S' && block[482] !== 0 };
}

/** Whether an archive begins at `at`: its first header may be damaged in one place or another. */
export function isTar(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < BLOCK_BYTES) return false;
  return MAGIC.every((byte, i) => bytes[at + MAGIC_AT + i] === byte) || isHeader(bytes.subarray(at, at + BLOCK_BYTES));
}

export function isZeroBlock(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + BLOCK_BYTES; i++) if (bytes[i] !== 0) return false;
  return true;
}

/**
 * Where a header may begin at or after `from`, so that it is whole before `to`: blocks that lie at a multiple of 512 from `from`, and blocks anywhere that
 * have the magic; -1 where there is none. Only headers whose checksum fits count.
 */
export function findHeader(bytes: Uint8Array, from: number, to: number): number {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, to);
  let magic = all.indexOf(MAGIC, from + MAGIC_AT);
  for (let at = from; at + BLOCK_BYTES <= to; at += BLOCK_BYTES) {
    if (isHeader(all.subarray(at, at + BLOCK_BYTES))) return at;
    for (; magic >= 0 && magic - MAGIC_AT < at + BLOCK_BYTES; magic = all.indexOf(MAGIC, magic + 1)) {
      const start = magic - MAGIC_AT;
      if (start + BLOCK_BYTES <= to && isHeader(all.subarray(start, start + BLOCK_BYTES))) return start;
    }
  }
  return -1;
}

/** The sum of all bytes, with blanks in place of the sum itself; some old writers added them as signed. Never of a block of zeros. */
function isHeader(block: Uint8Array): boolean {
  const stored = numberOf(block.subarray(148, 156));
  if (stored === undefined || block[0] === 0) return false;
  let sum = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : block[i]!;
    sum += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return stored === sum || stored === signed;
}

/** Octal digits between blanks and NULs, or a big-endian number behind a first bit that is set (GNU); undefined where it is neither, or below 0. */
function numberOf(field: Uint8Array): number | undefined {
  if (field[0]! >= 0x80) {
    if ((field[0]! & 0x40) !== 0) return undefined; // negative
    let value = field[0]! & 0x3f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  }
  const digits = /^[ \0]*([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString('latin1'))?.[1];
  return digits === undefined ? undefined : digits === '' ? 0 : parseInt(digits, 8);
}

function textOf(block: Buffer, at: number, length: number): string {
  const end = block.subarray(at, at + length).indexOf(0);
  return block.toString('utf8', at, at + (end < 0 ? length : end));
}

/** The content of an entry of type `L`: a name. */
export function gnuName(content: Uint8Array): string {
  return textOf(Buffer.from(content.buffer, content.byteOffset, content.length), 0, content.length);
}

/** What pax records say about the next entry; the rest of what they may say is not needed here. */
export interface PaxRecords {
  readonly path?: string;
  readonly size?: number;
  /** GNU stores files with holes in forms of its own. */
  readonly sparse: boolean;
}

/** The content of an entry of type `x`: `<length> <key>=<value>\n`, again and again; undefined where that is not what it is. */
export function paxRecords(content: Uint8Array): PaxRecords | undefined {
  const all = Buffer.from(content.buffer, content.byteOffset, content.length);
  const found = new Map<string, string>();
  for (let at = 0; at < all.length;) {
    const blank = all.indexOf(0x20, at);
    const digits = blank < 0 || blank > at + 10 ? '' : all.toString('latin1', at, blank);
    const end = at + (/^[1-9][0-9]*$/.test(digits) ? Number(digits) : 0);
    const equals = all.indexOf(0x3d, blank);
    if (end <= blank || end > all.length || all[end - 1] !== 0x0a || equals < 0 || equals >= end) return undefined;
    found.set(all.toString('utf8', blank + 1, equals), all.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  const size = found.get('size');
  if (size !== undefined && !(/^[0-9]+$/.test(size) && Number.isSafeInteger(Number(size)))) return undefined;
  const path = found.get('path');
  return {
    ...(path === undefined || path === '' ? {} : { path }),
    ...(size === undefined || size === '' ? {} : { size: Number(size) }),
    sparse: [...found.keys()].some((key) => key.startsWith('GNU.sparse.')),
  };
}
