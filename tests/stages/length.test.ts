import { describe, expect, test } from 'vitest';
import { length } from '#src/stages/length.js';
import { batchWith, build, contextWith, judged } from './list-stage.js';
import { KERNELS } from './gopher-stage.js';

const reason = (options: object, text: string, kernels: 'wasm' | 'reference' = 'wasm'): string => {
  const context = { ...contextWith(), kernels: KERNELS[kernels] } as ReturnType<typeof contextWith>; // as in contextWith
  return judged(build(length, options, context)[0], batchWith({}, [text]))[0]!;
};

/** [limit, text below it, text at it, text above it]; where the unit is more than one byte, so are the characters. */
const TABLE = [
  ['Bytes', 6, '\u00e9\u00e9a', '\u00e9\u00e9\u00e9', '\u00e9\u00e9\u00e9a'],
  ['Chars', 4, 'a\u00e9\u6f22', 'a\u00e9\u6f22\u{1f600}', 'a\u00e9\u6f22\u{1f600}b'],
  ['Lines', 3, 'a\nb\n', 'a\nb\nc', 'a\nb\r\nc\u2028d'],
  ['Words', 3, 'one two .', 'one, two -- three!', 'one two three four'],
] as const;

describe.each(['wasm', 'reference'] as const)('length, %s kernels', (kernels) => {
  test.each(TABLE)('%s: below, at and above %d', (unit, limit, below, at, above) => {
    const [few, many] = [`too-few-${unit.toLowerCase()}`, `too-many-${unit.toLowerCase()}`];
    expect([below, at, above].map((text) => reason({ [`min${unit}`]: limit }, text, kernels))).toEqual([few, 'keep', 'keep']);
    expect([below, at, above].map((text) => reason({ [`max${unit}`]: limit }, text, kernels))).toEqual(['keep', 'keep', many]);
    expect([below, at, above].map((text) => reason({ [`min${unit}`]: limit, [`max${unit}`]: limit }, text, kernels))).toEqual([few, 'keep', many]);
  });
});

describe('length', () => {
  test('names the first limit that is passed: bytes, characters, lines, words', () => {
    const limits = { minBytes: 2, minChars: 3, minLines: 2, minWords: 3 };
    expect(['a', 'ab', 'abc', 'a b\nc', 'a\nbc'].map((text) => reason(limits, text))).toEqual(['too-few-bytes', 'too-few-chars', 'too-few-lines', 'keep', 'too-few-words']);
  });

  test('limits of nothing hold for an empty document', () => {
    expect(reason({ minBytes: 0, minChars: 0, minLines: 0, minWords: 0 }, '')).toBe('keep');
    expect(reason({ minChars: 1 }, '')).toBe('too-few-chars');
    expect(reason({ maxBytes: 0 }, '')).toBe('keep');
  });

  test('needs a limit, and the least below the most', () => {
    for (const wrong of [{}, { minWords: null }, { minWords: -1 }, { minWords: 1.5 }, { minWords: 3, maxWords: 2 }, { min: 3 }]) expect(length.options.safeParse(wrong).success).toBe(false);
    expect(length.options.safeParse({ minWords: 3, maxWords: 3 }).success).toBe(true);
    expect(length.options.safeParse({ minBytes: 3, maxBytes: 2 }).error?.issues[0]).toMatchObject({ path: ['maxBytes'], message: 'expected at least minBytes (3)' });
  });
});
