/**
 * Gopher's repetition rules as Dolma 3 has them (OLMo 3; allenai/datamap-rs at f6c295a, `MassiveWebRepetitionFilter` behind
 * `newline_removal_modifier`). All occurrences of what repeats count, and lengths are in bytes of the lines, paragraphs or Unicode words, what stands
 * between them left out. Ratios are compared in 32-bit floats, as there. One difference: of several n-grams that are equally frequent and long the
 * first one counts, where datamap-rs takes whichever its hash table holds last.
 */
import { z } from 'zod';
import type { Filter } from '../core/stage.js';
import { exceeds, ratio } from './gopher-quality-dolma3.js';
import { ElementNumbers, type Elements } from './gopher-repetition-dolma3-elements.js';
import { GramNumbers } from './gopher-repetition-dolma3-grams.js';
import { UnicodeWords } from './unicode-words.js';

const share = (value: number, what: string) => z.number().min(0).max(1).nullable().default(value).describe(`Largest share ${what}; null: no limit`);
const topGram = (n: number, value: number) => share(value, `of bytes in all places of the most frequent ${n} words in a row`);
const repeatedGram = (n: number, value: number) => share(value, `of bytes in ${n} words in a row that are there more than once`);

export const dolma3RepetitionOptions = {
  semantics: z.literal('dolma3').describe('The rules as Dolma 3 (OLMo 3) has them'),
  maxNewlines: z.number().int().min(2).nullable().default(2)
    .describe('Longer runs of line feeds part paragraphs as if they were this long; null: as they are. The text stays: stage newlines changes it'),
  maxRepeatedLines: share(0.3, 'of lines that are there more than once'),
  maxRepeatedParagraphs: share(0.3, 'of paragraphs that are there more than once'),
  maxRepeatedLineBytes: share(0.2, 'of bytes in such lines'),
  maxRepeatedParagraphBytes: share(0.2, 'of bytes in such paragraphs'),
  topGrams: z.strictObject({ 2: topGram(2, 0.2), 3: topGram(3, 0.18), 4: topGram(4, 0.16) }).prefault({}).describe('By number of words'),
  repeatedGrams: z.strictObject({
    5: repeatedGram(5, 0.15), 6: repeatedGram(6, 0.14), 7: repeatedGram(7, 0.13),
    8: repeatedGram(8, 0.12), 9: repeatedGram(9, 0.11), 10: repeatedGram(10, 0.1),
  }).prefault({}).describe('By number of words'),
};
const schema = z.strictObject(dolma3RepetitionOptions);
type Limits = z.infer<typeof schema>;

const NAME = 'massive_web_repetition_filter';
const GRAMS = [2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
const REASONS = [...['lines', 'pars', 'line_chars', 'par_chars'], ...GRAMS.map((n) => `${n}_grams`)].map((part) => `${NAME}_${part}`);
const LINES = 1, PARAGRAPHS = 2, LINE_CHARS = 3, PARAGRAPH_CHARS = 4, FIRST_GRAM = 5;

/** From this many bytes on a batch has tables of its own, so that a huge document does not leave its tables to the worker. */
const OWN_TABLES_BYTES = 4 << 20;

/** Judges one document after another: `bytes[from .. to)`; gives a verdict byte. Memory: at most 110 bytes a word of the longest document so far. */
function judgeOf(limits: Limits): (bytes: Uint8Array, from: number, to: number) => number {
  const numbers = new ElementNumbers();
  const grams = new GramNumbers();
  const words = new UnicodeWords();
  return (bytes, from, to) => {
    const lines = repeatsOf(numbers, bytes, linesOf(bytes, from, to));
    if (exceeds(lines.share, limits.maxRepeatedLines)) return LINES;
    const paragraphs = repeatsOf(numbers, bytes, paragraphsOf(bytes, from, to, limits.maxNewlines));
    if (exceeds(paragraphs.share, limits.maxRepeatedParagraphs)) return PARAGRAPHS;
    if (exceeds(lines.byteShare, limits.maxRepeatedLineBytes)) return LINE_CHARS;
    if (exceeds(paragraphs.byteShare, limits.maxRepeatedParagraphBytes)) return PARAGRAPH_CHARS;
    const count = words.find(bytes, from, to);
    const elements = { starts: words.starts, ends: words.ends, count };
    grams.begin(numbers.number(bytes, elements), elements);
    for (const n of GRAMS) {
      const covered = grams.coveredBytes(n, n <= 4 ? 'top' : 'all');
      const limit = n <= 4 ? limits.topGrams[n as 2 | 3 | 4] : limits.repeatedGrams[n as 5 | 6 | 7 | 8 | 9 | 10]; // GRAMS has no other numbers
      if (exceeds(ratio(covered, grams.totalBytes), limit)) return FIRST_GRAM + n - 2;
    }
    return 0;
  };
}

/** Share of elements that are there more than once, and of their bytes: all of them where there is no element, none where there is one. */
function repeatsOf(numbers: ElementNumbers, bytes: Uint8Array, elements: Elements): { readonly share: number; readonly byteShare: number } {
  const { starts, ends, count } = elements;
  if (count < 2) return { share: 1 - count, byteShare: 1 - count };
  const number = numbers.number(bytes, elements);
  let repeated = 0, repeatedBytes = 0, total = 0;
  for (let i = 0; i < count; i++) {
    const length = ends[i]! - starts[i]!;
    total += length;
    if (numbers.counts[number[i]!]! > 1) {
      repeated++;
      repeatedBytes += length;
    }
  }
  return { share: ratio(repeated, count), byteShare: ratio(repeatedBytes, total) };
}

const LF = 10;

/** What stands between line feeds, without what is empty. */
function linesOf(bytes: Uint8Array, from: number, to: number): Elements {
  const starts: number[] = [], ends: number[] = [];
  for (let at = from, start = from; at <= to; at++) {
    if (at < to && bytes[at] !== LF) continue;
    if (at > start) {
      starts.push(start);
      ends.push(at);
    }
    start = at + 1;
  }
  return { starts, ends, count: starts.length };
}

/**
 * What stands between pairs of line feeds, taken from the left; a third in a run of odd length begins the next paragraph. Longer runs count as
 * `longest`.
 */
function paragraphsOf(bytes: Uint8Array, from: number, to: number, longest: number | null): Elements {
  const starts: number[] = [], ends: number[] = [];
  let start = from;
  const close = (end: number): void => {
    if (end === start) return;
    starts.push(start);
    ends.push(end);
  };
  for (let at = from; at < to;) {
    if (bytes[at] !== LF) {
      at++;
      continue;
    }
    let end = at + 1;
    while (end < to && bytes[end] === LF) end++;
    if (end - at > 1) {
      close(at);
      start = end - (Math.min(end - at, longest ?? end - at) % 2);
    }
    at = end;
  }
  close(to);
  return { starts, ends, count: starts.length };
}

export function dolma3RepetitionFilter(limits: Limits): Filter {
  const shared = judgeOf(limits);
  return {
    kind: 'filter',
    name: 'gopher-repetition',
    reads: [],
    reasons: REASONS,
    judge(batch, rows, verdicts): void {
      const judge = batch.text.length < OWN_TABLES_BYTES ? shared : judgeOf(limits);
      for (const row of rows) verdicts[row] = judge(batch.text, batch.offsets[row]!, batch.offsets[row + 1]!);
    },
  };
}
