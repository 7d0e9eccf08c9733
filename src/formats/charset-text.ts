/**
 * Text in the charsets that old pages declare, to UTF-8: UTF-8 itself, and windows-1252, which stands for Latin-1 and ASCII too, as in the WHATWG
 * Encoding Standard (4.2). The table is here because Node's TextDecoder takes windows-1252 for Latin-1 in some versions.
 */

const UTF8 = new Set(['utf-8', 'utf8', 'unicode-1-1-utf-8']);
const WINDOWS_1252 = new Set([
  'windows-1252', 'cp1252', 'x-cp1252', 'iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'latin-1', 'l1', 'us-ascii', 'ascii', 'ansi_x3.4-1968',
]);
/** Characters of the bytes 0x80 to 0x9f (the standard's index windows-1252); all others are Latin-1's. */
const HIGH = '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f'
  + '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const encoder = new TextEncoder();
const HIGH_BYTES = [...HIGH].map((character) => encoder.encode(character));

/** The text as UTF-8, at most three times as many bytes; undefined for a charset that is not read. UTF-8 comes back as it is, valid or not. */
export function textOf(bytes: Uint8Array, charset: string): Uint8Array | undefined {
  const label = charset.trim().toLowerCase();
  if (UTF8.has(label)) return bytes;
  return WINDOWS_1252.has(label) ? fromSingleBytes(bytes, HIGH_BYTES) : undefined;
}

/** Latin-1 as it is (RFC 9110, 5.5, on old header values), which has control characters where windows-1252 has others. */
export const wholeFromLatin1 = (bytes: Uint8Array): Uint8Array => fromSingleBytes(bytes, []);

function fromSingleBytes(bytes: Uint8Array, high: readonly Uint8Array[]): Uint8Array {
  const text = new Uint8Array(3 * bytes.length);
  let used = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const encoded = high[byte - 0x80];
    if (byte < 0x80) {
      text[used++] = byte;
    } else if (encoded !== undefined) {
      text.set(encoded, used);
      used += encoded.length;
    } else {
      text[used++] = 0xc0 | (byte >> 6);
      text[used++] = 0x80 | (byte & 0x3f);
    }
  }
  return text.slice(0, used);
}
