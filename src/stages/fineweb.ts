/**
 * FineWeb's own quality rules (Penedo et al. 2024, section 3.6) with the tests, the order, the reasons and the list of stop marks of datatrove
 * 0.10.1's FineWebQualityFilter. The paper says that a share of duplicate-line characters of .1 is too much; the code that made the data set says
 * .01, and so does this. Words come from the shared tokeniser, and a limit is turned off by null. Given the same words every verdict and reason is
 * datatrove's; with spaCy's own words datatrove decides alike for 4,009 of 4,021 real documents, and the 12 others are Japanese pages, of which
 * each character is a word here (tests/stages/line-filters-oracle.long.ts checks both). A document without words is kept if it has no line feed,
 * where datatrove divides by zero.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Filter } from '../core/stage.js';
import type { Kernels } from '../kernels/kernels.js';
import { defineStage } from './definition.js';
import { countLines, duplicateLineChars, type LineCounts } from './fineweb-lines.js';
import type marksFile from './line-marks.json';

const share = z.number().min(0).max(1);

const options = z.strictObject({
  minStoppedLines: share.default(0.12).describe('Smallest share of lines that end in a stop mark, such as . ! ?'),
  exceptNoneStopped: z.boolean().default(false).describe('Let documents pass that rule in which no line at all ends so'),
  stopMarks: z.string().min(1).optional().describe('The stop marks; left out: the 159 of datatrove, of many scripts'),
  maxShortLines: share.nullable().default(0.67).describe('Largest share of short lines; null: no limit'),
  shortLineChars: z.number().int().min(0).default(30).describe('Most characters of a short line'),
  maxDuplicateChars: share.nullable().default(0.01).describe('Largest share of characters in lines that were there before; null: no limit'),
  maxNewlinesPerWord: z.number().min(0).nullable().default(0.3).describe('Most line feeds per word; null: no limit'),
});
type Limits = z.infer<typeof options>;

const REASONS = ['empty', 'line_punct_ratio', 'short_line_ratio', 'char_dup_ratio', 'list_ratio'] as const;
const verdictOf = (reason: (typeof REASONS)[number]): number => 1 + REASONS.indexOf(reason);

export const fineweb = defineStage<Limits>({
  name: 'fineweb',
  summary: "Drops documents by FineWeb's own rules, as datatrove has them: unfinished, short and repeated lines, and lists.",
  options,
  build: (limits, { kernels }): readonly Filter[] => [filter(limits, kernels)],
});

function filter(limits: Limits, kernels: Kernels): Filter {
  const { terminal } = createRequire(import.meta.url)('./line-marks.json') as typeof marksFile; // the compiler copies the file beside this one
  const stops = new Set(Array.from(limits.stopMarks ?? terminal, (character) => character.codePointAt(0)!));
  const isStop = (codePoint: number): boolean => stops.has(codePoint);
  return {
    kind: 'filter',
    name: 'fineweb',
    reads: [],
    reasons: REASONS,
    judge(batch, rows, verdicts): void {
      const newlines = new Uint32Array(batch.length);
      const passing: number[] = []; // those that only the last rule, the one that needs words, can drop
      for (const row of rows) {
        const [start, end] = [batch.offsets[row]!, batch.offsets[row + 1]!];
        const counts = countLines(batch.text, start, end, isStop, limits.shortLineChars);
        const reason = firstFailure(limits, counts, () => duplicateLineChars(batch.text, start, end, counts.lines));
        verdicts[row] = reason === undefined ? 0 : verdictOf(reason);
        newlines[row] = counts.newlines;
        if (reason === undefined) passing.push(row);
      }
      if (limits.maxNewlinesPerWord === null || passing.length === 0) return;
      const { words } = kernels.gopherQuality(batch, Uint32Array.from(passing));
      for (const row of passing) if (newlines[row]! / words[row]! > limits.maxNewlinesPerWord) verdicts[row] = verdictOf('list_ratio');
    },
  };
}

/** The first test that a document fails, of those that need no words; `duplicateChars` is asked for only where the others pass. */
function firstFailure(limits: Limits, { lines, stopped, short, chars }: LineCounts, duplicateChars: () => number): (typeof REASONS)[number] | undefined {
  if (lines === 0) return 'empty';
  if (stopped / lines < limits.minStoppedLines && !(stopped === 0 && limits.exceptNoneStopped)) return 'line_punct_ratio';
  if (exceeds(short / lines, limits.maxShortLines)) return 'short_line_ratio';
  if (limits.maxDuplicateChars !== null && duplicateChars() / chars > limits.maxDuplicateChars) return 'char_dup_ratio';
  return undefined;
}

const exceeds = (value: number, limit: number | null): boolean => limit !== null && value > limit;
