/** `sluice tune minimax`: the mixture whose own model serves the worst served source best, from counts alone: no swarm, no targets, and a proof. */
import { Command, InvalidArgumentError } from 'commander';
import { loadUserStages } from '../../../engines/user-stages.js';
import { MixtureError } from '../../../mixture/errors.js';
import { minimaxMixture } from '../../../mixture/tune/minimax.js';
import { sourceCounts } from '../../../mixture/tune/source-counts.js';
import type { Recipe } from '../../../pipeline/recipe.js';
import { renderMinimax, type MinimaxReport } from '../../../reports/tune-minimax.js';
import { loadRecipe } from '../../load-recipe.js';
import { proposalCaps } from '../../propose-inputs.js';
import { ensureSamples } from '../../samples/index.js';
import { proxyOptions, type ProxyOptions } from '../../tune-options.js';
import { prepareTuning, trainingPools } from '../../tune-run.js';

interface Options extends Omit<ProxyOptions, 'target' | 'order' | 'heldOut'> {
  readonly order: number;
  readonly json?: true;
}

const MOST_ORDER = 6;
/** Of tune swarm; here they mean nothing. */
const NOT_HERE = ['target', 'order', 'heldOut'];

export function minimaxCommand(): Command {
  const command = new Command('minimax')
    .description('the worst-case mixture: the one under which no source is served much worse than by a model of its own; certified, without a swarm')
    .argument('<recipe>', 'a recipe in YAML')
    .option('--order <n>', `bytes of a context and the byte behind it, 1 to ${MOST_ORDER}`, order, 3);
  for (const option of proxyOptions().filter((one) => !NOT_HERE.includes(one.attributeName()))) command.addOption(option);
  return command
    .option('--json', 'print JSON')
    .addHelpText('after', `
Counts what follows what in the training text of each source (--bytes of each at most), and maximises the information that a byte gives about its source (MixMax,
arXiv:2406.01477). Exact for unsmoothed counts of this text alone: a trained model smooths, and other text has other counts. Epochs and shares of the recipe are kept to.

Example:
  $ sluice tune minimax pipelines/quickstart.yaml --order 3

Exit codes: 0 done; 1 stopped, or the texts do not allow it; 2 the recipe or an option is wrong, nothing was read.`)
    .action(minimax);
}

async function minimax(file: string, { order: bytesOfEvent, seed, stages, json, ...options }: Options): Promise<void> {
  const stageFiles = await loadUserStages(stages);
  const recipe = loadRecipe(file, seed);
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const tuning = await prepareTuning(recipe, { ...options, targets: 'none', stageFiles });
  const sizes = Object.fromEntries(tuning.sources.map(({ source, amount }) => [source, amount.bytes]));
  const { caps } = proposalCaps(Object.keys(sizes), sizes, inBytes(recipe, tuning.sources.map(({ amount }) => amount)), {});
  const found = minimaxMixture(countsOf(trainingPools(tuning), bytesOfEvent), caps);
  const report: MinimaxReport = {
    recipe: recipe.name, order: bytesOfEvent, ...found,
    sources: tuning.sources.map(({ source, training }) => ({ source, bytes: training.bytes, cap: caps[source] ?? 1 })),
  };
  for (const warning of tuning.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : renderMinimax(report));
}

/** Counts are of bytes, so shares are, too: a budget in another unit comes to as many bytes as that much of all sources has. */
function inBytes(recipe: Recipe, amounts: readonly { readonly bytes: number; readonly size: number }[]): Recipe {
  const { mixture } = recipe;
  if (mixture === undefined || mixture.budget === 'max') return recipe;
  const bytesEach = amounts.reduce((sum, { bytes }) => sum + bytes, 0) / amounts.reduce((sum, { size }) => sum + size, 0); // a tuning has text
  return { ...recipe, mixture: { ...mixture, budget: mixture.budget * bytesEach } };
}

/** MixtureError where the texts are too short for the order, or have too many different strings. */
function countsOf(pools: ReturnType<typeof trainingPools>, bytes: number): ReturnType<typeof sourceCounts> {
  try {
    return sourceCounts(pools, bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new MixtureError(`tune minimax: ${error.message}`, { cause: error });
    throw error;
  }
}

function order(text: string): number {
  if (!/^[1-6]$/.test(text)) throw new InvalidArgumentError(`found "${text}", expected a whole number from 1 to ${MOST_ORDER}.`);
  return Number(text);
}
