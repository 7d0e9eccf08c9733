/**
 * What stages are built with in this worker: the kernels, the models and the lists, each loaded once and shared by all tasks that the worker runs.
 */
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { readFastTextModel } from '../formats/fasttext-model.js';
import { languageModelPath } from '../formats/language-model.js';
import { readLines } from '../formats/text-lines.js';
import { createKernels } from '../kernels/index.js';
import type { Kernels, LanguageScorer, QualityScorer } from '../kernels/kernels.js';
import { scorerOf } from '../quality/quality-model.js';
import type { StageContext } from '../stages/definition.js';
import { modelPlace, readModel } from './model-of.js';
import type { Run } from './run.js';

const kernels = new Map<string, Kernels>();
const languages = new Map<string, LanguageScorer>();
const models = new Map<string, QualityScorer>();
const lists = new Map<string, readonly string[]>();

/** The kernels that the plan asks for. */
export function kernelsOf(run: Run): Kernels {
  return remembered(kernels, run.plan.kernels, () => createKernels(run.plan.kernels));
}

export function stageContext(run: Run, source: string): StageContext {
  const { seed } = run.plan.recipe;
  const own = run.plan.kernels;
  return {
    get kernels() {
      return kernelsOf(run);
    },
    seed,
    source,
    language: (model) => {
      const path = model === undefined ? languageModelPath() : languageFile(run, model);
      return remembered(languages, `${own}\0${path}`, () => kernelsOf(run).languageScorer(readFastTextModel(path)));
    },
    quality: (model) => {
      const { path, label = '' } = modelPlace(run, model);
      return remembered(models, `${own}\0${path}\0${label}`, () => scorerOf(kernelsOf(run), readModel(run, model)));
    },
    lines: (path) => remembered(lists, path, () => readLines(resolve(path))),
  };
}

function languageFile(run: Run, name: string): string {
  const model = run.plan.recipe.models[name]!; // a checked recipe names its own models
  if (model.kind !== 'file') throw new ConfigError(`language: model: found ${name}, which is trained in the run, expected a model of kind file`);
  return resolve(model.path);
}

function remembered<Key, Value>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = values.get(key);
  if (value === undefined) values.set(key, (value = make()));
  return value;
}
