import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineModifiers } from '#src/stages/line-modifiers.js';
import { lineText } from './line-texts.js';
import { modified, textsAfter } from './modifier-stage.js';

const GOOD = 'This line is good and stays where it is.';
/** Without the test of how much went. */
const FREE = { maxRemovedWords: null };

/** Option, the count at which a line stays, on which side of it it goes, and the line for a count. */
const THRESHOLDS = [
  ['maxUppercase', 5, 'above', (capitals: number) => `${'A'.repeat(capitals)}${'b'.repeat(8 - capitals)} b`],
  ['minWords', 2, 'below', (words: number) => 'word '.repeat(words).trimEnd()],
] as const;

describe('line-modifiers', () => {
  it.each(THRESHOLDS)('removes a line by %s %i only %s it', (_option, threshold, side, line) => {
    const isKept = (count: number): boolean => textsAfter(lineModifiers, FREE, `${GOOD}\n${line(count)}`)[0] !== GOOD;
    expect([threshold - 1, threshold, threshold + 1].map(isKept)).toEqual(side === 'below' ? [false, true, true] : [true, true, false]);
  });

  it('removes lines of digits alone, and with another limit lines of many', () => {
    const after = (options: object, line: string): string => textsAfter(lineModifiers, { ...FREE, minWords: 0, ...options }, `${GOOD}\n${line}\n${GOOD}`)[0]!;
    for (const line of ['0123456789', '\u0663\u0664', '\u00b2\u2460']) expect(after({}, line), line).toBe(`${GOOD}\n${GOOD}`);
    for (const line of ['12 34', '12.5', '1234x', '\u216f\u00bd']) expect(after({}, line), line).toContain(line);
    expect(after({ maxDigits: null }, '12345')).toContain('12345');
    expect([after({ maxDigits: 0.5 }, '12ab'), after({ maxDigits: 0.5 }, '123ab')].map((text) => text.includes('ab'))).toEqual([true, false]);
  });

  it.each([
    ['3 likes', true], ['3,000 shares', true], ['123K comments!', true], [' 5.1M   views  ', true], ['(7 Retweets)', true], ['2b downloads', true], ['1. reposts', true], ['3\u00a0LI\u212aES', true],
    ['3likes', false], ['likes 3', false], ['Hello with 3 views', false], ['3 views of it', false], ['3 4 views', false], ['K views', false], ['3 kk views', false], ['.5 views', true], ['_3 views', false],
    ['3 view', false], ['-3 views', true], ['3 views_', false],
  ])('takes %j for a counter: %s', (line, isCounter) => {
    expect(textsAfter(lineModifiers, { ...FREE, minWords: 0, maxUppercase: null }, `${GOOD}\n${line}`)).toEqual([isCounter ? GOOD : `${GOOD}\n${line}`.trim()]);
  });

  it('counts with the words it is given', () => {
    expect(textsAfter(lineModifiers, { ...FREE, counters: ['claps'] }, `${GOOD}\n3 claps\n3 likes`)).toEqual([`${GOOD}\n3 likes`]);
    expect(textsAfter(lineModifiers, { ...FREE, counters: [] }, `${GOOD}\n3 likes`)).toEqual([`${GOOD}\n3 likes`]);
  });

  const LONG = 'You have 7 items in cart right now but you can add more of them from here.';
  it.each([ // the cases of DCLM's own tests, with what they say comes out
    [`You have 7 items in cart right now\n  items in cart  \n${LONG}`, `You have 7 right now\n${LONG}`],
    ['sign-in for full access\nsign-in  \nThis is an article about how to sign-in.', 'for full access\nThis is an article about how to sign-in.'],
    ['Please, do read more...\n  read more...\nRead more...and find out!', 'Please, do\nRead more...and find out!'],
    ['HELLO WORLD\n\nhello world\nHello, World\n\nHello, world', 'hello world\nHello, World\n\nHello, world'],
    ['123K quotes\n\nHello, World.\n\nHello, World with 3 views.\n3 views', 'Hello, World.\n\nHello, World with 3 views.'],
  ])('makes of %j what it should be', (text, expected) => {
    for (const preset of ['refinedweb', 'dclm']) expect(textsAfter(lineModifiers, { ...FREE, preset }, text)).toEqual([expected]);
  });

  it('cuts patterns out of lines of at most 10 words', () => {
    const line = (count: number): string => `${'word '.repeat(count - 2)}Read more...`;
    const after = (count: number): string => textsAfter(lineModifiers, FREE, `${GOOD}\n${line(count)}`)[0]!;
    expect([9, 10, 11].map((count) => after(count).endsWith('...'))).toEqual([false, false, true]);
  });

  it('takes the dots of "Read more..." for dots with refinedweb, for anything with dclm', () => {
    const text = `${GOOD}\nPlease do read more now\nPlease do read more \u203a\u203a`;
    expect(textsAfter(lineModifiers, { ...FREE, preset: 'refinedweb' }, text)).toEqual([text]);
    expect(textsAfter(lineModifiers, { ...FREE, preset: 'dclm' }, text)).toEqual([`${GOOD}\nPlease do read more now\nPlease do`]); // 'now' is 4 with its space
    expect(textsAfter(lineModifiers, { ...FREE, preset: 'dclm' }, `${GOOD}\nPlease do read more\u2026!!`)).toEqual([`${GOOD}\nPlease do`]);
  });

  it('cuts the patterns it is given, one after the other', () => {
    const patterns = [{ text: 'Sign up', at: 'anywhere' }, { text: 'x.', at: 'end', anyDot: true }, { text: '\u00e9t\u00e9', at: 'start' }];
    const after = textsAfter(lineModifiers, { ...FREE, patterns }, 'You can SIGN UP here, sign up\n\u00e9t\u00e9 is not \u00c9T\u00c9\nall of it xy', 'Sign upsign up a');
    expect(after).toEqual(['You can here,\nis not \u00c9T\u00c9\nall of it', 'a']);
  });

  it.each([['refinedweb', 5], ['dclm', 5]] as const)('(%s) drops a document that loses more than %i of 100 words', (preset, most) => {
    const text = (removed: number): string => `${'word '.repeat(100 - removed).trimEnd()}\n${'ALL\n'.repeat(removed)}`;
    expect(modified(lineModifiers, { preset }, [text(most - 1), text(most), text(most + 1)]).map(({ reason }) => reason)).toEqual([null, null, 'too-many-words-removed']);
  });

  it('counts all words of a line that was cut with refinedweb, those that went with dclm', () => {
    const text = `${'word '.repeat(96).trimEnd()}\nyou have 7 items in cart`; // 6 words touched, 3 gone, of 102
    expect(modified(lineModifiers, { preset: 'refinedweb' }, [text])[0]!.reason).toBe('too-many-words-removed');
    expect(modified(lineModifiers, { preset: 'dclm' }, [text])[0]).toMatchObject({ reason: null, text: text.replace(' items in cart', '') });
    expect(modified(lineModifiers, { preset: 'dclm', removedWords: 'flagged' }, [text])[0]!.reason).toBe('too-many-words-removed');
  });

  it('drops a document without a word, unless it is told not to count words', () => {
    expect(textsAfter(lineModifiers, {}, '...\n- -', '')).toEqual(['dropped: no-words', 'dropped: no-words']);
    expect(textsAfter(lineModifiers, FREE, '...\n- -', '')).toEqual(['- -', '']);
  });

  it('keeps empty lines, and joins those around a line that goes', () => {
    expect(textsAfter(lineModifiers, FREE, `${GOOD}\n\n12\n\n\n${GOOD}\n \n${GOOD}`)).toEqual([`${GOOD}\n\n\n\n${GOOD}\n${GOOD}`]);
    expect(textsAfter(lineModifiers, FREE, `\n\n12\n\n ${GOOD} \n\nONE\n\n`)).toEqual([GOOD]);
  });

  it('writes no new text where nothing changes', () => {
    expect(modified(lineModifiers, {}, [GOOD, `${GOOD}\n\n${GOOD}`, `${GOOD}\n`]).map(({ edited }) => edited)).toEqual([false, false, true]);
  });

  it('keeps only parts of the old text, in their order', () => {
    fc.assert(fc.property(lineText, fc.constantFrom('refinedweb', 'dclm'), (text, preset) => {
      const [outcome] = modified(lineModifiers, { ...FREE, preset }, [text]);
      let at = 0;
      for (const character of outcome!.text!) {
        at = text.indexOf(character, at);
        expect(at).toBeGreaterThanOrEqual(0);
        at += character.length;
      }
      expect(modified(lineModifiers, { ...FREE, preset, patterns: [] }, [text])[0]!.text!.split('\n').every((line) => text.includes(line))).toBe(true);
    }), { numRuns: 400 });
  });

  it('changes nothing the second time, patterns left out', () => {
    fc.assert(fc.property(lineText, (text) => {
      const options = { ...FREE, patterns: [], maxDigits: null, maxUppercase: null };
      const [once] = modified(lineModifiers, options, [text]);
      expect(modified(lineModifiers, options, [once!.text!])[0]).toMatchObject({ text: once!.text, edited: false });
    }), { numRuns: 300 });
  });

  it('refuses options that mean nothing', () => {
    for (const options of [{ preset: 'falcon' }, { maxUpper: 0.5 }, { maxUppercase: 50 }, { counters: ['3 likes'] }, { patterns: [{ text: '', at: 'end' }] }, { patterns: [{ text: 'x' }] }, { patternMaxWords: 1000 }]) {
      expect(lineModifiers.options.safeParse(options).success, JSON.stringify(options)).toBe(false);
    }
  });

  it.each([
    ['line feeds', `a b${'\n'.repeat(1 << 24)}c d`], ['one line', 'a'.repeat(1 << 23)], ['two-word lines', 'a b\n'.repeat(1 << 20)], ['one line to cut', 'items\u2003in cart items in cart'.repeat(1 << 12)], ['NUL', '\0'.repeat(1 << 22)],
    ['number and signs', `${'1'.repeat(1 << 21)} ${'-'.repeat(1 << 21)}`],
  ])('reads megabytes of %s in a time that does not grow faster than they do', (_name, text) => {
    const began = performance.now();
    modified(lineModifiers, { ...FREE, patternMaxWords: 254 }, [text]);
    expect(performance.now() - began).toBeLessThan(60_000);
  });
});
