/** Where a recipe's model is: what the run trained, or the file that the recipe names. */
import { resolve } from 'node:path';
import { loadQualityModel, type QualityModel } from '../quality/quality-model.js';
import { POSITIVE } from '../quality/training-set.js';
import type { Run } from './run.js';

export interface ModelPlace {
  readonly path: string;
  /** The label whose probability is the score; undefined where the file's kind has one score alone. */
  readonly label: string | undefined;
}

export function modelPlace(run: Run, name: string): ModelPlace {
  const { models } = run.plan.recipe;
  const model = models[name]!; // a checked recipe names its own models
  if (model.kind === 'file') return { path: resolve(model.path), label: model.label };
  const trained = run.completed('train', Object.keys(models).indexOf(name));
  if (trained.outputs['folded'] !== undefined) return { path: run.outputPath(trained, 'folded'), label: undefined };
  return { path: run.outputPath(trained, 'model'), label: model.kind === 'fasttext' ? POSITIVE : undefined }; // one with character n-grams cannot be folded
}

/** Reads the model; memory: that of the file, once. Errors: ConfigError where it is not one. */
export function readModel(run: Run, name: string): QualityModel {
  const { path, label } = modelPlace(run, name);
  return loadQualityModel(path, label);
}

/** What names the file that another tool, or `sluice quality`, can be given: fastText's own format where the model is one. */
export function wholeModelPlace(run: Run, name: string): ModelPlace {
  const { models } = run.plan.recipe;
  const place = modelPlace(run, name);
  return models[name]!.kind === 'fasttext' // a checked recipe names its own models
    ? { path: run.outputPath(run.completed('train', Object.keys(models).indexOf(name)), 'model'), label: POSITIVE } : place;
}
