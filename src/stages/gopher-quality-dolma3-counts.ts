/**
 * What gopher-quality-dolma3.ts compares with its limits, counted from UTF-8 bytes in one pass over the characters of a document and, where it is not
 * of ASCII alone, one over its Unicode words.
 */
import { decode, UnicodeWords } from './unicode-words.js';
import { WordProperty, wordTable } from './unicode-words-table.js';

export interface Dolma3Counts {
  /** Code points. */
  readonly chars: number;
  /** Runs of letters and digits where all is ASCII, else words of UAX #29. */
  readonly words: number;
  /** Words between white space, their bytes, those without a letter, and those that are stop words in any case. */
  readonly spaceWords: number;
  readonly spaceWordBytes: number;
  readonly nonAlphaWords: number;
  readonly stopWords: number;
  /** Occurrences of '#', '...', '. . .' and U+2026; those of '. . .' alone. Each kind without overlap, from the left. */
  readonly symbols: number;
  readonly spacedEllipses: number;
  /** Lines between line feeds, empty ones and one behind the last counted; those of them that begin with a bullet. */
  readonly lines: number;
  readonly bulletLines: number;
  /** Lines with text, a carriage return before the line feed left out; those of them that end in an ellipsis. */
  readonly fullLines: number;
  readonly ellipsisLines: number;
}

const LF = 10, CR = 13, SPACE = 32, HASH = 35, STAR = 42, MINUS = 45, DOT = 46;
/** Length by the letters as one number. No letters but A to Z become these in lower case. */
const STOP_WORDS = new Map(['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with'].map((word) => (
  [[...word].reduce((key, letter) => (key << 8) | letter.charCodeAt(0), 0), word.length])));

/** White_Space outside ASCII. */
const isWideSpace = (codePoint: number): boolean =>
  codePoint === 0x85 || codePoint === 0xa0 || codePoint === 0x1680 || (codePoint >= 0x2000 && codePoint <= 0x200a) ||
  codePoint === 0x2028 || codePoint === 0x2029 || codePoint === 0x202f || codePoint === 0x205f || codePoint === 0x3000;

/** A function that counts documents, one after another: `bytes[from .. to)` is one, in valid UTF-8. */
export function dolma3Counts(): (bytes: Uint8Array, from: number, to: number) => Dolma3Counts {
  const { pages, bytes: properties } = wordTable();
  const unicode = new UnicodeWords();
  return (bytes, from, to) => {
    let chars = 0, runs = 0, spaceWords = 0, spaceWordBytes = 0, nonAlphaWords = 0, stopWords = 0;
    let hashes = 0, dots = 0, spacedDots = 0, marks = 0, lines = 1, bulletLines = 0, fullLines = 0, ellipsisLines = 0;
    let isAscii = true;
    let inRun = false;
    let word = -1; // where the open word began
    let hasLetter = false;
    let key = 0; // of the word's first four letters
    let lineStart = from;
    let dotsFrom = from; // an ellipsis may begin here at the earliest
    let spacedFrom = from;
    for (let at = from; at <= to;) {
      const first = at < to ? bytes[at]! : LF; // behind the text, one line feed more ends what is open
      const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      const codePoint = length === 1 ? first : decode(bytes, at, length);
      if (first === LF) {
        const end = at < to && at > lineStart && bytes[at - 1] === CR ? at - 1 : at;
        if (end > lineStart) {
          fullLines++;
          if (endsInEllipsis(bytes, lineStart, end)) ellipsisLines++;
        }
        if (beginsWithBullet(bytes, lineStart, at)) bulletLines++;
        lineStart = at + 1;
        if (at < to) lines++;
      }
      if (codePoint === SPACE || (codePoint >= 9 && codePoint <= CR) || (codePoint >= 0x85 && isWideSpace(codePoint))) {
        if (word >= 0) {
          spaceWords++;
          spaceWordBytes += at - word;
          if (!hasLetter) nonAlphaWords++;
          if (STOP_WORDS.get(key) === at - word) stopWords++;
        }
        word = -1;
        inRun = false;
      } else {
        if (word < 0) {
          word = at;
          hasLetter = false;
          key = 0;
        }
        const property = properties[(pages[codePoint >> 8]! << 8) | (codePoint & 255)]!;
        if ((property & WordProperty.alphabetic) !== 0) hasLetter = true;
        if (at - word < 4) key = (key << 8) | (first >= 65 && first <= 90 ? first + 32 : first);
        const isAlphanumeric = (property & (WordProperty.alphabetic | WordProperty.number)) !== 0;
        if (isAlphanumeric && !inRun) runs++;
        inRun = isAlphanumeric;
        if (first === HASH) hashes++;
        else if (codePoint === 0x2026) marks++;
        else if (first === DOT) {
          if (at - 2 >= dotsFrom && bytes[at - 1] === DOT && bytes[at - 2] === DOT) {
            dots++;
            dotsFrom = at + 1;
          }
          if (at - 4 >= spacedFrom && isSpacedEllipsis(bytes, at + 1)) {
            spacedDots++;
            spacedFrom = at + 1;
          }
        }
      }
      if (length > 1) isAscii = false;
      if (at < to) chars++;
      at += length;
    }
    return {
      chars, words: isAscii ? runs : unicode.find(bytes, from, to), spaceWords, spaceWordBytes, nonAlphaWords, stopWords,
      symbols: hashes + dots + spacedDots + marks, spacedEllipses: spacedDots, lines, bulletLines, fullLines, ellipsisLines,
    };
  };
}

/** U+25CF, U+2022, '*' or '-'. */
function beginsWithBullet(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (start === end) return false;
  if (first === STAR || first === MINUS) return true;
  if (first !== 0xe2 || end - start < 3) return false;
  return (bytes[start + 1] === 0x97 && bytes[start + 2] === 0x8f) || (bytes[start + 1] === 0x80 && bytes[start + 2] === 0xa2);
}

/** '...', '. . .' or U+2026. */
function endsInEllipsis(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  const last = bytes[end - 1];
  if (last === 0xa6) return bytes[end - 2] === 0x80 && bytes[end - 3] === 0xe2;
  if (last !== DOT) return false;
  return (bytes[end - 2] === DOT && bytes[end - 3] === DOT) || (end - start >= 5 && isSpacedEllipsis(bytes, end));
}

/** Whether the five bytes before `end` are '. . .'. */
const isSpacedEllipsis = (bytes: Uint8Array, end: number): boolean =>
  bytes[end - 1] === DOT && bytes[end - 2] === SPACE && bytes[end - 3] === DOT && bytes[end - 4] === SPACE && bytes[end - 5] === DOT;
