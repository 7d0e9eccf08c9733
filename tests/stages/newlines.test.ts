import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newlines } from '#src/stages/newlines.js';
import { lineText } from './line-texts.js';
import { modified, textsAfter } from './modifier-stage.js';

describe('newlines', () => {
  it.each([[1, '\n'], [2, '\n\n'], [3, '\n\n'], [20, '\n\n']])('makes of %i line feeds in a row %j', (count, run) => {
    expect(textsAfter(newlines, {}, `a${'\n'.repeat(count)}b`, '\n'.repeat(count))).toEqual([`a${run}b`, run]);
  });

  it('leaves as many as it is told to', () => {
    expect(textsAfter(newlines, { most: 1 }, 'a\n\nb\nc\n\n\n')).toEqual(['a\nb\nc\n']);
    expect(textsAfter(newlines, { most: 3 }, 'a\n\n\n\n\nb\n\n\nc')).toEqual(['a\n\n\nb\n\n\nc']);
  });

  it('leaves other line ends and lines of spaces alone', () => {
    const text = 'a\r\n\r\n\r\nb\n \n \nc\u2028\u2028\u2028d';
    expect(modified(newlines, {}, [text])).toEqual([{ reason: null, text, edited: false }]);
  });

  it('does what a regular expression does, once and for all', () => {
    fc.assert(fc.property(lineText, fc.integer({ min: 1, max: 3 }), (text, most) => {
      const expected = text.replace(new RegExp(`\n{${most + 1},}`, 'g'), '\n'.repeat(most));
      const [once] = modified(newlines, { most }, [text]);
      expect(once).toEqual({ reason: null, text: expected, edited: expected !== text });
      expect(modified(newlines, { most }, [once!.text!])[0]!.edited).toBe(false);
    }), { numRuns: 300 });
  });

  it('reads 16 MiB of line feeds', () => {
    expect(textsAfter(newlines, {}, '\n'.repeat(1 << 24))).toEqual(['\n\n']);
  });

  it('refuses to leave none', () => {
    for (const options of [{ most: 0 }, { most: 1.5 }, { least: 1 }]) expect(newlines.options.safeParse(options).success).toBe(false);
  });
});
