/** What `sluice tune propose` prints: the mixture with its caps and epochs, what it is predicted to do to each target, and the block to paste into a recipe. */
import { stringify } from 'yaml';
import { correlationOf, medianError, predictsNothing } from '../mixture/tune/fit.js';
import { roundWeights } from '../mixture/tune/propose-weights.js';
import type { Fit, Optimality, Proposal } from '../mixture/tune/types.js';
import type { ProposalCaps } from './propose-inputs.js';
import { figure, textTable } from './tune-summary.js';

export interface ProposalContext extends ProposalCaps {
  readonly fit: Fit;
  /** What the prior is called. */
  readonly priorName: string;
  readonly lambdaIsDefault: boolean;
  /** By source; undefined where they are not known. */
  readonly sizes: Readonly<Record<string, number>> | undefined;
}

export function summariseProposal(proposal: Proposal, context: ProposalContext): string {
  return [
    `targets: ${Object.entries(proposal.targetWeights).map(([target, weight]) => `${target} ${percent(weight)}`).join(', ')}\n`
    + `prior: ${context.priorName}; lambda ${proposal.lambda}${context.lambdaIsDefault ? " (the default: what Olmix publishes with its swarms, arXiv:2602.12237)" : ''}\n`
    + `budget: ${context.budget === undefined ? 'none, so no source is capped by how often it is read' : `${context.budget}, epochs capped as below`}\n`,
    sourceTable(proposal, context),
    targetTable(proposal, context.fit),
    `${optimalityText(proposal.optimality)}\nnearest run of the swarm: ${proposal.distanceToSwarm.toFixed(3)} away (total variation)\n`,
    recipeBlock(proposal),
  ].join('\n');
}

/** YAML to paste into a recipe. */
export function recipeBlock({ weights, caps }: Proposal): string {
  return stringify({ mixture: { weights: roundWeights(weights, caps) } });
}

function sourceTable({ weights, prior, caps }: Proposal, { fit, sizes, budget, maxEpochs }: ProposalContext): string {
  const rows = fit.sources.map((source) => {
    const shares = fit.runs.map((run) => run.weights[source]!);
    const range = `${percent(shares.reduce((a, b) => Math.min(a, b)))} to ${percent(shares.reduce((a, b) => Math.max(a, b)))}`;
    const epochs = sizes === undefined || budget === undefined || sizes[source] === 0 ? [] : [figure((weights[source]! * budget) / sizes[source]!), `${maxEpochs[source]!}`];
    const cap = Object.hasOwn(caps, source) ? percent(caps[source]!) : '';
    return [source, percent(prior[source]!), percent(weights[source]!), cap, epochs[0] ?? '', epochs[1] ?? '', range];
  });
  return textTable(['source', 'prior', 'proposal', 'cap', 'epochs', 'at most', 'in the swarm'], rows);
}

function targetTable({ predicted, predictedAtPrior, targetWeights }: Proposal, fit: Fit): string {
  return textTable(['target', 'weight', 'at the prior', 'at the proposal', 'change', 'median error', 'rank correlation'], fit.targets.map((target) => {
    const { low, high, value } = correlationOf(target);
    const change = predicted[target.target]! - predictedAtPrior[target.target]!;
    return [
      target.target, percent(targetWeights[target.target] ?? 0), figure(predictedAtPrior[target.target]!), figure(predicted[target.target]!),
      `${change > 0 ? '+' : ''}${figure(change)}`, figure(medianError(target)),
      predictsNothing(target) ? 'predicts nothing' : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    ];
  }));
}

function optimalityText(optimality: Optimality): string {
  return optimality.kind === 'certified' ? `certified: no mixture within the caps has an objective lower by more than ${optimality.gap.toExponential(1)}`
    : `not certified: the best of ${optimality.starts} local minima`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
