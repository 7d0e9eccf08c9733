import { describe, expect, it } from 'vitest';
import { meanInterval } from '#src/mixture/tune/interval.js';
import { heldOutInterval } from '#src/mixture/tune/verify-held-out.js';
import { randomStream } from './markov.js';

describe('the interval over held-out documents', () => {
  it('is the t-interval of the mean where groups are of one size', () => {
    const differences = [1, -2, 4, 0.5, 3, -1, 2, 2];
    const interval = heldOutInterval([{ weight: 1, bits: differences.map((value) => 100 + value), others: differences.map(() => 100), bytes: differences.map(() => 50) }])!;
    const plain = meanInterval(differences.map((value) => value / 50));
    expect(interval.mean).toBeCloseTo(plain.mean, 12);
    expect(interval.low).toBeCloseTo(plain.low, 12);
    expect(interval.high).toBeCloseTo(plain.high, 12);
  });

  it('holds the true difference in about 95 of 100 draws of documents', () => {
    const random = randomStream(5);
    const truth = 0.02;
    let held = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const target = (weight: number) => {
        const bytes = Array.from({ length: 16 }, () => 500 + 1500 * random());
        const noise = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
        return { weight, bytes, others: bytes.map((size) => 2 * size), bits: bytes.map((size) => size * (2 + truth + 0.05 * noise())) };
      };
      const { low, high } = heldOutInterval([target(0.7), target(0.3)])!;
      held += low <= truth && truth <= high ? 1 : 0;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.97);
  });

  it('is none where a target has one group of text, and leaves targets of weight 0 out', () => {
    const one = { weight: 1, bits: [5, 0], others: [4, 0], bytes: [2, 0] };
    expect(heldOutInterval([one])).toBeNull();
    expect(heldOutInterval([])).toBeNull();
    expect(heldOutInterval([{ ...one, weight: 0 }, { weight: 1, bits: [5, 7], others: [4, 6], bytes: [2, 2] }])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });
});
