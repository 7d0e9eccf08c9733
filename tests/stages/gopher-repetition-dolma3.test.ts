import { describe, expect, it } from 'vitest';
import { gopherRepetition } from '#src/stages/gopher-repetition.js';
import { reasonsOf } from './gopher-stage.js';

const TOP = { 2: null, 3: null, 4: null };
const REPEATED = { 5: null, 6: null, 7: null, 8: null, 9: null, 10: null };
const OFF = {
  semantics: 'dolma3', maxRepeatedLines: null, maxRepeatedParagraphs: null, maxRepeatedLineBytes: null, maxRepeatedParagraphBytes: null,
  topGrams: TOP, repeatedGrams: REPEATED,
};

/** A word of letters that no other number has. */
const unique = (i: number): string => `Q${String.fromCharCode(65 + Math.floor(i / 676), 65 + (Math.floor(i / 26) % 26), 65 + (i % 26))}`;
/** `total` elements, `same` of them equal: all occurrences count, the first one too. */
const elements = (same: number, total: number, separator: string): string => Array.from({ length: total }, (_, i) => (i < same ? 'same' : unique(i))).join(separator);
/** Two equal elements of ten letters, and one of `rest`. */
const twice = (rest: number, separator: string): string => ['x'.repeat(10), 'x'.repeat(10), 'y'.repeat(rest)].join(separator);

/**
 * `n` words of `percent` letters each, twice, so that they are `percent` of the bytes of a text of 200 n, which a word of three letters between them
 * and a last one fill up: texts just below that share, at it, and just above.
 */
const grams = (n: number, percent: number): string[] => [1, 0, -1].map((more) => {
  const gram = Array.from({ length: n }, (_, i) => String.fromCharCode(97 + i).repeat(percent)).join(' ');
  return `${gram} QQQ ${gram} ${'Z'.repeat(2 * n * (100 - percent) - 3 + more)}`;
});

const NAME = 'massive_web_repetition_filter';
/** Reason, the options that leave only its test on, with the published threshold, and texts just below, at and above it. */
const RULES: readonly (readonly [string, object, readonly string[]])[] = [
  ['lines', { maxRepeatedLines: undefined }, [elements(2, 10, '\n'), elements(3, 10, '\n'), elements(4, 10, '\n')]],
  ['pars', { maxRepeatedParagraphs: undefined }, [elements(2, 10, '\n\n'), elements(3, 10, '\n\n'), elements(4, 10, '\n\n')]],
  ['line_chars', { maxRepeatedLineBytes: undefined }, [twice(81, '\n'), twice(80, '\n'), twice(79, '\n')]],
  ['par_chars', { maxRepeatedParagraphBytes: undefined }, [twice(81, '\n\n'), twice(80, '\n\n'), twice(79, '\n\n')]],
  ...[[2, 20], [3, 18], [4, 16]].map(([n, percent]) => [`${n!}_grams`, { topGrams: { ...TOP, [n!]: undefined } }, grams(n!, percent!)] as const),
  ...[[5, 15], [6, 14], [7, 13], [8, 12], [9, 11], [10, 10]].map(([n, percent]) => (
    [`${n!}_grams`, { repeatedGrams: { ...REPEATED, [n!]: undefined } }, grams(n!, percent!)] as const)),
];

const reasons = (options: object, texts: readonly string[]): string[] => reasonsOf(gopherRepetition, options, texts).map((reason) => reason.replace(`${NAME}_`, ''));

