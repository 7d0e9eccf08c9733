/** The text of JSON strings, from escaped bytes straight to UTF-8 (RFC 8259 section 7), checked on the way: no JavaScript string is made. */
import { BACKSLASH, ESCAPES, firstByte, HEX, type JsonBytes, LETTER_U, QUOTE, SPECIAL, specialIn } from './json-bytes.js';
import { NOT_JSON } from './json-syntax.js';

/** Reused from string to string. Memory: twice the longest string so far. */
export class JsonText {
  /** The text last taken: valid until the next. */
  text: Uint8Array = new Uint8Array(0);
  /** Whether it had half of a surrogate pair in it, for which U+FFFD stands. */
  halves = false;
  #out = new Uint8Array(256);
  #words = new DataView(this.#out.buffer);

  /** Where its opening quote stands; -1 where it is another record's. */
  start = -1;

  /** Takes the string whose opening quote stands at `start`; the position behind its closing one, or NOT_JSON. */
  take({ bytes, words }: JsonBytes, start: number, end: number): number {
    this.start = start;
    this.halves = false;
    let i = start + 1;
    let used = 0;
    let room = this.#out.length - 4; // what a word or a character may still be written at
    while (i < end) {
      for (; i <= end - 4; i += 4, used += 4) {
        if (used > room) room = this.#grow(used);
        const word = words.getInt32(i, true);
        this.#words.setInt32(used, word, true);
        const special = specialIn(word);
        if (special === 0) continue;
        const passed = firstByte(special);
        i += passed;
        used += passed;
        break;
      }
      if (used > room) room = this.#grow(used);
      const byte = bytes[i]!;
      if (SPECIAL[byte] === 0) {
        this.#out[used++] = byte;
        i++;
        continue;
      }
      if (byte === QUOTE) {
        this.text = this.#out.subarray(0, used);
        return i + 1;
      }
      if (byte !== BACKSLASH || i + 1 >= end) return NOT_JSON;
      const plain = ESCAPES[bytes[i + 1]!]!;
      if (plain !== 0) {
        this.#out[used++] = plain;
        i += 2;
        continue;
      }
      let point = unitAt(bytes, i, end);
      if (point < 0) return NOT_JSON;
      i += 6;
      if (point >= 0xd800 && point < 0xe000) {
        const low = point < 0xdc00 ? unitAt(bytes, i, end) : 0;
        if (low >= 0xdc00 && low < 0xe000) {
          point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
          i += 6;
        } else {
          point = 0xfffd;
          this.halves = true;
        }
      }
      used = put(this.#out, used, point);
    }
    return NOT_JSON;
  }

  #grow(used: number): number {
    const larger = new Uint8Array(2 * this.#out.length);
    larger.set(this.#out.subarray(0, used));
    this.#out = larger;
    this.#words = new DataView(larger.buffer);
    return larger.length - 4;
  }
}

/** The number of the escape \uXXXX that begins at a position; negative where none does. */
function unitAt(json: Uint8Array, at: number, end: number): number {
  if (at + 6 > end || json[at] !== BACKSLASH || json[at + 1] !== LETTER_U) return -1;
  const [a, b, c, d] = [HEX[json[at + 2]!]!, HEX[json[at + 3]!]!, HEX[json[at + 4]!]!, HEX[json[at + 5]!]!];
  return (a | b | c | d) < 16 ? (a << 12) | (b << 8) | (c << 4) | d : -1;
}

/** Writes a code point in UTF-8. */
function put(out: Uint8Array, at: number, point: number): number {
  let used = at;
  if (point < 0x80) {
    out[used++] = point;
    return used;
  }
  if (point < 0x800) {
    out[used++] = 0xc0 | (point >> 6);
  } else {
    if (point < 0x10000) {
      out[used++] = 0xe0 | (point >> 12);
    } else {
      out[used++] = 0xf0 | (point >> 18);
      out[used++] = 0x80 | ((point >> 12) & 0x3f);
    }
    out[used++] = 0x80 | ((point >> 6) & 0x3f);
  }
  out[used++] = 0x80 | (point & 0x3f);
  return used;
}
