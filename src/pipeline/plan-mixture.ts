/** The mixture that a recipe asks for, from what its sources have: the rule's weights, then the quotas. Sources that are only compared with have no part in it. */
import { planMixture, type MixturePlan } from '../mixture/budget.js';
import { weightsByRule } from '../mixture/rules.js';
import type { Recipe } from './recipe.js';

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
  const { weights, warnings } = weightsByRule(rule, mixed, { budget, maxEpochs, maxShare });
  const plan = planMixture({ unit, sizes: mixed, weights: inCorpus(weights), budget, maxEpochs, maxShare, shortfall });
  return { plan, warnings: [...warnings, ...plan.warnings] };
}
