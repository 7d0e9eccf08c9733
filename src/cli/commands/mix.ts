/** `sluice mix`: plan a mixture, and look up the order of a corpus. One subcommand a file in mix/. */
import { Command } from 'commander';
import { batchCommand } from './mix/batch.js';
import { mixPlanCommand } from './mix/plan.js';

export function mixCommand(): Command {
  const command = new Command('mix').description('plan a mixture: what each source gives, and how often it is repeated; look up which documents a batch holds');
  for (const subcommand of [mixPlanCommand(), batchCommand()]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
