import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetAtEpochs, worthOf } from '#src/mixture/value.js';

test.each([[4, 0.93], [8, 0.83], [16, 0.66]])('%d epochs are worth what Muennighoff et al. say: %f of as much fresh data', (epochs, share) => {
  expect(worthOf(epochs * 1000, 1000) / (epochs * 1000)).toBeCloseTo(share, 2);
});

test('up to one epoch data is worth what it is, and never more than 16.39 times what there is', () => {
  expect(worthOf(0, 1000)).toBe(0);
  expect(worthOf(999, 1000)).toBe(999);
  expect(worthOf(1000, 1000)).toBe(1000);
  expect(worthOf(5, 0)).toBe(0);
  expect(worthOf(1e9, 1000)).toBeCloseTo(16_390, 6);
});

test('more is worth more, but each time less', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0.01, max: 5, noNaN: true }), (available, epochs, step) => {
    const [a, b, c] = [epochs, epochs + step, epochs + 2 * step].map((times) => worthOf(times * available, available)) as [number, number, number];
    expect(b).toBeGreaterThan(a);
    expect(c - b).toBeLessThanOrEqual((b - a) * (1 + 1e-9));
  }), { numRuns: 200 });
});

test('a source passes so many epochs where its share of the corpus is as much', () => {
  expect(budgetAtEpochs(3e9, 0.03, 4)).toBe(400e9);
  expect(budgetAtEpochs(3e9, 0, 4)).toBe(Infinity);
});
