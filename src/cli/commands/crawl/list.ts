/** `sluice crawl list`: the paths of a crawl's WET shards, all or some, as they are chosen for `sluice crawl fetch` and for a run. One request. */
import { Command } from 'commander';
import { describeBytes, describeCount } from '../../../reports/table.js';
import { crawlOf, crawlOptions, type CrawlFlags } from '../../crawl-options.js';
import { crawlShards, TYPICAL_SHARD_BYTES } from '../../crawl-source.js';

interface Flags extends CrawlFlags {
  readonly json?: true;
}

export function crawlListCommand(): Command {
  return crawlOptions(new Command('list').description("print the paths of a crawl's WET shards, all or a sample, one a line"))
    .option('--json', 'print JSON: the numbers of the shards, too')
    .addHelpText('after', '\nExample:\n  $ sluice crawl list CC-MAIN-2024-10 --take 100 --by stride')
    .action(async (name: string, { json, ...flags }: Flags) => {
      const { crawl, seed } = crawlOf(name, flags);
      const { total, chosen } = await crawlShards(crawl, seed);
      if (json === true) process.stdout.write(`${JSON.stringify({ crawl: name, base: crawl.base, total, shards: chosen }, null, 2)}\n`);
      else process.stdout.write(chosen.map(({ path }) => `${path}\n`).join(''));
      process.stderr.write(`${describeCount(chosen.length)} of the ${describeCount(total)} shards of ${name}, about ${describeBytes(chosen.length * TYPICAL_SHARD_BYTES)}\n`);
    });
}
