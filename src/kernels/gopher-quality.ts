/** Binding of assembly/gopher-quality.ts. */
import type { DocumentBatch } from '../core/document-batch.js';
import type { GopherQualityCounts } from './kernels.js';
import type { WasmRuntime } from './runtime.js';

/** Columns of the kernel's result. */
const FIELDS = 10;

/** Counts of each of `rows`, in one call; zero in the others. */
export function gopherQuality(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array): GopherQualityCounts {
  runtime.loadWords(batch);
  const out = runtime.scratch(FIELDS * batch.length * 4);
  runtime.call('gopherQuality', runtime.putRows(rows), rows.length, out);
  const column = (field: number): Uint32Array => runtime.u32(out + field * batch.length * 4, batch.length).slice();
  return {
    words: column(0),
    plainWords: column(1),
    plainChars: column(2),
    alphaWords: column(3),
    hashes: column(4),
    ellipses: column(5),
    lines: column(6),
    bulletLines: column(7),
    ellipsisLines: column(8),
    stopWords: column(9),
  };
}
