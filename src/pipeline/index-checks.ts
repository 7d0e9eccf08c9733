/** What a recipe may do with a source that is an index of an earlier run: compare with it, and nothing else, since its documents are not read. */
import type { Path, Problem } from './recipe-problems.js';
import type { Recipe } from './recipe.js';

/** Names of the recipe's sources that are indexes. */
export function indexSources({ sources }: Pick<Recipe, 'sources'>): readonly string[] {
  return Object.keys(sources).filter((name) => sources[name]?.read.format === 'index');
}

/** Without dedup there is the other problem, that nothing is compared. */
const comparesDocuments = ({ dedup }: Recipe): boolean => dedup === undefined || dedup.exact || dedup.url || dedup.minhash !== undefined;

/** Problems in the order of the recipe's keys. */
export function checkIndexSources(recipe: Recipe): Problem[] {
  const indexes = indexSources(recipe);
  const inModels = Object.entries(recipe.models).flatMap(([name, model]) => (model.kind === 'file' ? [] : (['positive', 'negative'] as const).flatMap((key) => (
    model[key].flatMap((source, i): Problem[] => (indexes.includes(source)
      ? [{ path: ['models', name, key, i], message: `found ${source}, which is an index: expected a source whose documents are read` }] : []))))));
  return [...indexes.flatMap((source): Problem[] => {
    const path: Path = ['sources', source];
    return [
      ...(recipe.dedup?.against.includes(source) === true ? [] : [{
        path: [...path, 'read', 'format'], message: 'found index, whose documents can only be compared with: expected the source under dedup.against',
      }]),
      ...(comparesDocuments(recipe) ? [] : [{
        path: ['dedup', 'methods'], message: `found paragraphs alone, but ${source} is an index of whole documents: expected one of exact, url and minhash`,
      }]),
      ...(recipe.sources[source]?.stages.length === 0 ? [] : [{
        path: [...path, 'stages'], message: 'found stages, but the documents of an index are not read: expected none',
      }]),
    ];
  }), ...inModels];
}
