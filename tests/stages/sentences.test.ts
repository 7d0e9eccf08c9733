import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceStarts } from '#src/stages/sentences.js';
import { lineText } from './line-texts.js';

/** The text cut where sentences begin. */
function sentencesOf(text: string, most = Infinity): string[] {
  const bytes = new TextEncoder().encode(`. ${text} x`);
  const starts = sentenceStarts(bytes, 2, bytes.length - 2, most);
  return starts.map((start, i) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(start, starts[i + 1] ?? bytes.length - 2)));
}

describe('sentenceStarts', () => {
  it.each([ // by spaCy 3.8.18, blank English with the sentencizer
    ['One. Two! Three? Four', ['One. ', 'Two! ', 'Three? ', 'Four']],
    ['He said "No." Then he left.', ['He said "No." ', 'Then he left.']],
    ['Mr. Smith of the U.S. paid 3.50 at 5 p.m. on Sept. 3.', ['Mr. Smith of the U.S. paid 3.50 at 5 p.m. on Sept. 3.']],
    ['the end.Next one', ['the end.', 'Next one']],
    ['see example.com or a.b.Com now', ['see example.com or a.b.', 'Com now']],
    ['And so on... it went. . . on', ['And so on... it went. . . ', 'on']],
    ['What?! "Yes"', ['What?! "', 'Yes"']],
    ['Plan-b. is it. 5m. is not', ['Plan-b. is it. ', '5m. is not']],
    ['Acme Inc.The next', ['Acme Inc.The next']],
    ['Two.  Spaces', ['Two. ', ' Spaces']],
    ['\u4e00\u4e8c\u3002 \u4e09', ['\u4e00\u4e8c\u3002 ', '\u4e09']],
    ['no end', ['no end']],
    ['', []],
  ])('cuts %j into %j', (text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });

  it('looks for no more than it is asked for', () => {
    expect(sentencesOf('One. Two. Three. Four.', 2)).toHaveLength(2);
  });

  it('loses no byte of any text, and begins sentences where characters begin', () => {
    fc.assert(fc.property(lineText, (text) => {
      expect(sentencesOf(text).join('')).toBe(text);
    }), { numRuns: 300 });
  });
});
