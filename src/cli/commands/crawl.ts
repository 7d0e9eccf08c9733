/** `sluice crawl`: the shards of a crawl of Common Crawl. One subcommand a file in crawl/. */
import { Command } from 'commander';
import { crawlFetchCommand } from './crawl/fetch.js';
import { crawlListCommand } from './crawl/list.js';

export function crawlCommand(): Command {
  const command = new Command('crawl').description('list the shards of a crawl of Common Crawl, or fetch them to a local folder');
  for (const subcommand of [crawlListCommand(), crawlFetchCommand()]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
