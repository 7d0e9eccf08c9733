/** `sluice tune propose`: the mixture that a fit expects least loss of, near a prior and within what sources have. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import { loadUserStages } from '../../../engines/user-stages.js';
import { writeFileAtomic } from '../../../formats/atomic-file.js';
import { DEFAULT_LAMBDA, proposeMixture } from '../../../mixture/tune/propose.js';
import type { SizeResult } from '../../../pipeline/phases/size.js';
import type { Recipe } from '../../../pipeline/recipe.js';
import { loadPlan, loadRecipe } from '../../load-recipe.js';
import { memoryOption, seedOption, stagesOption, workersOption } from '../../options.js';
import { declaredSizes, proposalCaps, proposalPrior, proposalTargets } from '../../propose-inputs.js';
import { recipeBlock, summariseProposal } from '../../propose-summary.js';
import { runJob } from '../../run-job.js';
import { ensureSamples } from '../../samples/index.js';
import { expectOtherFile, readFit, warn } from '../../tune-files.js';

interface Options {
  readonly model: string;
  readonly target: readonly string[];
  readonly prior?: string;
  readonly lambda?: number;
  readonly available: readonly string[];
  readonly budget?: string;
  readonly maxEpochs?: number;
  readonly output?: string;
  readonly folder?: string;
  readonly workers: number;
  readonly memory?: number;
  readonly seed?: number;
  readonly stages: readonly string[];
  readonly json?: true;
}

export function proposeCommand(): Command {
  return new Command('propose')
    .description('propose the weights with the least predicted loss on your targets, near a prior and within epoch caps')
    .argument('[recipe]', 'a recipe in YAML: its sources say what there is, its mixture the budget and caps, its tune the targets')
    .requiredOption('--model <file>', 'what tune fit wrote')
    .option('--target <name=weight>', "what the mixture is to be good for, and how much each counts; repeatable (default: the recipe's tune.targets)", collect, [])
    .option('--prior <prior>', 'what the proposal stays near: proportional, uniform, or a file of weights (default: proportional where sizes are known)')
    .option('--lambda <x>', `how strongly, 0 or more, in the unit of the losses (default: ${DEFAULT_LAMBDA})`, parseLambda)
    .option('--available <source=count>', 'declare what a source has, such as web=410B, and read nothing; one for every source of the fit', collect, [])
    .option('--budget <size>', "size of the corpus, such as 300B, or max (default: the recipe's)")
    .option('--max-epochs <n>', "how often a source may be read (default: the recipe's, else 4)", parseEpochs)
    .option('--output <file>', 'where the proposal goes, as JSON: what tune verify reads')
    .option('--folder <dir>', 'with a recipe: the folder of its corpus (default: output/<name of the recipe>)')
    .addOption(workersOption())
    .addOption(memoryOption())
    .addOption(seedOption())
    .addOption(stagesOption())
    .option('--json', 'print the proposal as JSON')
    .addHelpText('after', `
Minimises the weighted sum of the laws' losses + lambda KL(weights || prior) in nats. Shares mean what they meant in the runs (in those of tune swarm: shares in the unit of the recipe's mixture).

Examples:
  $ sluice tune propose --model fit.json --target books=2 --target wiki=1 --available web=410B --available books=12B --available wiki=3B --budget 300B
  $ sluice tune propose pipelines/quickstart.yaml --model output/quickstart/tune/fit.json --output output/quickstart/tune/proposal.json`)
    .action(propose);
}

async function propose(file: string | undefined, { model, output, json, lambda, ...options }: Options): Promise<void> {
  if (output !== undefined) expectOtherFile(output, [model, ...(file === undefined ? [] : [file])]);
  const fit = readFit(model);
  const { sources } = fit;
  const stageFiles = await loadUserStages(options.stages);
  const recipe = file === undefined ? undefined : loadRecipe(file, options.seed);
  const targetWeights = proposalTargets(fit, options.target, recipe); // asked for before anything is read
  const foreign = recipe === undefined ? [] : expectKnown(file!, recipe, sources); // with a recipe there is its file
  const sizes = options.available.length > 0 ? declaredSizes(sources, options.available, recipe?.mixture?.unit ?? 'tokens')
    : recipe === undefined ? undefined : await sizesOf(recipe, sources, options, stageFiles);
  const limits = proposalCaps(sources, sizes, recipe, options);
  const { prior, name, warnings } = proposalPrior(sources, options.prior, sizes);
  const found = proposeMixture({ fit, targetWeights, prior, lambda: lambda ?? DEFAULT_LAMBDA, caps: limits.caps });
  const proposal = { ...found, warnings: [...foreign, ...warnings, ...found.warnings] };
  if (output !== undefined) writeFileAtomic(resolve(output), `${JSON.stringify(proposal)}\n`);
  warn(proposal.warnings);
  process.stdout.write(json === true ? `${JSON.stringify({ ...proposal, recipe: recipeBlock(proposal) })}\n`
    : summariseProposal(proposal, { ...limits, fit, sizes, priorName: name, lambdaIsDefault: lambda === undefined }));
}

/** Warnings of sources that the fit has not. Errors: ConfigError where the recipe lacks one of the fit's. */
function expectKnown(file: string, { sources, dedup }: Recipe, fitted: readonly string[]): string[] {
  const mixed = Object.keys(sources).filter((source) => dedup?.against.includes(source) !== true);
  const missing = fitted.filter((source) => !mixed.includes(source));
  if (missing.length > 0) throw new ConfigError(`${file}: found no source ${missing.join(', ')}, expected the fit's: ${fitted.join(', ')}`);
  return mixed.filter((source) => !fitted.includes(source)).map((source) => `${source} is in the recipe but not in the fit: the proposal gives it nothing`);
}

/** What the run of a recipe has of each source, behind filters and deduplication; what is missing of the run is made. */
async function sizesOf(
  recipe: Recipe, sources: readonly string[], { folder, workers, memory }: Pick<Options, 'folder' | 'workers' | 'memory'>, stageFiles: Awaited<ReturnType<typeof loadUserStages>>,
): Promise<Readonly<Record<string, number>>> {
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const run = await runJob(await loadPlan(recipe, { job: 'mixture', output: folder, workers, memory, stageFiles }), { workers });
  const { available } = run.completed<SizeResult>('size', 0).result;
  const sizes = Object.fromEntries(sources.map((source) => [source, available[source]!.size])); // expectKnown looked
  if (Object.values(sizes).every((size) => size === 0)) throw new ConfigError(`${recipe.name}: found nothing left of any source of the fit, expected documents`);
  return sizes;
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function parseLambda(text: string): number {
  const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!(value <= 1e6)) throw new InvalidArgumentError(`found "${text}", expected a number from 0 to 1e6.`);
  return value;
}

function parseEpochs(text: string): number {
  const value = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (!(value > 0 && value <= 1e6)) throw new InvalidArgumentError(`found "${text}", expected a number above 0.`);
  return value;
}
