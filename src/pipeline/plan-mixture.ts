/** The mixture that a recipe asks for, from what its sources have: the rule's weights, then the quotas. Sources that are only compared with have no part in it. */
import { planMixture, type MixturePlan } from '../mixture/budget.js';
import { MixtureError } from '../mixture/errors.js';
import { weightsByRule } from '../mixture/rules.js';
import { worthOf } from '../mixture/value.js';
import type { Recipe } from './recipe.js';

/** Epochs up to which repeated data is nearly worth fresh data (Muennighoff et al. 2023, whose law says 93 %). */
const OFTEN = 4;

export interface PlannedMixture {
  /** Absent: the recipe has no mixture, and every document is taken once. */
  readonly plan?: MixturePlan;
  readonly warnings: readonly string[];
}

/** `sizes`: of every source, in the mixture's unit. MixtureError where it cannot be planned (planMixture). */
export function planRecipeMixture({ mixture, dedup }: Recipe, sizes: Readonly<Record<string, number>>): PlannedMixture {
  if (mixture === undefined) return { warnings: [] };
  const against = dedup?.against ?? [];
  const inCorpus = <Value>(bySource: Readonly<Record<string, Value>>): Record<string, Value> => Object.fromEntries(Object.entries(bySource).filter(([source]) => !against.includes(source)));
  const { unit, budget, rule, maxEpochs, maxShare, shortfall } = mixture;
  const mixed = inCorpus(sizes);
  const asked = Object.keys(mixed).filter((source) => rule.kind !== 'epochs' || rule.epochs[source]! > 0);
  if (asked.every((source) => mixed[source] === 0)) throw new MixtureError(`mixture: no source that is asked for has any ${unit.slice(0, -1)} left`);
  const { weights, warnings } = weightsByRule(rule, mixed, { budget, maxEpochs, maxShare });
  const plan = planMixture({ unit, sizes: mixed, weights: inCorpus(weights), budget, maxEpochs, maxShare, shortfall });
  const often = plan.sources.filter(({ epochs }) => epochs > OFTEN).map(({ source, epochs, quota, available }) => (
    `${source} is read ${epochs.toFixed(2)} times, more than ${OFTEN}: worth ${((worthOf(quota, available) / quota) * 100).toFixed(1)} % of as much fresh data`));
  return { plan, warnings: [...warnings, ...plan.warnings, ...often] };
}