describe('gopher-repetition with semantics dolma3', () => {
  it.each(RULES)('drops with %s only above the threshold', (reason, only, texts) => {
    expect(reasons({ ...OFF, ...only }, texts)).toEqual(['keep', 'keep', reason]);
  });

  it('counts bytes, not characters', () => {
    const text = ['\u00e9'.repeat(5), '\u00e9'.repeat(5), 'y'.repeat(79)].join('\n');
    expect(reasons({ ...OFF, maxRepeatedLineBytes: undefined }, [text, `${text}yy`])).toEqual(['line_chars', 'keep']);
  });

  it('drops a text of line feeds alone, and keeps one of a single line', () => {
    expect(reasons({ semantics: 'dolma3' }, ['\n', '\n\n\n', 'one line', ''])).toEqual(['lines', 'lines', 'keep', 'lines']);
  });

  it('tells paragraphs apart as if no run of line feeds were longer than maxNewlines', () => {
    const text = ['a', 'a', 'b', 'c', 'd', 'e'].join('\n\n\n');
    // In whole runs, the third line feed begins the next paragraph: "a" and "\na" are two.
    const only = { ...OFF, maxRepeatedParagraphs: undefined };
    expect(reasons(only, [text])).toEqual(['pars']);
    expect(reasons({ ...only, maxNewlines: 3 }, [text])).toEqual(['keep']);
    expect(reasons({ ...only, maxNewlines: null }, [text])).toEqual(['keep']);
    expect(reasons({ ...only, maxNewlines: 4 }, [text.replaceAll('\n\n\n', '\n\n\n\n\n\n')])).toEqual(['pars']);
  });

  it('covers a word once, however many n-grams it is in', () => {
    const five = { ...OFF, repeatedGrams: { ...REPEATED, 5: 0.5 } };
    expect(reasons(five, [`a a a a a a ${'z'.repeat(6)}`, `a a a a a a ${'z'.repeat(5)}`])).toEqual(['keep', '5_grams']);
  });

  it('takes the longest of the most frequent n-grams, and covers all its places', () => {
    const two = (limit: number): object => ({ ...OFF, topGrams: { ...TOP, 2: limit } });
    // "a b" and "cc dd" are there twice each; "cc dd" covers 8 of 24 bytes.
    const text = 'a b Q cc dd R a b S cc dd TTTTTTTTT';
    expect(reasons(two(8 / 24), [text])).toEqual(['keep']);
    expect(reasons(two(7.99 / 24), [text])).toEqual(['2_grams']);
    // "a b" three times is more frequent than what is longer: 6 of 24.
    const frequent = 'a b Q cc dd R a b S cc dd T a b UUUUUU';
    expect(reasons(two(6 / 24), [frequent])).toEqual(['keep']);
    expect(reasons(two(5.99 / 24), [frequent])).toEqual(['2_grams']);
  });

  it('names the first test that fails, in the order of datamap-rs', () => {
    const text = Array.from({ length: 20 }, () => 'a b a b c d e f g h').join('\n\n');
    let options: object = { semantics: 'dolma3' };
    const found: string[] = [];
    const offInOrder: readonly object[] = [
      { maxRepeatedLines: null }, { maxRepeatedParagraphs: null }, { maxRepeatedLineBytes: null }, { maxRepeatedParagraphBytes: null },
      ...[2, 3, 4].map((last) => ({ topGrams: Object.fromEntries([2, 3, 4].filter((n) => n <= last).map((n) => [n, null])) })),
      ...[5, 6, 7, 8, 9, 10].map((last) => ({ repeatedGrams: Object.fromEntries([5, 6, 7, 8, 9, 10].filter((n) => n <= last).map((n) => [n, null])) })),
    ];
    for (const next of [{}, ...offInOrder]) {
      options = { ...options, ...next };
      found.push(...reasons(options, [text]));
    }
    expect(found).toEqual([...RULES.map(([reason]) => reason), 'keep']);
  });

  it('judges a document alike alone, among others, and in a batch of many megabytes', () => {
    const text = elements(4, 10, '\n');
    const big = Array.from({ length: 400_000 }, (_, i) => `${unique(i % 17_000)}${i}`).join(' ');
    expect(reasons({ semantics: 'dolma3' }, [text, big, text, 'a b c'])).toEqual(['lines', 'keep', 'lines', 'keep']);
  });

  it('refuses the options of the other semantics', () => {
    const isGood = (options: object): boolean => gopherRepetition.options.safeParse(options).success;
    expect([{}, { maxDuplicateLines: 0.5 }, { semantics: 'dolma3', maxRepeatedLines: 0.5, repeatedGrams: { 7: null } }].map(isGood)).toEqual([true, true, true]);
    const wrong = [{ maxRepeatedLines: 0.5 }, { semantics: 'dolma3', maxDuplicateLines: 0.5 }, { semantics: 'dolma3', duplicateGrams: { 5: 0.1 } }, { semantics: 'dolma3', maxNewlines: 1 }];
    expect(wrong.map(isGood)).toEqual([false, false, false, false]);
  });
});
