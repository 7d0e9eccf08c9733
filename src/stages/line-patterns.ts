/**
 * Words of a site's buttons that are cut out of short lines: "Sign-in" at the start, "Read more..." at the end, "items in cart" anywhere; with one
 * character of white space beside them. Letters match as Python's re does when it ignores case: ASCII letters in either case, and the four others
 * that fold to one.
 */
import { codePointAt, previousStart, sequenceLength } from './line-characters.js';
import { spaceAt } from './line-white-space.js';

export interface LinePattern {
  readonly at: 'start' | 'end' | 'anywhere';
  /** Folded code points; ANY matches each character. */
  readonly codes: readonly number[];
  /** 1 for bytes that the first of them may begin with. */
  readonly firstBytes: Uint8Array;
}

const ANY = -1;

/** `anyDot`: each '.' stands for one character of any kind, as in a regular expression. */
export function linePattern(text: string, at: LinePattern['at'], anyDot: boolean): LinePattern {
  const codes = Array.from(text, (character) => (anyDot && character === '.' ? ANY : folded(character.codePointAt(0)!)));
  const firstBytes = new Uint8Array(256);
  const encoder = new TextEncoder();
  const first = text.slice(0, String.fromCodePoint(text.codePointAt(0)!).length);
  const spellings = [first, first.toUpperCase(), first.toLowerCase(), '\u0130', '\u0131', '\u017f', '\u212a']; // the last four fold to i, s or k
  for (const spelling of spellings) firstBytes[encoder.encode(spelling)[0]!] = 1;
  return { at, codes, firstBytes };
}

function folded(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
  if (code === 0x130 || code === 0x131) return 0x69; // the two Turkish i
  return code === 0x17f ? 0x73 : code === 0x212a ? 0x6b : code; // long s, Kelvin sign
}

/** The ranges of `text[start .. end)` that the pattern cuts out, as pairs of positions in ascending order. */
export function findPattern(text: Uint8Array, start: number, end: number, pattern: LinePattern): number[] {
  const { at, codes } = pattern;
  if (at === 'start') {
    const behind = matchAt(text, start, end, codes);
    return behind < 0 ? [] : [start, behind < end ? behind + spaceAt(text, behind) : behind];
  }
  if (at === 'end') {
    const from = back(text, start, end, codes.length);
    if (from < 0 || matchAt(text, from, end, codes) !== end) return [];
    const before = from > start ? previousStart(text, start, from) : from;
    return [before < from && spaceAt(text, before) > 0 ? before : from, end];
  }
  return findAnywhere(text, start, end, pattern);
}

/** From the left and without overlap; at each position with white space before the pattern first, as a regular expression tries it. */
function findAnywhere(text: Uint8Array, start: number, end: number, { codes, firstBytes }: LinePattern): number[] {
  const ranges: number[] = [];
  const isAnyFirst = codes[0] === ANY;
  for (let at = start; at < end;) {
    if (firstBytes[text[at]!] === 0 && !isAnyFirst && spaceAt(text, at) === 0) {
      at++;
      continue;
    }
    const space = spaceAt(text, at);
    let behind = space > 0 && at + space < end && (isAnyFirst || firstBytes[text[at + space]!] === 1) ? matchAt(text, at + space, end, codes) : -1;
    if (behind < 0) behind = matchAt(text, at, end, codes);
    if (behind >= 0) ranges.push(at, behind);
    at = behind >= 0 ? behind : at + sequenceLength(text[at]!);
  }
  return ranges;
}

/** The position behind the pattern, if it stands at `at`; else -1. */
function matchAt(text: Uint8Array, at: number, end: number, codes: readonly number[]): number {
  for (const code of codes) {
    if (at >= end || (code !== ANY && folded(codePointAt(text, at)) !== code)) return -1;
    at += sequenceLength(text[at]!);
  }
  return at;
}

/** The position so many characters before `end`; -1 where there are not so many. */
function back(text: Uint8Array, start: number, end: number, characters: number): number {
  let at = end;
  for (let n = 0; n < characters; n++) {
    if (at <= start) return -1;
    at = previousStart(text, start, at);
  }
  return at;
}
