/**
 * Words by the default word boundaries of UAX #29 in Unicode 17, the ones that Rust's `unicode_words` finds: the segments between two
 * boundaries that have a letter or a number in them. Works on UTF-8 bytes; the rules' numbers stand beside them.
 */
import { WORD_BREAKS, WordProperty, wordTable } from './unicode-words-table.js';

type WordBreak = (typeof WORD_BREAKS)[number];
const VALUES = Object.fromEntries(WORD_BREAKS.map((name, value) => [name, value])) as Readonly<Record<WordBreak, number>>; // made of the list itself
const { CR, LF, Newline, Extend, ZWJ, Format, Regional_Indicator, Katakana, Hebrew_Letter, ALetter, Single_Quote, Double_Quote } = VALUES;
const { MidNumLet, MidLetter, MidNum, Numeric, ExtendNumLet, WSegSpace } = VALUES;

/** What two neighbours do, Extend, Format and ZWJ left out: part, join, or depends on a third one: before both, or behind both. */
const PART = 0, JOIN = 1, LETTER_BEFORE = 2, LETTER_BEHIND = 3, HEBREW_BEFORE = 4, HEBREW_BEHIND = 5, NUMERIC_BEFORE = 6, NUMERIC_BEHIND = 7, PAIR = 8;

/** By (left << 5) | right. */
const NEIGHBOURS = new Uint8Array(1 << 10);
function rule(lefts: readonly number[], rights: readonly number[], what: number): void {
  for (const left of lefts) for (const right of rights) NEIGHBOURS[(left << 5) | right] = what;
}
const LETTER = [ALetter, Hebrew_Letter];
const BETWEEN_LETTERS = [MidLetter, MidNumLet, Single_Quote];
const BETWEEN_NUMBERS = [MidNum, MidNumLet, Single_Quote];
rule(LETTER, LETTER, JOIN); // WB5
rule(LETTER, BETWEEN_LETTERS, LETTER_BEHIND); // WB6
rule(BETWEEN_LETTERS, LETTER, LETTER_BEFORE); // WB7
rule([Hebrew_Letter], [Single_Quote], JOIN); // WB7a
rule([Hebrew_Letter], [Double_Quote], HEBREW_BEHIND); // WB7b
rule([Double_Quote], [Hebrew_Letter], HEBREW_BEFORE); // WB7c
rule([Numeric, ...LETTER], [Numeric], JOIN); // WB8, WB9
rule([Numeric], LETTER, JOIN); // WB10
rule(BETWEEN_NUMBERS, [Numeric], NUMERIC_BEFORE); // WB11
rule([Numeric], BETWEEN_NUMBERS, NUMERIC_BEHIND); // WB12
rule([Katakana], [Katakana], JOIN); // WB13
rule([...LETTER, Numeric, Katakana, ExtendNumLet], [ExtendNumLet], JOIN); // WB13a
rule([ExtendNumLet], [...LETTER, Numeric, Katakana], JOIN); // WB13b
rule([Regional_Indicator], [Regional_Indicator], PAIR); // WB15, WB16

const isLetter = (value: number): boolean => value === ALetter || value === Hebrew_Letter;
const isLineEnd = (value: number): boolean => value >= CR && value <= Newline;
const isIgnored = (value: number): boolean => value >= Extend && value <= Format; // Extend, ZWJ, Format: WB4

/** The words found last: word i is `[starts[i], ends[i])`. Memory: 8 bytes a word of the longest document so far. */
export class UnicodeWords {
  starts = new Uint32Array(1024);
  ends = new Uint32Array(1024);
  readonly #table = wordTable();

  /**
   * Finds the words of `bytes[from .. to)`, which must be whole characters of valid UTF-8, and returns how many they are. With `all`, every segment
   * counts, as in Unicode's own WordBreakTest.txt.
   */
  find(bytes: Uint8Array, from: number, to: number, all = false): number {
    const { pages, bytes: properties } = this.#table;
    let count = 0;
    let start = from; // of the segment
    let hasWord = all;
    let raw = LF; // the character before; a text begins as a line does
    let left = LF; // the same, ignored ones left out
    let beforeLeft = LF;
    let indicators = 0; // regional indicators in a row that end at `left`
    for (let at = from; at < to;) {
      const first = bytes[at]!;
      const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      const codePoint = length === 1 ? first : decode(bytes, at, length);
      const property = properties[(pages[codePoint >> 8]! << 8) | (codePoint & 255)]!;
      const value = property & WordProperty.wordBreak;
      let joins: boolean;
      if (isLineEnd(raw) || isLineEnd(value)) joins = raw === CR && value === LF; // WB3, WB3a, WB3b
      else if (isIgnored(value)) joins = true; // WB4
      else if (raw === ZWJ && (property & WordProperty.pictographic) !== 0) joins = true; // WB3c
      else if (raw === WSegSpace && value === WSegSpace) joins = true; // WB3d
      else {
        switch (NEIGHBOURS[(left << 5) | value]) {
          case PART: joins = false; break;
          case JOIN: joins = true; break;
          case LETTER_BEFORE: joins = isLetter(beforeLeft); break;
          case LETTER_BEHIND: joins = isLetter(this.#next(bytes, at + length, to)); break;
          case HEBREW_BEFORE: joins = beforeLeft === Hebrew_Letter; break;
          case HEBREW_BEHIND: joins = this.#next(bytes, at + length, to) === Hebrew_Letter; break;
          case NUMERIC_BEFORE: joins = beforeLeft === Numeric; break;
          case NUMERIC_BEHIND: joins = this.#next(bytes, at + length, to) === Numeric; break;
          default: joins = indicators % 2 === 1;
        }
      }
      if (!joins) {
        if (hasWord && at > start) this.#put(count++, start, at);
        start = at;
        hasWord = all;
      }
      if ((property & (WordProperty.alphabetic | WordProperty.number)) !== 0) hasWord = true;
      if (!isIgnored(value) || isLineEnd(raw)) { // behind a line end an ignored character stands for itself
        beforeLeft = left;
        left = value;
        indicators = value === Regional_Indicator ? indicators + 1 : 0;
      }
      raw = value;
      at += length;
    }
    if (hasWord && to > start) this.#put(count++, start, to);
    return count;
  }

  /**
   * Word_Break of the next character that is not ignored; Other where there is none. Reads no ignored character twice: marks that ask stand before
   * them.
   */
  #next(bytes: Uint8Array, from: number, to: number): number {
    const { pages, bytes: properties } = this.#table;
    for (let at = from; at < to;) {
      const first = bytes[at]!;
      const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      const codePoint = length === 1 ? first : decode(bytes, at, length);
      const value = properties[(pages[codePoint >> 8]! << 8) | (codePoint & 255)]! & WordProperty.wordBreak;
      if (!isIgnored(value)) return value;
      at += length;
    }
    return VALUES.Other;
  }

  #put(at: number, start: number, end: number): void {
    if (at === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[at] = start;
    this.ends[at] = end;
  }
}

/** The code point of a sequence of two to four bytes. */
export function decode(bytes: Uint8Array, at: number, length: number): number {
  const low = bytes[at + length - 1]! & 63;
  if (length === 2) return ((bytes[at]! & 31) << 6) | low;
  if (length === 3) return ((bytes[at]! & 15) << 12) | ((bytes[at + 1]! & 63) << 6) | low;
  return ((bytes[at]! & 7) << 18) | ((bytes[at + 1]! & 63) << 12) | ((bytes[at + 2]! & 63) << 6) | low;
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}
