/**
 * The probability of one label of any fastText classifier, in plain TypeScript: what the engine prints beside that label when it is asked for all.
 */
import type { DocumentBatch } from '../../core/document-batch.js';
import { ConfigError } from '../../core/errors.js';
import { LABEL_PREFIX, type FastTextModel } from '../../formats/fasttext-model.js';
import type { QualityScorer } from '../kernels.js';
import { featuresOf, wordIds } from './fasttext-features.js';
import { predictor } from './language-score.js';
import { tokenise } from './tokenise.js';

/** Row of a label, named with or without its prefix. Errors: ConfigError where the model has none of that name. */
export function labelRow(model: FastTextModel, label: string): number {
  const row = model.labels.findIndex((name) => name === label || name === LABEL_PREFIX + label);
  if (row < 0) throw new ConfigError(`${model.name}: found no label "${label}", expected one of ${model.labels.slice(0, 10).join(', ')}`);
  return row;
}

/**
 * 0 for a document without tokens or without any feature of the model, and where hierarchical softmax leaves the label out for a path of 1e-5 or
 * less. As the engine prints it, so up to 1e-5 (a step of the path) above 1: reference/language-score.ts says why.
 */
export function labelScorer(model: FastTextModel, label: string): QualityScorer {
  const wanted = labelRow(model, label);
  const ids = wordIds(model);
  const predict = predictor(model);
  return {
    score(batch: DocumentBatch, rows: Uint32Array) {
      const table = tokenise(batch);
      const scores = new Float32Array(batch.length);
      for (const row of rows) {
        if (table.docToken[row] === table.docToken[row + 1]) continue;
        const found = predict(featuresOf(model, ids, batch.text, table, row)).find((prediction) => prediction.label === wanted);
        scores[row] = found?.probability ?? 0;
      }
      return scores;
    },
  };
}
