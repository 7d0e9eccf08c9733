/** The unit `words`: runs of characters between white space, which is Unicode's White_Space and U+FEFF. Languages without spaces have few of them. */
import { whiteSpaceAt } from '../formats/white-space.js';

/** Words of a text, valid UTF-8: 0 where it is nothing but white space. One pass over the bytes, no string. */
export function countWords(text: Uint8Array): number {
  let words = 0;
  let inWord = false;
  for (let at = 0; at < text.length;) {
    const byte = text[at]!; // below the length
    if (byte > 0x20 && byte < 0x80) {
      if (!inWord) words += 1;
      inWord = true;
      at += 1;
      continue;
    }
    const white = whiteSpaceAt(text, at);
    if (white === 0 && !inWord) words += 1;
    inWord = white === 0;
    at += white || 1; // the other bytes of a character are none that white space begins with
  }
  return words;
}
