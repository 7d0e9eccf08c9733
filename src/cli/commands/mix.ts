/** `sluice mix`: plan a mixture. One subcommand a file in mix/. */
import { Command } from 'commander';
import { mixPlanCommand } from './mix/plan.js';

export function mixCommand(): Command {
  const command = new Command('mix').description('plan a mixture: what each source gives, and how often it is repeated');
  for (const subcommand of [mixPlanCommand()]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
