/**
 * Folds a fastText classifier of two labels to one number a feature. The hidden vector is a mean of rows and the score is linear in it, so the
 * output row can be multiplied into every input row once: a feature then costs 4 bytes instead of a whole row, with equal scores to rounding.
 */
import { ConfigError } from '../core/errors.js';
import { addRow } from '../formats/fasttext-matrix.js';
import { LABEL_PREFIX, wordCount, type FastTextModel } from '../formats/fasttext-model.js';
import type { FoldedModel } from '../kernels/kernels.js';

/** 512 MiB of weights: a pruned model's file does not bear out how many buckets it claims. */
const MOST_BUCKETS = 2 ** 27;

/**
 * `positive` names a label, with or without its prefix; the folded model scores that label's probability. Softmax and hierarchical softmax need
 * exactly two labels; negative sampling and one-vs-all score each label by itself and may have more.
 *
 * Buckets that a pruned model does not have weigh NaN: no feature. Errors: ConfigError for a label that is not there, for three or more labels
 * under a softmax, for labels without fastText's prefix (the folded form does not know their names, so could not pass over them in text), and
 * for models with character n-grams: those are scored by the general scorer (Kernels.languageScorer), as their features depend on spelling.
 */
export function foldModel(model: FastTextModel, positive: string): FoldedModel {
  const label = positiveLabel(model, positive);
  if (model.maxn > 0) throw refuse(model, `character n-grams (maxn ${model.maxn})`, 'a model trained with maxn 0');
  if (model.wordNgrams > 1 && model.bucket > MOST_BUCKETS) throw refuse(model, `${model.bucket} buckets`, `at most ${MOST_BUCKETS}`);
  const direction = directionOf(model, label);
  const words = wordCount(model);
  const weight = (row: number): number => dot(model, row, direction);
  const bucketWeights = new Float32Array(model.wordNgrams > 1 ? model.bucket : 0);
  if (model.pruned === undefined) for (let bucket = 0; bucket < bucketWeights.length; bucket++) bucketWeights[bucket] = weight(words + bucket);
  else {
    bucketWeights.fill(NaN);
    if (bucketWeights.length > 0) for (const [bucket, row] of model.pruned) bucketWeights[bucket] = weight(words + row);
  }
  return {
    words: Array.from({ length: words }, (_, w) => model.wordBytes.subarray(model.wordOffsets[w], model.wordOffsets[w + 1])),
    wordWeights: Float32Array.from({ length: words }, (_, w) => weight(w)),
    bucketWeights,
    wordNgrams: model.wordNgrams,
    link: model.loss === 'ns' || model.loss === 'ova' ? 'table' : 'sigmoid',
  };
}

/** Whether foldModel takes this model for a label of it: no character n-grams, and one score a label. */
export function isFoldable(model: FastTextModel): boolean {
  if (model.maxn > 0 || (model.wordNgrams > 1 && model.bucket > MOST_BUCKETS)) return false;
  if (!model.labels.every((name) => name.startsWith(LABEL_PREFIX))) return false;
  return model.labels.length === 2 || model.loss === 'ns' || model.loss === 'ova';
}

const refuse = (model: FastTextModel, found: string, expected: string): ConfigError =>
  new ConfigError(`${model.name}: cannot be folded: found ${found}, expected ${expected}`);

function positiveLabel(model: FastTextModel, positive: string): number {
  const label = model.labels.findIndex((name) => name === positive || name === LABEL_PREFIX + positive);
  if (label < 0) throw refuse(model, `no label "${positive}"`, `one of ${model.labels.slice(0, 10).join(', ')}`);
  const foreign = model.labels.find((name) => !name.startsWith(LABEL_PREFIX));
  if (foreign !== undefined) throw refuse(model, `label "${foreign}"`, `labels that begin with ${LABEL_PREFIX}`);
  if ((model.loss === 'softmax' || model.loss === 'hs') && model.labels.length !== 2) {
    throw refuse(model, `${model.labels.length} labels under ${model.loss}`, '2 labels');
  }
  return label;
}

/** The vector whose product with the hidden vector goes into the sigmoid. */
function directionOf(model: FastTextModel, label: number): Float64Array {
  const row = (index: number): Float32Array => {
    const values = new Float32Array(model.dim);
    addRow(model.output, index, values);
    return values;
  };
  if (model.loss === 'softmax') {
    const other = row(1 - label);
    return Float64Array.from(row(label), (value, i) => value - other[i]!);
  }
  // The tree of two labels has one inner node, row 0, which leads right to label 0 with the sigmoid's probability.
  if (model.loss === 'hs') return Float64Array.from(row(0), (value) => (label === 0 ? value : -value));
  return Float64Array.from(row(label));
}

const scratch = { row: new Float32Array(0) };

function dot(model: FastTextModel, row: number, direction: Float64Array): number {
  if (model.input.kind === 'dense') {
    const { values } = model.input;
    let sum = 0;
    for (let i = 0, at = row * model.dim; i < direction.length; i++, at++) sum += values[at]! * direction[i]!;
    return sum;
  }
  if (scratch.row.length !== model.dim) scratch.row = new Float32Array(model.dim);
  addRow(model.input, row, scratch.row.fill(0));
  return scratch.row.reduce((sum, value, i) => sum + value * direction[i]!, 0);
}
