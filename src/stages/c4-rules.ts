/**
 * The options of C4's rules and what the two published codes set them to: `c4`, the data set's own code (TensorFlow Datasets, text/c4_utils.py,
 * clean_page), and `datatrove`, C4QualityFilter of datatrove 0.10.1. The numbers of the two are the other way round: 5 words and 3 sentences, 3
 * words and 5 sentences.
 */
import { z } from 'zod';

export interface C4Rules {
  readonly unit: 'line' | 'sentence';
  readonly terminalPunctuation: boolean;
  readonly endMarks: string;
  readonly minWordsPerLine: number;
  readonly minSentences: number;
  readonly maxWordLength: number | null;
  readonly citations: boolean;
  readonly countCitations: boolean;
  readonly loremIpsum: boolean;
  readonly javascript: boolean;
  readonly curlyBracket: boolean;
  readonly policy: boolean;
}

const COMMON = {
  unit: 'line', terminalPunctuation: true, maxWordLength: 1000, citations: true, loremIpsum: true, javascript: true, curlyBracket: true, policy: true,
} as const;

const PRESETS: Readonly<Record<'c4' | 'datatrove', C4Rules>> = {
  c4: { ...COMMON, endMarks: '.?!"', minWordsPerLine: 5, minSentences: 3, countCitations: false },
  datatrove: { ...COMMON, endMarks: '.?!"\'', minWordsPerLine: 3, minSentences: 5, countCitations: true },
};

const count = z.number().int().min(0);
const onOff = (what: string) => z.boolean().optional().describe(`${what}; both: true`);

export const c4Options = z.strictObject({
  preset: z.enum(['c4', 'datatrove']).default('c4').describe('Whose numbers stand where an option is left out: C4\'s own code, or datatrove 0.10.1'),
  unit: z.enum(['line', 'sentence']).optional().describe('What the rules look at and remove: lines, or sentences over line ends; both: line'),
  terminalPunctuation: onOff('Remove lines that do not end in an end mark, or end in "..."'),
  endMarks: z.string().min(1).optional().describe('The end marks; c4: .?!" and datatrove: .?!"\''),
  minWordsPerLine: count.optional().describe('Remove lines of fewer words (white space parts them); c4: 5, datatrove: 3'),
  minSentences: count.optional().describe('Drop documents whose kept lines have fewer sentences; c4: 3, datatrove: 5'),
  maxWordLength: count.nullable().optional().describe('Remove lines with a word of more characters; null: no limit; both: 1000'),
  citations: onOff('Take citation marks out of lines: [1], [], [edit], [citation needed]'),
  countCitations: z.boolean().optional().describe('Count the words of a line before citation marks go; c4: false, datatrove: true'),
  loremIpsum: onOff('Drop documents with "lorem ipsum" in a line that the rules above keep'),
  javascript: onOff('Remove lines with "javascript"'),
  curlyBracket: onOff('Drop documents with "{" in a line that the rules above keep'),
  policy: onOff('Remove lines that speak of terms of use, a privacy policy or cookies'),
});
export type C4Options = z.infer<typeof c4Options>;

/** The preset with what was given beside it. */
export function c4Rules({ preset, ...given }: C4Options): C4Rules {
  return { ...PRESETS[preset], ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
