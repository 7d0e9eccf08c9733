import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_PATTERN_CHARACTERS, MAX_PROGRAM_SIZE, compilePattern } from '#src/stages/pattern-program.js';
import { parseReplacement, replaceAll } from '#src/stages/pattern-replace.js';
import { patternStage } from '#src/stages/pattern.js';
import { batchWith, build, judged, modified } from './list-stage.js';

const reasons = (options: object, texts: readonly string[]): string[] => judged(build(patternStage, options)[0], batchWith({}, texts));
const replaced = (text: string, ...replace: readonly { pattern: string; with: string; flags?: string }[]): string => modified(build(patternStage, { replace })[0], [text])[0]!;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** As the stage does it, for one pattern and without a limit. */
function replaceIn(text: string, pattern: string, replacement: string, flags = ''): string {
  const program = compilePattern(pattern, flags);
  return Buffer.from(replaceAll(bytes(text), program, parseReplacement(replacement, program.groups), Infinity)!).toString();
}

describe('pattern: drop and require', () => {
  test('names the first pattern that drops, and the first that is missed', () => {
    const options = { drop: ['lorem ipsum', { pattern: '^buy', flags: 'im' }], require: ['\\d', { pattern: 'a.b', flags: 's' }] };
    expect(reasons(options, ['lorem ipsum buy', 'x\nBUY', 'lorem  ipsum', '7', '7 a\nb', '7 a b lorem ipsum', '', 'we buy 7 a-b'])).toEqual(
      ['drop-1', 'drop-2', 'require-1', 'require-2', 'keep', 'drop-1', 'require-1', 'keep']);
  });

  test.each([
    ['', 'Ab', 'ab', false], ['i', 'Ab', 'ab', true], ['i', '\u00c9', '\u00e9', true], ['', '^b$', 'a\nb\nc', false], ['m', '^b$', 'a\nb\nc', true], ['', 'a.c', 'a\nc', false], ['s', 'a.c', 'a\nc', true],
    ['u', '^.$', '\u{1f600}', true], ['', '^.$', '\u{1f600}', true], ['imsu', 'A.^b', 'a\nB', true], ['', '\\p{Greek}', '\u03b1', true], ['', '\\p{L}', '7', false], ['', '\\d', '\u0667', false], ['', '\\x{e9}', '\u00e9', true],
  ])('flags %j: %j matches %j: %s', (flags, pattern, text, isFound) => {
    expect(reasons({ drop: [{ pattern, flags }] }, [text])).toEqual([isFound ? 'drop-1' : 'keep']);
  });

  test('decides as the built-in engine does, for expressions that both read alike', () => {
    const piece = fc.constantFrom('a', 'b', '\u00e9', '.', '[ab]', '[^a]', '(?:ab|b)', '\\b', '^', '$', 'a*', 'b+', '(?:ab)?', 'a{2}', '\\w', '\\n', 'a*?');
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9', '\n', ' ', '\u{1f600}'), maxLength: 12 });
    fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')), text, fc.boolean(), (pattern, input, isMultiline) => {
      expect(reasons({ drop: [{ pattern, flags: isMultiline ? 'm' : '' }] }, [input])).toEqual([new RegExp(pattern, isMultiline ? 'mu' : 'u').test(input) ? 'drop-1' : 'keep']);
    }), { numRuns: 500, seed: 1 });
  });
});

