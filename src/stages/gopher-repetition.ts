/**
 * Gopher's repetition rules (Rae et al. 2021, table A1). Every tool reads them in its own way, so the option `semantics` names whose reading is
 * followed: each has its own options, and the reasons that its author gave.
 */
import { z } from 'zod';
import { defineStage } from './definition.js';
import { datatroveRepetitionFilter, datatroveRepetitionOptions } from './gopher-repetition-datatrove.js';
import { dolma3RepetitionFilter, dolma3RepetitionOptions } from './gopher-repetition-dolma3.js';

export const gopherRepetition = defineStage({
  name: 'gopher-repetition',
  summary: "Drops documents by Gopher's repetition rules, as datatrove or Dolma 3 reads them: repeated lines, paragraphs and runs of words.",
  options: z.discriminatedUnion('semantics', [z.strictObject(datatroveRepetitionOptions), z.strictObject(dolma3RepetitionOptions)]),
  build: (limits, { kernels }) => [limits.semantics === 'dolma3' ? dolma3RepetitionFilter(limits) : datatroveRepetitionFilter(limits, kernels)],
});
