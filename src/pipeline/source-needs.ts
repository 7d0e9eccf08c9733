/**
 * What a source's stages need and decide, found once when the run is planned, so that looking at a run (its status, its fingerprints) needs neither
 * the stages themselves nor a user's code.
 */
import type { SourceDecision, StageDefinition } from '../stages/definition.js';
import { linkNames } from './chain.js';
import type { Recipe } from './recipe.js';

export interface SourceNeeds {
  /** Names of models, under `models`. */
  readonly models: readonly string[];
  /** Lists that the stages read. */
  readonly files: readonly string[];
  /** What is decided by the whole source, and the name that the last stage has in its ledger. */
  readonly decision?: SourceDecision & { readonly stage: string };
}

export function sourceNeeds(recipe: Recipe, source: string, catalog: readonly StageDefinition[]): SourceNeeds {
  const { stages } = recipe.sources[source]!; // called for the recipe's sources
  const used = stages.map(({ name, options }) => {
    const definition = catalog.find((entry) => entry.name === name);
    if (definition === undefined) throw new Error(`stage "${name}" is not in the catalog`); // the recipe was checked against it
    return { definition, options };
  });
  const last = used.at(-1);
  const decision = last?.definition.decision?.(last.options);
  return {
    models: used.flatMap(({ definition, options }) => definition.models?.(options) ?? []),
    files: used.flatMap(({ definition, options }) => definition.files?.(options) ?? []),
    ...(decision === undefined ? {} : { decision: { ...decision, stage: linkNames(stages.map(({ name }) => name)).at(-1)! } }), // there is a last stage
  };
}
