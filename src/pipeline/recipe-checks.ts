/**
 * What one part of a recipe says about another: names that must exist, settings that cannot do what they promise. Looked at once the grammar (recipe-schema.ts) is satisfied.
 */
import type { StageDefinition } from '../stages/definition.js';
import { checkIndexSources } from './index-checks.js';
import { checkDedup } from './recipe-dedup-checks.js';
import { checkMixture } from './recipe-mixture-checks.js';
import { expectedOneOf, foundText, unknownSources, type Path, type Problem } from './recipe-problems.js';
import { checkTune } from './recipe-tune-checks.js';
import type { Recipe } from './recipe.js';

/** Problems between parts, in the order of the recipe's keys. */
export function checkRecipe(recipe: Recipe, catalog: readonly StageDefinition[]): Problem[] {
  return [...checkIndexSources(recipe), ...checkStages(recipe, catalog), ...checkModels(recipe, catalog), ...checkDedup(recipe, modelsOf(recipe, catalog).length > 0), ...checkDecontaminate(recipe), ...checkMixture(recipe), ...checkTune(recipe)];
}

function modelsOf(recipe: Recipe, catalog: readonly StageDefinition[]): { path: Path; model: string }[] {
  return Object.entries(recipe.sources).flatMap(([source, { stages }]) => stages.flatMap(({ name, options }, i) => {
    const definition = catalog.find((stage) => stage.name === name);
    return (definition?.models?.(options) ?? []).map((model) => ({ path: ['sources', source, 'stages', i, name, ...(hasModel(options) ? ['model'] : [])], model }));
  }));
}

const hasModel = (options: unknown): boolean => typeof options === 'object' && options !== null && 'model' in options;

function checkStages(recipe: Recipe, catalog: readonly StageDefinition[]): Problem[] {
  const declared = Object.keys(recipe.models);
  return [...checkDecisions(recipe, catalog), ...modelsOf(recipe, catalog).filter(({ model }) => !declared.includes(model)).map(({ path, model }) => ({
    path,
    message: `found ${foundText(model)}, ${declared.length === 0 ? 'but the recipe declares no models' : expectedOneOf(model, declared)}`,
  }))];
}

/** What is decided by a whole source is decided behind its stages, so no stage may stand behind it. */
function checkDecisions(recipe: Recipe, catalog: readonly StageDefinition[]): Problem[] {
  return Object.entries(recipe.sources).flatMap(([source, { stages }]) => stages.slice(0, -1).flatMap(({ name, options }, i): Problem[] => {
    const bySource = catalog.find((stage) => stage.name === name)?.decision?.(options) !== undefined;
    return bySource ? [{ path: ['sources', source, 'stages', i, name], message: 'decides by all documents of the source together: expected as the last of its stages' }] : [];
  }));
}

function checkModels(recipe: Recipe, catalog: readonly StageDefinition[]): Problem[] {
  const matched = Object.entries(recipe.sources).flatMap(([source, { stages }]) => stages.flatMap(({ name, options }, i): Problem[] => {
    const keep = catalog.find((stage) => stage.name === name)?.decision?.(options)?.keep;
    const model = keep?.kind === 'pareto' && 'match' in keep ? keep.match : undefined;
    if (model === undefined || recipe.models[model]?.kind !== 'file') return [];
    return [{ path: ['sources', source, 'stages', i, name, 'keep'], message: `found match, but ${model} is read from a file: expected a model that is trained in the run` }];
  }));
  const trained = Object.entries(recipe.models).flatMap(([name, model]) => (model.kind === 'file' ? [] : [[name, model] as const]));
  return [...matched, ...trained.flatMap(([name, { positive, negative }]) => [
    ...unknownSources(Object.keys(recipe.sources), ['models', name, 'positive'], positive),
    ...unknownSources(Object.keys(recipe.sources), ['models', name, 'negative'], negative),
    ...negative.flatMap((source, i) => (positive.includes(source)
      ? [{ path: ['models', name, 'negative', i], message: `found ${foundText(source)}, which is positive too: expected another source` }] : [])),
  ])];
}

/** Sources that are looked through exist, and are in the corpus. */
function checkDecontaminate({ sources, dedup, decontaminate }: Recipe): Problem[] {
  if (decontaminate?.sources === undefined) return [];
  const path: Path = ['decontaminate', 'sources'];
  return [...unknownSources(Object.keys(sources), path, decontaminate.sources), ...decontaminate.sources.flatMap((source, i) => (dedup?.against.includes(source) === true
    ? [{ path: [...path, i], message: `found ${foundText(source)}, which dedup only compares with (against), so that it is not in the corpus: expected another source` }] : []))];
}
