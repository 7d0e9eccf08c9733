/**
 * The probability of one label of any fastText classifier on the WASM side: shares the placed model with language-score.ts.
 */
import type { FastTextModel } from '../formats/fasttext-model.js';
import { labelTree } from '../formats/fasttext-tree.js';
import type { QualityScorer } from './kernels.js';
import { fits, modelOf } from './language-score.js';
import { place } from './quality-score.js';
import { labelRow, labelScorer as referenceScorer } from './reference/label-score.js';
import { scoreRows } from './row-scores.js';
import type { WasmRuntime } from './runtime.js';

/** Memory as language-score.ts says, once a model. Errors: ConfigError for a label that the model does not have. */
export function labelScorer(runtime: WasmRuntime, model: FastTextModel, label: string): QualityScorer {
  const wanted = labelRow(model, label);
  if (!fits(model)) return referenceScorer(model, label);
  const header = modelOf(runtime, model);
  const path = model.loss === 'hs' ? pathTo(wanted, model) : new Uint32Array(0);
  const pathAt = place(runtime, path);
  return {
    score: (batch, rows) => scoreRows(runtime, batch, rows, (rowsAt, count, out) => runtime.call('labelScore', header, wanted, pathAt, path.length, rowsAt, count, out)),
  };
}

/** The way from the root to a leaf: twice the inner node's output row, and 1 more where it goes right. */
function pathTo(leaf: number, { labelCounts, labels }: FastTextModel): Uint32Array {
  const { left, right } = labelTree(labelCounts);
  const parents = new Uint32Array(left.length);
  for (let node = labels.length; node < left.length; node++) parents[left[node]!] = parents[right[node]!] = node; // inner nodes have both children
  const path: number[] = [];
  for (let node = leaf; node !== left.length - 1; node = parents[node]!) {
    const parent = parents[node]!;
    path.push((parent - labels.length) * 2 + (right[parent] === node ? 1 : 0));
  }
  return Uint32Array.from(path.reverse());
}
