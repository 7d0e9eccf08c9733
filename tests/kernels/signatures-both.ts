// What the tests of signatures share: both implementations, batches from texts, and texts of all kinds.
import fc from 'fast-check';
import type { DocumentBatch } from '#src/core/document-batch.js';
import { createKernels } from '#src/kernels/index.js';
import type { Kernels, SignatureParameters, Signatures } from '#src/kernels/kernels.js';

export const wasm: Kernels = createKernels('wasm');
export const reference: Kernels = createKernels('reference');
export const implementations: readonly Kernels[] = [wasm, reference];

export const FINEWEB: SignatureParameters = { bands: 14, rows: 8, shingle: { length: 5, unit: 'script' }, kind: 'permutations', seed: 7 };
export const SAMPLE = 'It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.';

export function batchOf(texts: readonly string[]): DocumentBatch {
  const parts = texts.map((text) => Buffer.from(text.toWellFormed()));
  const offsets = new Uint32Array(texts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  return { length: texts.length, text: Buffer.concat(parts), offsets, columns: new Map() };
}
export const allRows = (batch: DocumentBatch): Uint32Array => Uint32Array.from({ length: batch.length }, (_, row) => row);

/** One document's values, cut out of a result. */
export function rowOf({ units, exact, bandHashes, minima }: Signatures, row: number, { bands, rows }: SignatureParameters): object {
  const hashes = bands * rows;
  return {
    units: units[row], exact: [...exact.slice(4 * row, 4 * row + 4)], bandHashes: [...bandHashes.slice(2 * bands * row, 2 * bands * (row + 1))],
    minima: [...minima.slice(hashes * row, hashes * (row + 1))],
  };
}

const PARTS = [
  'the', 'Cat', 'sat', 'É', '9,5', '漢', '字', '—', '!!', ' ', '\n', 'a.b', '\u0301', '😀', '\u0000', 'ไ', "don't", 'x', 'GPT-3は', 'カー', 'ภาษาไทย', 'ខ្មែរ',
  'မြန်မာ', 'ລາວ', '。', '・', 'Don’T', 'ʼ', '𠀀', '٣', 'İ', 'ẞ', 'हिन्दी', '1.5', '-', '7', '『', '©', 'http://a/1-2', '๑', '½', '\u200d',
];
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 60 }).map((parts) => parts.join(' ')),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 60 }).map((parts) => parts.join('')),
);
export const anyUnit = fc.constantFrom('script' as const, 'word' as const, 'character' as const);
