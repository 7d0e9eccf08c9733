/**
 * Gopher's quality rules (Rae et al. 2021, appendix A) with the tests, the order, the reasons and the list of punctuation of datatrove 0.10.1. Its
 * differences: words come from the shared tokeniser, and a limit is turned off by null, not by 0.
 */
import { z } from 'zod';
import type { Filter } from '../core/stage.js';
import type { GopherQualityCounts, Kernels } from '../kernels/kernels.js';

const count = z.number().int().min(0);
const number = z.number().min(0);
const share = z.number().min(0).max(1);

export const datatroveQualityOptions = {
  semantics: z.literal('datatrove').default('datatrove').describe('The rules as datatrove has them'),
  minWords: count.default(50).describe('Fewest words, symbols not counted'),
  maxWords: count.nullable().default(100_000).describe('Most words, symbols not counted; null: no limit'),
  minMeanWordLength: number.default(3).describe('Smallest mean length of words in characters, symbols not counted'),
  maxMeanWordLength: number.nullable().default(10).describe('Largest mean length of words in characters, symbols not counted; null: no limit'),
  maxHashRatio: number.nullable().default(0.1).describe("Most '#' per word, symbols counted; null: no limit"),
  maxEllipsisRatio: number.nullable().default(0.1).describe("Most '...' and U+2026 per word, symbols counted; null: no limit"),
  maxBulletLines: share.nullable().default(0.9).describe("Largest share of lines that begin with U+2022 or '-'; null: no limit"),
  maxEllipsisLines: share.nullable().default(0.3).describe("Largest share of lines that end in '...' or U+2026; null: no limit"),
  minAlphaWords: share.default(0.8).describe('Smallest share of words with a letter, symbols counted'),
  minStopWords: count.max(8).default(2).describe('Fewest different words of: the be to of and that have with (as written)'),
};
const schema = z.strictObject(datatroveQualityOptions);
type Limits = z.infer<typeof schema>;

const REASONS = [
  'gopher_short_doc', 'gopher_long_doc', 'gopher_below_avg_threshold', 'gopher_above_avg_threshold', 'gopher_too_many_hashes',
  'gopher_too_many_ellipsis', 'gopher_too_many_bullets', 'gopher_too_many_end_ellipsis', 'gopher_below_alpha_threshold', 'gopher_enough_stop_words',
] as const;

/**
 * The first test that a row fails, in datatrove's order. A share of nothing (no words, no lines) passes its tests, where datatrove
 * divides by zero; it gets that far only with `minWords: 0`.
 */
function firstFailure(limits: Limits, counts: GopherQualityCounts, row: number): (typeof REASONS)[number] | undefined {
  const words = counts.words[row]!;
  const plainWords = counts.plainWords[row]!;
  const meanLength = counts.plainChars[row]! / plainWords;
  const lines = counts.lines[row]!;
  if (plainWords < limits.minWords) return 'gopher_short_doc';
  if (exceeds(plainWords, limits.maxWords)) return 'gopher_long_doc';
  if (meanLength < limits.minMeanWordLength) return 'gopher_below_avg_threshold';
  if (exceeds(meanLength, limits.maxMeanWordLength)) return 'gopher_above_avg_threshold';
  if (exceeds(counts.hashes[row]! / words, limits.maxHashRatio)) return 'gopher_too_many_hashes';
  if (exceeds(counts.ellipses[row]! / words, limits.maxEllipsisRatio)) return 'gopher_too_many_ellipsis';
  if (exceeds(counts.bulletLines[row]! / lines, limits.maxBulletLines)) return 'gopher_too_many_bullets';
  if (exceeds(counts.ellipsisLines[row]! / lines, limits.maxEllipsisLines)) return 'gopher_too_many_end_ellipsis';
  if (counts.alphaWords[row]! / words < limits.minAlphaWords) return 'gopher_below_alpha_threshold';
  if (counts.stopWords[row]! < limits.minStopWords) return 'gopher_enough_stop_words';
  return undefined;
}

const exceeds = (value: number, limit: number | null): boolean => limit !== null && value > limit;

export function datatroveQualityFilter(limits: Limits, kernels: Kernels): Filter {
  return {
    kind: 'filter',
    name: 'gopher-quality',
    reads: [],
    reasons: REASONS,
    judge(batch, rows, verdicts): void {
      const counts = kernels.gopherQuality(batch, rows);
      for (const row of rows) {
        const reason = firstFailure(limits, counts, row);
        verdicts[row] = reason === undefined ? 0 : 1 + REASONS.indexOf(reason);
      }
    },
  };
}
