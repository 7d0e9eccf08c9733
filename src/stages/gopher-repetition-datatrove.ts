/**
 * Gopher's repetition rules (Rae et al. 2021, table A1) with the tests, the order and the reasons of datatrove 0.10.1. Every share of
 * characters is of the whole text, white space included. Its differences: words come from the shared tokeniser; n-grams of five
 * words and more are compared word by word, where datatrove compares them with the spaces left out; and a limit is turned off by null, not by 0.
 */
import { z } from 'zod';
import type { Filter } from '../core/stage.js';
import type { GopherRepetitionCounts, Kernels } from '../kernels/kernels.js';

const share = (value: number, what: string) =>
  z.number().min(0).max(1).nullable().default(value).describe(`Largest share ${what}; null: no limit`);
const topGram = (n: number, value: number) => share(value, `of characters in the most frequent ${n} words in a row (its length times its count)`);
const duplicateGram = (n: number, value: number) => share(value, `of characters in ${n} words in a row that were there before`);

const topGrams = z.strictObject({ 2: topGram(2, 0.2), 3: topGram(3, 0.18), 4: topGram(4, 0.16) });
const duplicateGrams = z.strictObject({
  5: duplicateGram(5, 0.15), 6: duplicateGram(6, 0.14), 7: duplicateGram(7, 0.13),
  8: duplicateGram(8, 0.12), 9: duplicateGram(9, 0.11), 10: duplicateGram(10, 0.1),
});

export const datatroveRepetitionOptions = {
  semantics: z.literal('datatrove').default('datatrove').describe('The rules as datatrove has them'),
  maxDuplicateParagraphs: share(0.3, 'of paragraphs that were there before'),
  maxDuplicateParagraphChars: share(0.2, 'of characters in such paragraphs'),
  maxDuplicateLines: share(0.3, 'of lines that were there before'),
  maxDuplicateLineChars: share(0.2, 'of characters in such lines'),
  topGrams: topGrams.prefault({}).describe('By number of words'),
  duplicateGrams: duplicateGrams.prefault({}).describe('By number of words'),
};
const schema = z.strictObject(datatroveRepetitionOptions);
type Limits = z.infer<typeof schema>;

const TOP_GRAMS = [2, 3, 4] as const;
const DUPLICATE_GRAMS = [5, 6, 7, 8, 9, 10] as const;
const REASONS = [
  'empty', 'dup_para_frac', 'dup_para_char_frac', 'dup_line_frac', 'dup_line_char_frac',
  ...TOP_GRAMS.map((n) => `top_${n}_gram` as const),
  ...DUPLICATE_GRAMS.map((n) => `duplicated_${n}_n_grams` as const),
] as const;

/** The first test that a row fails, in datatrove's order. */
function firstFailure(limits: Limits, counts: GopherRepetitionCounts, row: number): (typeof REASONS)[number] | undefined {
  const chars = counts.chars[row]!;
  if (chars === 0) return 'empty';
  if (exceeds(counts.duplicateParagraphs[row]! / counts.paragraphs[row]!, limits.maxDuplicateParagraphs)) return 'dup_para_frac';
  if (exceeds(counts.duplicateParagraphChars[row]! / chars, limits.maxDuplicateParagraphChars)) return 'dup_para_char_frac';
  if (exceeds(counts.duplicateLines[row]! / counts.lines[row]!, limits.maxDuplicateLines)) return 'dup_line_frac';
  if (exceeds(counts.duplicateLineChars[row]! / chars, limits.maxDuplicateLineChars)) return 'dup_line_char_frac';
  for (const n of TOP_GRAMS) {
    if (exceeds(counts.topGramChars[n - 2]![row]! / chars, limits.topGrams[n])) return `top_${n}_gram`;
  }
  for (const n of DUPLICATE_GRAMS) {
    if (exceeds(counts.duplicateGramChars[n - 5]![row]! / chars, limits.duplicateGrams[n])) return `duplicated_${n}_n_grams`;
  }
  return undefined;
}

const exceeds = (value: number, limit: number | null): boolean => limit !== null && value > limit;

export function datatroveRepetitionFilter(limits: Limits, kernels: Kernels): Filter {
  return {
    kind: 'filter',
    name: 'gopher-repetition',
    reads: [],
    reasons: REASONS,
    judge(batch, rows, verdicts): void {
      const counts = kernels.gopherRepetition(batch, rows);
      for (const row of rows) {
        const reason = firstFailure(limits, counts, row);
        verdicts[row] = reason === undefined ? 0 : 1 + REASONS.indexOf(reason);
      }
    },
  };
}
