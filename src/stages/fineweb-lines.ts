/** What FineWeb's rules count in a document's lines, parted by line feeds: lines of white space alone are none. Characters are code points. */
import { codePointAt, previousStart } from './line-characters.js';
import { LineDuplicates } from './line-duplicates.js';
import { skipSpace } from './line-white-space.js';

const LINE_FEED = 0x0a;

export interface LineCounts {
  lines: number;
  /** Lines that end in a stop mark, white space behind it not taken off. */
  stopped: number;
  /** Lines of at most `shortLineChars` characters. */
  short: number;
  newlines: number;
  /** Characters of the text, line feeds not counted. */
  chars: number;
}

/** Counts lines in `text[start .. end)`. */
export function countLines(text: Uint8Array, start: number, end: number, isStop: (codePoint: number) => boolean, shortLineChars: number): LineCounts {
  const counts = { lines: 0, stopped: 0, short: 0, newlines: 0, chars: 0 };
  for (let at = start; at <= end; at++) {
    const from = at;
    let chars = 0;
    for (; at < end && text[at] !== LINE_FEED; at++) if ((text[at]! & 0xc0) !== 0x80) chars++;
    counts.chars += chars;
    if (at < end) counts.newlines++;
    if (skipSpace(text, from, at) === at) continue;
    counts.lines++;
    if (isStop(codePointAt(text, previousStart(text, from, at)))) counts.stopped++;
    if (chars <= shortLineChars) counts.short++;
  }
  return counts;
}

const duplicates = new LineDuplicates();

/** Characters in lines of `text[start .. end)` that were there before; `lines` is how many `countLines` found. */
export function duplicateLineChars(text: Uint8Array, start: number, end: number, lines: number): number {
  duplicates.clear(lines);
  let total = 0;
  for (let at = start; at <= end; at++) {
    const from = at;
    while (at < end && text[at] !== LINE_FEED) at++;
    if (skipSpace(text, from, at) === at || !duplicates.hasSeen(text, from, at)) continue;
    for (let i = from; i < at; i++) if ((text[i]! & 0xc0) !== 0x80) total++;
  }
  return total;
}
