/** Binding of assembly/gopher-repetition.ts. */
import type { DocumentBatch } from '../core/document-batch.js';
import type { GopherRepetitionCounts } from './kernels.js';
import type { WasmRuntime } from './runtime.js';

/** Columns of the kernel's result. */
const FIELDS = 16;

/** Counts of each of `rows`, in one call; zero in the others. */
export function gopherRepetition(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array): GopherRepetitionCounts {
  runtime.loadWords(batch);
  const out = runtime.scratch(FIELDS * batch.length * 4);
  runtime.call('gopherRepetition', runtime.putRows(rows), rows.length, out);
  const column = (field: number): Uint32Array => runtime.u32(out + field * batch.length * 4, batch.length).slice();
  return {
    chars: column(0),
    paragraphs: column(1),
    duplicateParagraphs: column(2),
    duplicateParagraphChars: column(3),
    lines: column(4),
    duplicateLines: column(5),
    duplicateLineChars: column(6),
    topGramChars: [column(7), column(8), column(9)],
    duplicateGramChars: [10, 11, 12, 13, 14, 15].map(column),
  };
}
