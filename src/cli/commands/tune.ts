/** `sluice tune`: weights of a mixture from runs that were measured. One subcommand a file in tune/. */
import { Command } from 'commander';
import { fitCommand } from './tune/fit.js';
import { predictCommand } from './tune/predict.js';
import { proposeCommand } from './tune/propose.js';
import { swarmCommand } from './tune/swarm.js';

export function tuneCommand(): Command {
  const command = new Command('tune').description('find the weights of a mixture: train small proxies on many, fit laws to measured runs, predict others, propose weights');
  for (const subcommand of [swarmCommand(), fitCommand(), predictCommand(), proposeCommand()]) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
