/** `sluice run`: the main job, from a recipe to a corpus with its manifest, ledger, decision records and report. */
import { Command, Option } from 'commander';
import { loadUserStages } from '../../engines/user-stages.js';
import { writeIndexOption } from '../dedup-index.js';
import { loadPlan, loadRecipe } from '../load-recipe.js';
import { memoryOption, seedOption, stagesOption, workersOption } from '../options.js';
import { runPlan } from '../run-plan.js';
import { ensureSamples } from '../samples/index.js';

interface Options {
  readonly output?: string;
  readonly workers: number;
  readonly memory?: number;
  readonly writeIndex?: string;
  readonly seed?: number;
  readonly kernels: 'wasm' | 'reference';
  readonly stages: readonly string[];
  readonly json?: true;
}

export function runCommand(): Command {
  return new Command('run')
    .description('build a corpus from a recipe; a run that was stopped continues where it was')
    .argument('<recipe>', 'a recipe in YAML')
    .option('--output <place>', 'where the corpus goes: a folder (default: output/<name of the recipe>), or s3:// or http(s):// to publish it there from that folder')
    .addOption(workersOption())
    .addOption(memoryOption())
    .addOption(writeIndexOption())
    .addOption(seedOption())
    .addOption(new Option('--kernels <kind>', 'which implementation of the kernels').choices(['wasm', 'reference']).default('wasm'))
    .addOption(stagesOption())
    .option('--json', 'print the manifest instead of a table')
    .addHelpText('after', '\nExample:\n  $ sluice run pipelines/quickstart.yaml --output output/quickstart --workers 2\n\nExit codes: 0 done; 1 done but for the shards listed, or stopped; 2 the recipe or an option is wrong, nothing was read.')
    .action(run);
}

async function run(file: string, { output, workers, memory, writeIndex, seed, kernels, stages, json }: Options): Promise<void> {
  const stageFiles = await loadUserStages(stages);
  const recipe = loadRecipe(file, seed);
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const plan = await loadPlan(recipe, { output, kernels, workers, memory, indexed: writeIndex !== undefined, stageFiles });
  await runPlan(plan, { workers, writeIndex, json: json === true });
}
