import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NgramCounts } from '#src/mixture/tune/ngram-counts.js';
import { bitsOf, probabilitiesAfter } from '#src/mixture/tune/witten-bell.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The formula of Witten and Bell over plain maps of strings of numbers, asked for one byte at a time. */
class BruteForce {
  readonly #behind = new Map<string, Map<number, number>>();

  constructor(readonly order: number) {}

  add(text: Uint8Array): void {
    text.forEach((byte, i) => {
      for (let length = 0; length < this.order && length <= i; length++) {
        const context = text.slice(i - length, i).join();
        const behind = this.#behind.get(context) ?? new Map<number, number>();
        behind.set(byte, (behind.get(byte) ?? 0) + 1);
        this.#behind.set(context, behind);
      }
    });
  }

  probability(context: readonly number[], byte: number): number {
    const shorter = context.length === 0 ? 1 / 256 : this.probability(context.slice(1), byte);
    const behind = this.#behind.get(context.join());
    if (behind === undefined) return shorter;
    const total = [...behind.values()].reduce((sum, count) => sum + count, 0);
    return ((behind.get(byte) ?? 0) + behind.size * shorter) / (total + behind.size);
  }

  bits(text: Uint8Array): number {
    return [...text].reduce((sum, byte, i) => sum - Math.log2(this.probability([...text.slice(Math.max(0, i - this.order + 1), i)], byte)), 0);
  }
}

// Few different bytes, so that contexts recur; and all of them.
const text = fc.oneof(
  fc.array(fc.constantFrom(0, 97, 98, 99, 255), { maxLength: 80 }), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }), fc.constant([]),
).map((bytes) => Uint8Array.from(bytes));
const order = fc.integer({ min: 1, max: 6 });

test('bits are those of the published formula, computed over plain maps', () => {
  fc.assert(fc.property(order, fc.array(text, { maxLength: 5 }), text, (longest, documents, heldOut) => {
    const counts = new NgramCounts(longest);
    const brute = new BruteForce(longest);
    for (const one of documents) {
      counts.add(one);
      brute.add(one);
    }
    for (const one of [heldOut, ...documents]) expect(bitsOf(counts, one)).toBeCloseTo(brute.bits(one), 9);
  }), { numRuns: 200 });
});

test('the probabilities of the 256 bytes sum to 1 behind any context, and bits are the product of them', () => {
  fc.assert(fc.property(order, fc.array(text, { maxLength: 5 }), text, (longest, documents, context) => {
    const counts = new NgramCounts(longest);
    for (const one of documents) counts.add(one);
    const probabilities = probabilitiesAfter(counts, context);
    expect(Math.abs(probabilities.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-12);
    for (const byte of [0, 97, 255]) {
      expect(bitsOf(counts, Uint8Array.of(...context, byte)) - bitsOf(counts, context)).toBeCloseTo(-Math.log2(probabilities[byte]!), 9);
    }
  }), { numRuns: 200 });
});

test('a model that ran out of room still sums to 1, says what it left out, and is what it was up to there', () => {
  const random = Uint8Array.from({ length: 30_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) ^ (Math.imul(i + 7, 0x85ebca6b) >>> 13)) >>> 24);
  const full = new NgramCounts(5, 65_793 + 1000);
  full.add(random);
  expect(full.size).toBe(65_793 + 1000);
  expect(full.left).toBeGreaterThan(20_000);
  for (let i = 5; i < random.length; i += 1000) {
    expect(Math.abs(probabilitiesAfter(full, random.subarray(i - 5, i)).reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-12);
  }
  const whole = new NgramCounts(5);
  whole.add(random);
  expect(whole.left).toBe(0);
  expect(bitsOf(whole, random)).toBeLessThan(bitsOf(full, random));
});

test('tiny texts give the probabilities that the formula gives by hand', () => {
  const counts = new NgramCounts(2);
  counts.add(bytesOf('abab'));
  const [a, b, c] = [97, 98, 99] as const;
  const empty = probabilitiesAfter(counts, bytesOf('')); // n = 4, T = 2
  expect(empty[a]).toBeCloseTo((2 + 2 / 256) / 6, 15);
  expect(empty[c]).toBeCloseTo((2 / 256) / 6, 15);
  const behindA = probabilitiesAfter(counts, bytesOf('a')); // n = 2, T = 1
  expect(behindA[b]).toBeCloseTo((2 + empty[b]!) / 3, 15);
  expect(behindA[c]).toBeCloseTo(empty[c]! / 3, 15);
  const behindB = probabilitiesAfter(counts, bytesOf('b')); // n = 1, T = 1
  expect(behindB[a]).toBeCloseTo((1 + empty[a]!) / 2, 15);
  expect(probabilitiesAfter(counts, bytesOf('c'))).toEqual(empty); // never seen
});

test('a model of nothing gives each byte 8 bits, and a document its own beginning', () => {
  expect(bitsOf(new NgramCounts(5), bytesOf('nothing'))).toBe(56);
  const apart = new NgramCounts(3);
  apart.add(bytesOf('ab'));
  apart.add(bytesOf('cd'));
  const together = new NgramCounts(3);
  together.add(bytesOf('abcd'));
  expect(probabilitiesAfter(apart, bytesOf('b'))).toEqual(probabilitiesAfter(apart, bytesOf(''))); // no byte was ever behind b
  expect(probabilitiesAfter(together, bytesOf('b'))[99]).toBeGreaterThan(0.5);
});

test('it reads a part of a buffer as if that were all', () => {
  const [text, part] = [bytesOf('xxabcabcabyy'), bytesOf('abcabcab')];
  const [one, other] = [new NgramCounts(5), new NgramCounts(5)];
  one.add(text, 2, 10);
  other.add(part);
  expect(bitsOf(one, text, 2, 10)).toBe(bitsOf(other, part));
});
