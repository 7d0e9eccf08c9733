/**
 * fastText classifiers of any label set on the WASM side: places a model in the kernels' memory once, then scores batches with
 * assembly/language-score.ts.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import { addRow, type FastTextMatrix } from '../formats/fasttext-matrix.js';
import { END_OF_LINE, type FastTextModel } from '../formats/fasttext-model.js';
import { labelTree } from '../formats/fasttext-tree.js';
import type { LanguageScorer } from './kernels.js';
import { MOST_BLOCK_BYTES, place } from './quality-score.js';
import { labelName, languageScorer as referenceScorer } from './reference/language-score.js';
import type { WasmRuntime } from './runtime.js';
import { wordTable } from './word-table.js';

/** A quantised input matrix larger than this when spelled out stays as codes. */
const MOST_SPELLED_OUT_BYTES = 256 * 2 ** 20;
/** A pruned model takes a bit and a half for every bucket that it might have kept: 256 MiB for the most. */
const MOST_PRUNED_BUCKETS = 2 ** 30;
/** Memory for remembered words: 262,144 of them in lid.176's 16 dimensions. */
const MEMO_BYTES = 32 * 2 ** 20;
const MEMO_HEADER_BYTES = 64;
/** Rows and entries begin at cache lines: one of 16 floats is then one line. */
const LINE_BYTES = 64;
/** As in assembly/language-features.ts. */
const FILTER_BITS = 18;
const LOSSES = { hs: 0, softmax: 1, ns: 2, ova: 2 } as const;

/**
 * Memory: the matrices as float32 rows padded to four columns (a large quantised input as its codes), 32 to 128 bytes a word, 32 MiB of
 * remembered words and 2 KiB a dimension, for as long as the worker lives. A dense model whose input exceeds 1 GiB is scored by the reference implementation from
 * the memory it was read to: slower, same results. Errors: ConfigError for more than 65,536 labels.
 */
export function languageScorer(runtime: WasmRuntime, model: FastTextModel): LanguageScorer {
  if (model.labels.length > 65_536) throw new ConfigError(`${model.name}: found ${model.labels.length} labels, expected at most 65536`);
  if (!fits(model)) return referenceScorer(model);
  const header = modelOf(runtime, model);
  return {
    labels: model.labels.map(labelName),
    score(batch: DocumentBatch, rows: Uint32Array) {
      runtime.load(batch);
      const rowsAt = runtime.putRows(rows);
      const probabilityAt = runtime.scratch(Math.max(8, batch.length * 6));
      const labelAt = probabilityAt + batch.length * 4;
      runtime.u8(probabilityAt, batch.length * 6).fill(0);
      runtime.call('languageScore', header, rowsAt, rows.length, labelAt, probabilityAt);
      return { label: runtime.u16(labelAt, batch.length).slice(), probability: runtime.f32(probabilityAt, batch.length).slice() };
    },
  };
}

/** Whether a model's matrices can be placed in one piece each. */
export const fits = ({ input }: FastTextModel): boolean => input.kind !== 'dense' || spelledOutBytes(input) <= MOST_BLOCK_BYTES;

const placed = new WeakMap<WasmRuntime, WeakMap<FastTextModel, number>>();

/** Where a model is in a runtime's memory; placed there when it is first asked for, so that scorers of several labels share it. */
export function modelOf(runtime: WasmRuntime, model: FastTextModel): number {
  let models = placed.get(runtime);
  if (models === undefined) placed.set(runtime, models = new WeakMap());
  let header = models.get(model);
  if (header === undefined) models.set(model, header = placeModel(runtime, model));
  return header;
}

/** Writes the fields of assembly/language-features.ts's Model in their order. */
function placeModel(runtime: WasmRuntime, model: FastTextModel): number {
  const words = model.wordOffsets.length - 1;
  const names = dictionaryBytes(model);
  const ids = Uint32Array.from({ length: words + model.labels.length }, (_, id) => id);
  const { slots, mask } = wordTable(names.bytes, names.offsets, ids);
  const stride = Math.ceil(model.dim / 4) * 4;
  const memo = placeMemo(runtime, stride);
  const tree = labelTree(model.labelCounts);
  const kept = model.pruned === undefined ? undefined : keptBuckets(model, words, model.pruned);
  return place(runtime, Uint32Array.from([
    model.dim, stride, words, model.labels.length, LOSSES[model.loss], model.wordNgrams, model.bucket, model.minn, model.maxn,
    place(runtime, slots), mask, place(runtime, names.bytes), endOfLineRow(model) + 1,
    ...placeInput(runtime, model.input, stride, kept?.rows), placeRows(runtime, model.output, stride),
    place(runtime, tree.left), place(runtime, tree.right),
    kept === undefined ? 0 : place(runtime, kept.table), kept === undefined ? 0 : place(runtime, kept.filter), kept?.rows.length ?? model.input.rows,
    memo.at, memo.mask, memo.stride,
  ]));
}

