/**
 * The options of the line modifiers and what the two presets set them to. `refinedweb` follows the paper (Penedo et al. 2023, appendix G.2), which
 * gives the rules and one example each; numbers that it leaves open are those of `dclm`, the published reproduction (Li et al. 2024:
 * baselines/mappers/modifiers.py and baselines/baselines_configs/dclm_baseline_refinedweb.yaml). They part in two points: DCLM's "Read more..." is
 * a regular expression whose dots match anything, and the paper counts all words of a line that was touched, DCLM the words that went.
 */
import { z } from 'zod';
import { MOST_WORDS } from './line-list.js';

export interface LineModifierRules {
  readonly maxUppercase: number | null;
  readonly maxDigits: number | null;
  readonly counters: readonly string[];
  readonly minWords: number;
  readonly patterns: readonly { readonly text: string; readonly at: 'start' | 'end' | 'anywhere'; readonly anyDot: boolean }[];
  readonly patternMaxWords: number;
  readonly removedWords: 'flagged' | 'gone';
  readonly maxRemovedWords: number | null;
}

const COUNTERS = ['likes', 'shares', 'comments', 'retweets', 'reposts', 'quotes', 'bookmarks', 'upvotes', 'downvotes', 'downloads', 'views', 'followers'];
const PATTERNS = [{ text: 'items in cart', at: 'anywhere' }, { text: 'Read more...', at: 'end' }, { text: 'Sign-in', at: 'start' }] as const;

const PRESETS = {
  refinedweb: { patterns: PATTERNS.map((pattern) => ({ ...pattern, anyDot: false })), removedWords: 'flagged' },
  dclm: { patterns: PATTERNS.map((pattern) => ({ ...pattern, anyDot: true })), removedWords: 'gone' },
} as const;

const share = z.number().min(0).max(1).nullable();
const pattern = z.strictObject({
  text: z.string().min(1).max(1000).describe('What is cut out, ASCII letters in any case, with one white space beside it'),
  at: z.enum(['start', 'end', 'anywhere']).describe('Where in the line it has to stand'),
  anyDot: z.boolean().default(false).describe("Let each '.' of the text stand for any character"),
});

export const lineModifierOptions = z.strictObject({
  preset: z.enum(['refinedweb', 'dclm']).default('refinedweb').describe("Whose rules stand where an option is left out: the paper's, or DCLM's code"),
  maxUppercase: share.default(0.5).describe('Remove lines with a larger share of capitals among all characters; null: none'),
  maxDigits: share.default(0.999999).describe('Remove lines with a larger share of digits among all characters; .999999: of digits alone; null: none'),
  counters: z.array(z.string().regex(/^[a-z]+$/)).default(COUNTERS)
    .describe('Remove lines that are a number and one of these words (a to z), as "3 likes"; []: none'),
  minWords: z.number().int().min(0).default(2).describe('Remove lines of fewer words (white space parts them), empty lines not; 0: none'),
  patterns: z.array(pattern).optional()
    .describe('What is cut out of short lines; both: items in cart (anywhere), Read more... (end), Sign-in (start)'),
  patternMaxWords: z.number().int().min(0).max(MOST_WORDS - 1).default(10).describe('Most words of a line that patterns are cut out of'),
  removedWords: z.enum(['flagged', 'gone']).optional()
    .describe('Which words count as removed: all of a touched line (refinedweb), or those no longer there (dclm)'),
  maxRemovedWords: share.default(0.05).describe('Drop documents that lose a larger share of their words; null: none'),
});
export type LineModifierOptions = z.infer<typeof lineModifierOptions>;

/** The options with the preset's where they were left out. */
export function lineModifierRules({ preset, ...given }: LineModifierOptions): LineModifierRules {
  return { ...given, patterns: given.patterns ?? PRESETS[preset].patterns, removedWords: given.removedWords ?? PRESETS[preset].removedWords };
}
