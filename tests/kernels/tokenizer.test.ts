import fc from 'fast-check';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { openTokenizer, PACKAGE_TOKENIZERS } from '#src/kernels/tokenizer.js';
import { boundedRuns, MOST_RUN, PIECE_BYTES, textPieces } from '#src/kernels/tokenizer-pieces.js';
import { realDocuments } from './gopher-texts.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const packages = { o200k_base: o200k, cl100k_base: cl100k };
const real = realDocuments(40);
/** Text of words, signs and white space in which no run is long. */
const ordinary = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom(' ', '\n', '  ', '\n\n', ' the', ' of', "'s", '1234', '\u3000', '\u00a0', 'за', '漢字')), { maxLength: 60 }).map((parts) => parts.join(''));

describe.each(PACKAGE_TOKENIZERS)('%s', (name) => {
  const { encode, decode } = packages[name];
  const whole = (text: string): number[] => encode(text, { disallowedSpecial: new Set<string>() });

  test('is the published encoding', () => {
    // OpenAI Cookbook, "How to count tokens with tiktoken", section 5
    const published = {
      cl100k_base: [[519, 85342, 34500, 479, 8997, 2191], [17, 489, 220, 17, 284, 220, 19], [33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699]],
      o200k_base: [[493, 129901, 376, 160388, 21203, 2367], [17, 659, 220, 17, 314, 220, 19], [8930, 9697, 243, 128225, 8930, 17693, 4344, 48669]],
    };
    expect(['antidisestablishmentarianism', '2 + 2 = 4', 'お誕生日おめでとう'].map(whole)).toEqual(published[name]);
  });

  test('counts what the package encodes, of real documents alone and together', async () => {
    const { count } = await openTokenizer(name);
    const together = [...real, ...real.slice().reverse()].join('\n\n');
    for (const text of [...real, together]) {
      const tokens = whole(text);
      expect(decode(tokens)).toBe(text);
      expect(count(utf8(text))).toBe(tokens.length);
    }
    expect(Buffer.byteLength(together)).toBeGreaterThan(3 * PIECE_BYTES);
  });

  test('counts what the package encodes, of any text without long runs', async () => {
    const { count } = await openTokenizer(name);
    fc.assert(fc.property(ordinary, (text) => count(utf8(text)) === whole(text).length), { numRuns: 300 });
  });

  test('takes the names of special tokens for text', async () => {
    const { count } = await openTokenizer(name);
    expect(count(utf8('<|endoftext|>'))).toBeGreaterThan(1);
    expect(count(utf8('a <|endoftext|><|im_start|> b'))).toBe(whole('a <|endoftext|><|im_start|> b').length);
    expect(count(utf8(''))).toBe(0);
  });

  test.each([['a'], [' '], ['\n'], ['ก'], ['!']])('counts 4 MiB of %j, a cut every MOST_RUN characters, two tokens a cut too many at most', async (character) => {
    const { count } = await openTokenizer(name);
    const width = Buffer.byteLength(character);
    const characters = Math.floor((4 << 20) / width);
    const [tokens, sample] = [count(utf8(character.repeat(characters))), whole(character.repeat(2000)).length];
    expect(tokens).toBeGreaterThanOrEqual(Math.floor((sample / 2000) * characters * 0.98));
    expect(tokens).toBeLessThanOrEqual((sample / 2000) * characters + (2 * characters) / MOST_RUN + (2 * characters * width) / PIECE_BYTES);
  });
});

describe('the pieces of a text', () => {
  const words = fc.array(fc.constantFrom('a', 'bc', 'é', '漢', '😀', ' ', '  ', '\n', '\u3000', '\u00a0', '\ufeff', '.', 'x'.repeat(700), ' '.repeat(700), 'ß'.repeat(40_000), 'w '.repeat(9000)), { maxLength: 25 }).map((parts) => parts.join(''));

  test('are the text, each of bounded size, cut before spaces that follow something else, or else where there is no such place', () => {
    fc.assert(fc.property(words, (text) => {
      const pieces = [...textPieces(utf8(text))];
      expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      for (const [i, piece] of pieces.entries()) {
        expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(PIECE_BYTES);
        const next = pieces[i + 1]?.text;
        if (next !== undefined && (!next.startsWith(' ') || /\s$/u.test(piece.text))) expect(piece.hasLongRun).toBe(true);
        const longest = Math.max(0, ...(piece.text.match(/[\p{L}\p{M}]+|[^\s\p{L}\p{N}]+|\s+/gu) ?? []).map((run) => run.length));
        if (!piece.hasLongRun) expect(longest).toBeLessThanOrEqual(MOST_RUN);
      }
    }), { numRuns: 60 });
  });

  test('have no longer run than is bounded, and lose nothing by it', () => {
    const runs = fc.array(fc.tuple(fc.constantFrom('a', 'É', '漢', '\u0301', '.', '1', ' ', '\n', '😀'), fc.integer({ min: 1, max: 900 })), { maxLength: 8 })
      .map((parts) => parts.map(([character, times]) => character.repeat(times)).join(''));
    fc.assert(fc.property(runs, (text) => {
      const parts = [...boundedRuns(text)];
      expect(parts.join('')).toBe(text);
      for (const part of parts) {
        for (const [run] of part.matchAll(/[\p{L}\p{M}]+|[^\s\p{L}\p{N}]+|\s+/gu)) expect(run.length).toBeLessThanOrEqual(MOST_RUN + 1); // a character may be two units
      }
    }), { numRuns: 200 });
  });
});
