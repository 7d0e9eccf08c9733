/** The grammar of `output:`, the form, size, order and names of the corpus files. */
import { z } from 'zod';
import { CORPUS_FORMATS } from '../formats/corpus-writer.js';
import { pathProblem } from './output-path.js';
import { bytes } from './recipe-source-schema.js';
import type { OutputRecipe } from './recipe.js';

/** Its output is `OutputRecipe`. */
export const outputSchema = z.strictObject({
  format: z.enum(CORPUS_FORMATS).default('jsonl.gz').describe('Form of the corpus files.'),
  shardSize: bytes.default(64_000_000).describe('Uncompressed bytes a corpus file holds at most, such as 64MB; and 250,000 documents.'),
  order: z.enum(['shuffled', 'input']).default('shuffled').describe('shuffled: by keyed hash, for training. input: as the documents were read, source by source.'),
  path: z.string().min(1).check((context) => {
    const problem = pathProblem(context.value);
    if (problem !== undefined) context.issues.push({ code: 'custom', message: problem, input: context.value });
  }).default('part').describe('Names of the corpus files below corpus/, before their numbers, such as ${source}/${language}/part.'),
});

export const defaultOutput: OutputRecipe = outputSchema.parse({});
