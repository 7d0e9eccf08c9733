/** `sluice run`: the main job, from a recipe to a corpus with its manifest, ledger, decision records and report. */
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { ConfigError, ShardError } from '../../core/errors.js';
import { runLocally } from '../../engines/local.js';
import { loadUserStages } from '../../engines/user-stages.js';
import { clearAttempts, expectOwnFolder, planPath, removeResults, writePlan } from '../run-folder.js';
import { lockFolder } from '../run-lock.js';
import { finishRun } from '../finish-run.js';
import { loadPlan, loadRecipe } from '../load-recipe.js';
import { seedOption, stagesOption, workersOption } from '../options.js';
import { showProgress } from '../progress.js';
import { ensureSamples } from '../samples/index.js';

interface Options {
  readonly output?: string;
  readonly workers: number;
  readonly seed?: number;
  readonly kernels: 'wasm' | 'reference';
  readonly stages: readonly string[];
  readonly json?: true;
}

export function runCommand(): Command {
  return new Command('run')
    .description('build a corpus from a recipe; a run that was stopped continues where it was')
    .argument('<recipe>', 'a recipe in YAML')
    .option('--output <dir>', 'where the corpus goes (default: output/<name of the recipe>)')
    .addOption(workersOption())
    .addOption(seedOption())
    .addOption(new Option('--kernels <kind>', 'which implementation of the kernels').choices(['wasm', 'reference']).default('wasm'))
    .addOption(stagesOption())
    .option('--json', 'print the manifest instead of a table')
    .addHelpText('after', '\nExample:\n  $ sluice run pipelines/quickstart.yaml --output output/quickstart --workers 2\n\nExit codes: 0 done; 1 done but for the shards listed, or stopped; 2 the recipe or an option is wrong, nothing was read.')
    .action(run);
}

async function run(file: string, { output, workers, seed, kernels, stages, json }: Options): Promise<void> {
  const stageFiles = await loadUserStages(stages);
  const recipe = loadRecipe(file, seed);
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const plan = loadPlan(recipe, { output: output ?? `output/${recipe.name}`, kernels, stageFiles });
  expectOwnFolder(plan);
  const unlock = lockFolder(plan.directory);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new ShardError('interrupted: run the same command again to continue'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    clearAttempts(plan.directory);
    writePlan(plan);
    removeResults(plan.directory);
    const failures = await runLocally(plan, planPath(plan.directory), { workers, events: showProgress(process.stderr), signal: stop.signal });
    const finished = finishRun(plan, failures);
    if (finished === undefined) {
      const fromFiles = failures.filter(({ phase, task }) => phase === 'train' && recipe.models[task]?.kind === 'file');
      if (fromFiles.length > 0) throw new ConfigError(fromFiles.map(({ task, message }) => `models.${task}: ${message}`).join('\n')); // nothing was read
      throw new ShardError(['the run stopped before the corpus was whole:', ...failures.map(({ phase, task, message }) => `  ${phase} ${task}: ${message}`)].join('\n'));
    }
    process.stdout.write(json === true ? `${JSON.stringify(finished.manifest, null, 2)}\n` : finished.summary);
    if (failures.length > 0) {
      process.stderr.write(`${failures.length} of ${plan.shards.length} shards failed, the corpus was made of the others:\n`);
      for (const { task, message } of failures) process.stderr.write(`  ${task}: ${message}\n`);
      process.exitCode = 1;
    }
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    if (existsSync(plan.directory)) unlock();
  }
}
