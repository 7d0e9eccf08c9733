/** Reads the lists that a recipe's stages name before any document is read, so that a wrong line ends the command instead of every shard. */
import { resolve } from 'node:path';
import { readLines } from '../formats/text-lines.js';
import { createKernels } from '../kernels/index.js';
import { catalog } from '../pipeline/chain-of.js';
import type { Plan } from '../pipeline/plan.js';
import type { StageContext } from '../stages/definition.js';

/** Builds each stage that names files and no model, as workers will. Throws ConfigError as those stages do. Memory: the largest of the lists, and what is built of it. */
export function checkLists({ recipe, kernels }: Plan): void {
  for (const [source, { stages }] of Object.entries(recipe.sources)) {
    for (const { name, options } of stages) {
      const definition = catalog().find((stage) => stage.name === name);
      if (definition === undefined || (definition.files?.(options) ?? []).length === 0 || (definition.models?.(options) ?? []).length > 0) continue;
      definition.build(options, listContext(recipe.seed, source, kernels));
    }
  }
}

function listContext(seed: number, source: string, kernels: Plan['kernels']): StageContext {
  const noModel = (): never => {
    throw new Error('a stage asked for a model that it does not name in `models`');
  };
  return { get kernels() { return createKernels(kernels); }, seed, source, language: noModel, quality: noModel, lines: (path) => readLines(resolve(path)) };
}
