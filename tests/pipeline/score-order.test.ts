import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ScoreOrder, scoreBits } from '#src/pipeline/score-order.js';

const score = fc.float({ min: 0, max: 1, noNaN: true });

test('keys are in the order of scores, and the other way round where the best is first', () => {
  fc.assert(fc.property(score, score, (a, b) => {
    const order = new ScoreOrder(1, 'web');
    const { high: first, highDescending: firstDown } = order.set(a, 1, 2);
    const { high: second, highDescending: secondDown } = order.set(b, 3, 4);
    expect(Math.sign(first - second)).toBe(Math.sign(Math.abs(a) - Math.abs(b)));
    expect(Math.sign(secondDown - firstDown)).toBe(Math.sign(Math.abs(a) - Math.abs(b)));
  }));
});

test('documents of one score are told apart by a hash of the seed, the source and the document', () => {
  const low = (seed: number, source: string, document: number): number => new ScoreOrder(seed, source).set(0.5, document, 0).low;
  expect(low(1, 'web', 1)).toBe(low(1, 'web', 1));
  expect(new Set([low(1, 'web', 1), low(2, 'web', 1), low(1, 'wiki', 1), low(1, 'web', 2)]).size).toBe(4);
});

test('not-a-number sorts below every score', () => {
  expect(scoreBits(NaN)).toBe(0);
  expect(scoreBits(0)).toBeGreaterThan(0);
});
