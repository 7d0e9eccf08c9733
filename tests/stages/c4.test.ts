import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { c4 } from '#src/stages/c4.js';
import { lineText } from './line-texts.js';
import { modified, textsAfter } from './modifier-stage.js';

/** A line that every rule keeps, of as many sentences as either preset asks for. */
const GOOD = 'It was said here. So it was! Was it so? It was, of course. That was all.';
const words = (count: number): string => `${'word '.repeat(count - 1)}last.`;
const ofLength = (chars: number): string => `One word of this line is ${'\u00e9'.repeat(chars)} and is long.`;

/** Option and preset, the count at which a line stays, which side of it goes, and the line for a count. */
const LINE_THRESHOLDS = [
  ['c4', 'minWordsPerLine', 5, 'below', words],
  ['datatrove', 'minWordsPerLine', 3, 'below', words],
  ['c4', 'maxWordLength', 1000, 'above', ofLength],
  ['datatrove', 'maxWordLength', 1000, 'above', ofLength],
] as const;

describe('c4', () => {
  it.each(LINE_THRESHOLDS)('(%s) removes a line by %s %i only %s it', (preset, _option, threshold, side, line) => {
    const isKept = (count: number): boolean => {
      const [text] = textsAfter(c4, { preset }, `${line(count)}\n${GOOD}`);
      expect([GOOD, `${line(count)}\n${GOOD}`]).toContain(text);
      return text !== GOOD;
    };
    expect([threshold - 1, threshold, threshold + 1].map(isKept)).toEqual(side === 'below' ? [false, true, true] : [true, true, false]);
  });

  it.each([['c4', 3], ['datatrove', 5]] as const)('(%s) drops a document of fewer than %i sentences', (preset, threshold) => {
    const sentences = (count: number): string => 'So it was here again.\n'.repeat(count).trimEnd();
    const outcomes = modified(c4, { preset }, [sentences(threshold - 1), sentences(threshold), sentences(threshold + 1)]);
    expect(outcomes.map(({ reason }) => reason)).toEqual(['too_few_sentences', null, null]);
  });

  it.each([
    ['It ends well here now.', true, true], ['It ends well here now!', true, true], ['Does it end well now?', true, true], ['He said "it ends well"', true, true],
    ["He said 'it ends well'", false, true], ['It does not end well', false, false], ['It ends, or does it...', false, false], ['It ends with two dots..', true, true],
    ['It ends with one sign\u2026', false, false], ['It ends with a full width stop\u3002', false, false], ['A space is behind it. \t', true, true],
  ])('keeps %j by its end: c4 %s, datatrove %s', (line, c4Keeps, datatroveKeeps) => {
    for (const [preset, keeps] of [['c4', c4Keeps], ['datatrove', datatroveKeeps]] as const) {
      expect(textsAfter(c4, { preset }, `${GOOD}\n${line}`)).toEqual([keeps ? `${GOOD}\n${line.trim()}` : GOOD]);
    }
  });

  it.each([
    'This needs JavaScript to be seen.', 'Our Terms of Use are these here.', 'Our privacy policy is this one.', 'Our COOKIE POLICY is this one.', 'This site uses cookies as others do.',
    'The use of cookies is what we do.', 'We use cookies as all others do.', 'We use coo\u212aies as all others do.',
  ])('removes the line %j, and only it', (line) => {
    expect(textsAfter(c4, {}, `${GOOD}\n${line}\n${GOOD}`)).toEqual([`${GOOD}\n${GOOD}`]);
  });

  it.each([
    ['lorem_ipsum', 'This is Lorem Ipsum dolor sit amet.'], ['curly_bracket', 'And so { it is here now.'],
  ])('drops a document with %s for the line %j', (reason, line) => {
    expect(textsAfter(c4, {}, `${GOOD}\n${line}`)).toEqual([`dropped: ${reason}`]);
    expect(textsAfter(c4, {}, `${GOOD}\n${line.slice(0, -1)}`)).toEqual([GOOD]); // a line that goes for its end tells nothing of the document
  });

  it('gives the reason of the first line that has one, and within a line in the order of datatrove', () => {
    const [lorem, bracket] = ['This is lorem ipsum and so on.', 'This is { a bracket and so on.'];
    expect(textsAfter(c4, {}, `${lorem}\n${bracket}`, `${bracket}\n${lorem}`, 'A { lorem ipsum is in it.', 'A { and javascript is in it.\nNo more.')).toEqual(
      ['dropped: lorem_ipsum', 'dropped: curly_bracket', 'dropped: lorem_ipsum', 'dropped: too_few_sentences'],
    );
  });

  it('takes citation marks out of lines', () => {
    const cited = 'It was[1] said [edit]here[citation needed], and[] there[12]. It [was] so [ 3].';
    const clean = 'It was said here, and there. It [was] so [ 3].';
    expect(textsAfter(c4, { minSentences: 0 }, cited, `${GOOD}\n${cited}`, `${cited}\n${GOOD}`)).toEqual([clean, `${GOOD}\n${clean}`, `${clean}\n${GOOD}`]);
    expect(textsAfter(c4, { minSentences: 0, citations: false }, cited)).toEqual([cited]);
    expect(textsAfter(c4, { minSentences: 0 }, 'This is what they said.[1]', 'This is what they said. [1]', 'This is what they said..[1].')).toEqual(['This is what they said.', '', '']);
  });

  it('counts the words of a citation mark with datatrove, not with c4', () => {
    const line = 'One two three [citation needed] four.';
    expect(textsAfter(c4, { minSentences: 0 }, line)).toEqual(['']);
    expect(textsAfter(c4, { minSentences: 0, countCitations: true }, line)).toEqual(['One two three  four.']);
    expect(textsAfter(c4, { preset: 'datatrove', minSentences: 0 }, 'One [1] two.', 'One[1] two.')).toEqual(['One  two.', '']);
  });

  it('strips kept lines, whatever ends them, and joins them by line feeds', () => {
    const text = `\u00a0${GOOD}\r\n  ${GOOD}\u2028${GOOD}\u0085no\r${GOOD}\u001c\u3000${GOOD}\v\v`;
    expect(textsAfter(c4, {}, text)).toEqual([Array(5).fill(GOOD).join('\n')]);
  });

  it('looks at sentences instead of lines where told to, and joins them by spaces', () => {
    const text = 'It was here\nbefore now. JavaScript is what it was. So it goes on and on.';
    expect(textsAfter(c4, { preset: 'datatrove', unit: 'sentence', minSentences: 2 }, text)).toEqual(['It was here\nbefore now. So it goes on and on.']);
    expect(textsAfter(c4, { preset: 'datatrove', unit: 'sentence', minSentences: 3 }, text)).toEqual(['dropped: too_few_sentences']);
  });

  it('turns each rule off by its own option', () => {
    const text = `x\nwe use cookies\nuse javascript\nlorem ipsum {\n${'y'.repeat(2000)}\nsaid [1] so`;
    const off = {
      terminalPunctuation: false, minWordsPerLine: 0, minSentences: 0, maxWordLength: null, citations: false, loremIpsum: false, javascript: false, curlyBracket: false, policy: false,
    };
    const [outcome] = modified(c4, off, [text]);
    expect(outcome).toEqual({ reason: null, text, edited: false });
  });

  it('writes no new text where nothing changes', () => {
    expect(modified(c4, {}, [GOOD, `${GOOD}\n${GOOD}`, `${GOOD}\n`]).map(({ edited }) => edited)).toEqual([false, false, true]);
  });

  it('refuses options that mean nothing', () => {
    for (const options of [{ preset: 'mc4' }, { minWordPerLine: 3 }, { minSentences: -1 }, { maxWordLength: 'no' }, { unit: 'page' }, { endMarks: '' }, { policy: null }]) {
      expect(c4.options.safeParse(options).success, JSON.stringify(options)).toBe(false);
    }
  });

  const lines = (text: string): string[] => text.split(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/).map((line) => line.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, ''));

  it('keeps only lines of the old text, in their order, and changes nothing the second time', () => {
    fc.assert(fc.property(lineText, fc.constantFrom('c4', 'datatrove'), fc.boolean(), (text, preset, terminalPunctuation) => {
      const options = { preset, terminalPunctuation, citations: false, minSentences: 0 };
      const [outcome] = modified(c4, options, [text]);
      if (outcome!.text === undefined) return;
      const old = lines(text.replaceAll('\ufeff', '')); // U+FEFF is white space to JavaScript's \\s alone
      let at = 0;
      for (const line of outcome!.text.replaceAll('\ufeff', '').split('\n').filter((kept) => kept !== '')) {
        at = old.indexOf(line, at) + 1;
        expect(at, line).toBeGreaterThan(0);
      }
      expect(modified(c4, options, [outcome!.text])[0]).toMatchObject({ text: outcome!.text, edited: false });
    }), { numRuns: 400 });
  });

  it.each([
    ['line feeds', '\n'.repeat(1 << 24)], ['one line', 'a'.repeat(1 << 24)], ['one line of marks', '.'.repeat(1 << 23)], ['NUL', '\0'.repeat(1 << 22)],
    ['brackets', '['.repeat(1 << 23)], ['digits in a bracket', `[${'1'.repeat(1 << 23)}.`], ['sentences of one line', 'A. b! '.repeat(1 << 18)], ['spaces', '\u3000'.repeat(1 << 22)],
  ])('reads megabytes of %s in a time that does not grow faster than they do', (_name, text) => {
    const began = performance.now();
    modified(c4, { terminalPunctuation: false, minWordsPerLine: 0, maxWordLength: null, minSentences: 1 << 30 }, [text]);
    expect(performance.now() - began).toBeLessThan(60_000); // a square would take hours
  });
});
