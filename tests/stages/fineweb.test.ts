import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fineweb } from '#src/stages/fineweb.js';
import { batchOf } from '../kernels/gopher-texts.js';
import { KERNELS, reasonsOf } from './gopher-stage.js';
import { lineText } from './line-texts.js';

/** Long different lines; those marked end in a stop mark. */
const line = (i: number, end: string): string => `This is a line of some ten words in all, number ${i}, and it ends so${end}`;
const stopped = (count: number, of: number): string => Array.from({ length: of }, (_, i) => line(i, i < count ? '.' : '')).join('\n');
const short = (count: number, of: number): string => Array.from({ length: of }, (_, i) => (i < count ? `short line ${i}`.padEnd(29, '\u00e9') + '.' : line(i, '.'))).join('\n');
/** 1,000 characters in lines, so many of them in a second copy of a line. */
const duplicated = (chars: number): string => {
  const twice = `${'x'.repeat(chars - 1)}.`;
  return `${twice}\n${twice}\n${'w '.repeat((1000 - 2 * chars - 2) / 2)}w.`;
};
/** 100 words, so many line feeds. */
const listed = (newlines: number): string => `${'a word '.repeat(50).trimEnd()}${'\n'.repeat(newlines)}`;

const AT_LEAST = [['line_punct_ratio', 12, (count: number) => stopped(count, 100)]] as const;
const AT_MOST = [
  ['short_line_ratio', 67, (count: number) => short(count, 100)],
  ['char_dup_ratio', 10, duplicated],
  ['list_ratio', 30, listed],
] as const;

describe.each(['wasm', 'reference'] as const)('fineweb (%s)', (name) => {
  const off = { minStoppedLines: 0, maxShortLines: null, maxDuplicateChars: null, maxNewlinesPerWord: null };
  const OWN = { line_punct_ratio: 'minStoppedLines', short_line_ratio: 'maxShortLines', char_dup_ratio: 'maxDuplicateChars', list_ratio: 'maxNewlinesPerWord' } as const;
  /** Only the rule of the reason, with its default. */
  const only = (reason: keyof typeof OWN): object => ({ ...off, [OWN[reason]]: undefined });
  const reasons = (options: object, ...texts: string[]): string[] => reasonsOf(fineweb, options, texts, KERNELS[name]);

  it.each(AT_LEAST)('drops with %s only below the threshold', (reason, threshold, text) => {
    expect(reasons(only(reason), text(threshold - 1), text(threshold), text(threshold + 1))).toEqual([reason, 'keep', 'keep']);
  });

  it.each(AT_MOST)('drops with %s only above the threshold', (reason, threshold, text) => {
    expect(reasons(only(reason), text(threshold - 1), text(threshold), text(threshold + 1))).toEqual(['keep', 'keep', reason]);
  });
});

