/**
 * The grammar of `decontaminate:`, which passages of which benchmarks are taken out of the corpus. The numbers are GPT-3's (dedup/contamination.ts says what
 * they mean); sources that it names are checked in recipe-checks.ts.
 */
import { z } from 'zod';
import { MAX_NGRAM_LENGTH } from '../kernels/ngram-table.js';
import { field, globs, name, names } from './recipe-source-schema.js';
import type { BenchmarkRecipe, DecontaminateRecipe } from './recipe.js';

/** More names in a report are of no use to anyone. */
const MOST_BENCHMARKS = 1000;

const paths = globs.describe('The files: a glob or a list of globs, relative to the current folder; @FILE stands for the lines of a file, a glob each.');

const benchmark = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('jsonl').default('jsonl').describe('One JSON object a line, an item each; plain, gzip or Zstandard.'),
    paths,
    text: field.optional().describe('Field that is compared, with all strings below it; dots between levels. Without it: all strings of the record.'),
  }),
  z.strictObject({
    format: z.literal('parquet').describe('A row is an item.'),
    paths,
    text: field.optional().describe('Column that is compared, with all strings below it; dots between levels. Without it: all strings of the row.'),
  }),
  z.strictObject({ format: z.literal('text').describe('A file is an item.'), paths }),
  z.strictObject({
    format: z.literal('csv').describe('One row an item, the first row the names of the columns; plain, gzip or Zstandard. Tabs for .tsv and .tab, else commas.'),
    paths,
    text: field.default('text').describe('Column that is compared.'),
  }),
  z.strictObject({ format: z.literal('tar').describe('A file of the archives is an item.'), paths }),
  z.strictObject({ format: z.literal('zip').describe('An entry of the archives is an item.'), paths }),
]).transform((value): BenchmarkRecipe => {
  if (value.format !== 'jsonl' && value.format !== 'parquet') return value;
  const { text, ...rest } = value;
  return text === undefined ? rest : { ...rest, text };
});

/** Its output is `DecontaminateRecipe`. */
export const decontaminateSchema = z.strictObject({
  against: z.record(name, benchmark)
    .refine((benchmarks) => Object.keys(benchmarks).length > 0 && Object.keys(benchmarks).length <= MOST_BENCHMARKS, { error: `expected 1 to ${MOST_BENCHMARKS} benchmarks` })
    .describe('The benchmarks, by a name of your choice.'),
  ngram: z.int().min(2).max(MAX_NGRAM_LENGTH).default(13).describe('Words of an n-gram: a run of so many that a benchmark has, too, is taken out.'),
  leastWords: z.int().min(1).max(MAX_NGRAM_LENGTH).default(8).describe('A passage of a benchmark that is shorter than an n-gram is looked for as a whole where it has so many words.'),
  window: z.int().min(0).max(1_000_000).default(200).describe('Characters that are taken out with it, on each side.'),
  leastPiece: z.int().min(1).max(1_000_000).default(200).describe('Characters that a piece of the rest must have to stay.'),
  mostPieces: z.int().min(1).max(1_000_000).default(10).describe('A document that is split into more pieces is dropped.'),
  mostDocuments: z.int().min(1).max(1_000_000_000).default(10).describe('N-grams that more documents of the corpus hold are ignored, as boilerplate.'),
  sources: names.optional().describe('Sources that are looked through. Without it: all that the corpus has.'),
}).refine(({ ngram, leastWords }) => leastWords <= ngram, { path: ['leastWords'], error: 'expected at most ngram' })
  .transform(({ sources, ...rest }): DecontaminateRecipe => (sources === undefined ? rest : { ...rest, sources }));
