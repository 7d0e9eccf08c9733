/**
 * Limits on how long a document is, in bytes of UTF-8, characters (code points), lines (as Python's splitlines counts them) and words (of the shared
 * tokeniser, symbols not counted, as Gopher's rules count them). Lengths at a limit stay.
 */
import { z } from 'zod';
import type { DocumentBatch } from '../core/document-batch.js';
import type { Filter } from '../core/stage.js';
import { defineStage } from './definition.js';

const least = (unit: string) => z.number().int().min(0).nullable().default(null).describe(`Fewest ${unit}; null: no limit`);
const most = (unit: string) => z.number().int().min(0).nullable().default(null).describe(`Most ${unit}; null: no limit`);

const options = z.strictObject({
  minBytes: least('bytes of UTF-8'), maxBytes: most('bytes of UTF-8'),
  minChars: least('characters'), maxChars: most('characters'),
  minLines: least('lines'), maxLines: most('lines'),
  minWords: least('words, symbols not counted'), maxWords: most('words, symbols not counted'),
}).superRefine((limits, issues) => {
  if (Object.values(limits).every((limit) => limit === null)) {
    issues.addIssue({ code: 'custom', message: 'expected at least one limit, as minWords: 50' });
  }
  for (const unit of ['Bytes', 'Chars', 'Lines', 'Words'] as const) {
    const [min, max] = [limits[`min${unit}`], limits[`max${unit}`]];
    if (min !== null && max !== null && min > max) {
      issues.addIssue({ code: 'custom', path: [`max${unit}`], message: `expected at least min${unit} (${min})` });
    }
  }
});

const REASONS = [
  'too-few-bytes', 'too-many-bytes', 'too-few-chars', 'too-many-chars', 'too-few-lines', 'too-many-lines', 'too-few-words', 'too-many-words',
] as const;

export const length = defineStage({
  name: 'length',
  summary: 'Drops documents with too few or too many bytes, characters, lines or words.',
  options,
  build(limits, { kernels }): readonly Filter[] {
    const { minBytes, maxBytes, minChars, maxChars, minLines, maxLines, minWords, maxWords } = limits;
    const needsChars = (minChars ?? maxChars) !== null;
    const needsCounts = (minLines ?? maxLines ?? minWords ?? maxWords) !== null;
    return [{
      kind: 'filter',
      name: 'length',
      reads: [],
      reasons: REASONS,
      judge(batch, rows, verdicts): void {
        const counts = needsCounts ? kernels.gopherQuality(batch, rows) : undefined;
        for (const row of rows) {
          verdicts[row] = outside(batch.offsets[row + 1]! - batch.offsets[row]!, minBytes, maxBytes, 1)
            || (needsChars ? outside(charsOf(batch, row), minChars, maxChars, 3) : 0)
            || (counts === undefined ? 0 : outside(counts.lines[row]!, minLines, maxLines, 5))
            || (counts === undefined ? 0 : outside(counts.plainWords[row]!, minWords, maxWords, 7));
        }
      },
    }];
  },
});

/** The verdict: `below` for less than the least, the next one for more than the most, 0 for neither. */
function outside(value: number, min: number | null, max: number | null, below: number): number {
  if (min !== null && value < min) return below;
  return max !== null && value > max ? below + 1 : 0;
}

/** Characters: bytes that do not continue one. */
function charsOf({ text, offsets }: DocumentBatch, row: number): number {
  let chars = 0;
  for (let i = offsets[row]!; i < offsets[row + 1]!; i++) if ((text[i]! & 0xc0) !== 0x80) chars++;
  return chars;
}
