/** A float32 for each row of a batch, from a kernel that takes (rows, count, out): what the scorers' bindings have in common. */
import type { DocumentBatch } from '../core/document-batch.js';
import type { WasmRuntime } from './runtime.js';

/** Loads the batch and calls the kernel once; 0 in rows that were not asked for. The result is the caller's. */
export function scoreRows(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array, kernel: (rowsAt: number, count: number, out: number) => void): Float32Array {
  runtime.load(batch);
  const rowsAt = runtime.putRows(rows);
  const out = runtime.scratch(Math.max(4, batch.length * 4));
  runtime.f32(out, batch.length).fill(0);
  kernel(rowsAt, rows.length, out);
  return runtime.f32(out, batch.length).slice();
}
