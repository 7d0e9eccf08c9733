import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NgramCounts } from '#src/mixture/tune/ngram-counts.js';
import { poolOf } from '#src/mixture/tune/text-pool.js';
import { byteQuotas, byteShares, readSource } from '#src/mixture/tune/training-draw.js';
import { bitsOf } from '#src/mixture/tune/witten-bell.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

test('quotas sum to the bytes, each within one of its share', () => {
  const weights = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 1000 }), { minKeys: 1 }).filter((some) => Object.values(some).some((weight) => weight > 0));
  fc.assert(fc.property(weights, fc.integer({ min: 0, max: 1e7 }), (some, bytes) => {
    const all = Object.values(some).reduce((sum, weight) => sum + weight, 0);
    const shares = Object.fromEntries(Object.entries(some).map(([source, weight]) => [source, weight / all]));
    const quotas = byteQuotas({ weights: shares }, bytes);
    expect(Object.values(quotas).reduce((sum, quota) => sum + quota, 0)).toBe(bytes);
    for (const [source, share] of Object.entries(shares)) expect(Math.abs((quotas[source] ?? 0) - share * bytes)).toBeLessThan(1 + 1e-6);
  }));
});

test('shares of tokens are shares of bytes by the bytes of each source\'s tokens', () => {
  const shares = byteShares({ prose: 0.5, code: 0.5 }, (source) => (source === 'code' ? 3 : 5));
  expect(shares['code']).toBeCloseTo(3 / 8, 15);
  expect(shares['prose']).toBeCloseTo(5 / 8, 15);
  expect(byteShares({ code: 0.5, prose: 0.5 }, (source) => (source === 'code' ? 3 : 5))).toEqual(shares);
});

const pool = poolOf(['first document', 'second one', 'x', 'the third, which is longer'].map((text, i) => ({ text: bytesOf(text), low: i, high: 0 })));

/** The counts of the root: how often each byte was read. */
const bitsAfter = (quota: number, seed: number) => {
  const counts = new NgramCounts(3);
  const epochs = readSource(counts, pool, quota, seed);
  return { epochs, bits: bitsOf(counts, bytesOf('the first document is one')) };
};

test('a source with too little is read again from its beginning, and that is counted in epochs', () => {
  const once = new NgramCounts(3);
  const twice = new NgramCounts(3);
  expect(readSource(once, pool, pool.text.length, 1)).toBe(1);
  expect(readSource(twice, pool, 2 * pool.text.length, 1)).toBe(2);
  const byHand = new NgramCounts(3);
  for (let copy = 0; copy < 2; copy++) for (let i = 0; i < 4; i++) byHand.add(pool.text, pool.offsets[i], pool.offsets[i + 1]);
  const text = bytesOf('the second document');
  expect(bitsOf(twice, text)).toBe(bitsOf(byHand, text));
  expect(bitsOf(twice, text)).not.toBe(bitsOf(once, text));
});

test('exactly the quota is read, and the seed decides what comes first', () => {
  for (const quota of [0, 1, 7, 20, 60, 131]) {
    const counts = new NgramCounts(1);
    readSource(counts, pool, quota, 3);
    expect(counts.nodes[1]).toBe(quota); // bytes counted behind the empty context
  }
  expect(bitsAfter(20, 1)).toEqual(bitsAfter(20, 1));
  const different = new Set(Array.from({ length: 20 }, (_, seed) => bitsAfter(20, seed).bits));
  expect(different.size).toBeGreaterThan(3);
});

test('a weight for a source without text is refused', () => {
  expect(() => readSource(new NgramCounts(3), poolOf([]), 5, 0)).toThrow('without training text');
  expect(readSource(new NgramCounts(3), poolOf([]), 0, 0)).toBe(0);
});
