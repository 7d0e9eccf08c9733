/** The grammar of `output:`, the form, size, order and names of the corpus files, and where they are published. */
import { z } from 'zod';
import { CORPUS_FORMATS } from '../formats/corpus-writer.js';
import { destinationProblem } from '../storage/destination.js';
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
  to: z.string().check((context) => {
    // Told whole, without the value: it may hold credentials.
    const problem = /^(s3|https?):\/\//i.test(context.value) ? destinationProblem(context.value) : 'no address';
    if (problem !== undefined) context.issues.push({ code: 'custom', params: { whole: true }, message: `found ${problem}, expected s3://BUCKET/PREFIX or http(s)://HOST/PATH (a local folder is given by --output)`, input: context.value });
  }).optional().describe('Where the result is published too: s3://bucket/prefix, or http(s)://host/path by PUT.'),
}).transform(({ to, ...rest }): OutputRecipe => (to === undefined ? rest : { ...rest, to }));

export const defaultOutput: OutputRecipe = outputSchema.parse({});
