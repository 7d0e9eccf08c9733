import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSelected, selectionHash, selectionHashKey, ThresholdSearch, type Threshold } from '#src/mixture/select.js';

interface Row { readonly hash: bigint; readonly tokens: number }

function search(rows: readonly Row[], wanted: number): { readonly threshold: Threshold; readonly passes: number } {
  const one = new ThresholdSearch(wanted);
  let passes = 0;
  do {
    passes++;
    for (const { hash, tokens } of rows) one.add(Number(hash & 0xffffffffn), Number(hash >> 32n), tokens);
  } while (one.nextPass());
  return { threshold: one.threshold, passes };
}

const chosen = (rows: readonly Row[], threshold: Threshold) => (
  rows.filter(({ hash }) => isSelected(threshold, Number(hash & 0xffffffffn), Number(hash >> 32n))));
const tokensOf = (rows: readonly Row[]) => rows.reduce((sum, { tokens }) => sum + tokens, 0);

/** Brute force: sort, and take whole groups of equal hash while that comes nearer to what is wanted. */
function nearestPrefix(rows: readonly Row[], wanted: number): number {
  const groups = new Map<bigint, number>();
  for (const { hash, tokens } of rows) groups.set(hash, (groups.get(hash) ?? 0) + tokens);
  let sum = 0;
  for (const [, tokens] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (Math.abs(sum + tokens - wanted) >= Math.abs(sum - wanted)) break;
    sum += tokens;
  }
  return sum;
}

// Hashes close to each other, in every digit, and at both ends.
const hash = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 2n ** 64n - 40n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 9n }).map((n) => n << 16n), fc.bigInt({ min: 0n, max: 9n }).map((n) => (n << 32n) | 0xffffn),
);
const rows = fc.array(fc.record({ hash, tokens: fc.integer({ min: 1, max: 50 }) }), { maxLength: 40 });

test('the threshold selects the prefix in hash order that sorting finds nearest', () => {
  fc.assert(fc.property(rows, fc.integer({ min: 0, max: 1200 }), (some, wanted) => {
    const { threshold, passes } = search(some, wanted);
    expect(tokensOf(chosen(some, threshold))).toBe(nearestPrefix(some, wanted));
    expect(threshold.size).toBe(nearestPrefix(some, wanted));
    expect(passes).toBeLessThanOrEqual(4);
  }), { numRuns: 300 });
});

test('the threshold does not depend on the order of the documents', () => {
  fc.assert(fc.property(rows, fc.integer({ min: 0, max: 1200 }), (some, wanted) => {
    expect(search([...some].reverse(), wanted).threshold).toEqual(search(some, wanted).threshold);
  }), { numRuns: 100 });
});

test('documents with one hash are taken together or left together', () => {
  const same = [{ hash: 5n, tokens: 10 }, { hash: 5n, tokens: 10 }, { hash: 9n, tokens: 10 }];
  expect(search(same, 9).threshold.size).toBe(0);
  expect(search(same, 11).threshold.size).toBe(20);
});

test.each([[4, 0], [5, 0], [6, 10], [10, 10], [15, 10], [16, 20]])('of documents of 10 tokens, %d wanted tokens select %d', (wanted, selected) => {
  expect(search([{ hash: 1n, tokens: 10 }, { hash: 2n, tokens: 10 }, { hash: 2n ** 63n, tokens: 10 }], wanted).threshold.size).toBe(selected);
});

test('everything is selected where more is wanted than there is, the largest hash included, and nothing of an empty source', () => {
  const all = [{ hash: 0n, tokens: 1 }, { hash: 2n ** 64n - 1n, tokens: 1 }];
  expect(chosen(all, search(all, 99).threshold)).toHaveLength(2);
  expect(search([], 99).threshold.size).toBe(0);
});

test('of 20,000 documents of one source, a third of the tokens is met to half a document, and other seeds choose others', () => {
  const select = (seed: number) => {
    const key = selectionHashKey(seed);
    const out = new Uint32Array(2);
    return Array.from({ length: 20_000 }, (_, i): Row => {
      selectionHash(key, i, 77, out);
      return { hash: (BigInt(out[1]!) << 32n) | BigInt(out[0]!), tokens: 1 + ((i * 7919) % 1000) };
    });
  };
  const [one, other] = [select(1), select(2)];
  const wanted = Math.floor(tokensOf(one) / 3);
  const [a, b] = [search(one, wanted).threshold, search(other, wanted).threshold];
  expect(Math.abs(a.size - wanted)).toBeLessThanOrEqual(500);
  expect(Math.abs(b.size - wanted)).toBeLessThanOrEqual(500);
  const inA = new Set(one.flatMap((row, i) => (chosen([row], a).length > 0 ? [i] : [])));
  const both = other.filter((row, i) => inA.has(i) && chosen([row], b).length > 0).length;
  expect(both / inA.size).toBeGreaterThan(0.3); // independent choices of a third overlap in a third
  expect(both / inA.size).toBeLessThan(0.37);
});

test('asking too early or searching on is a bug', () => {
  const one = new ThresholdSearch(1);
  expect(() => one.threshold).toThrow(/before its last pass/);
  expect(one.nextPass()).toBe(false);
  expect(() => one.nextPass()).toThrow(/after the last/);
});
