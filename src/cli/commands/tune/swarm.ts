/** `sluice tune swarm`: trains a proxy on each of many mixtures, and writes what was trained on and what was measured. */
import { Command } from 'commander';
import { join } from 'node:path';
import { loadUserStages } from '../../../engines/user-stages.js';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import { drawSwarm } from '../../../mixture/tune/swarm.js';
import { metricsCsv, ratiosCsv } from '../../../mixture/tune/write-csv.js';
import { MOST_RUNS } from '../../../pipeline/recipe-tune-schema.js';
import { loadRecipe } from '../../load-recipe.js';
import { wholeNumber } from '../../options.js';
import { ensureSamples } from '../../samples/index.js';
import { proxyOptions, type ProxyOptions } from '../../tune-options.js';
import { prepareTuning, trainMixtures } from '../../tune-run.js';
import { tuneSettings } from '../../tune-settings.js';
import { describeTexts, expectRuns, summariseSwarm, swarmWarnings, type SwarmReport } from '../../tune-swarm-report.js';

interface Options extends ProxyOptions {
  readonly runs?: number;
  readonly json?: true;
}

export function swarmCommand(): Command {
  const command = new Command('swarm')
    .description('train a proxy on each of many mixtures of the sources, and measure bits per byte of each target; a swarm that was stopped continues where it was')
    .argument('<recipe>', 'a recipe in YAML')
    .option('--runs <n>', 'mixtures; 8 a source are good (default: 64, or 8 a source)', (text) => wholeNumber(text, 1, MOST_RUNS));
  for (const option of proxyOptions()) command.addOption(option);
  return command
    .option('--json', 'print JSON')
    .addHelpText('after', `
Writes <output>/tune/ratios.csv (run, name, index, a weight for each source) and metrics.csv (a loss for each target). Weights are shares in the unit of the recipe's
mixture. More runs later keep those that were trained. Proxies are byte n-gram models: they rank the effects of sources on a target well, trade-offs between targets
less so, and hardly see the harm of repetition.

Example:
  $ sluice tune swarm pipelines/quickstart.yaml --target books=2 --target wiki=1 --runs 64

Exit codes: 0 done; 1 stopped, or the texts do not allow it; 2 the recipe or an option is wrong, nothing was read.`)
    .action(trainSwarm);
}

async function trainSwarm(file: string, { runs: askedRuns, seed, stages, json, target: targets, ...options }: Options): Promise<void> {
  const stageFiles = await loadUserStages(stages);
  const recipe = loadRecipe(file, seed);
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const { tune } = await tuneSettings(recipe, { ...options, targets });
  const runs = expectRuns(askedRuns ?? recipe.tune?.runs, tune.sources.length);
  const tuning = await prepareTuning(recipe, { ...options, targets, stageFiles });
  process.stderr.write(describeTexts(tuning));
  const sizes = Object.fromEntries(tuning.sources.map(({ source, amount }) => [source, amount.size]));
  const swarm = drawSwarm({ sizes, runs: tuning.sources.length === 1 ? 1 : runs, seed: recipe.seed, name: recipe.name });
  const measured = await trainMixtures(tuning, swarm.runs.map(({ run, weights }) => ({ run, weights, seed: recipe.seed })));
  const folder = join(tuning.plan.directory, 'tune');
  const sources = tuning.sources.map(({ source }) => source);
  const report: SwarmReport = {
    ratios: writeFileAtomic(join(folder, 'ratios.csv'), ratiosCsv(swarm.runs, sources)).path,
    metrics: writeFileAtomic(join(folder, 'metrics.csv'), metricsCsv(swarm.runs.map((run, i) => ({ ...run, losses: measured[i]!.losses })), tuning.targets.map(({ name }) => name))).path, // one a run
    runs: swarm.runs.map((run, i) => ({ ...run, ...measured[i]! })),
    warnings: [...tuning.warnings, ...swarmWarnings(tuning, swarm, measured)],
  };
  for (const warning of report.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(summariseSwarm(tuning, report, json === true));
}
