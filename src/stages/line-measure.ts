/** What the line modifiers ask of a whole line, counted in one pass over its bytes. Characters are code points. */
import { characterClass, CharacterClass, codePointAt, sequenceLength } from './line-characters.js';
import { spaceAt } from './line-white-space.js';

export interface LineMeasure {
  chars: number;
  /** Capitals, as str.isupper has them. */
  upper: number;
  /** As str.isdigit has them. */
  digits: number;
  /** Between white space, as str.split has them. */
  words: number;
  /** Words of DCLM's count: fastText's tokens (parted by ASCII white space and NUL) that begin with a letter or a number. */
  counted: number;
}

export const lineMeasure = (): LineMeasure => ({ chars: 0, upper: 0, digits: 0, words: 0, counted: 0 });

const UPPER = 1;
const DIGIT = 2;
const SPACE = 4;
const PARTS_TOKENS = 8;
const ALPHANUMERIC = 16;

const ASCII = new Uint8Array(0x80);
for (let byte = 0; byte < 0x80; byte++) {
  const character = String.fromCharCode(byte);
  if (/[A-Z]/.test(character)) ASCII[byte]! |= UPPER;
  if (/[0-9]/.test(character)) ASCII[byte]! |= DIGIT;
  if (/[\t-\r\x1c-\x20]/.test(character)) ASCII[byte]! |= SPACE;
  if (/[\0\t-\r ]/.test(character)) ASCII[byte]! |= PARTS_TOKENS;
  if (/[A-Za-z0-9]/.test(character)) ASCII[byte]! |= ALPHANUMERIC;
}

/** Bits of the character of two or more bytes at a position. */
function longBits(text: Uint8Array, at: number): number {
  if (spaceAt(text, at) > 0) return SPACE;
  const bits = characterClass(codePointAt(text, at));
  const upper = (bits & CharacterClass.upper) !== 0 ? UPPER : 0;
  const digit = (bits & CharacterClass.digit) !== 0 ? DIGIT : 0;
  return upper | digit | ((bits & CharacterClass.alphanumeric) !== 0 ? ALPHANUMERIC : 0);
}

/** Measures `text[start .. end)` into `line`. Without branches but for characters of more bytes: every line of a document comes through here. */
export function measureLine(text: Uint8Array, start: number, end: number, line: LineMeasure): void {
  let chars = end - start;
  let upper = 0;
  let digits = 0;
  let words = 0;
  let counted = 0;
  let before = SPACE | PARTS_TOKENS;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    let bits: number;
    if (byte < 0x80) {
      bits = ASCII[byte]!;
    } else {
      bits = longBits(text, at);
      const more = sequenceLength(byte) - 1;
      at += more;
      chars -= more;
    }
    upper += bits & 1;
    digits += (bits >> 1) & 1;
    const begun = before & ~bits; // a word where white space was, a token where what parts tokens was
    words += (begun >> 2) & 1;
    counted += (begun >> 3) & (bits >> 4) & 1;
    before = bits;
  }
  line.chars = chars;
  line.upper = upper;
  line.digits = digits;
  line.words = words;
  line.counted = counted;
}
