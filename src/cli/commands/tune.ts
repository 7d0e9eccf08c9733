/** `sluice tune`: find the weights of a mixture. One subcommand a file in tune/. */
import { Command } from 'commander';
import { fitCommand } from './tune/fit.js';
import { minimaxCommand } from './tune/minimax.js';
import { predictCommand } from './tune/predict.js';
import { proposeCommand } from './tune/propose.js';
import { swarmCommand } from './tune/swarm.js';
import { verifyCommand } from './tune/verify.js';

export function tuneCommand(): Command {
  const command = new Command('tune').description('find the weights of a mixture: train small proxies on many, fit laws to measured runs, propose weights, measure them beside others');
  const subcommands = [swarmCommand(), fitCommand(), predictCommand(), proposeCommand(), verifyCommand(), minimaxCommand()];
  for (const subcommand of subcommands) command.addCommand(subcommand.exitOverride().showSuggestionAfterError());
  return command;
}
