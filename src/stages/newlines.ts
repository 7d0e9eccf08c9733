/**
 * Shortens runs of line feeds: RefinedWeb and DCLM leave at most two in a row, which is one empty line. Other line ends, and lines of spaces, are
 * left alone, as in DCLM's code.
 */
import { z } from 'zod';
import type { DocumentBatch } from '../core/document-batch.js';
import type { TextEdits } from '../core/text-edits.js';
import { defineStage } from './definition.js';

const LINE_FEED = 0x0a;

const options = z.strictObject({
  most: z.number().int().min(1).default(2).describe('Most line feeds in a row'),
});

export const newlines = defineStage({
  name: 'newlines',
  summary: 'Shortens runs of line feeds.',
  options,
  build: ({ most }) => [{
    kind: 'modifier',
    name: 'newlines',
    reads: [],
    reasons: [],
    modify(batch, rows, _verdicts, edits): void {
      for (const row of rows) shorten(batch, row, most, edits);
    },
  }],
});

function shorten({ text, offsets }: DocumentBatch, row: number, most: number, edits: TextEdits): void {
  const end = offsets[row + 1]!;
  let copied = offsets[row]!;
  let run = 0;
  let edited = false;
  for (let at = copied; at < end; at++) {
    if (text[at] !== LINE_FEED) {
      run = 0;
      continue;
    }
    if (++run <= most) continue;
    if (!edited) edits.begin(row);
    edited = true;
    edits.copy(copied, at); // nothing, from the second too many on
    copied = at + 1;
  }
  if (!edited) return;
  edits.copy(copied, end);
  edits.end();
}
