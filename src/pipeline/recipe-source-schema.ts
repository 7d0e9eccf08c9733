/**
 * The grammar of what every part of a recipe is made of (names, counts, sizes), and of its sources: where documents are read and which stages
 * of the catalog they pass through.
 */
import { z } from 'zod';
import type { StageDefinition } from '../stages/definition.js';
import { BYTES_PATTERN, COUNT_PATTERN, parseBytes, parseCount } from './quantity.js';
import { crawlKeys, crawlProblems, PATHS_OR_CRAWL, resolveCrawl } from './recipe-crawl-schema.js';
import { expectedOneOf } from './recipe-problems.js';
import type { ReadRecipe, SourceRecipe, StageRecipe } from './recipe.js';

/** Names of sources, models and recipes: they stand in file names and reports. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
export const name = z.string().regex(NAME, { error: 'expected a name of lower-case letters, digits, _ and -, starting with a letter or digit' });
export const names = z.array(name).min(1).max(1000);

// The branches of these unions repeat their message: where one of them fits the type, zod reports that branch's issue instead of the union's.
function quantity(pattern: RegExp, parse: (text: string) => number | undefined, least: number, error: string) {
  return z.union([z.int().min(least, { error }), z.string().regex(pattern, { error })], { error }).transform((value, context) => {
    const whole = typeof value === 'number' ? value : parse(value);
    if (whole !== undefined && whole >= least) return whole;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

export const count = quantity(COUNT_PATTERN, parseCount, 1, 'expected a whole number such as 20M, 300B or 5000, at least 1');
export const bytes = quantity(BYTES_PATTERN, parseBytes, 1000, 'expected a size such as 64MB, 1.5GiB or 65536, at least 1kB');

const glob = z.string().min(1).max(1000);
const globsText = { error: 'expected a glob or a list of globs' };
export const globs = z.union([glob, z.array(glob).min(1, globsText).max(1000)], globsText)
  .transform((value) => (typeof value === 'string' ? [value] : value));
export const field = z.string().min(1).max(200);

const paths = globs.describe('The files: a glob, or a list of globs, relative to the current folder, with / between folders; or addresses, http(s):// and s3://. @FILE stands for the lines of a file, one of these each.');
const everyFormat = {
  paths,
  limit: count.optional().describe('Documents read from each shard at most: for trials. Without it: all.'),
  skip: count.optional().describe('Documents at the start of each shard that are passed over. Without it: none.'),
  maxDocument: bytes.optional().describe('A document of more bytes is dropped, as oversize-document. Without it: 16 MiB.'),
  maxRatio: z.number().min(1).max(1_000_000).optional()
    .describe('Compressed data that inflates to more than so many times its size, and to more than 16 MiB, is dropped as a bomb. Without it: 200.'),
};

/** Of formats whose records have names for their parts. */
const everyField = {
  text: field.default('text').describe('Field that holds the text: a name, or a path with dots between levels; a field that has the whole name comes first.'),
  id: field.default('id').describe('Field that holds the document\'s id, a string or a number; records without it are named by their place.'),
  url: field.default('url').describe('Field that holds the address; records may lack it.'),
  metadata: z.array(field).min(1).max(1000).optional().describe('Fields that go along into the corpus, of any kind, under the names given here. Without it: none.'),
};

/** Of formats whose records have a WARC header. */
const headerNames = z.array(field).min(1).max(1000).optional()
  .describe('Fields of the record\'s header that go along into the corpus, such as WARC-Refers-To, in any case; of a repeated field the first. Without it: none.');

