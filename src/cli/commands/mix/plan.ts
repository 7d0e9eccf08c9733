/** `sluice mix plan`: the mixture that a recipe comes to, in a table. Runs what is missing of the run up to the sizes of the sources, which `sluice run` goes on from. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../../../core/errors.js';
import type { TaskFailure } from '../../../engines/engine.js';
import { loadUserStages } from '../../../engines/user-stages.js';
import { PRESET_NAMES } from '../../../mixture/presets.js';
import type { WeightRule } from '../../../mixture/rules.js';
import type { SizeResult } from '../../../pipeline/phases/size.js';
import { planRecipeMixture } from '../../../pipeline/plan-mixture.js';
import { realisePlan } from '../../../pipeline/realise-plan.js';
import { parseSize } from '../../../pipeline/recipe-mixture-schema.js';
import { expectedOneOf } from '../../../pipeline/recipe-problems.js';
import { recipeFingerprint, type MixtureRecipe, type Recipe } from '../../../pipeline/recipe.js';
import { sourceFlow } from '../../../pipeline/source-flow.js';
import { compareRules, renderComparison } from '../../../reports/mixture-compare.js';
import { mixtureNumbers, type MixtureInput } from '../../../reports/mixture-numbers.js';
import { renderMixture } from '../../../reports/mixture-text.js';
import { loadPlan, loadRecipe } from '../../load-recipe.js';
import { memoryOption, seedOption, stagesOption, workersOption } from '../../options.js';
import { runJob } from '../../run-job.js';
import { ensureSamples } from '../../samples/index.js';

interface Options {
  readonly output?: string;
  readonly workers: number;
  readonly memory?: number;
  readonly seed?: number;
  readonly stages: readonly string[];
  readonly available: readonly (readonly [source: string, count: string])[];
  readonly budget?: string;
  readonly rule?: WeightRule;
  readonly compare?: true;
  readonly json?: true;
}

type Mixing = Recipe & { readonly mixture: MixtureRecipe };

export function mixPlanCommand(): Command {
  return new Command('plan')
    .description('show what each source gives: weights, epochs, what repetition is worth, and when it passes 1, 4 and 16 epochs')
    .argument('<recipe>', 'a recipe in YAML with a mixture')
    .option('--available <source=count>', 'plan from declared sizes such as web=410B, in the unit of the mixture, and read nothing; one for every source', collect, [])
    .option('--budget <size>', "in place of the recipe's: such as 300B, or max")
    .addOption(new Option('--rule <rule>', "in place of the recipe's weights: proportional, unimax or temperature=2").argParser(parseRule))
    .option('--compare', "show the recipe's weights beside proportional ones, a temperature of 2, and UniMax")
    .option('--output <dir>', 'where the corpus will go: what is there is used, what is missing is made (default: output/<name of the recipe>)')
    .addOption(workersOption())
    .addOption(memoryOption())
    .addOption(seedOption())
    .addOption(stagesOption())
    .option('--json', 'print JSON, with unrounded numbers')
    .addHelpText('after', '\nExamples:\n  $ sluice mix plan pipelines/quickstart.yaml\n  $ sluice mix plan pipelines/gpt3.yaml --available web=410B --available books1=12B --available books2=55B --available wiki=3B --compare\n'
      + `\nPublished mixtures for a recipe's rule: { preset: NAME, map: { SOURCE: [published sources] } }: ${PRESET_NAMES.join(', ')}.\n`
      + '\nExit codes: 0 planned; 1 a source has too little, or its shards failed; 2 the recipe or an option is wrong.')
    .action(plan);
}

async function plan(file: string, options: Options): Promise<void> {
  const { seed, stages, json, compare } = options;
  const stageFiles = await loadUserStages(stages);
  const recipe = withOverrides(loadRecipe(file, seed), options, file);
  const input = options.available.length > 0 ? fromDeclared(recipe, options.available) : await fromSources(recipe, options, stageFiles);
  const numbers = mixtureNumbers(input);
  const comparison = compare === true ? compareRules(numbers, recipe.mixture) : undefined;
  if (json === true) process.stdout.write(`${JSON.stringify({ ...numbers, ...(comparison === undefined ? {} : { compare: comparison }) }, null, 2)}\n`);
  else process.stdout.write(`${renderMixture(numbers)}${comparison === undefined ? '' : `\n${renderComparison(comparison)}`}`);
}

/** The recipe with the budget and the rule of the command line, which has a mixture. */
function withOverrides(recipe: Recipe, { budget, rule }: Options, file: string): Mixing {
  const { mixture } = recipe;
  if (mixture === undefined) throw new ConfigError(`${file}: has no mixture: expected one with a budget, and weights or a rule`);
  const size = budget === undefined ? mixture.budget : budget === 'max' ? budget : parseSize(budget, mixture.unit);
  if (size === undefined || size === 0) throw new ConfigError(`--budget: found "${budget}", expected max or a size such as ${mixture.unit === 'bytes' ? '300GB' : '300B'}, at least 1`);
  return { ...recipe, mixture: { ...mixture, budget: size, rule: rule ?? mixture.rule } };
}

