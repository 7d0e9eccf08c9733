/** Builds the chain that a recipe gives a source, from the catalog of stages and those that the user's own files add. */
import type { ColumnSpec } from '../formats/column-file.js';
import { stageCatalog } from '../stages/catalog.js';
import type { StageDefinition } from '../stages/definition.js';
import { linkNames, type ChainLink } from './chain.js';
import type { Run } from './run.js';
import { stageContext } from './stage-context.js';

const definitions = new Map(stageCatalog.map((definition) => [definition.name, definition]));

/** Every stage that a recipe may name in this thread, in the order in which they are listed. */
export const catalog = (): readonly StageDefinition[] => [...definitions.values()];

/** Adds a user's stages for the rest of this thread's life; a stage of the same name is replaced, so check for clashes before. */
export function addStages(added: readonly StageDefinition[]): void {
  for (const definition of added) definitions.set(definition.name, definition);
}

/** The source's stages, built for this worker, and the columns that they add to decision records. */
export function chainOf(run: Run, source: string): { readonly links: readonly ChainLink[]; readonly annotations: readonly ColumnSpec[] } {
  const { stages } = run.plan.recipe.sources[source]!; // called for the plan's sources
  const context = stageContext(run, source);
  const names = linkNames(stages.map(({ name }) => name));
  const links = stages.map(({ name, options }, i) => ({ name: names[i]!, stages: definitionOf(name).build(options, context) }));
  const annotations = new Map<string, ColumnSpec>();
  for (const stage of links.flatMap((link) => link.stages)) {
    if (stage.kind === 'annotator') for (const spec of stage.writes) annotations.set(spec.name, spec);
  }
  return { links, annotations: [...annotations.values()] };
}

function definitionOf(name: string): StageDefinition {
  const definition = definitions.get(name);
  if (definition === undefined) throw new Error(`stage "${name}" is not in the catalog`);
  return definition;
}
