/**
 * C4's clean-up of pages (Raffel et al. 2019, section 2.2), in the reading of either of two published codes (c4-rules.ts): lines go that do not end
 * like a sentence, are short, or are notices; pages go that hold filler text or code, or have few sentences left. Kept lines are stripped and
 * joined by line feeds. Not here: language, bad words, pages above 190,000 characters, repeated spans of sentences (deduplication).
 *
 * Sentences are counted by spaCy's rule (sentences.ts), as datatrove does; C4's own code asks NLTK's Punkt, a trained model. Of 4,021 real
 * documents (mails, wiki pages, speeches, declarations of rights in many languages) verdict and text were those of datatrove 0.10.1 for all, and
 * those of C4's code with Punkt for 4,014; over sentences instead of lines, those of datatrove for 4,017 (tests/stages/line-filters-oracle.long.ts
 * measures the same on half as many).
 */
import { C4Document, C4_REASONS } from './c4-document.js';
import { c4Options, c4Rules } from './c4-rules.js';
import { defineStage } from './definition.js';

export const c4 = defineStage({
  name: 'c4',
  summary: "Removes lines and drops documents by C4's rules: end marks, words a line, sentences, notices, filler text, code.",
  options: c4Options,
  build(options) {
    const document = new C4Document(c4Rules(options));
    return [{
      kind: 'modifier',
      name: 'c4',
      reads: [],
      reasons: C4_REASONS,
      modify({ text, offsets }, rows, verdicts, edits): void {
        for (const row of rows) {
          const [start, end] = [offsets[row]!, offsets[row + 1]!];
          const reason = document.read(text, start, end);
          verdicts[row] = reason === undefined ? 0 : 1 + C4_REASONS.indexOf(reason);
          if (reason === undefined) document.kept.write(row, start, end, edits);
        }
      },
    }];
  },
});
