/**
 * Trains proxies in the folder of a corpus, for the commands of `sluice tune`: `prepareTuning` runs what comes before (sizes of the sources, training and held-out
 * text), `trainMixtures` the proxies. A mixture that was trained before, by whichever command, is not trained again while the texts are the same.
 */
import { ConfigError, ShardError } from '../core/errors.js';
import type { TextPool } from '../mixture/tune/text-pool.js';
import type { Mixture, MixtureLosses } from '../mixture/tune/types.js';
import type { PoolResult } from '../pipeline/phases/pool.js';
import type { ProxyResult } from '../pipeline/phases/proxy.js';
import type { AvailableAmount, SizeResult } from '../pipeline/phases/size.js';
import type { TargetResult } from '../pipeline/phases/target.js';
import { readPool } from '../pipeline/pool-file.js';
import type { Plan, StageFile } from '../pipeline/plan.js';
import type { Recipe } from '../pipeline/recipe.js';
import type { Run } from '../pipeline/run.js';
import { mixtureKey, pooledSources } from '../pipeline/tuning.js';
import { loadPlan } from './load-recipe.js';
import { runJob } from './run-job.js';
import { sweepTuning } from './tune-sweep.js';
import { tuneSettings, type TuneOverrides } from './tune-settings.js';

export interface TuneRunOptions extends TuneOverrides {
  /** Default: output/<name of the recipe>. */
  readonly output?: string | undefined;
  readonly workers: number;
  readonly memory?: number | undefined;
  readonly stageFiles?: readonly StageFile[] | undefined;
}

export interface TunedSource extends PoolResult {
  readonly source: string;
  /** Behind filters and deduplication, in the mixture's unit too. */
  readonly amount: AvailableAmount;
}

export interface PreparedTarget extends TargetResult {
  readonly name: string;
  /** Weights sum to 1. */
  readonly weight: number;
}

export interface Tuning {
  readonly plan: Plan;
  /** As it was when the texts were ready. */
  readonly run: Run;
  readonly workers: number;
  /** Sources that mixtures are made of, in the order of the recipe: those with training text. */
  readonly sources: readonly TunedSource[];
  readonly targets: readonly PreparedTarget[];
  readonly warnings: readonly string[];
}

/** Errors: ConfigError as `tuneSettings` and `loadPlan` have them, ShardError where the job stopped, or where no source has training text. */
export async function prepareTuning(recipe: Recipe, { output, workers, memory, stageFiles = [], ...overrides }: TuneRunOptions): Promise<Tuning> {
  const { tune, targetWeights } = await tuneSettings(recipe, overrides);
  const plan = await loadPlan(recipe, { output, job: 'tune', tune, workers, memory, stageFiles });
  const run = await runJob(plan, { workers });
  const { available } = run.completed<SizeResult>('size', 0).result;
  const pooled = pooledSources(tune);
  const all = tune.sources.map((source): TunedSource => ({ source, amount: available[source]!, ...run.completed<PoolResult>('pool', pooled.indexOf(source)).result })); // of the same recipe
  const sources = all.filter(({ training }) => training.bytes > 0);
  const targets = tune.targets.map(({ name }, rank): PreparedTarget => ({ name, weight: targetWeights[name]!, ...run.completed<TargetResult>('target', rank).result }));
  if (sources.length === 0) throw new ShardError('no source has text to train on: nothing to tune');
  return {
    plan, run, workers, sources, targets,
    warnings: [
      ...all.filter((source) => !sources.includes(source)).map(({ source, available: { documents } }) => (
        `${source} is left out: found ${documents} document${documents === 1 ? '' : 's'} behind filters and deduplication, none of them with text to train on`)),
      ...targets.filter(({ repeated }) => repeated.documents > 0).map(({ name, repeated }) => (
        `${name}: ${repeated.documents} held-out document${repeated.documents === 1 ? '' : 's'} (${repeated.bytes} bytes) left out: training text has them`)),
      ...targets.filter(({ lost }) => lost > 0).map(({ name, lost }) => `${name}: ${lost} record${lost === 1 ? '' : 's'} of its files could not be read`),
    ],
  };
}

/**
 * What proxies of these mixtures measure, in their order. Weights are shares in the unit of the recipe's mixture; they sum to 1. Errors: ConfigError for a source that is none of the tuning's,
 * ShardError where the job stopped; what was trained until then stays.
 */
export async function trainMixtures({ plan, workers, sources }: Tuning, mixtures: readonly Mixture[]): Promise<readonly MixtureLosses[]> {
  const known = sources.map(({ source }) => source);
  for (const { run, weights } of mixtures) {
    const foreign = Object.keys(weights).find((source) => weights[source]! > 0 && !known.includes(source));
    if (foreign !== undefined) throw new ConfigError(`${run}: found weight ${weights[foreign]} for ${foreign}, expected weights of ${known.join(', ')} alone`);
  }
  const tune = plan.tune!; // a plan of tuning
  const different = new Map(mixtures.map((mixture) => [mixtureKey(mixture, tune), mixture]));
  const trained = { ...plan, tune: { ...tune, mixtures: [...different.values()] } };
  const run = await runJob(trained, { workers, show: ['proxy'] });
  sweepTuning(run);
  const ranks = new Map([...different.keys()].map((key, rank) => [key, rank]));
  return mixtures.map((mixture): MixtureLosses => {
    const { losses, groups, epochs, left } = run.completed<ProxyResult>('proxy', ranks.get(mixtureKey(mixture, tune))!).result; // every mixture has its rank
    return { ...mixture, losses, groups, epochs, left };
  });
}

/** The training text of each source, at most plan.tune.bytes each: what its proxies are made of. */
export function trainingPools({ plan, run, sources }: Tuning): Readonly<Record<string, TextPool>> {
  const pooled = pooledSources(plan.tune!); // a plan of tuning
  return Object.fromEntries(sources.map(({ source }) => [source, readPool(run.outputPath(run.completed('pool', pooled.indexOf(source)), 'train'))]));
}
