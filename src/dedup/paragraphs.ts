/**
 * Paragraphs or lines of a text: where they are, what they are known by, and the text without some of them. Two are the same if their bytes are, but for
 * white space: none around them counts, and any run of it inside counts as one space, so that a paragraph wrapped in another way is the same. Case,
 * digits and punctuation count (CCNet's key drops them, and calls "Page 1 of 9" and "page 2 of 9" one line), so nothing is cut that does not stand
 * elsewhere as it is.
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import { eachLine, endOfBlank, isBlank } from './lines.js';

export interface ParagraphRule {
  /** paragraph: lines up to a blank one. line: text up to a line feed. */
  readonly unit: 'paragraph' | 'line';
  /** Shorter ones are left alone; bytes of UTF-8, white space counted as it is compared. */
  readonly leastBytes: number;
}

/** A text less the paragraphs that repeat. */
export interface ParagraphCut {
  /** Bytes to leave out: from, to, from, to, ...; ascending and apart. Empty: none. */
  readonly spans: Uint32Array;
  /** Paragraphs left out. */
  readonly paragraphs: number;
  /** Bytes that stay; 0 where nothing but white space would. */
  readonly bytes: number;
}

/** Calls `found` for each paragraph that is long enough, with the words of its 64-bit hash: one may come several times. */
export function eachParagraphKey(text: Uint8Array, { unit, leastBytes }: ParagraphRule, found: (high: number, low: number) => void): void {
  eachUnit(text, unit, (start, end) => {
    if (hashUnit(text, start, end) >= leastBytes) found(hash[1]!, hash[0]!);
  });
}

/**
 * What is left of a text without the paragraphs that `isRepeated`. A paragraph goes with what separates it from the next one; where the last ones go,
 * so does what separates them from what stays before. Memory: 8 bytes a paragraph cut.
 */
export function cutParagraphs(text: Uint8Array, { unit, leastBytes }: ParagraphRule, isRepeated: (high: number, low: number) => boolean): ParagraphCut {
  const spans: number[] = [];
  let paragraphs = 0;
  let keptEnd = -1;
  eachUnit(text, unit, (start, end, next) => {
    if (hashUnit(text, start, end) < leastBytes || !isRepeated(hash[1]!, hash[0]!)) {
      if (end > start) keptEnd = end;
      return;
    }
    paragraphs += 1;
    if (spans.length > 0 && spans[spans.length - 1] === start) spans[spans.length - 1] = next;
    else spans.push(start, next);
  });
  if (paragraphs === 0) return { spans: new Uint32Array(0), paragraphs, bytes: text.length };
  if (keptEnd < 0) return { spans: Uint32Array.of(0, text.length), paragraphs, bytes: 0 };
  if (spans[spans.length - 2]! >= keptEnd) { // nothing stays behind the last of them
    while (spans.length > 0 && spans[spans.length - 2]! >= keptEnd) spans.length -= 2;
    spans.push(keptEnd, text.length);
  }
  let bytes = text.length;
  for (let i = 0; i < spans.length; i += 2) bytes -= spans[i + 1]! - spans[i]!;
  return { spans: Uint32Array.from(spans), paragraphs, bytes };
}

/** A copy of the text without the spans of a cut. */
export function withoutSpans(text: Uint8Array, spans: Uint32Array): Uint8Array {
  const kept = new Uint8Array(text.length);
  let length = 0;
  let at = 0;
  for (let i = 0; i <= spans.length; i += 2) {
    const end = spans[i] ?? text.length;
    kept.set(text.subarray(at, end), length);
    length += end - at;
    at = spans[i + 1] ?? text.length;
  }
  return kept.subarray(0, length);
}

/** Shows every unit: where it begins, indentation included; the byte behind its last that is not white space; where the next begins. A blank line has no bytes. */
function eachUnit(text: Uint8Array, unit: ParagraphRule['unit'], found: (start: number, end: number, next: number) => void): void {
  let begin = -1; // of the paragraph at hand
  let end = 0;
  eachLine(text, (at, first, last, next) => {
    if (unit === 'line') {
      found(at, last > first ? last : at, next);
    } else if (last > first) {
      if (begin < 0) begin = at;
      end = last;
    } else if (begin >= 0) {
      const after = endOfBlank(text, next);
      found(begin, end, after);
      begin = -1;
      return after;
    }
    return next;
  });
  if (begin >= 0) found(begin, end, text.length);
}

/** Paragraphs are hashed alike in every run. */
const KEY = hashKey(1, 'paragraph');
const hash = new Uint32Array(2);
let normal = new Uint8Array(1 << 12);

/** Hashes what two paragraphs are compared by into `hash`; gives its bytes. Memory: as many. */
function hashUnit(text: Uint8Array, start: number, end: number): number {
  if (normal.length < end - start) normal = new Uint8Array(2 * (end - start));
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (!isBlank(byte)) normal[length++] = byte;
    else if (length > 0 && normal[length - 1] !== 0x20) normal[length++] = 0x20;
  }
  if (length > 0 && normal[length - 1] === 0x20) length--;
  keyedHash(KEY, normal, hash, 0, 0, length);
  return length;
}
