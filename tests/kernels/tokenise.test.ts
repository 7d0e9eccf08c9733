import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentBatch } from '#src/core/document-batch.js';
import { tokenise, WordKind, type TokenTable } from '#src/kernels/reference/tokenise.js';
import { WasmRuntime } from '#src/kernels/runtime.js';

function batchOf(texts: readonly string[]): DocumentBatch {
  const parts = texts.map((text) => Buffer.from(text.toWellFormed()));
  const offsets = new Uint32Array(texts.length + 1);
  parts.forEach((part, i) => { offsets[i + 1] = offsets[i]! + part.length; });
  return { length: texts.length, text: Buffer.concat(parts), offsets, columns: new Map() };
}

const runtime = new WasmRuntime();

type WordTable = Omit<TokenTable, 'docToken' | 'tokenStart' | 'tokenEnd' | 'tokenHash'>;

function wasmTable(batch: DocumentBatch): WordTable {
  runtime.loadWords(batch);
  const u32 = (field: number, length: number): Uint32Array => runtime.u32(runtime.call('tablePointer', field), length).slice();
  const docWord = u32(0, batch.length + 1);
  const words = docWord[batch.length]!;
  return {
    docWord, wordStart: u32(1, words), wordEnd: u32(2, words), wordChars: u32(3, words),
    wordRaw: runtime.u64(runtime.call('tablePointer', 4), words).slice(),
    wordFolded: runtime.u64(runtime.call('tablePointer', 5), words).slice(),
    wordKind: runtime.u8(runtime.call('tablePointer', 6), words).slice(),
  };
}

const wordsOf = (text: string): string[] => {
  const batch = batchOf([text]);
  const { wordStart, wordEnd } = tokenise(batch);
  return [...wordStart].map((start, i) => Buffer.from(batch.text.subarray(start, wordEnd[i])).toString());
};

const KINDS = ["n't", "'s", '://', 'www.', '@', '.org', '/', '=', '+', '*', '~', '–', '—', '“', '”', '$', '€', '©', '!', '?', 'a', 'Z', 'é', 'É', '9', '٣', '½', '_', "'", '’', '.', ',', '·', '-', '…', '#', ' ', '\n', '\t', '\u0000', '\u00a0', '\u2003', '漢', 'か', 'ー', 'ไ', '\u0e33', '\u0301', '\u200d', '😀', 'İ', '\u{10ffff}', '\ue000'];
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(fc.constantFrom(...KINDS), { maxLength: 60 }).map((parts) => parts.join('')));

describe('tokenise', () => {
  it('gives the same table from the WASM kernel and the reference for any text in any batch', () => {
    fc.assert(fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const batch = batchOf(texts);
      const { docToken, tokenStart, tokenEnd, tokenHash, ...words } = tokenise(batch);
      expect(wasmTable(batch)).toEqual(words);
      for (const field of [tokenStart, tokenEnd, tokenHash]) expect(field.length).toBe(docToken[batch.length]);
    }), { numRuns: 1500, seed: 1 });
  });

  it('gives a document the same words at every position in a batch', () => {
    const seed = "Don't PAY 3,141.59 € — naïve “café”... 東京タワー ไทย #1 x_y";
    const alone = tokenise(batchOf([seed]));
    for (let shift = 0; shift < 20; shift++) {
      const table = wasmTable(batchOf(['x'.repeat(shift), seed, 'tail']));
      const from = table.docWord[1]!;
      expect([...table.wordRaw.slice(from, table.docWord[2])]).toEqual([...alone.wordRaw]);
      expect([...table.wordFolded.slice(from, table.docWord[2])]).toEqual([...alone.wordFolded]);
    }
  });

  it.each([
    ["Don't stop: 3.14, U.S.A. and e-mail_2!", ['Do', "n't", 'stop', ':', '3.14', ',', 'U.S.A.', 'and', 'e', '-', 'mail_2', '!']],
    ['wait... what?! --- ok', ['wait', '...', 'what', '?', '!', '---', 'ok']],
    ['>>> (a "quoted" word)', ['>', '>', '>', '(', 'a', '"', 'quoted', '"', 'word', ')']],
    ['http://a.org/x-y?z=1, b_c@d.org; www.e.f/g-h i.org/j-k', ['http://a.org/x-y?z=1', ',', 'b_c@d.org', ';', 'www.e.f/g-h', 'i.org/j-k']],
    ['end.Next and/or 10-20 a,b', ['end', '.', 'Next', 'and', '/', 'or', '10', '-', '20', 'a', ',', 'b']],
    ["it’s they've cats'", ['it', '’s', 'they', "'ve", 'cats', "'"]],
    ['東京 ไทย、x', ['東', '京', 'ไ', 'ท', 'ย', '、', 'x']],
  ])('splits %j as documented', (given, words) => {
    expect(wordsOf(given)).toEqual(words);
  });

  it('hashes tokens by FNV-1a with its published values', () => {
    // Bytes above 127 are sign-extended first, as fastText does; tests/kernels/language-score.test.ts checks those against its engine.
    expect([...tokenise(batchOf(['a foobar'])).tokenHash]).toEqual([0xe40c292c, 0xbf9cf968]);
  });

  it('marks symbols and letters, and folds case', () => {
    const batch = batchOf(['ÀB àb __ 12 ½ !!']);
    const { wordKind, wordFolded } = tokenise(batch);
    const { alpha, symbol, whole } = WordKind;
    expect([...wordKind]).toEqual([alpha | whole, alpha | whole, symbol, symbol, whole, whole, symbol, symbol]);
    expect(wordFolded[0]).toBe(wordFolded[1]);
    expect(wordFolded[2]).toBe(0n);
    expect(wordFolded[7]).toBe(0n);
  });

  it('marks words that have a sign in them, and words of one code point that stand alone', () => {
    const { alpha, symbol, whole, alone } = WordKind;
    const { wordKind } = tokenise(batchOf(["a.b don't 字ー 😀© !e\u0301 http://a/😀b"]));
    expect([...wordKind]).toEqual([alpha, alpha | whole, alpha, alpha | alone, alpha | alone, alone, alone, symbol, alpha | whole, alpha]);
  });

  it('grows its tables for a document of single-character words', () => {
    const batch = batchOf(['a '.repeat(200_000), '!?'.repeat(100_000)]);
    const table = wasmTable(batch);
    expect(table.docWord[1]).toBe(200_000);
    expect(table.docWord[2]! - table.docWord[1]!).toBe(200_000);
  });
});
