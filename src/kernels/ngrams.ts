/**
 * N-grams on the WASM side: their names, and a scanner for those of a table, which is placed in the kernels' memory once (assembly/ngrams.ts). Both go a
 * row at a time, so that the kernel's memory holds what one document gives: 32 bytes for each of its n-grams, 12 for each hit.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import type { NgramHits, NgramParameters, Ngrams, NgramScanner, NgramTable } from './kernels.js';
import { checkNgramParameters, checkNgramTable, filterBytes, indexBits, NAME_BASES } from './ngram-table.js';
import { place } from './quality-score.js';
import type { WasmRuntime } from './runtime.js';

/** Words of 32 bits of an n-gram and of a hit, as the kernel writes them. */
const NGRAM_WORDS = 8;
const HIT_WORDS = 3;

/** See Kernels.ngrams. Throws RangeError for lengths outside the limits. */
export function ngrams(runtime: WasmRuntime, batch: DocumentBatch, rows: Uint32Array, { length, least }: NgramParameters): Ngrams {
  checkNgramParameters({ length, least });
  if (rows.length > 0) runtime.load(batch);
  const { offsets, words } = gather(rows, NGRAM_WORDS, (row) => {
    const count = runtime.call('ngramsOf', row, length, least);
    return runtime.u32(runtime.call('ngramsPointer'), count * NGRAM_WORDS);
  });
  const names = new BigUint64Array(words.buffer);
  const count = words.length / NGRAM_WORDS;
  const word = (at: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => words[i * NGRAM_WORDS + at]!);
  const name = (at: number): BigUint64Array => BigUint64Array.from({ length: count }, (_, i) => names[(i * NGRAM_WORDS) / 2 + at]!);
  return { offsets, first: name(0), second: name(1), from: word(4), to: word(5), lengths: word(6) };
}

/** Memory: ngramTableBytes (ngram-table.ts) for as long as the worker lives. Throws RangeError for what is no table. */
export function ngramScanner(runtime: WasmRuntime, table: NgramTable): NgramScanner {
  const header = placeTable(runtime, table);
  return {
    scan: (batch, rows) => {
      if (rows.length > 0) runtime.load(batch);
      const { offsets, words } = gather(rows, HIT_WORDS, (row) => {
        const count = runtime.call('ngramScan', row, header);
        return inOrder(runtime.u32(runtime.call('ngramHitsPointer'), count * HIT_WORDS), table.lengths.length);
      });
      const word = (at: number): Uint32Array => Uint32Array.from({ length: words.length / HIT_WORDS }, (_, i) => words[i * HIT_WORDS + at]!);
      return { offsets, ngrams: word(0), from: word(1), to: word(2) } satisfies NgramHits;
    },
  };
}

/** What a kernel says of each row, copied behind one another. */
function gather(rows: Uint32Array, width: number, wordsOf: (row: number) => Uint32Array): { readonly offsets: Uint32Array; readonly words: Uint32Array } {
  const offsets = new Uint32Array(rows.length + 1);
  const parts: Uint32Array[] = [];
  rows.forEach((row, i) => {
    const part = wordsOf(row);
    if (part.length > 0) parts.push(part.slice());
    offsets[i + 1] = offsets[i]! + part.length / width;
  });
  const words = new Uint32Array(offsets[rows.length]! * width);
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return { offsets, words };
}

/** Hits come by where they end; where there are several lengths that is not by where they begin. */
function inOrder(hits: Uint32Array, lengths: number): Uint32Array {
  if (lengths < 2 || hits.length === 0) return hits;
  const order = Array.from({ length: hits.length / HIT_WORDS }, (_, i) => i);
  order.sort((a, b) => hits[a * HIT_WORDS + 1]! - hits[b * HIT_WORDS + 1]! || hits[a * HIT_WORDS + 2]! - hits[b * HIT_WORDS + 2]!);
  return Uint32Array.from(order.flatMap((i) => [...hits.subarray(i * HIT_WORDS, (i + 1) * HIT_WORDS)]));
}

/** A header of nine words for each length (assembly/ngrams.ts says of what), since the filter of the few whole documents stays small beside that of n-grams. */
function placeTable(runtime: WasmRuntime, table: NgramTable): number {
  checkNgramTable(table);
  const { lengths, counts, first, second } = table;
  const headers: number[] = [];
  let from = 0;
  lengths.forEach((length, kind) => {
    const to = from + counts[kind]!;
    const { index, filter, bits } = indexOf(first.subarray(from, to));
    const powers = BigUint64Array.from(NAME_BASES, (base) => BigInt.asUintN(64, base ** BigInt(length)));
    headers.push(
      length, place(runtime, powers), place(runtime, filter), filter.length * 8 - 1, place(runtime, index), 64 - bits,
      place(runtime, first.subarray(from, to)), place(runtime, second.subarray(from, to)), from,
    );
    from = to;
  });
  return place(runtime, Uint32Array.of(lengths.length, ...headers));
}

/** Of names in order: where those with each value of their leading bits begin, and a bit for each value of some trailing ones. */
function indexOf(first: BigUint64Array): { readonly index: Uint32Array; readonly filter: Uint8Array; readonly bits: number } {
  const bits = indexBits(first.length);
  const index = new Uint32Array(2 ** bits + 1);
  const filter = new Uint8Array(filterBytes(first.length));
  const mask = filter.length * 8 - 1;
  const halves = new Uint32Array(first.buffer, first.byteOffset, 2 * first.length); // little-endian, as WASM is
  for (let i = 0; i < halves.length; i += 2) {
    index[(halves[i + 1]! >>> (32 - bits)) + 1]! += 1;
    const bit = (halves[i]! & mask) >>> 0;
    filter[bit >>> 3]! |= 1 << (bit & 7);
  }
  for (let i = 1; i < index.length; i++) index[i]! += index[i - 1]!;
  return { index, filter, bits };
}
