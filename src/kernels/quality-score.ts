/**
 * Folded two-label models on the WASM side: places a model in the kernels' memory once, then scores batches with assembly/quality-score.ts.
 */
import { ConfigError } from '../core/errors.js';
import { END_OF_LINE } from '../formats/fasttext-model.js';
import type { FoldedModel, QualityScorer } from './kernels.js';
import { scoreRows } from './row-scores.js';
import type { WasmRuntime } from './runtime.js';
import { wordHash, wordTable } from './word-table.js';

/** Bytes that a kernel may read past a word list's end. */
const PADDING = 16;
/** The largest block the kernels' memory hands out, less its header. */
export const MOST_BLOCK_BYTES = 2 ** 30 - 64;

/** 65,536 entries of remembered tokens, 32 bytes each: four times as many are slower, as they leave the second-level cache (tests/bench/scoring.js). */
const MEMO_BITS = 16;

/** Memory: 32 to 128 bytes a word, its bytes, 4 bytes a bucket, and 2 MiB of remembered tokens, for as long as the worker lives. */
export function qualityScorer(runtime: WasmRuntime, model: FoldedModel): QualityScorer {
  const header = placeModel(runtime, model);
  return {
    score: (batch, rows) => scoreRows(runtime, batch, rows, (rowsAt, count, out) => runtime.call('qualityScore', header, rowsAt, count, out)),
  };
}

function placeModel(runtime: WasmRuntime, model: FoldedModel): number {
  const offsets = new Uint32Array(model.words.length + 1);
  model.words.forEach((word, w) => { offsets[w + 1] = offsets[w]! + word.length; });
  const total = offsets[model.words.length]!;
  const bytes = new Uint8Array(total + PADDING);
  model.words.forEach((word, w) => bytes.set(word, offsets[w]));
  const weights = new Uint32Array(Float32Array.from(model.wordWeights).buffer); // the table carries the weight's 32 bits as its value
  const { slots, mask } = wordTable(bytes, offsets, weights);

  const slotsAt = place(runtime, slots);
  const endOfLine = endOfLineSlot(slots, mask, bytes);
  const fields = [
    slotsAt, mask, place(runtime, bytes), place(runtime, model.bucketWeights), model.bucketWeights.length, model.wordNgrams,
    model.link === 'table' ? 1 : 0, endOfLine < 0 ? 0 : slotsAt + endOfLine * 16, place(runtime, new Uint8Array(32 << MEMO_BITS)), 64 - MEMO_BITS,
  ];
  return place(runtime, Uint32Array.from(fields));
}

/** Copies an array to memory that lasts. Errors: ConfigError where it is larger than the kernels' memory can hold in one piece. */
export function place(runtime: WasmRuntime, values: Uint8Array | Uint32Array | Int32Array | Float32Array | BigUint64Array): number {
  if (values.byteLength > MOST_BLOCK_BYTES) {
    throw new ConfigError(`model: found a table of ${values.byteLength} bytes, expected at most ${MOST_BLOCK_BYTES}`);
  }
  const at = runtime.permanent(Math.max(16, values.byteLength));
  runtime.u8(at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return at;
}

/** The slot of the end-of-line word, or -1. */
function endOfLineSlot(slots: Uint32Array, mask: number, bytes: Uint8Array): number {
  const word = new TextEncoder().encode(END_OF_LINE);
  const hash = wordHash(word);
  for (let slot = hash & mask; slots[slot * 4 + 3] !== 0xffffffff; slot = (slot + 1) & mask) {
    const [stored, , start, length] = slots.subarray(slot * 4, slot * 4 + 4) as unknown as [number, number, number, number]; // slots have four numbers
    if (stored === hash && length === word.length && word.every((byte, i) => bytes[start + i] === byte)) return slot;
  }
  return -1;
}
