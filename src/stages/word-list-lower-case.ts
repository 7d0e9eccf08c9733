/**
 * Lower case of UTF-8 bytes by Unicode's simple mapping, and what a word character is, for lists that are compared with text in any script. As Python's
 * `lower()` and `\w` have them, but for: U+0130 becomes a plain i; both forms of the small sigma are one; of numbers, only decimal digits are word characters.
 */
import { UnicodeClass, classOf, lowerCase, unicodeTable } from '../kernels/unicode-table.js';
import { codePointAt } from './line-characters.js';

const SMALL_SIGMA = 0x3c3;
const FINAL_SIGMA = 0x3c2;

/** The bytes of the longest lower case of `bytes` bytes: a letter of two bytes may become one of three, none grows by more. */
export const maxLowerCaseBytes = (bytes: number): number => bytes + (bytes >>> 1) + 1;

/** Writes the lower case of `text[start .. end)`, valid UTF-8, to `out` and returns its length. `out` must hold maxLowerCaseBytes of it. */
export function writeLowerCase(text: Uint8Array, start: number, end: number, out: Uint8Array): number {
  const table = unicodeTable();
  let to = 0;
  for (let i = start; i < end;) {
    const byte = text[i]!;
    if (byte < 0x80) {
      out[to++] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
      i++;
      continue;
    }
    const codePoint = codePointAt(text, i);
    const width = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if ((classOf(table, codePoint) & UnicodeClass.upper) === 0 && codePoint !== FINAL_SIGMA) {
      for (let k = 0; k < width; k++) out[to++] = text[i + k]!;
    } else {
      to = writeCodePoint(out, to, codePoint === FINAL_SIGMA ? SMALL_SIGMA : lowerCase(table, codePoint));
    }
    i += width;
  }
  return to;
}

/** Whether the character that begins at `at` is a letter, a decimal digit or '_'. */
export function isWordCharacterAt(text: Uint8Array, at: number): boolean {
  const byte = text[at]!;
  if (byte < 0x80) return (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
  return (classOf(unicodeTable(), codePointAt(text, at)) & (UnicodeClass.letter | UnicodeClass.digit)) !== 0;
}

/** The same for the character that ends before `at`, in text that begins at `start`; false where there is none. */
export function isWordCharacterBefore(text: Uint8Array, at: number, start: number): boolean {
  if (at <= start) return false;
  let first = at - 1;
  while (first > start && (text[first]! & 0xc0) === 0x80) first--;
  return isWordCharacterAt(text, first);
}

/** Writes one code point as UTF-8 and returns the position behind it. */
function writeCodePoint(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    out[at] = codePoint;
    return at + 1;
  }
  const width = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  out[at] = (0xf00 >> width) | (codePoint >> (6 * (width - 1)));
  for (let k = 1; k < width; k++) out[at + k] = 0x80 | ((codePoint >> (6 * (width - 1 - k))) & 0x3f);
  return at + width;
}
