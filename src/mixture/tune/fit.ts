/**
 * From a swarm to laws: per target the log-linear law and ridge regression are cross-validated, and the one that ranks unseen runs better is fitted to all. Says
 * what it does not know: sources that no run has, too few runs, targets that no law predicts.
 */
import { ConfigError } from '../../core/errors.js';
import { crossValidate, dealFolds, type CrossValidation } from './cross-validate.js';
import type { Observations } from './law.js';
import { fitLogLinear } from './log-linear.js';
import { fitRidge } from './ridge.js';
import type { Fit, Law, MixtureRun, RankCorrelation, RunMetrics, TargetFit } from './types.js';

/** A rank correlation of fewer has no interval. */
export const LEAST_RUNS = 4;
/** The literature's rule for swarms: three to four runs a source at least (arXiv:2602.12237). */
export const RUNS_PER_SOURCE = 3;

/** Rank correlations that are no further apart do not tell laws apart: both rank nearly perfectly, or by chance. */
const SAME_CORRELATION = 0.01;

const FITTERS: Readonly<Record<Law['kind'], (observations: Observations) => Law>> = { 'log-linear': fitLogLinear, ridge: fitRidge };

export interface Swarm {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  /** Shares by source, a run each, its name once. */
  readonly runs: readonly MixtureRun[];
  /** Losses by target, of the same runs. In any order. */
  readonly metrics: readonly RunMetrics[];
  /** What was found odd while they were read. */
  readonly warnings: readonly string[];
}

/**
 * The fit of a swarm; the same for any order of its runs. `onTarget` is called before each target. Errors: ConfigError where there are fewer than LEAST_RUNS
 * runs. Time: for 40 sources and 320 runs about 4 s a target.
 */
export function fitSwarm(swarm: Swarm, onTarget: (target: string) => void = () => undefined): Fit {
  const { sources, targets } = swarm;
  const runs = [...swarm.runs].sort((a, b) => (a.run < b.run ? -1 : 1));
  if (runs.length < LEAST_RUNS) throw new ConfigError(`found ${runs.length} runs with both shares and losses, expected ${LEAST_RUNS} at least, and ${RUNS_PER_SOURCE * sources.length} for ${sources.length} sources`);
  const metrics = new Map(swarm.metrics.map((one) => [one.run, one]));
  const weights = Float64Array.from(runs.flatMap((run) => sources.map((source) => run.weights[source]!)));
  const folds = dealFolds(runs.map(({ run }) => run));
  const fits = targets.map((target): TargetFit => {
    onTarget(target);
    const losses = Float64Array.from(runs, ({ run }) => metrics.get(run)!.losses[target]!); // of the same runs
    return fitTarget(target, { rows: runs.length, columns: sources.length, weights, losses }, folds);
  });
  return { kind: 'sluice-fit', version: 1, sources, targets: fits, runs, warnings: [...swarm.warnings, ...swarmWarnings(sources, runs), ...fits.flatMap(targetWarnings)] };
}

function fitTarget(target: string, observations: Observations, folds: readonly (readonly number[])[]): TargetFit {
  const logLinear = crossValidate(observations, folds, fitLogLinear);
  const ridge = crossValidate(observations, folds, fitRidge);
  const kind = isBetter(ridge, logLinear, observations.losses) ? 'ridge' : 'log-linear';
  const { predicted, error } = kind === 'ridge' ? ridge : logLinear;
  return {
    target, law: FITTERS[kind](observations), error,
    crossValidated: { 'log-linear': logLinear.correlation, ridge: ridge.correlation },
    measured: [...observations.losses], predicted: [...predicted],
  };
}

/** By rank correlation; where that is the same but for what a run or two make of it, by the error on the half of the runs with the lowest losses, where proposals are. */
function isBetter(one: CrossValidation, other: CrossValidation, losses: Float64Array): boolean {
  const ahead = one.correlation.value - other.correlation.value;
  if (Math.abs(ahead) > SAME_CORRELATION) return ahead > 0;
  const middle = losses.slice().sort()[losses.length >> 1]!; // a fit has runs
  const errorOf = ({ predicted }: CrossValidation): number => losses.reduce((sum, loss, i) => (loss <= middle ? sum + (predicted[i]! - loss) ** 2 : sum), 0);
  return errorOf(one) < errorOf(other);
}

/** How well a target's law ranks runs that it has not seen. */
export function correlationOf({ law, crossValidated }: TargetFit): RankCorrelation {
  return crossValidated[law.kind];
}

/** Whether the interval of a law's rank correlation does not exclude 0 or less: then nothing follows from what it says, and no proposal improves on its target. */
export function predictsNothing(fit: TargetFit): boolean {
  return correlationOf(fit).low <= 0;
}

/** What a law errs by on half of the unseen runs at most: a few mixtures without what a target needs say little of the others, and much of the mean square. */
export function medianError({ measured, predicted }: Pick<TargetFit, 'measured' | 'predicted'>): number {
  const errors = measured.map((loss, i) => Math.abs(predicted[i]! - loss)).sort((a, b) => a - b);
  return (errors[(errors.length - 1) >> 1]! + errors[errors.length >> 1]!) / 2; // a fit has runs
}

function swarmWarnings(sources: readonly string[], runs: readonly MixtureRun[]): string[] {
  const unused = sources.filter((source) => runs.every(({ weights }) => weights[source] === 0));
  const wanted = RUNS_PER_SOURCE * sources.length;
  return [
    ...(sources.length === 1 ? [`one source (${sources[0]!}) has one mixture: there is nothing to tune`] : []),
    ...(runs.length < wanted ? [`${runs.length} runs for ${sources.length} sources: expected ${wanted} at least (${RUNS_PER_SOURCE} a source; 8 are good)`] : []),
    ...unused.map((source) => `${source} has no share in any run: its effect is taken to be that of the mean source`),
  ];
}

function targetWarnings(fit: TargetFit): string[] {
  const { target, measured } = fit;
  if (measured.every((loss) => loss === measured[0])) return [`${target} is ${measured[0]} in every run: there is nothing to learn from it`];
  const { value, low, high } = correlationOf(fit);
  return predictsNothing(fit) ? [
    `${target}: no improvement can be found: the law predicts nothing (rank correlation ${value.toFixed(2)} on unseen runs, 95 % interval ${low.toFixed(2)} to ${high.toFixed(2)})`] : [];
}