const formats = z.discriminatedUnion('format', [
  z.strictObject({
    format: z.literal('wet').optional().describe('Common Crawl\'s extracted text: .warc.wet, plain, gzip or Zstandard. Understood where a crawl is named.'),
    ...everyFormat,
    paths: paths.optional(),
    metadata: headerNames,
    ...crawlKeys,
  }).superRefine((value, context) => {
    for (const { path, message } of crawlProblems(value)) context.addIssue({ code: 'custom', path: [...path], message, params: { whole: true } });
  }).meta(PATHS_OR_CRAWL).transform(({ format: _, paths: files = [], crawl: name, shards, take, by, base, cache, ...rest }) => {
    const crawl = resolveCrawl({ crawl: name, shards, take, by, base, cache });
    return { format: 'wet' as const, paths: files, ...rest, ...(crawl === undefined ? {} : { crawl }) };
  }),
  z.strictObject({
    format: z.literal('warc').describe('WARC files whose records hold plain text: conversions, resources, and HTTP responses of type text/plain. Text is not extracted from HTML.'),
    ...everyFormat,
    metadata: headerNames,
  }),
  z.strictObject({
    format: z.literal('jsonl').describe('One JSON object a line, plain, gzip or Zstandard.'),
    ...everyFormat,
    ...everyField,
    wholeRecords: z.boolean().default(false).describe('true: the corpus has the records as they were read, with all their fields, and only the text as the stages left it.'),
  }),
  z.strictObject({
    format: z.literal('parquet').describe('A row is a document. Only the columns asked for are read, with any of Parquet\'s encodings and compressions but LZO.'),
    ...everyFormat,
    ...everyField,
  }),
  z.strictObject({
    format: z.literal('csv').describe('One row a document, the first row the names of the columns; plain, gzip or Zstandard.'),
    ...everyFormat,
    ...everyField,
    wholeRecords: z.boolean().default(false).describe('true: the corpus has the rows as objects, with all their columns, and only the text as the stages left it.'),
    delimiter: z.string().regex(/^[ -!#-~\t]$/, { error: 'expected one character of ASCII, not a quote' }).optional().describe('What stands between fields. Without it: a tab for .tsv and .tab, else a comma.'),
  }),
  z.strictObject({
    format: z.literal('text').describe('A file is a document; plain, gzip or Zstandard.'),
    ...everyFormat,
  }),
  z.strictObject({
    format: z.literal('zip').describe('Every chosen entry of the archives is a document.'),
    ...everyFormat,
    include: globs.default(['**']).describe('Entries that are read: a glob or a list of globs over their names.'),
    exclude: globs.default([]).describe('Entries that are not, even where `include` matches.'),
  }),
  z.strictObject({
    format: z.literal('tar').describe('Every chosen file of the archives is a document; plain, gzip or Zstandard.'),
    ...everyFormat,
    include: globs.default(['**']).describe('Files that are read: a glob or a list of globs over their names.'),
    exclude: globs.default([]).describe('Files that are not, even where `include` matches.'),
  }),
  z.strictObject({
    format: z.literal('index').describe('Documents of an earlier run, as --write-index left them: only to be compared with, under dedup.against.'),
    paths: globs.describe('Folders with an index.json.'),
  }),
]);

/** A crawl is in format wet; null, where neither says which, is refused as a missing format. */
const withFormat = (value: unknown): unknown => (
  typeof value !== 'object' || value === null || 'format' in value ? value : { ...value, format: 'crawl' in value ? 'wet' : null });

const read = z.preprocess(withFormat, formats).transform((value): ReadRecipe => {
  const given = withoutAbsent(value);
  if (given.format !== 'jsonl' && given.format !== 'csv') return given;
  const { wholeRecords, ...rest } = given;
  return { ...rest, ...(wholeRecords ? { wholeRecords } : {}) };
});

type WithoutAbsent<T> = T extends unknown ? { [K in keyof T]: Exclude<T[K], undefined> } : never;

/** Options that were not given are not there, so that a recipe's canonical form does not depend on how that is written. */
function withoutAbsent<T extends object>(value: T): WithoutAbsent<T> {
  return Object.fromEntries(Object.entries(value).filter(([, option]) => option !== undefined)) as WithoutAbsent<T>; // the same, but for what is undefined
}

/** A bare name, or a mapping of the one name to its options. A stage whose options must be given has no bare form. */
function stageSchema(catalog: readonly StageDefinition[]) {
  const defaults = new Map(catalog.flatMap((stage) => {
    const parsed = stage.options.safeParse({});
    return parsed.success ? [[stage.name, parsed.data] as const] : [];
  }));
  const names = catalog.map((stage) => stage.name);
  return z.union([
    z.enum([...defaults.keys()]).transform((named) => ({ [named]: defaults.get(named) })),
    ...catalog.map((stage) => z.strictObject({ [stage.name]: stage.options.describe(stage.summary) })),
  ], {
    error: ({ input }) => {
      if (typeof input === 'object' && input !== null) return undefined; // the branches say it better
      return typeof input === 'string' && names.includes(input) ? `expected its options too: { ${input}: { ... } }` : expectedOneOf(input, names);
    },
  }).transform((value): StageRecipe => {
    const [named, options] = Object.entries(value)[0]!; // every branch has exactly one key
    return { name: named, options };
  });
}

/** One entry under `sources`. */
export function sourceSchema(catalog: readonly StageDefinition[]): z.ZodType<SourceRecipe> {
  return z.strictObject({
    read: read.describe('Format and files, or a crawl.'),
    stages: z.array(stageSchema(catalog)).max(100).default([])
      .describe('What each document passes through, in order: a stage\'s name, or its name with options.'),
    bytesPerToken: z.number().min(0.1).max(100).default(4)
      .describe('UTF-8 bytes a token, to estimate tokens with. Measured: 4.4 for mails, 5.1 for old books, 3.8 for a wiki and for code; other languages differ.'),
  }).meta({ required: ['read'] }); // zod takes what is preprocessed for optional
}
