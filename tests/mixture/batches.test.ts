import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchWithout, countBatches, countSkipped, mergeRanges } from '#src/mixture/batches.js';

test('the last batch may be short, and no documents are no batches', () => {
  expect([0, 1, 1023, 1024, 1025].map((documents) => countBatches(documents, 1024))).toEqual([0, 1, 1, 1, 2]);
});

test('ranges that meet or overlap are one', () => {
  expect(mergeRanges([{ first: 7, last: 9 }, { first: 1, last: 3 }, { first: 2, last: 2 }, { first: 4, last: 5 }])).toEqual([{ first: 1, last: 5 }, { first: 7, last: 9 }]);
});

test('PaLM\'s restart: behind 300 skipped batches, each number is 300 batches further', () => {
  const skipped = mergeRanges([{ first: 200_000, last: 200_299 }]);
  expect([199_999, 200_000, 200_001, 10_000_000].map((at) => batchWithout(at, skipped))).toEqual([199_999, 200_300, 200_301, 10_000_300]);
});

test('what remains is what striking out the batches one by one leaves', () => {
  const range = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 15 })).map(([first, more]) => ({ first, last: first + more }));
  fc.assert(fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
    const left = Array.from({ length: 100 }, (_, batch) => batch).filter((batch) => !ranges.some(({ first, last }) => first <= batch && batch <= last));
    const merged = mergeRanges(ranges);
    expect(100 - countSkipped(merged)).toBe(left.length);
    expect(left.map((_, at) => batchWithout(at, merged))).toEqual(left);
  }), { numRuns: 300 });
});
