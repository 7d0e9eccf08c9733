import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyHash } from '#src/mixture/copy-hash.js';
import { MOST_COPIES, orderHashKey, orderKeys } from '#src/mixture/order.js';
import { selectionHash, selectionHashKey } from '#src/mixture/select.js';

const WHOLE = 2n ** 64n;

interface Placed { readonly document: number; readonly copy: number; readonly key: bigint }

/** Every copy of `documents` documents of `copies` copies each. */
function place(seed: number, documents: number, copies: number, firstDocument = 0): Placed[] {
  const key = orderHashKey(seed);
  const out = new Uint32Array(2 * copies);
  return Array.from({ length: documents }, (_, i) => firstDocument + i).flatMap((document) => {
    orderKeys(key, document, 7, copies, out);
    return Array.from({ length: copies }, (_, copy) => ({ document, copy, key: (BigInt(out[2 * copy + 1]!) << 32n) | BigInt(out[2 * copy]!) }));
  });
}

const inOrder = (placed: readonly Placed[]): Placed[] => [...placed].sort((a, b) => (a.key < b.key ? -1 : 1));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (key: bigint): number => Number(key) / 2 ** 64;
/** Pearson's statistic of numbers in [0, 1) in equal bins. */
function chiSquare(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.floor(value * bins)]! += 1;
  return counts.reduce((sum, count) => sum + (count - values.length / bins) ** 2 / (values.length / bins), 0);
}

test('every copy of every document has a key of its own, which depends on the seed', () => {
  const keys = place(1, 5000, 3);
  expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
  const other = new Set(place(2, 5000, 3).map(({ key }) => key));
  expect(keys.some(({ key }) => other.has(key))).toBe(false);
});

test('keys are those of the walk in whole numbers of any size, and ascend', () => {
  const hashed = (seed: number, low: number, high: number, copy: number): bigint => {
    const out = new Uint32Array(2);
    copyHash(orderHashKey(seed), low, high, copy, out);
    return (BigInt(out[1]!) << 32n) | BigInt(out[0]!);
  };
  fc.assert(fc.property(fc.nat(), fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 2 ** 32 - 1 }), fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(1001, MOST_COPIES)), (seed, low, high, copies) => {
    const out = new Uint32Array(2 * copies);
    orderKeys(orderHashKey(seed), low, high, copies, out);
    let u = 0n;
    let before = -1n;
    for (let copy = 0; copy < Math.min(copies, 1001); copy++) {
      u = copy === 0 ? hashed(seed, low, high, 0) : u + BigInt.asIntN(64, hashed(seed, low, high, copy));
      if (u < 0n) u = -1n - u;
      if (u >= WHOLE) u = 2n * WHOLE - 1n - u;
      const key = (BigInt(out[2 * copy + 1]!) << 32n) | BigInt(out[2 * copy]!);
      expect(key).toBe((BigInt(copy) * WHOLE + u) / BigInt(copies));
      expect(key > before).toBe(true);
      before = key;
    }
  }), { numRuns: 60 });
});

test('copies lie half an n-th of the order apart at least, and an n-th in the mean', () => {
  const [many, COPIES] = [10_000, 4];
  const sorted = inOrder([...place(3, many, COPIES), ...place(3, 60_000, 1, many)]);
  const places = new Map<number, number[]>();
  sorted.forEach(({ document }, at) => places.set(document, [...(places.get(document) ?? []), at]));
  const gaps = [...places.values()].flatMap((at) => at.slice(1).map((place, i) => place - at[i]!));
  expect(gaps).toHaveLength(many * (COPIES - 1));
  const nth = sorted.length / COPIES;
  const noise = 4 * Math.sqrt(sorted.length) / 2; // of how many other copies lie between two keys
  expect(Math.min(...gaps)).toBeGreaterThan(nth / 2 - noise); // of independent places, the closest would be neighbours
  expect(Math.max(...gaps)).toBeLessThan(1.5 * nth + noise);
  expect(Math.abs(mean(gaps) / nth - 1)).toBeLessThan(0.01);
});

test('a source of n copies of each document is seen whole in each n-th of the order', () => {
  const [documents, copies] = [4000, 5];
  const sorted = inOrder(place(4, documents, copies));
  for (let epoch = 0; epoch < copies; epoch++) {
    const seen = sorted.slice(epoch * documents, (epoch + 1) * documents);
    expect(new Set(seen.map(({ document }) => document)).size).toBe(documents);
    expect(seen.every(({ copy }) => copy === epoch)).toBe(true);
  }
});

test('each copy is anywhere in its n-th alike, so all copies together are spread evenly', () => {
  const [documents, copies, bins] = [50_000, 4, 64];
  const placed = place(5, documents, copies);
  for (let copy = 0; copy < copies; copy++) {
    const within = placed.filter((one) => one.copy === copy).map(({ key }) => share(key) * copies - copy);
    const statistic = chiSquare(within, bins); // of 63 degrees of freedom: 99.98 % lie between these
    expect(statistic).toBeGreaterThan(29);
    expect(statistic).toBeLessThan(112);
  }
  expect(chiSquare(placed.map(({ key }) => share(key)), bins)).toBeLessThan(112);
});

test('sources of different copies are mixed evenly in every part of the order', () => {
  const sorted = inOrder([...place(6, 8000, 1), ...place(6, 4000, 3, 10_000), ...place(6, 3000, 2, 20_000)]);
  const sourceOf = ({ document }: Placed): number => Math.floor(document / 10_000);
  for (const source of [0, 1, 2]) {
    const places = sorted.flatMap((one, at) => (sourceOf(one) === source ? [at / sorted.length] : []));
    expect(chiSquare(places, 26)).toBeLessThan(60); // of 25 degrees of freedom: 99.99 %
  }
});

test('one epoch is another shuffle than the one before: neighbours do not meet again', () => {
  const documents = 20_000;
  const sorted = inOrder(place(7, documents, 2));
  const second = new Map(sorted.slice(documents).map(({ document }, at) => [document, at]));
  const apart = sorted.slice(1, documents).map(({ document }, at) => Math.abs(second.get(document)! - second.get(sorted[at]!.document)!));
  expect(mean(apart) / documents).toBeGreaterThan(0.24); // a quarter with these steps, a third for independent shuffles, 0 for a shuffle shown twice
  expect(apart.filter((distance) => distance <= 10).length / documents).toBeLessThan(0.004); // .001 for independent ones
});

test('order and selection do not share their hashes', () => {
  const [a, b] = [new Uint32Array(2), new Uint32Array(2)];
  orderKeys(orderHashKey(1), 5, 6, 1, a);
  selectionHash(selectionHashKey(1), 5, 6, b);
  expect([...a]).not.toEqual([...b]);
});

test('a number of copies that the arithmetic was not made for is refused', () => {
  for (const copies of [0, MOST_COPIES + 1]) expect(() => orderKeys(orderHashKey(1), 1, 2, copies, new Uint32Array(2 * MOST_COPIES + 2))).toThrow(RangeError);
});
