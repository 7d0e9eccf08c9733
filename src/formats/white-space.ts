/** White space in text, told from its UTF-8 bytes: where it is, and whether text is nothing else. It decides which documents are empty; it is not a tokeniser. */

/**
 * True for empty text and for text of white space only: Unicode's White_Space characters (PropList.txt) and U+FEFF, which
 * ECMAScript's trim removes too. Reads no further than the first other character. `[start, end)`: valid UTF-8 by itself.
 */
export function isBlank(text: Uint8Array, start = 0, end = text.length): boolean {
  let at = start;
  while (at < end) {
    const width = whiteSpaceAt(text, at);
    if (width === 0) return false;
    at += width;
  }
  return true;
}

/** Bytes of the white-space character that begins at a position; 0 where there is another character, or none begins. */
export function whiteSpaceAt(text: Uint8Array, at: number): number {
  const first = text[at]!;
  if (first === 0x20 || (first >= 0x09 && first <= 0x0d)) return 1;
  if (first < 0xc2) return 0;
  const second = text[at + 1];
  if (first === 0xc2) return second === 0x85 || second === 0xa0 ? 2 : 0; // NEL, no-break space
  const third = text[at + 2] ?? 0;
  switch ((first << 8) | (second ?? 0)) {
    case 0xe19a: return third === 0x80 ? 3 : 0; // U+1680
    case 0xe280: return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf ? 3 : 0; // U+2000..200A, 2028, 2029, 202F
    case 0xe281: return third === 0x9f ? 3 : 0; // U+205F
    case 0xe380: return third === 0x80 ? 3 : 0; // U+3000
    case 0xefbb: return third === 0xbf ? 3 : 0; // U+FEFF
    default: return 0;
  }
}
