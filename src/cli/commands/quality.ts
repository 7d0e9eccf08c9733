/** `sluice quality`: train, judge, explain and use quality classifiers. One subcommand a file in quality/. */
import { Command } from 'commander';
import { evaluateCommand } from './quality/evaluate.js';
import { exportCommand } from './quality/export.js';
import { explainCommand } from './quality/explain.js';
import { trainCommand } from './quality/train.js';

export function qualityCommand(): Command {
  const command = new Command('quality').description('train a quality classifier, judge it, explain its scores, and have people label what it scored');
  for (const subcommand of [trainCommand(), explainCommand(), evaluateCommand(), exportCommand()]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
