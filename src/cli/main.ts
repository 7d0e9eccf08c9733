#!/usr/bin/env node
/**
 * The command line: one command a file in commands/. Data goes to stdout, talk to stderr; a closed pipe is success. Exit codes: 0 done, 1 something
 * failed (and the rest was done), 2 the command, an option or the recipe is wrong and nothing was read.
 */
import { Command, CommanderError } from 'commander';
import { ConfigError, OutputError, ShardError } from '../core/errors.js';
import { codeVersion } from './code-version.js';
import { planCommand } from './commands/plan.js';
import { qualityCommand } from './commands/quality.js';
import { runCommand } from './commands/run.js';
import { samplesCommand } from './commands/samples.js';
import { stagesCommand } from './commands/stages.js';
import { statusCommand } from './commands/status.js';
import { whyCommand } from './commands/why.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error; // nobody listens any more: the work goes on
});

const program = new Command('sluice')
  .description('Turns raw web crawl into a pretraining corpus: filter, score, deduplicate, mix, with a record of why every document was kept or dropped.')
  .version(codeVersion().version)
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText('after', '\nExample:\n  $ sluice run pipelines/quickstart.yaml --output output/quickstart');
for (const command of [runCommand(), planCommand(), statusCommand(), whyCommand(), qualityCommand(), stagesCommand(), samplesCommand()]) {
  program.addCommand(command.exitOverride().showSuggestionAfterError());
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (error instanceof ShardError || error instanceof OutputError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  throw error; // a bug: loud, with its stack
}
