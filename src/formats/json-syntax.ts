/**
 * Where JSON values end, found in their bytes without building them: strict as RFC 8259, so that what is passed over is checked as JSON.parse would check
 * it. The bytes must be valid UTF-8, which is checked once for many records (jsonl.ts). Each function is given the position where its part begins and the
 * end of the text, and gives the position behind the part, or NOT_JSON.
 */
import {
  BACKSLASH, CLOSE_ARRAY, COLON, COMMA, ESCAPES, firstByte, HEX, type JsonBytes, LETTER_U, OPEN_ARRAY, OPEN_OBJECT, QUOTE, SPECIAL, specialIn,
} from './json-bytes.js';

export const NOT_JSON = -1;

const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), new TextEncoder().encode(word)]));

export function skipBlanks(json: Uint8Array, at: number, end: number): number {
  let i = at;
  for (; i < end; i++) {
    const byte = json[i]!;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break;
  }
  return i;
}

/** Of a string whose opening quote stands before `at`. */
export function endOfString({ bytes: json, words }: JsonBytes, at: number, end: number): number {
  let i = at;
  while (i < end) {
    for (; i <= end - 4; i += 4) {
      const special = specialIn(words.getInt32(i, true));
      if (special === 0) continue;
      i += firstByte(special);
      break;
    }
    const byte = json[i]!;
    if (SPECIAL[byte] === 0) {
      i++;
      continue;
    }
    if (byte === QUOTE) return i + 1;
    if (byte !== BACKSLASH || i + 1 >= end) return NOT_JSON;
    const letter = json[i + 1]!;
    if (ESCAPES[letter] !== 0) i += 2;
    else if (letter === LETTER_U && i + 6 <= end && (HEX[json[i + 2]!]! | HEX[json[i + 3]!]! | HEX[json[i + 4]!]! | HEX[json[i + 5]!]!) < 16) i += 6;
    else return NOT_JSON;
  }
  return NOT_JSON;
}

function endOfNumber(json: Uint8Array, at: number, end: number): number {
  let i = at < end && json[at] === 0x2d ? at + 1 : at; // -
  const whole = endOfDigits(json, i, end);
  if (whole === i || (json[i] === 0x30 && whole > i + 1)) return NOT_JSON; // no digit, or a zero before others
  i = whole;
  if (i < end && json[i] === 0x2e) { // .
    const part = endOfDigits(json, i + 1, end);
    if (part === i + 1) return NOT_JSON;
    i = part;
  }
  if (i < end && (json[i] === 0x65 || json[i] === 0x45)) { // e, E
    const sign = i + 1 < end && (json[i + 1] === 0x2b || json[i + 1] === 0x2d) ? 2 : 1;
    const power = endOfDigits(json, i + sign, end);
    if (power === i + sign) return NOT_JSON;
    i = power;
  }
  return i;
}

function endOfDigits(json: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && json[i]! >= 0x30 && json[i]! <= 0x39) i++;
  return i;
}

function endOfLiteral(json: Uint8Array, at: number, end: number): number {
  const word = LITERALS.get(json[at]!);
  if (word === undefined || at + word.length > end) return NOT_JSON;
  for (let i = 1; i < word.length; i++) if (json[at + i] !== word[i]) return NOT_JSON;
  return at + word.length;
}

/** Of a string, a number, true, false or null. */
function endOfScalar(json: JsonBytes, at: number, end: number): number {
  if (at >= end) return NOT_JSON;
  const { bytes } = json;
  const byte = bytes[at]!;
  if (byte === QUOTE) return endOfString(json, at + 1, end);
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? endOfNumber(bytes, at, end) : endOfLiteral(bytes, at, end);
}

/** From the quote of a member's name to where its value begins. */
function valueOfMember(json: JsonBytes, at: number, end: number): number {
  const { bytes } = json;
  if (at >= end || bytes[at] !== QUOTE) return NOT_JSON;
  const name = endOfString(json, at + 1, end);
  if (name < 0) return NOT_JSON;
  const colon = skipBlanks(bytes, name, end);
  return colon < end && bytes[colon] === COLON ? skipBlanks(bytes, colon + 1, end) : NOT_JSON;
}

/** What is open around a value, a byte each: nested to any depth without recursion. Grows to the deepest text met, which a line's length bounds. */
let open = new Uint8Array(64);

/** Of any value that begins at `at`. */
export function endOfValue(json: JsonBytes, at: number, end: number): number {
  const { bytes } = json;
  let depth = 0;
  let i = at;
  for (;;) {
    const byte = i < end ? bytes[i]! : 0;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const close = byte + 2; // in ASCII both closing signs stand two behind
      const first = skipBlanks(bytes, i + 1, end);
      if (first < end && bytes[first] === close) {
        i = first + 1;
      } else {
        if (depth === open.length) open = grown(open);
        open[depth++] = close;
        i = byte === OPEN_ARRAY ? first : valueOfMember(json, first, end);
        if (i < 0) return NOT_JSON;
        continue;
      }
    } else {
      i = endOfScalar(json, i, end);
      if (i < 0) return NOT_JSON;
    }
    for (; depth > 0; depth--) { // behind a value: what is open around it goes on, or is closed
      i = skipBlanks(bytes, i, end);
      if (i < end && bytes[i] === COMMA) break;
      if (i >= end || bytes[i] !== open[depth - 1]) return NOT_JSON;
      i++;
    }
    if (depth === 0) return i;
    i = skipBlanks(bytes, i + 1, end);
    if (open[depth - 1] === CLOSE_ARRAY) continue;
    i = valueOfMember(json, i, end);
    if (i < 0) return NOT_JSON;
  }
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}
