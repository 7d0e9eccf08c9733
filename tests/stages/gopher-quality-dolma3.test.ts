import { describe, expect, it } from 'vitest';
import { gopherQuality } from '#src/stages/gopher-quality.js';
import { reasonsOf } from './gopher-stage.js';

const OFF = {
  semantics: 'dolma3', minChars: 0, minWords: 0, maxWords: null, minMeanWordLength: 0, maxMeanWordLength: null, maxSymbolRatio: null, maxBulletLines: null,
  maxEllipsisLines: null, maxNonAlphaWords: null, minStopWords: 0,
};
const times = (count: number, part: string): string => Array.from({ length: count }, () => part).join(' ');
/** `some` of ten lines of the first form, the others of the second. */
const lines = (some: number, form: string, other: string): string => Array.from({ length: 10 }, (_, i) => (i < some ? form : other)).join('\n');

/** The option that is left on with its published limit, and texts with the reason of each: on the kept side of the limit, at it, and beyond it. */
const RULES: readonly (readonly [option: string, rule: string, texts: readonly (readonly [text: string, reason: string])[]])[] = [
  ['minChars', 'fewer than 150 characters', [
    ['x'.repeat(151), 'keep'], ['\u00e9'.repeat(150), 'keep'], ['\u00e9'.repeat(149), 'page_len_filter_char'],
  ]],
  ['minWords', 'fewer than 50 words', [
    [times(51, 'a'), 'keep'], [times(50, 'a'), 'keep'], [times(49, 'a'), 'page_len_filter_word_short'],
    // A run of letters and digits is a word in ASCII; in other text, a word of Unicode.
    [times(25, "can't"), 'keep'], [`${times(25, "can't")} \u00e9`, 'page_len_filter_word_short'],
    [times(25, 'a_b'), 'keep'], [times(60, '--'), 'page_len_filter_word_short'],
  ]],
  ['maxWords', 'more than 100,000 words', [
    [times(99_999, 'a'), 'keep'], [times(100_000, 'a'), 'keep'], [times(100_001, 'a'), 'page_len_filter_word_long'],
  ]],
  ['minMeanWordLength', 'a mean length below 3 bytes', [
    ['abc abcd', 'keep'], ['ab abcd', 'keep'], ['\u00e9 abcd', 'keep'], ['ab abc', 'word_len_filter_short'], [' \n', 'word_len_filter_short'],
  ]],
  ['maxMeanWordLength', 'a mean length above 10 bytes', [
    ['x'.repeat(9), 'keep'], ['x'.repeat(10), 'keep'], ['x'.repeat(11), 'word_len_filter_long'], ['\u00e9'.repeat(6), 'word_len_filter_long'],
  ]],
  ['maxSymbolRatio', 'more than one symbol in ten words', [
    [`# ${times(10, 'a')}`, 'keep'], [`# ${times(9, 'a')}`, 'keep'], [`# ${times(8, 'a')}`, 'symbol_ratio_filter'],
    [`a... ${times(9, 'a')}`, 'keep'], [`a... ${times(8, 'a')}`, 'symbol_ratio_filter'],
    [`a\u2026 ${times(9, 'a')}`, 'keep'], [`a\u2026 ${times(8, 'a')}`, 'symbol_ratio_filter'],
    [`a . . . ${times(8, 'a')}`, 'keep'], [`a . . . ${times(7, 'a')}`, 'symbol_ratio_filter'], // '. . .' is one word here
    [`#... ${times(19, 'a')}`, 'keep'], [`#... ${times(18, 'a')}`, 'symbol_ratio_filter'], // all symbols together
  ]],
  ['maxBulletLines', 'more than 90 % of lines with a bullet', [
    [lines(8, '- a', 'b'), 'keep'], [lines(9, '* a', 'b'), 'keep'], [lines(10, '\u2022 a', 'b'), 'bullet_filter'], [lines(10, '\u25cf a', 'b'), 'bullet_filter'],
    [lines(10, ' - a', 'b'), 'keep'], [`${lines(10, '- a', 'b')}\n`, 'bullet_filter'], [`${lines(9, '- a', '')}\n`, 'keep'], // an empty line is one
  ]],
  ['maxEllipsisLines', 'more than 30 % of lines that end in an ellipsis', [
    [lines(2, 'a...', 'b'), 'keep'], [lines(3, 'a. . .', 'b'), 'keep'], [lines(4, 'a\u2026', 'b'), 'ellipsis_line_ratio_filter'],
    [lines(4, 'a...\r', 'b'), 'ellipsis_line_ratio_filter'], [lines(4, 'a... ', 'b'), 'keep'], [lines(3, 'a...', ''), 'ellipsis_line_ratio_filter'], // empty lines are none
  ]],
  ['maxNonAlphaWords', 'more than 20 % of words without a letter', [
    [`1 ${times(5, 'a')}`, 'keep'], [`1 ${times(4, 'a')}`, 'keep'], [`1 ${times(3, 'a')}`, 'alphabetic_word_ratio_filter'],
    ['\u6f22', 'alphabetic_word_ratio_filter'], ['a \u6f22', 'keep'], // a single word is dropped whatever it is
  ]],
  ['minStopWords', 'fewer than two stop words', [
    ['the and of', 'keep'], ['The tHe', 'keep'], ['the, the', 'stop_word_filter'], ['with then', 'stop_word_filter'], ['\0the the', 'stop_word_filter'],
  ]],
];

describe('gopher-quality with semantics dolma3', () => {
  it.each(RULES)('%s drops a text with %s and no other', (option, _, texts) => {
    expect(reasonsOf(gopherQuality, { ...OFF, [option]: undefined }, texts.map(([text]) => text))).toEqual(texts.map(([, reason]) => reason));
  });

  it('names the first step that fails, in the order of datamap-rs', () => {
    const text = lines(10, '- 1...', '');
    let options: object = { semantics: 'dolma3', minMeanWordLength: 4 };
    const found: string[] = [];
    for (const next of [{}, { minChars: 0 }, { minWords: 0 }, { minMeanWordLength: 0 }, { maxSymbolRatio: null }, { maxBulletLines: null }, { maxEllipsisLines: null }, { maxNonAlphaWords: null }, { minStopWords: 0 }]) {
      options = { ...options, ...next };
      found.push(...reasonsOf(gopherQuality, options, [text]));
    }
    expect(found).toEqual([
      'page_len_filter_char', 'page_len_filter_word_short', 'word_len_filter_short', 'symbol_ratio_filter', 'bullet_filter', 'ellipsis_line_ratio_filter',
      'alphabetic_word_ratio_filter', 'stop_word_filter', 'keep',
    ]);
  });

  it('refuses the options of the other semantics, and semantics that nobody has', () => {
    const isGood = (options: object): boolean => gopherQuality.options.safeParse(options).success;
    expect([{}, { minAlphaWords: 0.7 }, { semantics: 'datatrove', maxHashRatio: null }, { semantics: 'dolma3', minChars: 10 }].map(isGood)).toEqual([true, true, true, true]);
    const wrong = [{ minChars: 10 }, { semantics: 'datatrove', maxSymbolRatio: 0.1 }, { semantics: 'dolma3', minAlphaWords: 0.7 }, { semantics: 'dolma', minWords: 1 }];
    expect(wrong.map(isGood)).toEqual([false, false, false, false]);
  });
});
