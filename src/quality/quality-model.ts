/**
 * A quality model from a file, whatever kind it is, and the scorer for it: what a recipe's `kind: file` and the commands that take `--model` go
 * through. Which kind a file holds is seen from its first bytes, not from its name.
 */
import { ConfigError } from '../core/errors.js';
import { LABEL_PREFIX, readFastTextModel, type FastTextModel } from '../formats/fasttext-model.js';
import { readLogisticModel } from '../formats/logistic-model.js';
import { modelKindOf } from '../formats/model-kind.js';
import type { FoldedModel, Kernels, LogisticModel, QualityScorer } from '../kernels/kernels.js';
import { foldModel, isFoldable } from './fold.js';
import { loadFoldedModel } from './folded-file.js';

/** `name` is the path that it was read from. */
export type QualityModel =
  /** Any fastText model whose score of one label is linear in its features. */
  | { readonly kind: 'folded'; readonly name: string; readonly model: FoldedModel }
  | { readonly kind: 'logistic'; readonly name: string; readonly model: LogisticModel }
  /** What cannot be folded: three or more labels under a softmax, or character n-grams. `label` is as the file writes it. */
  | { readonly kind: 'fasttext'; readonly name: string; readonly model: FastTextModel; readonly label: string };

/** Names of positive labels in published models and in our own; compared in lower case. */
const POSITIVE_NAMES: readonly string[] = ['positive', 'pos', 'hq', 'high', 'high_quality', 'good', 'clean', 'keep', 'yes', 'true'];
/** 1 means the better one only where the other is one of these: 1 and 2 are stars. */
const ZEROS: readonly string[] = ['0', '-1'];

/**
 * `label` names the label whose probability is the score, with or without fastText's prefix. Left out, it is the one of two labels that has a
 * positive name (positive, hq, good, high, 1 and the like). Errors: ConfigError for a file that is no model or not whole, for a label that is not
 * there or, where none is given, cannot be guessed, and for a label given with a model that has none. Memory: the model, and while it is folded both
 * forms.
 */
export function loadQualityModel(path: string, label?: string): QualityModel {
  const kind = modelKindOf(path);
  if (kind === 'fasttext') return ofFastText(readFastTextModel(path), label);
  if (label !== undefined) throw new ConfigError(`${path}: label: found "${label}", expected none: a ${kind} model has one score`);
  if (kind === 'folded') return { kind, name: path, model: loadFoldedModel(path) };
  return { kind, name: path, model: readLogisticModel(path) };
}

function ofFastText(model: FastTextModel, wanted: string | undefined): QualityModel {
  const label = wanted === undefined ? guessLabel(model) : findLabel(model, wanted);
  if (isFoldable(model)) return { kind: 'folded', name: model.name, model: foldModel(model, label) };
  return { kind: 'fasttext', name: model.name, model, label };
}

function findLabel(model: FastTextModel, wanted: string): string {
  const found = model.labels.find((name) => name === wanted) ?? model.labels.find((name) => name === LABEL_PREFIX + wanted);
  if (found === undefined) throw new ConfigError(`${model.name}: label: found no "${wanted}", expected ${listOf(model)}`);
  return found;
}

function guessLabel(model: FastTextModel): string {
  const names = model.labels.map((name) => plainName(name).toLowerCase());
  const isLikely = (name: string): boolean => POSITIVE_NAMES.includes(name) || (name === '1' && names.some((other) => ZEROS.includes(other)));
  const likely = model.labels.filter((_, i) => isLikely(names[i]!));
  const [only] = likely;
  if (model.labels.length === 2 && only !== undefined && likely.length === 1) return only;
  const found = `found none given and ${model.labels.length} labels`;
  throw new ConfigError(`${model.name}: label: ${found}, expected to be told which is the positive one: ${listOf(model)}`);
}

const plainName = (name: string): string => (name.startsWith(LABEL_PREFIX) ? name.slice(LABEL_PREFIX.length) : name);

/** Names shown in a message, at most. */
const MOST_SHOWN = 20;

function listOf({ labels }: FastTextModel): string {
  const rest = labels.length - MOST_SHOWN;
  return `one of ${labels.slice(0, MOST_SHOWN).map(plainName).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The scorer that a model of any kind is used by. Memory: the kernels' tables for it, about the model's size. */
export function scorerOf(kernels: Kernels, model: QualityModel): QualityScorer {
  switch (model.kind) {
    case 'folded': return kernels.qualityScorer(model.model);
    case 'logistic': return kernels.logisticScorer(model.model);
    case 'fasttext': return kernels.labelScorer(model.model, model.label);
  }
}
