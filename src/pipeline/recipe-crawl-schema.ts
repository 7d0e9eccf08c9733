/**
 * The grammar of a source that is a crawl: `read: { crawl: CC-MAIN-2024-10, shards: 0-99 }`, in place of `paths`. Format wet is understood then, since that is
 * what a crawl's list names.
 */
import { z } from 'zod';
import { CRAWL_BASE, crawlBase, isCrawlName } from '../storage/crawl-list.js';
import { parseShardRanges, SAMPLING, type CrawlRecipe } from './crawl-shards.js';
import type { Path } from './recipe-problems.js';

const rangesError = { error: 'expected numbers of shards from 0, such as 0-99 or 0-99,200' };
const number = z.int().min(0, rangesError).max(999_999, rangesError);
const ranges = z.string().min(1, rangesError).max(10_000, rangesError);

/** Keys of `read`, each of which may be left out; what they say together is in `crawlProblems`. */
export const crawlKeys = {
  crawl: z.string().refine(isCrawlName, { error: 'expected the name of a crawl, such as CC-MAIN-2024-10' }).optional()
    .describe('A crawl of Common Crawl, in place of paths: its WET shards are read, by default all.'),
  shards: z.union([number, ranges, z.array(z.union([number, ranges], rangesError)).min(1, rangesError).max(1000, rangesError)], rangesError).transform((value, context) => {
    const parsed = parseShardRanges(Array.isArray(value) ? value.join(',') : String(value));
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: rangesError.error });
    return z.NEVER;
  }).optional().describe('Of a crawl: the shards that are read, by their numbers in its list, from 0: 0-99, or 0-99,200,300-310, or a list of such.'),
  take: z.int().min(1).max(1_000_000).optional().describe('Of a crawl: so many of its shards (or of those under shards). Without it: all.'),
  by: z.enum(SAMPLING).optional().describe('How take chooses. random, which is the default: by keyed hash under the seed; stride: evenly spread; first: the first ones.'),
  base: z.string().max(1000).transform((value, context) => {
    const parsed = crawlBase(value);
    if ('base' in parsed) return parsed.base;
    context.addIssue({ code: 'custom', message: parsed.wrong, params: { whole: value.includes('@') } }); // it is not shown then: there may be a password in it
    return z.NEVER;
  }).optional().describe(`Of a crawl: the address that its paths are below. Without it: ${CRAWL_BASE}.`),
  cache: z.string().min(1).max(1000).refine((value) => !/^[a-z0-9]+:\/\//i.test(value), { error: 'expected a local folder' }).optional()
    .describe('Of a crawl: a local folder that shards are fetched to before the run, and read from. Without it they are read over the network, by training once more.'),
};

export interface CrawlKeys {
  readonly crawl?: string | undefined;
  readonly shards?: CrawlRecipe['shards'] | undefined;
  readonly take?: number | undefined;
  readonly by?: CrawlRecipe['by'] | undefined;
  readonly base?: string | undefined;
  readonly cache?: string | undefined;
}

/** For editors, which see no checks: either files, then of a named format, or a crawl. */
export const PATHS_OR_CRAWL = { anyOf: [{ required: ['format', 'paths'] }, { required: ['crawl'] }] };

/** What does not go together, by the key that it is said of. */
export function crawlProblems({ paths, ...keys }: CrawlKeys & { readonly paths?: unknown }): { readonly path: Path; readonly message: string }[] {
  if (keys.crawl === undefined) {
    const alone = (['shards', 'take', 'by', 'base', 'cache'] as const).filter((key) => keys[key] !== undefined);
    return [
      ...(paths === undefined ? [{ path: [], message: 'has neither "paths" nor "crawl", expected one of them' }] : []),
      ...alone.map((key) => ({ path: [key], message: 'is of a crawl: expected the key "crawl" beside it, or not this one' })),
    ];
  }
  return [
    ...(paths === undefined ? [] : [{ path: ['paths'], message: 'stands beside "crawl", which names the files: expected one of them' }]),
    ...(keys.by === undefined || keys.take !== undefined ? [] : [{ path: ['by'], message: 'says how "take" chooses: expected the key "take" beside it' }]),
  ];
}

/** The crawl of checked keys; undefined where they name none. */
export function resolveCrawl({ crawl, shards, take, by = 'random', base = CRAWL_BASE, cache }: CrawlKeys): CrawlRecipe | undefined {
  if (crawl === undefined) return undefined;
  return {
    name: crawl, by, base, ...(shards === undefined ? {} : { shards }), ...(take === undefined ? {} : { take }), ...(cache === undefined ? {} : { cache }),
  };
}
