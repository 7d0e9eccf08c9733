/** Which mixtures `tune verify` measures, of which sources and for which budget: the proposal, and what it has to beat. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { weightsByRule, type RuleContext } from '../mixture/rules.js';
import { bestRun, joinCandidates, type Candidate } from '../mixture/tune/candidates.js';
import { joinRuns, readMetrics, readRatios } from '../mixture/tune/read-runs.js';
import type { Fit, MixtureRun, Proposal, RunMetrics, Weights } from '../mixture/tune/types.js';
import type { Recipe } from '../pipeline/recipe.js';
import { expectedOneOf } from '../pipeline/recipe-problems.js';
import type { BudgetedSources } from '../reports/tune-report.js';
import { readCsv } from './read-csv.js';
import type { Tuning } from './tune-run.js';

export interface VerifiedMixtures {
  readonly candidates: readonly Candidate[];
  readonly budget: BudgetedSources;
  readonly bestRun: string | null;
  readonly notes: readonly string[];
}

/** As often as a source may be repeated where the recipe does not say. */
const MAX_EPOCHS = 4;

/** Errors: ConfigError where the proposal gives weight to what is no source of the tuning. */
export function verifiedMixtures(recipe: Recipe, tuning: Tuning, proposal: Proposal, fit: Fit | undefined): VerifiedMixtures {
  const sources = tuning.sources.map(({ source }) => source);
  const unknown = Object.keys(proposal.weights).find((source) => proposal.weights[source]! > 0 && !sources.includes(source));
  if (unknown !== undefined) throw new ConfigError(`the proposal gives ${proposal.weights[unknown]} to ${unknown}, which is no source here: ${expectedOneOf(unknown, sources)}`);
  const sizes = Object.fromEntries(tuning.sources.map(({ source, amount }) => [source, amount.size]));
  const { mixture } = recipe;
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const budget = mixture === undefined || mixture.budget === 'max' ? total : mixture.budget;
  const context: RuleContext = {
    budget, maxEpochs: mixture?.maxEpochs ?? Object.fromEntries(sources.map((source) => [source, MAX_EPOCHS])), maxShare: mixture?.maxShare ?? {},
  };
  const swarm = swarmRuns(tuning, proposal, fit);
  const best = swarm === undefined ? undefined : bestRun(swarm.runs, swarm.metrics, proposal.targetWeights);
  const bestFits = best !== undefined && Object.entries(best.weights).every(([source, share]) => share === 0 || sources.includes(source));
  const candidates = joinCandidates({
    proposal: proposal.weights,
    unimax: weightsByRule({ kind: 'unimax' }, sizes, context).weights,
    proportional: weightsByRule({ kind: 'proportional' }, sizes, context).weights,
    ...(mixture === undefined ? {} : withText('recipe', weightsByRule(mixture.rule, sizes, context).weights, sources)),
    ...(bestFits ? { swarm: best.weights } : {}),
  }, sources);
  return {
    candidates, bestRun: bestFits ? best.run : null,
    budget: {
      unit: mixture?.unit ?? 'tokens', size: budget,
      sources: sources.map((source) => ({ source, available: sizes[source]!, cap: Math.min(1, proposal.caps[source] ?? 1) })), // one a source
    },
    notes: [
      ...(bestFits ? [] : ['there is no run of a swarm that measured these targets: its best is not among the candidates']),
      ...(mixture === undefined || mixture.budget === 'max'
        ? [`the recipe names no budget: UniMax and epochs are for all that there is once, ${Math.round(total)} ${mixture?.unit ?? 'tokens'}`] : []),
    ],
  };
}

/** The recipe's weights, unless all of them are of sources without text. */
function withText(name: 'recipe', weights: Weights, sources: readonly string[]): { readonly recipe?: Weights } {
  return sources.some((source) => (weights[source] ?? 0) > 0) ? { [name]: weights } : {};
}

/** The tables of the last `tune swarm` here, where they have every target of the objective; else the runs of the fit, where it has. */
function swarmRuns(
  { plan }: Tuning, { targetWeights }: Proposal, fit: Fit | undefined,
): { readonly runs: readonly MixtureRun[]; readonly metrics: readonly RunMetrics[] } | undefined {
  const wanted = Object.keys(targetWeights);
  const [ratiosFile, metricsFile] = ['ratios.csv', 'metrics.csv'].map((name) => join(plan.directory, 'tune', name)) as [string, string]; // of two names
  if (existsSync(ratiosFile) && existsSync(metricsFile)) {
    const { targets, metrics } = readMetrics(readCsv(metricsFile));
    const { runs } = readRatios(readCsv(ratiosFile));
    if (wanted.every((target) => targets.includes(target))) return joinRuns({ file: ratiosFile, runs }, { file: metricsFile, metrics });
  }
  if (fit === undefined || !wanted.every((target) => fit.targets.some((one) => one.target === target))) return undefined;
  return {
    runs: fit.runs,
    metrics: fit.runs.map(({ run, name, index }, i) => ({ run, name, index, losses: Object.fromEntries(fit.targets.map(({ target, measured }) => [target, measured[i]!])) })), // one a run
  };
}
