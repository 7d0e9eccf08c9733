/**
 * Gopher's quality rules as Dolma 3 has them (OLMo 3; allenai/datamap-rs at f6c295a, `all_dressed_config.yaml`): its steps in its order, under their
 * names. Lengths of words are in bytes; what a word is differs from step to step, as it does there. Ratios are compared in 32-bit floats, as there.
 */
import { z } from 'zod';
import type { Filter } from '../core/stage.js';
import { dolma3Counts, type Dolma3Counts } from './gopher-quality-dolma3-counts.js';

const count = z.number().int().min(0);
const number = z.number().min(0);
const share = z.number().min(0).max(1);

export const dolma3QualityOptions = {
  semantics: z.literal('dolma3').describe('The rules as Dolma 3 (OLMo 3) has them'),
  minChars: count.default(150).describe('Fewest characters'),
  minWords: count.default(50).describe('Fewest words: runs of letters and digits in a text of ASCII alone, else words of Unicode (UAX #29)'),
  maxWords: count.nullable().default(100_000).describe('Most such words; null: no limit'),
  minMeanWordLength: number.default(3).describe('Smallest mean length in bytes of what stands between white space'),
  maxMeanWordLength: number.nullable().default(10).describe('Largest mean length of the same; null: no limit'),
  maxSymbolRatio: number.nullable().default(0.1).describe("Most '#', '...', '. . .' and U+2026 together per white-space word; null: no limit"),
  maxBulletLines: share.nullable().default(0.9)
    .describe("Largest share of lines, empty ones counted, that begin with U+25CF, U+2022, '*' or '-'; null: no limit"),
  maxEllipsisLines: share.nullable().default(0.3)
    .describe("Largest share of lines, empty ones not counted, that end in '...', '. . .' or U+2026; null: no limit"),
  maxNonAlphaWords: share.nullable().default(0.2).describe('Largest share of white-space words without a letter, and more than one word; null: neither'),
  minStopWords: count.default(2).describe('Fewest occurrences of the words: the be to of and that have with (in any case)'),
};
const schema = z.strictObject(dolma3QualityOptions);
type Limits = z.infer<typeof schema>;

const REASONS = [
  'page_len_filter_char', 'page_len_filter_word_short', 'page_len_filter_word_long', 'word_len_filter_short', 'word_len_filter_long',
  'symbol_ratio_filter', 'bullet_filter', 'ellipsis_line_ratio_filter', 'alphabetic_word_ratio_filter', 'stop_word_filter',
] as const;

/** The first step that a document fails. A text without a word has no mean length, which is in no range. */
function firstFailure(limits: Limits, counts: Dolma3Counts): (typeof REASONS)[number] | undefined {
  const { spaceWords } = counts;
  const meanLength = ratio(counts.spaceWordBytes, spaceWords);
  if (counts.chars < limits.minChars) return 'page_len_filter_char';
  if (counts.words < limits.minWords) return 'page_len_filter_word_short';
  if (limits.maxWords !== null && counts.words > limits.maxWords) return 'page_len_filter_word_long';
  if (spaceWords === 0 || meanLength < Math.fround(limits.minMeanWordLength)) return 'word_len_filter_short';
  if (exceeds(meanLength, limits.maxMeanWordLength)) return 'word_len_filter_long';
  if (exceeds(ratio(counts.symbols, Math.max(spaceWords - 2 * counts.spacedEllipses, 1)), limits.maxSymbolRatio)) return 'symbol_ratio_filter';
  if (exceeds(ratio(counts.bulletLines, counts.lines), limits.maxBulletLines)) return 'bullet_filter';
  if (exceeds(ratio(counts.ellipsisLines, Math.max(counts.fullLines, 1)), limits.maxEllipsisLines)) return 'ellipsis_line_ratio_filter';
  if (limits.maxNonAlphaWords !== null && spaceWords === 1) return 'alphabetic_word_ratio_filter';
  if (exceeds(ratio(counts.nonAlphaWords, spaceWords), limits.maxNonAlphaWords)) return 'alphabetic_word_ratio_filter';
  if (counts.stopWords < limits.minStopWords) return 'stop_word_filter';
  return undefined;
}

/** A quotient as Rust's f32 has it: both numbers and the result rounded. */
export const ratio = (part: number, whole: number): number => Math.fround(Math.fround(part) / Math.fround(whole));

/** Whether such a quotient is above a limit. */
export const exceeds = (value: number, limit: number | null): boolean => limit !== null && value > Math.fround(limit);

export function dolma3QualityFilter(limits: Limits): Filter {
  const countsOf = dolma3Counts();
  return {
    kind: 'filter',
    name: 'gopher-quality',
    reads: [],
    reasons: REASONS,
    judge(batch, rows, verdicts): void {
      for (const row of rows) {
        const reason = firstFailure(limits, countsOf(batch.text, batch.offsets[row]!, batch.offsets[row + 1]!));
        verdicts[row] = reason === undefined ? 0 : 1 + REASONS.indexOf(reason);
      }
    },
  };
}
