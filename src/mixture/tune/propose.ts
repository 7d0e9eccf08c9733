/**
 * From laws to a mixture: the least predicted loss, weighted over targets, that stays near a prior and within the caps. Says where it leaves what the swarm has
 * tried, and where it rests on laws that predict nothing.
 */
import { expectFeasible } from './capped-simplex.js';
import { correlationOf, medianError, predictsNothing } from './fit.js';
import { lossAt } from './law.js';
import { ProposalObjective } from './propose-objective.js';
import { searchMinimum } from './propose-search.js';
import { nearestRun, reachOf } from './propose-reach.js';
import { normaliseWeights } from '../weights.js';
import type { Fit, Proposal, TargetFit, Weights } from './types.js';

/**
 * Strength of the KL term where none is given: what Olmix (arXiv:2602.12237) publishes with its swarms (kl_reg of configs/fits), for a mean of losses in bits per
 * byte and KL in nats. A share e times its prior must win a tenth of a bit per byte.
 */
export const DEFAULT_LAMBDA = 0.1;
/** Starts of a search that is not convex: as many of the swarm's best runs, and a corner for each of so many sources. */
const BEST_RUNS = 12;
const CORNERS = 40;

export interface ProposalRequest {
  readonly fit: Fit;
  /** By target of the fit, 0 or more, one above 0. */
  readonly targetWeights: Readonly<Record<string, number>>;
  /** By source of the fit, summing to 1. */
  readonly prior: Weights;
  readonly lambda: number;
  /** Largest shares; a source without one may have all. */
  readonly caps: Readonly<Record<string, number>>;
}

/** The proposal. Errors: ConfigError where no mixture keeps the caps. Time: milliseconds where the laws are log-linear, seconds where they are not. */
export function proposeMixture({ fit, targetWeights, prior, lambda, caps }: ProposalRequest): Proposal {
  const { sources } = fit;
  const shares = normaliseWeights(targetWeights).weights;
  const wanted = fit.targets.filter(({ target }) => (shares[target] ?? 0) > 0);
  const start = Float64Array.from(sources, (source) => prior[source] ?? 0);
  const barred = sources.filter((_, d) => lambda > 0 && start[d] === 0);
  const most = Float64Array.from(sources, (source) => (barred.includes(source) ? 0 : Math.min(1, Object.hasOwn(caps, source) ? caps[source]! : 1)));
  expectFeasible(sources, most);
  const objective = new ProposalObjective(wanted.map(({ target, law }) => ({ law, weight: shares[target]! })), start, lambda);
  const { weights, optimality } = searchMinimum(objective, most, objective.isConvex ? [] : startsOf(fit, objective, start), lambda);
  const named: Weights = Object.fromEntries(sources.map((source, d) => [source, weights[d]!]));
  const predict = (w: Float64Array): Record<string, number> => Object.fromEntries(fit.targets.map(({ target, law }) => [target, lossAt(law, w)]));
  const [predicted, predictedAtPrior] = [predict(weights), predict(start)];
  const nearest = nearestRun(fit, weights);
  return {
    kind: 'sluice-proposal', version: 1, targetWeights: Object.fromEntries(wanted.map(({ target }) => [target, shares[target]!])),
    weights: named, prior, lambda, caps, predicted, predictedAtPrior,
    distanceToSwarm: nearest, optimality,
    warnings: [
      ...barred.map((source) => `${source} has no share in the prior, so the proposal gives it none`),
      ...trustWarnings(wanted, shares, predicted, predictedAtPrior),
      ...reachOf(fit, weights, nearest),
      ...(optimality.kind === 'local' ? [`the objective is not convex (ridge laws): this is the best of ${optimality.starts} local minima, without a proof that there is no better`] : []),
    ],
  };
}

function startsOf({ sources, runs }: Fit, objective: ProposalObjective, prior: Float64Array): Float64Array[] {
  const tried = runs.map(({ weights }) => Float64Array.from(sources, (source) => weights[source]!))
    .map((weights) => ({ weights, value: objective.value(weights) })).sort((a, b) => a.value - b.value).slice(0, BEST_RUNS);
  const corners = sources.length > CORNERS ? [] : sources.map((_, d) => Float64Array.from(sources, (_, e) => (d === e ? 1 : 0)));
  return [prior, ...tried.map(({ weights }) => weights), ...corners];
}

function trustWarnings(wanted: readonly TargetFit[], shares: Weights, predicted: Readonly<Record<string, number>>, atPrior: Readonly<Record<string, number>>): string[] {
  const blind = wanted.filter(predictsNothing);
  if (blind.length === wanted.length) return ['no improvement: no law of these targets predicts anything on unseen runs, so the proposal is as good as chance: keep the prior'];
  const sum = (of: (target: TargetFit) => number): number => wanted.reduce((total, target) => total + shares[target.target]! * of(target), 0);
  const gain = sum(({ target }) => atPrior[target]! - predicted[target]!);
  const error = objectiveError(wanted, shares);
  return [
    ...blind.map((target) => `${target.target}: its law predicts nothing (rank correlation ${correlationOf(target).value.toFixed(2)}), so the proposal does not know what is good for it`),
    ...(gain < error ? [`the gain over the prior, ${Number(gain.toPrecision(2))}, is less than what the laws err by on unseen runs of low loss, ${Number(error.toPrecision(2))}: measure it before you believe it`] : []),
  ];
}

/** Median error of the weighted sum over the half of the runs where it is lowest: proposals lie there, and far from there laws may err as they like. */
function objectiveError(wanted: readonly TargetFit[], shares: Weights): number {
  const sums = (of: 'measured' | 'predicted'): number[] => wanted[0]![of].map((_, i) => wanted.reduce((total, target) => total + shares[target.target]! * target[of][i]!, 0)); // one is wanted
  const [measured, predicted] = [sums('measured'), sums('predicted')];
  const low = [...measured.keys()].sort((a, b) => measured[a]! - measured[b]!).slice(0, Math.ceil(measured.length / 2));
  return medianError({ measured: low.map((i) => measured[i]!), predicted: low.map((i) => predicted[i]!) });
}
