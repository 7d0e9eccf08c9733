/** What `sluice crawl list` and `sluice crawl fetch` share: which crawl, and which of its shards. The same words as in a recipe's `read`. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ConfigError } from '../core/errors.js';
import { parseShardRanges, SAMPLING, type CrawlRecipe, type Sampling, type ShardRange } from '../pipeline/crawl-shards.js';
import { CRAWL_BASE, crawlBase, isCrawlName } from '../storage/crawl-list.js';
import { seedOption, wholeNumber } from './options.js';

export interface CrawlFlags {
  readonly shards?: readonly ShardRange[];
  readonly take?: number;
  readonly by: Sampling;
  readonly base: string;
  readonly seed?: number;
}

const MOST_SHARDS = 1_000_000;

/** Adds the crawl and its options. */
export function crawlOptions(command: Command): Command {
  return command
    .argument('<crawl>', 'its name, such as CC-MAIN-2024-10', crawlName)
    .addOption(new Option('--shards <numbers>', 'shards by their numbers in the list, from 0: 0-99, or 0-99,200 (default: all)').argParser(ranges))
    .addOption(new Option('--take <n>', 'so many of those (default: all)').argParser((text) => wholeNumber(text, 1, MOST_SHARDS)))
    .addOption(new Option('--by <how>', 'how --take chooses: by keyed hash under the seed, evenly spread, or the first ones').choices(SAMPLING).default('random'))
    .addOption(seedOption())
    .addOption(new Option('--base <url>', 'the address that the paths are below').default(CRAWL_BASE).argParser(base));
}

/** The crawl as a recipe would name it, and the seed: that of recipes without one. */
export const crawlOf = (name: string, { shards, take, by, base: address, seed = 0 }: CrawlFlags): { readonly crawl: CrawlRecipe; readonly seed: number } => (
  { crawl: { name, by, base: address, ...(shards === undefined ? {} : { shards }), ...(take === undefined ? {} : { take }) }, seed });

function crawlName(text: string): string {
  if (isCrawlName(text)) return text;
  throw new InvalidArgumentError(`found ${JSON.stringify(text.slice(0, 80))}, expected a name such as CC-MAIN-2024-10.`);
}

function ranges(text: string): readonly ShardRange[] {
  const parsed = parseShardRanges(text);
  if (parsed === undefined) throw new InvalidArgumentError(`found "${text.slice(0, 80)}", expected numbers of shards from 0, such as 0-99 or 0-99,200.`);
  return parsed;
}

function base(text: string): string {
  const parsed = crawlBase(text);
  if ('wrong' in parsed) throw new ConfigError(`--base: ${parsed.wrong}`); // it is not shown, as commander would: there may be a password in it
  return parsed.base;
}