/** Words and then labels, end to end, padded for reads past the end. */
function dictionaryBytes(model: FastTextModel): { bytes: Uint8Array; offsets: Uint32Array } {
  const labels = model.labels.map((label) => new TextEncoder().encode(label));
  const words = model.wordOffsets.length - 1;
  const offsets = new Uint32Array(words + labels.length + 1);
  offsets.set(model.wordOffsets);
  labels.forEach((label, l) => { offsets[words + l + 1] = offsets[words + l]! + label.length; });
  const bytes = new Uint8Array(offsets[offsets.length - 1]! + 16);
  bytes.set(model.wordBytes);
  labels.forEach((label, l) => bytes.set(label, offsets[words + l]));
  return { bytes, offsets };
}

function endOfLineRow(model: FastTextModel): number {
  const word = new TextEncoder().encode(END_OF_LINE);
  for (let w = model.wordOffsets.length - 2; w >= 0; w--) {
    const start = model.wordOffsets[w]!;
    if (model.wordOffsets[w + 1]! - start === word.length && word.every((byte, i) => model.wordBytes[start + i] === byte)) return w;
  }
  return -1;
}

const spelledOutBytes = ({ rows, columns }: FastTextMatrix): number => (rows + 1) * Math.ceil(columns / 4) * 16;

/** The fields `input` to `normCentroids`: the rows in `order`, where one is given. */
function placeInput(runtime: WasmRuntime, input: FastTextMatrix, stride: number, order?: Uint32Array): number[] {
  if (input.kind === 'dense' || spelledOutBytes(input) <= MOST_SPELLED_OUT_BYTES) {
    return [placeRows(runtime, input, stride, order), 0, 0, 0, 0, 0, 0, 0];
  }
  const { parts, norms } = input;
  const codes = order === undefined ? input.codes : reordered(input.codes, parts, order);
  const normCodes = norms === undefined || order === undefined ? norms?.codes : reordered(norms.codes, 1, order);
  return [
    0, place(runtime, codes), place(runtime, input.centroids), parts, input.partWidth, input.lastWidth,
    normCodes === undefined ? 0 : place(runtime, normCodes), norms === undefined ? 0 : place(runtime, norms.centroids),
  ];
}

function reordered(codes: Uint8Array, width: number, order: Uint32Array): Uint8Array {
  const result = new Uint8Array(order.length * width);
  order.forEach((row, i) => result.set(codes.subarray(row * width, (row + 1) * width), i * width));
  return result;
}

/** float32 rows of `stride` columns, and one more of zeros. */
function placeRows(runtime: WasmRuntime, matrix: FastTextMatrix, stride: number, order?: Uint32Array): number {
  const count = order?.length ?? matrix.rows;
  const at = onLine(runtime, (count + 1) * stride * 4);
  const rows = runtime.f32(at, (count + 1) * stride).fill(0);
  for (let row = 0; row < count; row++) addRow(matrix, order?.[row] ?? row, rows.subarray(row * stride, (row + 1) * stride));
  return at;
}

interface KeptBuckets {
  readonly table: Uint32Array;
  readonly filter: Uint8Array;
  readonly rows: Uint32Array;
}

/** The tables that assembly/language-features.ts's `kept` and `filter` describe, and the rows of the matrix in the order that it implies. */
function keptBuckets(model: FastTextModel, words: number, pruned: ReadonlyMap<number, number>): KeptBuckets {
  if (model.bucket > MOST_PRUNED_BUCKETS) throw new ConfigError(`${model.name}: found ${model.bucket} buckets, expected at most ${MOST_PRUNED_BUCKETS}`);
  const table = new Uint32Array((Math.floor(model.bucket / 64) + 1) * 4);
  const buckets = Uint32Array.from(pruned.keys()).sort();
  for (const bucket of buckets) table[(bucket >>> 6) * 4 + ((bucket >>> 5) & 1)]! |= 1 << (bucket & 31);
  let next = 0;
  for (let group = 0; group * 4 < table.length; group++) {
    table[group * 4 + 2] = words + next;
    while (next < buckets.length && buckets[next]! >>> 6 === group) next++;
  }
  const rows = new Uint32Array(words + buckets.length).map((_, row) => row);
  buckets.forEach((bucket, i) => { rows[words + i] = words + pruned.get(bucket)!; }); // a key of the map
  const filter = new Uint8Array(2 ** FILTER_BITS / 8);
  for (const bucket of buckets) filter[(bucket & (2 ** FILTER_BITS - 1)) >> 3]! |= 1 << (bucket & 7);
  return { table, filter, rows };
}

function placeMemo(runtime: WasmRuntime, stride: number): { at: number; mask: number; stride: number } {
  const entryBytes = Math.ceil((MEMO_HEADER_BYTES + stride * 4) / LINE_BYTES) * LINE_BYTES;
  const entries = Math.max(16, 2 ** Math.floor(Math.log2(MEMO_BYTES / entryBytes)));
  const at = onLine(runtime, entries * entryBytes);
  runtime.u8(at, entries * entryBytes).fill(0);
  return { at, mask: entries - 1, stride: entryBytes };
}

const onLine = (runtime: WasmRuntime, bytes: number): number => Math.ceil(runtime.permanent(bytes + LINE_BYTES) / LINE_BYTES) * LINE_BYTES;
