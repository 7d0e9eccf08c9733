import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffHunks, diffWords, hunkLine, MOST_UNITS, type TextDiff } from '#src/reports/text-diff.js';
import { unifiedDiff } from '#src/reports/unified-diff.js';
import { mails } from '../dedup/real-documents.js';

const shown = (first: string, second: string): string[] => diffHunks(diffWords(first, second)).hunks.map(hunkLine);
const without = ({ parts }: TextDiff, kind: string): string => parts.filter((part) => part.kind !== kind).map(({ text }) => text).join('');

describe('a difference by words', () => {
  test.each([
    ['equal texts', 'one two', 'one two', []],
    ['nothing at all', '', '', []],
    ['a word', 'the brown fox', 'the red fox', ['the [-brown-]{+red+} fox']],
    ['an end', 'one two', 'one two three', ['one two{+ three+}']],
    ['everything', 'abc', 'xyz', ['[-abc-]{+xyz+}']],
    ['from nothing', '', 'xyz', ['{+xyz+}']],
    ['a part of a word never', 'the walker walks', 'the walking walks', ['the [-walker-]{+walking+} walks']],
    ['case and signs', 'Stop, now', 'stop; now', ['[-Stop,-]{+stop;+} now']],
    ['line ends, which are shown', 'one\ntwo', 'one two', ['one[-\\n-]{+ +}two']],
    ['single characters where a script has no spaces', '今天天气很好', '今天天气不好', ['今天天气[-很-]{+不+}好']],
    ['what a terminal would obey', 'a \u{1b}[2J b', 'a c b', ['a [-\u{FFFD}[2J-]{+c+} b']],
  ])('shows %s', (_, first, second, lines) => expect(shown(first, second)).toEqual(lines));

  test('shows changes with what is around them, close ones together and far ones apart', () => {
    const far = 'lorem ipsum dolor sit amet '.repeat(20);
    expect(shown(`a one b ${far}two c`, `a 1 b ${far}2 c`)).toEqual([
      'a [-one-]{+1+} b lorem ipsum dolor sit amet lorem ipsu...', '...lor sit amet lorem ipsum dolor sit amet [-two-]{+2+} c']);
    expect(diffHunks(diffWords(`a one b ${far}two c`, `a 1 b ${far}2 c`)).hunks.map(({ at }) => at)).toEqual([0, 8 + far.length - 40]);
    expect(shown('a one b two c', 'a 1 b 2 c')).toEqual(['a [-one-]{+1+} b [-two-]{+2+} c']);
  });

  test('shows as many places as were asked for, and says how many there are; a long part is cut in its middle', () => {
    const words = (mark: string): string => Array.from({ length: 30 }, (_, i) => `${mark}${i} ${'same words around it '.repeat(5)}`).join('');
    const { hunks, of } = diffHunks(diffWords(words('x'), words('y')), { most: 4 });
    expect([hunks.length, of]).toEqual([4, 30]);
    expect(shown(`a ${'x'.repeat(1000)}`, 'a b')[0]).toBe(`a [-${'x'.repeat(150)} (... 700 more ...) ${'x'.repeat(150)}-]{+b+}`);
  });

  test('of real mails gives both texts back', () => {
    const texts = mails('easy-ham-1').slice(0, 40);
    for (let i = 1; i < texts.length; i++) {
      const diff = diffWords(texts[i - 1]!, texts[i]!);
      if (diff.left[0] + diff.left[1] > 0) continue;
      expect([without(diff, 'added'), without(diff, 'removed')]).toEqual([texts[i - 1], texts[i]]);
    }
  });

  test('of any texts gives both texts back, and no empty or neighbouring parts of one kind', () => {
    const text = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '.', '好', '\u{1F600}', 'the '), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, text, (first, second) => {
      const diff = diffWords(first, second);
      expect([without(diff, 'added'), without(diff, 'removed')]).toEqual([first, second]);
      diff.parts.forEach((part, i) => expect(part.text !== '' && part.kind !== diff.parts[i - 1]?.kind).toBe(true));
    }));
  });

  test('is bounded: equal ends of any length are set aside, the rest is cut, and texts that share nothing are not searched for long', () => {
    const long = 'equal words '.repeat(400_000);
    expect(shown(`${long}one ${long}`, `${long}two ${long}`)).toHaveLength(1);
    const random = (mark: string): string => Array.from({ length: 50_000 }, (_, i) => `${mark}${(i * 7919) % 10_007}`).join(' ');
    const { parts, left } = diffWords(random('x'), random('y'));
    expect(parts.map(({ kind, text }) => [kind, text.length])).toEqual([['removed', MOST_UNITS], ['added', MOST_UNITS]]);
    expect(left).toEqual([random('x').length - MOST_UNITS, random('y').length - MOST_UNITS]);
  });
});

describe('a unified diff', () => {
  test('shows the sentences that changed, with one before and one behind', () => {
    const first = 'It was dark. It was cold. The dog barked. Nobody came. The end.\nA new line\nand one more\n';
    expect(unifiedDiff(first, first.replace('barked', 'slept'))).toEqual([
      ' It was dark.', ' It was cold.', '-The dog barked.', '+The dog slept.', ' Nobody came.', '@@ 3 equal lines']);
  });

  test('is empty for equal texts, and for those that differ in blanks at the ends of lines', () => {
    expect(unifiedDiff('one\ntwo', 'one\ntwo')).toEqual([]);
    expect(unifiedDiff('one  \ntwo\n', 'one\ntwo\n')).toEqual([]);
  });

  test('has lines of bounded length and number, and says what it leaves out', () => {
    const lines = unifiedDiff(Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n'), 'x'.repeat(100_000), 40);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toMatch(/^@@ \d+ more lines$/);
    for (const line of unifiedDiff('word '.repeat(300), 'x'.repeat(5000), 1000)) expect(line).toMatch(/^[ @+-].{0,160}$/);
    expect(unifiedDiff('a', 'x'.repeat(MOST_UNITS + 5), 1000).at(-1)).toBe('@@ 0 and 5 characters were not compared');
  });

  test('of mails that differ has a line that was removed or added', () => {
    const texts = mails('easy-ham-1').slice(0, 30);
    for (let i = 1; i < texts.length; i++) expect(unifiedDiff(texts[i - 1]!, texts[i]!).some((line) => /^[+-]/.test(line))).toBe(true);
  });
});
