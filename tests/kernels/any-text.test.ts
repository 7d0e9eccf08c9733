/** Text is hostile: every kernel takes any valid UTF-8 of any size and shape, and both implementations say the same of it. */
import { readFileSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { DocumentBatch } from '#src/core/document-batch.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { createKernels } from '#src/kernels/index.js';
import type { FoldedModel, Kernels } from '#src/kernels/kernels.js';
import { allRows, batchOf, engineFolder, lidModel, trainModels } from './fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const lid = readFastTextModel(lidModel);
const KINDS = ['softmax subwords bigrams', 'hierarchical trigrams', 'pruned subwords'];
const others = trainModels(engine).filter(({ name }) => KINDS.includes(name)).map(({ path }) => readFastTextModel(path));
const folded: FoldedModel = {
  words: ['the', 'of', '</s>', 'free'].map((word) => Buffer.from(word)), wordWeights: Float32Array.of(1, -2, 0.5, 3), wordNgrams: 3,
  bucketWeights: Float32Array.from({ length: 5000 }, (_, i) => ((i * 2654435761) % 1000) / 250 - 2),
};
const weights = Float32Array.from({ length: 1 << 12 }, (_, i) => Math.sin(i) / 8);

/** What all scorers of one implementation say of a batch: a list of numbers a row. */
function scorersOf(kernels: Kernels): (batch: DocumentBatch) => number[][] {
  const language = kernels.languageScorer(lid);
  const scorers = [
    ...others.map((model) => kernels.labelScorer(model, 'spam')), kernels.labelScorer(lid, 'de'), kernels.qualityScorer(folded),
    kernels.logisticScorer({ weights, bias: 0.1, binary: false }), kernels.logisticScorer({ weights, bias: 0.1, binary: true }),
  ];
  return (batch) => {
    const rows = allRows(batch);
    const all = [language.score(batch, rows).probability, ...scorers.map((scorer) => scorer.score(batch, rows))];
    kernels.gopherQuality(batch, rows);
    kernels.gopherRepetition(batch, rows);
    kernels.signatures(batch, rows, { bands: 2, rows: 2, shingle: { length: 5, unit: 'word' }, kind: 'permutations', seed: 1 });
    return [...rows].map((row) => all.map((scores) => scores[row]!));
  };
}

const wasm = scorersOf(createKernels('wasm'));
const reference = scorersOf(createKernels('reference'));

function agree(batch: DocumentBatch): void {
  const expected = reference(batch);
  wasm(batch).forEach((row, r) => row.forEach((score, s) => {
    expect(score, `row ${r}, scorer ${s}`).toBeGreaterThanOrEqual(0);
    expect(Math.abs(score - expected[r]![s]!), `row ${r}, scorer ${s}`).toBeLessThan(1e-4);
  }));
}

const unit = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) }, { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 2, arbitrary: fc.constantFrom('\0', '\ufffd', '\ufeff', '\u0301', '\u0301\u0301', '\u200d', '\u{10ffff}', '\ud800', '\u00a0', '\u2028') },
  { weight: 2, arbitrary: fc.constantFrom(' ', '\n', '\r\n', '\t', '</s>', '__label__spam', '__label__x', '<', '>') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 200 }).map((count) => 'x'.repeat(count)) },
);
const text = fc.array(unit, { maxLength: 20 }).map((parts) => parts.join('').toWellFormed());

describe('any text', () => {
  test('of any code points scores alike in both implementations, whatever stands beside it', () => {
    fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (texts) => agree(batchOf(texts))), { numRuns: 150 });
  });

  test('around every length of a token and of white space at which the scan changes its way', () => {
    const texts: string[] = [];
    for (const length of [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 1023, 1024, 1025, 2048]) {
      for (const space of [' ', '\n \t', ' '.repeat(64), '\0'.repeat(1030)]) {
        texts.push(`${'a'.repeat(length)}${space}the free${space}${'\u00e9'.repeat(length)}`, `${space}${'b'.repeat(length)}`, `${'c'.repeat(length)}${space}`);
      }
    }
    agree(batchOf(texts));
    agree(batchOf(texts.map((_, i) => texts.slice(i % 9, (i % 9) + 3).join('')).slice(0, 40)));
  });

  test('of empty documents, of NULs alone, and of no documents at all', () => {
    agree(batchOf(['', '', '\0', '', ' ', '\0\0\0 \n', '']));
    agree(batchOf([]));
    const rowless = batchOf(['a', 'b']);
    for (const name of ['wasm', 'reference'] as const) expect([...createKernels(name).labelScorer(lid, 'en').score(rowless, new Uint32Array(0))]).toEqual([0, 0]);
  });

  test('with tokens of a megabyte, in ASCII and not', () => {
    wasm(batchOf([`the ${'\u4e2d\u6587'.repeat(1 << 18)} free`, 'x'.repeat((1 << 20) - 1)]));
    agree(batchOf(['a'.repeat(1 << 20), `the ${'\u4e2d\u6587'.repeat(1 << 14)} free`]));
  });

  test.each([
    ['16 MB of words', 16e6, readFileSync(new URL('../../README.md', import.meta.url), 'utf8')],
    ['50 MB of words', 50e6, readFileSync(new URL('../../README.md', import.meta.url), 'utf8')],
    ['16 MB without a space', 16e6, '\u4e2d\u6587abc\u0301'],
    ['16 MB of single letters', 16e6, 'a '],
  ])('of %s is scored, and what comes after it as before', (_name, bytes, piece) => {
    const short = batchOf(['This is English text, of the kind that one may read.']);
    const before = wasm(short);
    const found = wasm(batchOf([piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)))]));
    expect(found[0]!.every((score) => score >= 0 && score <= 1.001)).toBe(true);
    expect(wasm(short)).toEqual(before);
  });
});
