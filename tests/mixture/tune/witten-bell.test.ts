import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NgramCounts } from '#src/mixture/tune/ngram-counts.js';
import { bitsOf, probabilitiesAfter } from '#src/mixture/tune/witten-bell.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The formula of Witten and Bell over plain maps of strings of numbers, asked for one byte at a time. Of n-grams of three and more bytes it holds `room`. */
class BruteForce {
  readonly #behind = new Map<string, Map<number, number>>();
  readonly #held = new Set<string>();
  left = 0;

  constructor(readonly order: number, readonly room = Infinity) {}

  add(text: Uint8Array): void {
    text.forEach((byte, i) => {
      for (let length = Math.min(this.order - 1, i); length >= 0; length--) {
        const context = text.slice(i - length, i).join();
        if (length > 2 && !this.#held.has(context)) continue;
        const ngram = `${context},${byte}`;
        if (length >= 2 && !this.#held.has(ngram)) {
          if (this.#held.size === this.room) {
            this.left += 1;
            continue;
          }
          this.#held.add(ngram);
        }
        const behind = this.#behind.get(context) ?? new Map<number, number>();
        behind.set(byte, (behind.get(byte) ?? 0) + 1);
        this.#behind.set(context, behind);
      }
    });
  }

  /** A context counts only where the shorter ones do. */
  probability(context: readonly number[], byte: number): number {
    let probability = 1 / 256;
    for (let length = 0; length <= context.length; length++) {
      const behind = this.#behind.get(context.slice(context.length - length).join());
      if (behind === undefined) return probability;
      const total = [...behind.values()].reduce((sum, count) => sum + count, 0);
      probability = ((behind.get(byte) ?? 0) + behind.size * probability) / (total + behind.size);
    }
    return probability;
  }

  bits(text: Uint8Array): number {
    return [...text].reduce((sum, byte, i) => sum - Math.log2(this.probability([...text.slice(Math.max(0, i - this.order + 1), i)], byte)), 0);
  }
}

// Few different bytes, so that contexts recur; and all of them.
const text = fc.oneof(
  fc.array(fc.constantFrom(0, 97, 98, 99, 255), { maxLength: 80 }), fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }), fc.constant([]),
).map((bytes) => Uint8Array.from(bytes));
const order = fc.integer({ min: 1, max: 5 });

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

test('a model that runs out of room counts what it holds, says what it left out, and still sums to 1', () => {
  fc.assert(fc.property(order, fc.integer({ min: 0, max: 60 }), fc.array(text, { maxLength: 5 }), text, (longest, room, documents, heldOut) => {
    const counts = new NgramCounts(longest, 65_793 + room);
    const brute = new BruteForce(longest, room);
    for (const one of documents) {
      counts.add(one);
      brute.add(one);
    }
    expect(counts.left).toBe(brute.left);
    for (const one of [heldOut, ...documents]) expect(bitsOf(counts, one)).toBeCloseTo(brute.bits(one), 9);
    expect(Math.abs(probabilitiesAfter(counts, heldOut).reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-12);
  }), { numRuns: 200 });
});

test('tables grow with what they hold', () => {
  const random = Uint8Array.from({ length: 300_000 }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) ^ (Math.imul(i + 7, 0x85ebca6b) >>> 13)) >>> 24);
  const counts = new NgramCounts(5);
  counts.add(random);
  const different = [3, 4, 5].map((length) => new Set(Array.from({ length: random.length - length + 1 }, (_, i) => random.subarray(i, i + length).join())).size);
  expect(counts.size).toBe(65_793 + different.reduce((sum, one) => sum + one, 0));
  expect(bitsOf(counts, random) / random.length).toBeLessThan(4); // known by heart
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
