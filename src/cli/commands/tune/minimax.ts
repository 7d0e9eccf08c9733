/** `sluice tune minimax`: the mixture whose own model serves the worst served source best, from counts alone: no swarm, no targets, and a proof. */
import { Command, InvalidArgumentError } from 'commander';
import { loadUserStages } from '../../../engines/user-stages.js';
import { MixtureError } from '../../../mixture/errors.js';
import { minimaxMixture } from '../../../mixture/tune/minimax.js';
import { sourceCounts } from '../../../mixture/tune/source-counts.js';
import type { ConditionalCounts } from '../../../mixture/tune/types.js';
import type { Recipe } from '../../../pipeline/recipe.js';
import { renderMinimax, type MinimaxReport } from '../../../reports/tune-minimax.js';
import { loadRecipe } from '../../load-recipe.js';
import { proposalCaps } from '../../propose-inputs.js';
import { ensureSamples } from '../../samples/index.js';
import { proxyOptions, type ProxyOptions } from '../../tune-options.js';
import { prepareTuning, trainingPools, type Tuning } from '../../tune-run.js';

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
  const { byBytes, weights, excess, gap, iterations, caps } = withinCaps(countsOf(trainingPools(tuning), bytesOfEvent), tuning, recipe);
  const report: MinimaxReport = {
    recipe: recipe.name, order: bytesOfEvent, unit: recipe.mixture?.unit ?? 'tokens', weights, byBytes, excess, gap, iterations,
    sources: tuning.sources.map(({ source, training }) => ({ source, bytes: training.bytes, cap: caps[source] ?? 1 })),
  };
  for (const warning of tuning.warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : renderMinimax(report));
}

/** Rounds until budget and mixture agree on the bytes of a unit; each comes nearer by as little as sources differ in it. */
const MOST_ROUNDS = 30;

type Found = Pick<MinimaxReport, 'byBytes' | 'weights' | 'excess' | 'gap' | 'iterations'> & { readonly caps: Readonly<Record<string, number>> };

/** Counts are of bytes, and so are shares and caps here; a budget in another unit has as many bytes as a unit of this very mixture has, so it is found in rounds. */
function withinCaps(counts: ConditionalCounts, { sources }: Tuning, recipe: Recipe): Found {
  const sizes = Object.fromEntries(sources.map(({ source, amount }) => [source, amount.bytes]));
  const unitsPerByte = Object.fromEntries(sources.map(({ source, amount }) => [source, amount.size / amount.bytes])); // a source that takes part has text
  let perUnit = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0) / sources.reduce((sum, { amount }) => sum + amount.size, 0);
  for (let round = 1; ; round++) {
    const { caps } = proposalCaps(Object.keys(sizes), sizes, inBytes(recipe, perUnit, unitsPerByte), {});
    const { weights: byBytes, ...found } = minimaxMixture(counts, caps);
    const units = Object.entries(byBytes).map(([source, share]) => [source, share * unitsPerByte[source]!] as const);
    const sum = units.reduce((total, [, amount]) => total + amount, 0);
    if (round === MOST_ROUNDS || Math.abs(1 / sum - perUnit) <= 1e-9 * perUnit) {
      return { byBytes, weights: Object.fromEntries(units.map(([source, amount]) => [source, amount / sum])), caps, ...found };
    }
    perUnit = 1 / sum;
  }
}

/** The recipe with its budget and largest shares in bytes. */
function inBytes(recipe: Recipe, perUnit: number, unitsPerByte: Readonly<Record<string, number>>): Recipe {
  const { mixture } = recipe;
  if (mixture === undefined) return recipe;
  const shares = Object.entries(mixture.maxShare).map(([source, share]) => {
    const units = unitsPerByte[source] ?? 0; // of a source that takes part
    return [source, share < 1 && units > 0 ? share / (units * perUnit) : share];
  });
  return { ...recipe, mixture: { ...mixture, budget: mixture.budget === 'max' ? 'max' : mixture.budget * perUnit, maxShare: Object.fromEntries(shares) } };
}

/** MixtureError where the texts are too short for the order, or have too many different strings. */
function countsOf(pools: ReturnType<typeof trainingPools>, bytes: number): ConditionalCounts {
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
