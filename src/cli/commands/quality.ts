/** `sluice quality`: train, judge, explain and use quality classifiers. One subcommand a file in quality/. */
import { Command } from 'commander';
import { explainCommand } from './quality/explain.js';

export function qualityCommand(): Command {
  const command = new Command('quality').description('train a quality classifier, judge it, explain its scores, and have people label what it scored');
  for (const subcommand of [explainCommand()] as readonly Command[]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