describe('pattern: replace', () => {
  test.each([
    ['a  b   c', ' {2,}', ' ', 'a b c'], ['line\n\n\n\nline', '\\n{3,}', '\n\n', 'line\n\nline'], ['2026-11-21', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1', '21.11.2026'], ['aXb', '(a)|(b)', '[$1$2]', '[a]X[b]'],
    ['price 5', '\\d+', '$$$&', 'price $5'], ['abc', 'b', '', 'ac'], ['\u00e9\u00e9', '\u00e9', '\u{1f600}', '\u{1f600}\u{1f600}'], ['aaa', 'a*', 'b', 'b'], ['abc', 'x*', '-', 'abc'], ['a b', '\\b', '|', 'a b'],
    ['ab ab', '^a', 'x', 'xb ab'], ['ab ab', 'b$', 'x', 'ab ax'], ['abab', '\\bab', 'x', 'xab'], ['', 'a', 'b', ''],
  ])('in %j %j by %j: %j', (text, pattern, replacement, expected) => {
    expect(replaced(text, { pattern, with: replacement })).toBe(expected);
  });

  test('goes by one pattern after another, on what the one before left', () => {
    expect(replaced('a', { pattern: 'a', with: 'b' }, { pattern: 'b', with: 'c' }, { pattern: 'A', with: 'd' })).toBe('c');
  });

  test('comes after the tests', () => {
    const stages = build(patternStage, { drop: ['x'], replace: [{ pattern: 'a', with: 'x' }] });
    expect(stages.map(({ kind }) => kind)).toEqual(['filter', 'modifier']);
    expect(judged(stages[0], batchWith({}, ['a', 'x']))).toEqual(['keep', 'drop-1']);
    expect(modified(stages[1], ['a', 'b', 'aa', 'c'])).toEqual(['x', 'b', 'xx', 'c']);
  });

  test('drops a text that would be more than four times as long, and more than 256 bytes longer', () => {
    const [stage] = build(patternStage, { replace: [{ pattern: 'a', with: 'bbbbb' }, { pattern: 'c', with: 'd'.repeat(257) }, { pattern: '(e+)', with: '$1$1$1$1$1' }] });
    const repeated = (count: number): string => 'a'.repeat(count);
    expect(modified(stage, [repeated(64)])).toEqual(['b'.repeat(320)]);
    expect(modified(stage, [repeated(65), 'c', 'xc', 'e'.repeat(64), 'e'.repeat(65), `${repeated(100)}${'x'.repeat(100)}`])).toEqual(
      ['!replacements-too-long', 'd'.repeat(257), `x${'d'.repeat(257)}`, 'e'.repeat(320), '!replacements-too-long', `${'b'.repeat(500)}${'x'.repeat(100)}`]);
    expect(modified(build(patternStage, { replace: [{ pattern: 'c', with: 'd'.repeat(258) }] })[0], ['c'])).toEqual(['!replacements-too-long']);
  });

  test('finds what the built-in engine finds, far apart or long, whatever lies at the end of a stretch', () => {
    const fill = fc.tuple(fc.constantFrom('x', ' ', '\n', '\u00e9', '\u{1f600}', 'ab'), fc.constantFrom(1, 2, 600, 1023, 1024, 2046, 2047, 2048, 2049, 5000)).map(([unit, count]) => unit.repeat(count));
    const text = fc.array(fc.oneof(fill, fc.constantFrom('<b>', '<!--', '-->', '  ', '\n\n\n', '12', 'a')), { maxLength: 10 }).map((parts) => parts.join(''));
    const patterns = ['<!--[^<]*-->', '\\s+$', '\\s{2,}', '\\n{3,}', '^x+', '\\bab', 'x+\\b', '<\\w+>', '[^x]+', '\\d+', '(?:ab)+', 'a$', 'x+$|\\d'];
    const rules = fc.tuple(fc.constantFrom(...patterns), fc.constantFrom('', 'm'));
    fc.assert(fc.property(text, rules, (input, [pattern, flags]) => {
      const expected = input.replace(new RegExp(pattern, `g${flags}u`), '[$&]').replaceAll('[]', '');
      expect(replaceIn(input, pattern, '[$&]', flags)).toBe(expected);
    }), { numRuns: 400, seed: 2 });
  });
});

describe('pattern: expressions from strangers', () => {
  const text = 'a'.repeat(1 << 20);
  // Each takes the built-in engine longer than anybody waits, on this text or on a short part of it.
  test.each(['(a+)+$', '(a|aa)+$', '(a*)*b', '(.*)*x', '(?:a?){30}a{30}b', '([a-z]+)*\\d', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y'])('%s takes a megabyte in linear time', (pattern) => {
    expect(reasons({ drop: [pattern] }, [`${text}!`])).toHaveLength(1);
    expect(replaced(`${text}!`, { pattern, with: '' })).toBeDefined();
  });

  test.each([
    ['<!--.*?-->|<', '<!--'.repeat(2 << 10), 's'], ['a.*b|a', 'a'.repeat(8 << 10), 's'], ['a.*x$|a', 'ax'.repeat(4 << 10), 's'], ['\\s+$|z', ' z'.repeat(8 << 10), ''],
  ])('%s on hostile text does not look to the end for each match', (pattern, part, flags) => {
    expect(replaceIn(part.repeat(2), pattern, '', flags).length).toBeLessThanOrEqual(part.length * 2);
  });

  test.each([
    ['(', 'missing closing )'], ['(a)\\1', 'invalid escape sequence'], ['(?=a)', 'invalid or unsupported Perl syntax'], ['(?<!a)b', 'invalid'], ['a**', 'invalid nested repetition operator'], ['a{1001}', 'invalid repeat count'],
    ['((a{100}){100}){100}', 'invalid repeat count'], ['('.repeat(1000) + ')'.repeat(1000), 'nests too deeply'], ['('.repeat(900) + ')'.repeat(900), `expected at most ${MAX_PROGRAM_SIZE}`], ['[z-a]', 'invalid character class range'], ['\\', 'trailing backslash'], ['\\p{Klingon}', 'invalid character class range'],
    ['(?:a{0,30}){31}', `expected at most ${MAX_PROGRAM_SIZE}`], ['a'.repeat(MAX_PATTERN_CHARACTERS + 1), `expected at most ${MAX_PATTERN_CHARACTERS}`], ['ab'.repeat(600), `expected at most ${MAX_PROGRAM_SIZE}`],
  ])('%s is refused before anything is read', (pattern, why) => {
    for (const wrong of [{ drop: [pattern] }, { require: [{ pattern, flags: 'i' }] }, { replace: [{ pattern, with: '' }] }]) {
      const { error } = patternStage.options.safeParse(wrong);
      expect(error?.issues.map(({ message }) => message).join()).toContain(why);
    }
  });

  test.each([
    [{}, 'expected at least one pattern'], [{ drop: [] }, 'expected at least one pattern'], [{ drop: [''] }, ''], [{ drop: [{ pattern: 'a', flags: 'g' }] }, 'expected letters of imsu'], [{ drop: [{ pattern: 'a', flag: 'i' }] }, ''],
    [{ replace: [{ pattern: 'a', with: '$1' }] }, 'expected $& (the match), $$ (a dollar sign), not "$1"'], [{ replace: [{ pattern: '(a)', with: '$2' }] }, 'or $1 .. $1 (a group), not "$2"'],
    [{ replace: [{ pattern: 'a', with: '5$' }] }, 'not "$"'], [{ replace: [{ pattern: 'a', with: '$x' }] }, 'not "$x"'], [{ replace: [{ pattern: 'a' }] }, ''], [{ drop: new Array<string>(101).fill('a') }, ''],
  ])('%j is refused', (options, message) => {
    const { success, error } = patternStage.options.safeParse(options);
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(message).slice(1, -1));
  });

  test('texts of any characters go through', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (input) => {
      const wellFormed = input.toWellFormed();
      expect(replaceIn(wellFormed, '[\\x{80}-\\x{10FFFF}]', '')).toBe([...wellFormed].filter((character) => character.codePointAt(0)! < 0x80).join(''));
    }), { numRuns: 300, seed: 3 });
  });
});