/** From the documents of the run, as far as it has to go for that. */
async function fromSources(recipe: Mixing, { output, workers, memory }: Options, stageFiles: Awaited<ReturnType<typeof loadUserStages>>): Promise<MixtureInput> {
  if (recipe.samples) await ensureSamples('samples', { log: (line) => process.stderr.write(`${line}\n`) });
  const failed: TaskFailure[] = [];
  const plan = await loadPlan(recipe, { job: 'mixture', output, workers, memory, stageFiles });
  const run = await runJob(plan, { workers, failedShards: (failures) => failed.push(...failures) });
  if (failed.length > 0) {
    process.stderr.write(`${failed.length} of ${plan.shards.length} shards failed, the mixture is planned from the others:\n${failed.map(({ task, message }) => `  ${task}: ${message}\n`).join('')}`);
    process.exitCode = 1;
  }
  const { available, counted } = run.completed<SizeResult>('size', 0).result;
  const input = inputOf(recipe, available);
  const warnings = failed.map(({ task }) => `shard ${task} failed and is not in the sizes`);
  return { ...input, warnings: [...warnings, ...input.warnings], counted, realised: realisePlan(run, input.plan), flow: sourceFlow(run), failedShards: failed.map(({ task }) => task) };
}

/** From what the command line says of the sources, which need not exist. */
function fromDeclared(recipe: Mixing, declared: Options['available']): MixtureInput {
  const against = recipe.dedup?.against ?? [];
  const wanted = Object.keys(recipe.sources).filter((source) => !against.includes(source));
  const sizes = new Map<string, { readonly size: number }>();
  for (const [source, count] of declared) {
    const size = parseSize(count, recipe.mixture.unit);
    if (!wanted.includes(source)) throw new ConfigError(`--available: found source "${source}", ${expectedOneOf(source, wanted)}`);
    if (sizes.has(source)) throw new ConfigError(`--available: found ${source} twice, expected it once`);
    if (size === undefined) throw new ConfigError(`--available ${source}: found "${count}", expected a whole number of ${recipe.mixture.unit} such as ${recipe.mixture.unit === 'bytes' ? '410GB' : '410B'}`);
    sizes.set(source, { size });
  }
  const missing = wanted.filter((source) => !sizes.has(source));
  if (missing.length > 0) throw new ConfigError(`--available: found nothing for ${missing.join(', ')}, expected a size for every source, 0 for none`);
  return { ...inputOf(recipe, Object.fromEntries(sizes)), counted: { by: 'declared' }, failedShards: [] };
}

function inputOf(recipe: Mixing, available: MixtureInput['available']): Omit<MixtureInput, 'counted' | 'failedShards'> {
  const { plan: planned, warnings } = planRecipeMixture(recipe, Object.fromEntries(Object.entries(available).map(([source, { size }]) => [source, size])));
  return {
    recipe: recipe.name, fingerprint: recipeFingerprint(recipe), rule: recipe.mixture.rule, plan: planned!, warnings, available, // a recipe with a mixture has a plan
    bytesPerToken: Object.fromEntries(Object.entries(recipe.sources).map(([source, { bytesPerToken }]) => [source, bytesPerToken])),
    deduplicated: recipe.dedup !== undefined,
  };
}

function collect(text: string, before: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError(`found "${text}", expected SOURCE=COUNT such as web=410B.`);
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

function parseRule(text: string): WeightRule {
  if (text === 'proportional' || text === 'unimax') return { kind: text };
  const temperature = /^temperature=([0-9]+(?:\.[0-9]+)?)$/.exec(text)?.[1];
  if (temperature === undefined || !(Number(temperature) >= 1 && Number(temperature) <= 1000)) {
    throw new InvalidArgumentError(`found "${text}", expected proportional, unimax, or temperature=T with T from 1 to 1000.`);
  }
  return { kind: 'temperature', temperature: Number(temperature) };
}