describe('fineweb', () => {
  const reasons = (options: object, ...texts: string[]): string[] => reasonsOf(fineweb, options, texts);

  it('names the first test that fails, in the order of datatrove', () => {
    const bad = 'a\na\na\na';
    expect(reasons({}, ' \n\t\n', '', bad)).toEqual(['empty', 'empty', 'line_punct_ratio']);
    expect(reasons({ minStoppedLines: 0 }, bad)).toEqual(['short_line_ratio']);
    expect(reasons({ minStoppedLines: 0, maxShortLines: null }, bad)).toEqual(['char_dup_ratio']);
    expect(reasons({ minStoppedLines: 0, maxShortLines: null, maxDuplicateChars: null }, bad)).toEqual(['list_ratio']);
    expect(reasons({ minStoppedLines: 0, maxShortLines: null, maxDuplicateChars: null, maxNewlinesPerWord: null }, bad)).toEqual(['keep']);
  });

  it('calls a line of 30 characters short and one of 31 not', () => {
    const rule = { minStoppedLines: 0, maxDuplicateChars: null, maxNewlinesPerWord: null };
    expect(reasons(rule, '\u00e9'.repeat(30), '\u00e9'.repeat(31))).toEqual(['short_line_ratio', 'keep']);
  });

  it('takes stop marks of many scripts, not quotes, and nothing behind white space', () => {
    const rule = { maxShortLines: null, maxDuplicateChars: null, maxNewlinesPerWord: null };
    expect(reasons(rule, 'so.', 'so?', 'so!', 'so\u3002', 'so\u0964', 'so\u{11943}', 'so"', 'so. ', 'so.\r', 'so\u2026')).toEqual([
      'keep', 'keep', 'keep', 'keep', 'keep', 'line_punct_ratio', 'line_punct_ratio', 'line_punct_ratio', 'line_punct_ratio', 'line_punct_ratio',
    ]);
    expect(reasons({ ...rule, stopMarks: '"\u{1f600}' }, 'so"', 'so\u{1f600}', 'so.')).toEqual(['keep', 'keep', 'line_punct_ratio']);
  });

  it('lets a document pass in which no line ends in a stop mark, where told to', () => {
    const rule = { exceptNoneStopped: true, maxShortLines: null, maxDuplicateChars: null };
    expect(reasons(rule, stopped(0, 100), stopped(1, 100))).toEqual(['keep', 'line_punct_ratio']);
  });

  it('counts duplicate lines byte for byte: an emoji is one character, a space more is another line', () => {
    const rule = (maxDuplicateChars: number): object => ({ minStoppedLines: 0, maxShortLines: null, maxNewlinesPerWord: null, maxDuplicateChars });
    const text = 'ab\u{1f600}\nab\u{1f600}\nab\u{1f600} \nab\u{1f600}'; // 6 of 13 characters
    expect(reasons(rule(6 / 13), text)).toEqual(['keep']);
    expect(reasons(rule(6 / 13 - 1e-9), text)).toEqual(['char_dup_ratio']);
  });

  it('leaves the verdicts of other rows alone', () => {
    const [filter] = fineweb.build(fineweb.options.parse({}), { kernels: KERNELS.wasm } as never); // it uses no more than the kernels
    const verdicts = Uint8Array.of(7, 7, 7);
    if (filter?.kind === 'filter') filter.judge(batchOf(['a', 'b', 'c']), Uint32Array.of(1), verdicts);
    expect([...verdicts]).toEqual([7, 2, 7]);
  });

  it('counts duplicates as a set of strings does, in any text', () => {
    const rule = (share: number): object => ({ minStoppedLines: 0, maxShortLines: null, maxNewlinesPerWord: null, maxDuplicateChars: share });
    const chars = (text: string): number => [...text].length;
    fc.assert(fc.property(fc.array(lineText, { maxLength: 4 }), (parts) => {
      const text = [...parts, ...parts.slice(0, 1)].join('\n');
      const lines = text.split('\n').filter((part) => /[^\s\x1c-\x1f\x85]|\ufeff/.test(part));
      if (lines.length === 0) return;
      const seen = new Set<string>();
      const twice = lines.filter((part) => seen.size === seen.add(part).size).reduce((sum, part) => sum + chars(part), 0);
      const share = twice / chars(text.replaceAll('\n', ''));
      expect(reasons(rule(share), text)).toEqual(['keep']);
      if (share > 0) expect(reasons(rule(share * (1 - 1e-12)), text)).toEqual(['char_dup_ratio']);
    }), { numRuns: 300 });
  });

  it('refuses options that mean nothing', () => {
    for (const options of [{ minStopped: 0.1 }, { minStoppedLines: 12 }, { shortLineChars: -1 }, { stopMarks: '' }, { minStoppedLines: null }]) {
      expect(fineweb.options.safeParse(options).success, JSON.stringify(options)).toBe(false);
    }
  });

  it.each([['line feeds', '\n'.repeat(1 << 24)], ['lines of one character', 'a\n'.repeat(1 << 22)], ['different lines', Array.from({ length: 1 << 20 }, (_, i) => `${i}`).join('\n')], ['one line', 'a'.repeat(1 << 24)]])(
    'reads %s in a time that does not grow faster than they do', (_name, text) => {
      const began = performance.now();
      reasons({ minStoppedLines: 0, maxShortLines: null, maxNewlinesPerWord: null }, text);
      expect(performance.now() - began).toBeLessThan(60_000);
    });
});
