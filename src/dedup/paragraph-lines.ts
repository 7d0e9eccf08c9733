/**
 * The paragraphs of a text, as the audit tallies them: its lines, without white space around them, of `LEAST_PARAGRAPH_BYTES` or more. Text that was
 * extracted from web pages has one paragraph a line and no blank lines between; of text that is wrapped, the lines of a repeated paragraph repeat, too.
 */
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import { eachLine } from './lines.js';

/** Shorter ones (menu entries, dates, names) recur everywhere and say nothing. */
export const LEAST_PARAGRAPH_BYTES = 40;

const KEY = hashKey(0, 'audit paragraphs');
const hash = new Uint32Array(2);

/** Calls `found` for each paragraph of a document's UTF-8: where it begins and ends, and the two words of its hash. */
export function eachParagraph(text: Uint8Array, found: (start: number, end: number, high: number, low: number) => void): void {
  eachLine(text, (_begin, start, end) => {
    if (end - start < LEAST_PARAGRAPH_BYTES) return;
    keyedHash(KEY, text, hash, 0, start, end);
    found(start, end, hash[1]!, hash[0]!);
  });
}

/** The bytes of the paragraph with this hash; undefined where the text has none. */
export function findParagraph(text: Uint8Array, wantedHigh: number, wantedLow: number): Uint8Array | undefined {
  let paragraph: Uint8Array | undefined;
  eachParagraph(text, (start, end, high, low) => {
    if (paragraph === undefined && high === wantedHigh && low === wantedLow) paragraph = text.subarray(start, end);
  });
  return paragraph;
}
