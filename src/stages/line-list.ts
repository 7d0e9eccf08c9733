/**
 * The lines of a document that are still in it, while patterns are cut out of them. Empty lines are kept as numbers beside the others, since most
 * text has more of them than anything else. A line that was cut is a list of ranges of the old text.
 */
import type { KeptParts } from './kept-parts.js';
import { countWords, skipSpace, trimSpace } from './line-white-space.js';

/** Most words of a line that are told apart. */
export const MOST_WORDS = 255;

/** Memory: 13 bytes a line that is not empty, of the largest document seen. */
export class LineList {
  count = 0;
  /** The bytes of the line that `view` was asked for last. */
  viewText: Uint8Array = new Uint8Array(0);
  viewStart = 0;
  viewEnd = 0;
  #text = new Uint8Array(0);
  /** Position where a line begins; below 0: `-1 - i` for the line whose ranges are `#cut[i]`. */
  #start = new Int32Array(1024);
  #end = new Int32Array(1024);
  #emptyBefore = new Int32Array(1024);
  #words = new Uint8Array(1024);
  #cut: number[][] = [];
  #scratch = new Uint8Array(1024);

  /** Begins a document whose text is in `text`. */
  clear(text: Uint8Array): void {
    this.#text = text as Uint8Array<ArrayBuffer>; // only read
    this.#cut = [];
    this.count = 0;
  }

  /** Adds the line `text[start .. end)` of so many words, which so many empty lines stand before. */
  add(start: number, end: number, words: number, emptyBefore: number): void {
    if (this.count === this.#start.length) this.#grow();
    this.#words[this.count] = Math.min(words, MOST_WORDS);
    this.#start[this.count] = start;
    this.#end[this.count] = end;
    this.#emptyBefore[this.count++] = emptyBefore;
  }

  #grow(): void {
    [this.#start, this.#end, this.#emptyBefore] = [doubled(this.#start), doubled(this.#end), doubled(this.#emptyBefore)];
    const words = new Uint8Array(2 * this.#words.length);
    words.set(this.#words);
    this.#words = words;
  }

  /** Words of line i as it was added, or was cut; MOST_WORDS stands for more. */
  words(i: number): number {
    return this.#words[i]!;
  }

  /** Puts the bytes of line i where viewText, viewStart and viewEnd say; valid until the next call. */
  view(i: number): void {
    const start = this.#start[i]!;
    this.viewText = this.#text;
    this.viewStart = start;
    this.viewEnd = this.#end[i]!;
    if (start >= 0) return;
    const ranges = this.#cut[-1 - start]!;
    const length = lengthOf(ranges);
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(2 * length);
    for (let r = 0, at = 0; r < ranges.length; r += 2) {
      this.#scratch.set(this.#text.subarray(ranges[r], ranges[r + 1]), at);
      at += ranges[r + 1]! - ranges[r]!;
    }
    [this.viewText, this.viewStart, this.viewEnd] = [this.#scratch, 0, length];
  }

  isCut(i: number): boolean {
    return this.#start[i]! < 0;
  }

  /** Cuts ranges (pairs of positions of the view, ascending) out of line i, and views what is left of it. */
  cut(i: number, ranges: readonly number[]): void {
    const start = this.#start[i]!;
    const old = start >= 0 ? [start, this.#end[i]!] : this.#cut[-1 - start]!;
    const base = start >= 0 ? start : 0; // of the view's positions
    const left: number[] = [];
    let from = base;
    for (const [r, position] of [...ranges, base + lengthOf(old)].entries()) {
      if (r % 2 === 0) copyRange(old, from - base, position - base, left);
      else from = position;
    }
    if (start >= 0) this.#start[i] = -this.#cut.push(left);
    else this.#cut[-1 - start] = left;
    this.view(i);
    this.#words[i] = countWords(this.viewText, this.viewStart, this.viewEnd, MOST_WORDS);
  }

  /** Removes the lines for which `removes` says so; it is asked in order, after line i - 1 has been removed or kept. */
  removeWhere(removes: (i: number) => boolean): void {
    let kept = 0;
    let empty = 0;
    for (let i = 0; i < this.count; i++) {
      if (removes(i)) {
        empty += this.#emptyBefore[i]!;
        continue;
      }
      this.#start[kept] = this.#start[i]!;
      this.#end[kept] = this.#end[i]!;
      this.#words[kept] = this.#words[i]!;
      this.#emptyBefore[kept++] = this.#emptyBefore[i]! + empty;
      empty = 0;
    }
    this.count = kept;
  }

  /** Takes white space off both ends of the whole, lines of nothing else with it. True where some of it parts words for str but not for fastText. */
  strip(): boolean {
    let blank = 0;
    let parts = false;
    for (let space = 0; blank < this.count; blank++) {
      this.view(blank);
      space = skipSpace(this.viewText, this.viewStart, this.viewEnd);
      if (space === this.viewEnd) continue;
      parts = this.#trim(blank, this.viewStart, space);
      break;
    }
    if (blank > 0) this.removeWhere((i) => i < blank);
    for (; this.count > 0; this.count--) {
      this.view(this.count - 1);
      const end = trimSpace(this.viewText, this.viewStart, this.viewEnd);
      if (end === this.viewStart) continue;
      parts = this.#trim(this.count - 1, end, this.viewEnd) || parts;
      break;
    }
    return parts;
  }

  /** Takes `[from, to)` of the view, one end of it, off line i. */
  #trim(i: number, from: number, to: number): boolean {
    if (from === to) return false;
    const isPlain = this.viewText.subarray(from, to).every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
    if (this.isCut(i)) this.cut(i, [from, to]);
    else if (from === this.#start[i]) this.#start[i] = to;
    else this.#end[i] = from;
    return !isPlain;
  }

  /** Hands every line to `kept`, joined by line feeds. */
  keep(kept: KeptParts): void {
    for (let i = 0; i < this.count; i++) {
      const separators = 1 + this.#emptyBefore[i]!;
      const start = this.#start[i]!;
      if (start >= 0) kept.add(start, this.#end[i]!, separators);
      else for (let ranges = this.#cut[-1 - start]!, r = 0; r < ranges.length; r += 2) kept.add(ranges[r]!, ranges[r + 1]!, r > 0 ? 0 : separators);
    }
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}

function lengthOf(ranges: readonly number[]): number {
  let length = 0;
  for (let r = 0; r < ranges.length; r += 2) length += ranges[r + 1]! - ranges[r]!;
  return length;
}

/** Appends to `to` what lies at `[start, end)` of the ranges put end to end. */
function copyRange(ranges: readonly number[], start: number, end: number, to: number[]): void {
  for (let r = 0, at = 0; r < ranges.length && at < end; r += 2) {
    const [from, length] = [ranges[r]!, ranges[r + 1]! - ranges[r]!];
    const [first, last] = [Math.max(start - at, 0), Math.min(end - at, length)];
    if (first < last) to.push(from + first, from + last);
    at += length;
  }
}
