/** The texts of JSON strings, from escaped bytes straight to UTF-8 (RFC 8259 section 7), checked on the way: no JavaScript string is made. */
import { BACKSLASH, ESCAPES, firstByte, HEX, type JsonBytes, LETTER_U, QUOTE, SPECIAL, specialIn } from './json-bytes.js';
import { NOT_JSON } from './json-syntax.js';

/** Up to here bytes are copied one by one, which costs less than a call that copies. */
const SHORT_BYTES = 256;

/** A text that was taken, as a place in the memory of JsonTexts. */
export interface TakenText {
  /** Where the opening quote of its string stands in the record; -1 where nothing was taken. */
  quote: number;
  start: number;
  end: number;
  /** Whether the string had half of a surrogate pair in it, for which U+FFFD stands. */
  halves: boolean;
}

export const noText = (): TakenText => ({ quote: -1, start: 0, end: 0, halves: false });

/** Texts of one record, end to end; reused from record to record. Memory: twice the longest texts so far. */
export class JsonTexts {
  /** Grows, so it is another one after a text was taken. */
  bytes = new Uint8Array(256);
  #words = new DataView(this.bytes.buffer);
  #used = 0;

  /** Forgets all texts. */
  clear(): void {
    this.#used = 0;
  }

  /** Takes the string whose opening quote stands at `quote`; the position behind its closing one, or NOT_JSON. */
  take({ bytes, words }: JsonBytes, quote: number, end: number, taken: TakenText): number {
    taken.quote = quote;
    taken.start = this.#used;
    taken.halves = false;
    let i = quote + 1;
    let used = this.#used;
    let room = this.bytes.length - 4; // where a word or a character may still be written
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
        this.bytes[used++] = byte;
        i++;
        continue;
      }
      if (byte === QUOTE) {
        taken.end = this.#used = used;
        return i + 1;
      }
      if (byte !== BACKSLASH || i + 1 >= end) return NOT_JSON;
      const plain = ESCAPES[bytes[i + 1]!]!;
      if (plain !== 0) {
        this.bytes[used++] = plain;
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
          taken.halves = true;
        }
      }
      used = put(this.bytes, used, point);
    }
    return NOT_JSON;
  }

  /** Takes bytes as they are. */
  copy(bytes: Uint8Array, taken: TakenText): void {
    taken.start = this.#used;
    this.append(bytes, 0, bytes.length);
    taken.end = this.#used;
  }

  /** Bytes taken since `clear`. */
  get used(): number {
    return this.#used;
  }

  /** Takes `bytes[start .. end)`, behind what was taken last. */
  append(bytes: Uint8Array, start: number, end: number): void {
    while (this.bytes.length - this.#used < end - start) this.#grow(this.#used);
    if (end - start > SHORT_BYTES) {
      this.bytes.set(bytes.subarray(start, end), this.#used);
      this.#used += end - start;
      return;
    }
    const out = this.bytes;
    for (let i = start; i < end; i++) out[this.#used++] = bytes[i]!;
  }

  #grow(used: number): number {
    const larger = new Uint8Array(2 * this.bytes.length);
    larger.set(this.bytes.subarray(0, used));
    this.bytes = larger;
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
