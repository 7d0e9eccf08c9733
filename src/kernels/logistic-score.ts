/**
 * Logistic regression over hashed tokens on the WASM side: places a model in the kernels' memory once, then scores batches with
 * assembly/logistic-score.ts.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import type { LogisticModel, QualityScorer } from './kernels.js';
import { place } from './quality-score.js';
import type { WasmRuntime } from './runtime.js';

/** Memory: 4 bytes a feature, 8 with `binary`, for as long as the worker lives. */
export function logisticScorer(runtime: WasmRuntime, { weights, bias, binary }: LogisticModel): QualityScorer {
  const seen = binary ? place(runtime, new Uint32Array(weights.length)) : 0;
  const header = place(runtime, Uint32Array.of(place(runtime, weights), weights.length, seen, 0));
  return {
    score(batch: DocumentBatch, rows: Uint32Array): Float32Array {
      runtime.load(batch);
      const rowsAt = runtime.putRows(rows);
      const out = runtime.scratch(Math.max(4, batch.length * 4));
      runtime.f32(out, batch.length).fill(0);
      runtime.call('logisticScore', header, bias, rowsAt, rows.length, out);
      return runtime.f32(out, batch.length).slice();
    },
  };
}
