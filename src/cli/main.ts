#!/usr/bin/env node
/**
 * The command line: one command a file in commands/. Data goes to stdout, talk to stderr; a closed pipe is success. Exit codes: 0 done, 1 something
 * failed (and the rest was done), 2 the command, an option or the recipe is wrong and nothing was read.
 */
import { Command, CommanderError } from 'commander';
import { ConfigError, OutputError, RefusedError, ShardError } from '../core/errors.js';
import { MixtureError } from '../mixture/errors.js';
import { packageVersion } from './code-version.js';
import { readsInputs } from './network.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error; // nobody listens any more: the work goes on
});

/** Loaded when asked for: a command must not wait for the code of the others. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => readsInputs((await import('./commands/run.js')).runCommand()),
  audit: async () => readsInputs((await import('./commands/audit.js')).auditCommand()),
  mix: async () => readsInputs((await import('./commands/mix.js')).mixCommand()),
  crawl: async () => readsInputs((await import('./commands/crawl.js')).crawlCommand()),
  plan: async () => readsInputs((await import('./commands/plan.js')).planCommand()),
  status: async () => (await import('./commands/status.js')).statusCommand(),
  dedup: async () => readsInputs((await import('./commands/dedup.js')).dedupCommand()),
  decontaminate: async () => readsInputs((await import('./commands/decontaminate.js')).decontaminateCommand()),
  why: async () => readsInputs((await import('./commands/why.js')).whyCommand()),
  quality: async () => readsInputs((await import('./commands/quality.js')).qualityCommand()),
  tune: async () => readsInputs((await import('./commands/tune.js')).tuneCommand()),
  stages: async () => (await import('./commands/stages.js')).stagesCommand(),
  samples: async () => (await import('./commands/samples.js')).samplesCommand(),
};

const program = new Command('sluice')
  .description('Turns raw web crawl into a pretraining corpus: filter, score, deduplicate, mix, with a record of why every document was kept or dropped.')
  .version(packageVersion())
  .exitOverride()
  .showSuggestionAfterError()
  .addHelpText('after', '\nExample:\n  $ sluice run pipelines/quickstart.yaml --output output/quickstart');
const [asked = ''] = process.argv.slice(2);
for (const load of Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]!] : Object.values(COMMANDS)) { // all of them for help and suggestions
  program.addCommand((await load()).exitOverride().showSuggestionAfterError());
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
  if (error instanceof ShardError || error instanceof OutputError || error instanceof RefusedError || error instanceof MixtureError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  throw error; // a bug: loud, with its stack
}
