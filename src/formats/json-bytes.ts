/** The bytes of a JSON text (RFC 8259), read one at a time by tables, or four at a time where strings are passed over. */

/** Bytes, and the same bytes to be read four at a time. */
export interface JsonBytes {
  readonly bytes: Uint8Array;
  readonly words: DataView;
}

export function jsonBytes(bytes: Uint8Array): JsonBytes {
  return { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const LETTER_U = 0x75;

/** By byte, 1 where a string cannot just go on: a quote, a backslash, a control character. */
export const SPECIAL = new Uint8Array(256).fill(1, 0, 0x20);
SPECIAL[QUOTE] = SPECIAL[BACKSLASH] = 1;

/** By the letter behind a backslash: the byte it stands for, 0 where it stands for none by itself. */
export const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of [['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t']] as const) {
  ESCAPES[letter.charCodeAt(0)] = byte.charCodeAt(0);
}

/** By byte: the value of a hexadecimal digit, 255 for what is none. */
export const HEX = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) for (const letter of [digit.toString(16), digit.toString(16).toUpperCase()]) HEX[letter.charCodeAt(0)] = digit;

/**
 * A bit set in each byte of a word that is SPECIAL, the lowest of them for certain (above it a borrow may set others): 0 where there is none. Per byte b, the
 * top bit of (b - n) & ~b tells b < n for b below 128; equal to n is the same as less than 1 after xor with n.
 */
export function specialIn(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  return (((word - 0x20202020) & ~word) | ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
}

/** Which byte of a word the lowest bit set belongs to. */
export const firstByte = (bits: number): number => (31 - Math.clz32(bits & -bits)) >> 3;
