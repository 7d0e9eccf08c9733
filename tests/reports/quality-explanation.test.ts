import { describe, expect, test } from 'vitest';
import type { Explanation } from '#src/quality/explain.js';
import { renderExplanation, summariseExplanation } from '#src/reports/quality-explanation.js';

const explanation: Explanation = {
  model: 'my model', method: 'exact', score: 0.7311, logit: 1, bias: -0.5,
  words: [
    { word: 'whale', count: 3, contribution: 2 }, { word: 'click', count: 1, contribution: -1 }, { word: '</s>', count: 1, contribution: 0.75 },
    { word: 'bad\u202e\u0007', count: 2, contribution: -0.25 }, { word: 'same', count: 1, contribution: 0 },
  ],
  lines: [{ line: 7, contribution: 1.5, before: 2, behind: 0, words: [{ text: 'the', mark: '', contribution: 0 }, { text: 'whale', mark: '++', contribution: 2 }, { text: 'click', mark: '-', contribution: -0.5 }] }],
  notes: ['Contributions add up.'],
};

describe('an explanation for a terminal', () => {
  test('shows score, logit, words of either sign with counts, and the line with marks', () => {
    expect(renderExplanation(explanation, 1, { document: 'page-1', source: 'web', place: 'a.wet, byte 3', recorded: 0.73108 })).toBe(`document  page-1
source    web
place     a.wet, byte 3
model     my model
score     0.7311 (recorded in the run: 0.7311)
logit     +1.0000, of which bias -0.5000
words     5 different

Raised the score:
contribution  count  word
     +2.0000      3  whale

Lowered the score:
contribution  count  word
     -1.0000      1  click

3 other words together: +0.5000

Lines that moved it most; ++ and -- mark the strongest words, + and - weaker ones:
line 7 (+1.5000)
  ... the [++whale] [-click]

Contributions add up.
`);
  });

  test('shows words of the text without what a terminal would obey', () => {
    const shown = renderExplanation(explanation, 5, { document: 'a\u001b[31m' });
    expect(shown).toContain('bad\ufffd\ufffd');
    expect(shown).toContain('</s> (end of text)');
    expect(shown).not.toMatch(/[\u001b\u202e\u0007]/);
  });

  test('says none where no word moved it that way', () => {
    expect(renderExplanation({ ...explanation, words: [], lines: [] }, 5, { document: 'x' })).toContain('Raised the score:\nnone\n\nLowered the score:\nnone');
  });
});

describe('an explanation as JSON', () => {
  test('keeps what is not listed as a sum, so that everything still adds up', () => {
    const { positive, negative, rest, distinctWords, bias, logit } = summariseExplanation(explanation, 1, { document: 'x' });
    expect([positive.length, negative.length, rest.words, distinctWords]).toEqual([1, 1, 3, 5]);
    expect([...positive, ...negative].reduce((sum, { contribution }) => sum + contribution, rest.contribution) + bias!).toBeCloseTo(logit, 10);
  });

  test.each([[0.7312, false], [0.7313, true]])('notes a recorded score of %f that is another one', (recorded, noted) => {
    expect(summariseExplanation(explanation, 1, { document: 'x', recorded }).notes.some((note) => note.includes('recorded a score'))).toBe(noted);
  });
});
