/**
 * `sluice crawl fetch`: WET shards of a crawl into a local folder, under their paths, each whole or not at all. Started again, it goes on where it was: at the
 * byte, where the server has the same file still.
 */
import { Command } from 'commander';
import { crawlOf, crawlOptions, type CrawlFlags } from '../../crawl-options.js';
import { failureLines, fetchCrawl } from '../../fetch-crawl.js';

interface Flags extends CrawlFlags {
  readonly to: string;
  readonly verify?: true;
}

export function crawlFetchCommand(): Command {
  return crawlOptions(new Command('fetch').description('fetch WET shards of a crawl into a folder; what is there whole is not fetched again'))
    .requiredOption('--to <dir>', 'where they go, under their paths: cache, in a recipe')
    .option('--verify', 'inflate the shards that are there, and fetch those again that are damaged')
    .addHelpText('after', '\nExample:\n  $ sluice crawl fetch CC-MAIN-2024-10 --take 100 --by stride --to crawl --contact you@example.org\n')
    .addHelpText('after', 'Exit codes: 0 all are there; 1 some failed, which are listed; 2 an option is wrong.')
    .action(async (name: string, { to, verify, ...flags }: Flags) => {
      const { crawl, seed } = crawlOf(name, flags);
      const failures = await fetchCrawl({ ...crawl, cache: to }, seed, { verify: verify === true });
      if (failures.length === 0) return;
      process.stderr.write(failureLines(failures));
      process.exitCode = 1;
    });
}
