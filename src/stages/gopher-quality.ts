/**
 * Gopher's quality rules (Rae et al. 2021, appendix A). Every tool reads them in its own way, so the option `semantics` names whose reading is
 * followed: each has its own options, and the reasons that its author gave.
 */
import { z } from 'zod';
import { defineStage } from './definition.js';
import { datatroveQualityFilter, datatroveQualityOptions } from './gopher-quality-datatrove.js';
import { dolma3QualityFilter, dolma3QualityOptions } from './gopher-quality-dolma3.js';

export const gopherQuality = defineStage({
  name: 'gopher-quality',
  summary: "Drops documents by Gopher's quality rules, as datatrove or Dolma 3 reads them: length, word length, symbols, bullets, letters, stop words.",
  options: z.discriminatedUnion('semantics', [z.strictObject(datatroveQualityOptions), z.strictObject(dolma3QualityOptions)]),
  build: (limits, { kernels }) => [limits.semantics === 'dolma3' ? dolma3QualityFilter(limits) : datatroveQualityFilter(limits, kernels)],
});
