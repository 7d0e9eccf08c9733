/**
 * Logistic regression over hashed tokens on the WASM side: places a model in the kernels' memory once, then scores batches with
 * assembly/logistic-score.ts.
 */
import type { LogisticModel, QualityScorer } from './kernels.js';
import { place } from './quality-score.js';
import { scoreRows } from './row-scores.js';
import type { WasmRuntime } from './runtime.js';

/** Memory: 4 bytes a feature, 8 with `binary`, for as long as the worker lives. */
export function logisticScorer(runtime: WasmRuntime, { weights, bias, binary }: LogisticModel): QualityScorer {
  const seen = binary ? place(runtime, new Uint32Array(weights.length)) : 0;
  const header = place(runtime, Uint32Array.of(place(runtime, weights), weights.length, seen, 0));
  return {
    score: (batch, rows) => scoreRows(runtime, batch, rows, (rowsAt, count, out) => runtime.call('logisticScore', header, bias, rowsAt, count, out)),
  };
}
