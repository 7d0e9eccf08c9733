/**
 * RefinedWeb's corrections line by line, with its presets in line-modifier-rules.ts: lines of capitals, of digits, of a counter or of one word go,
 * buttons are cut out of short lines, and a document that loses much by it goes as a whole. Words are parted by white space, so this is for
 * languages written with it: a line of Chinese is one word, and goes. White space at both ends of the text is taken off, as DCLM's code does. Runs
 * of line feeds are another stage.
 */
import { defineStage } from './definition.js';
import { KeptParts } from './kept-parts.js';
import { LINE_MODIFIER_REASONS, LineModifierDocument } from './line-modifier-document.js';
import { lineModifierOptions, lineModifierRules } from './line-modifier-rules.js';

export const lineModifiers = defineStage({
  name: 'line-modifiers',
  summary: "Removes lines of capitals, digits, counters and single words and cuts buttons out of short lines, by RefinedWeb's or DCLM's rules.",
  options: lineModifierOptions,
  build(options) {
    const document = new LineModifierDocument(lineModifierRules(options));
    const kept = new KeptParts(0x0a);
    return [{
      kind: 'modifier',
      name: 'line-modifiers',
      reads: [],
      reasons: LINE_MODIFIER_REASONS,
      modify({ text, offsets }, rows, verdicts, edits): void {
        for (const row of rows) {
          const [start, end] = [offsets[row]!, offsets[row + 1]!];
          const reason = document.read(text, start, end, kept);
          verdicts[row] = reason === undefined ? 0 : 1 + LINE_MODIFIER_REASONS.indexOf(reason);
          if (reason === undefined) kept.write(row, start, end, edits);
        }
      },
    }];
  },
});
