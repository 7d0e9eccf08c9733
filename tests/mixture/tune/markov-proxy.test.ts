import { expect, test } from 'vitest';
import { groupedBits, perByte } from '#src/mixture/tune/bits-per-byte.js';
import { NgramCounts } from '#src/mixture/tune/ngram-counts.js';
import { poolOf, type TextPool } from '#src/mixture/tune/text-pool.js';
import { byteQuotas, readSource } from '#src/mixture/tune/training-draw.js';
import { chainOf, randomStream, textOf, type Chain } from './markov.js';
import { entropyRate, trigramLoss } from './markov-trigrams.js';

function poolOfChain(chain: Chain, bytes: number, seed: number): TextPool {
  const random = randomStream(seed);
  const documents = Array.from({ length: bytes / 2000 }, (_, i) => ({ text: new TextEncoder().encode(textOf(chain, 2000, random)), low: i, high: seed }));
  return poolOf(documents);
}

test('on held-out text of a Markov chain the proxy comes to its entropy rate, from above, and nearer with more text', () => {
  const chain = chainOf(5, 3);
  const rate = entropyRate(chain);
  const heldOut = poolOfChain(chain, 400_000, 2);
  const pool = poolOfChain(chain, 1_000_000, 1);
  for (const order of [3, 5]) {
    const [little, more, most] = [10_000, 100_000, 1_000_000].map((bytes) => {
      const counts = new NgramCounts(order);
      readSource(counts, pool, bytes, 0);
      return perByte(groupedBits(counts, heldOut)) - rate;
    }) as [number, number, number];
    expect(little).toBeGreaterThan(more);
    expect(more).toBeGreaterThan(most);
    expect(most).toBeGreaterThan(-0.005); // three standard errors of the held-out text
    expect(most).toBeLessThan(order === 3 ? 0.01 : 0.02); // 64 or 4,096 contexts to learn
  }
});

test('a mixture of chains costs on each chain what the closed form of the mixed model says', () => {
  const chains = [chainOf(1, 3), chainOf(2, 3), chainOf(3, 2)] as const;
  const pools = chains.map((chain, i) => poolOfChain(chain, 400_000, 10 + i));
  const heldOut = chains.map((chain, i) => poolOfChain(chain, 200_000, 20 + i));
  for (const weights of [[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.3, 0.5], [0.05, 0.9, 0.05]]) {
    const counts = new NgramCounts(3);
    const quotas = byteQuotas({ weights: Object.fromEntries(weights.map((weight, i) => [String(i), weight])) }, 400_000);
    pools.forEach((pool, i) => readSource(counts, pool, quotas[String(i)] ?? 0, 7));
    chains.forEach((target, i) => {
      const measured = perByte(groupedBits(counts, heldOut[i]!));
      expect(Math.abs(measured - trigramLoss(chains, weights, target)), `${weights.join()} on ${i}`).toBeLessThan(0.02);
    });
  }
});

test('a text that was trained on costs less than its entropy: that is why held-out text must not be', () => {
  const chain = chainOf(5, 3);
  const pool = poolOfChain(chain, 100_000, 1);
  const counts = new NgramCounts(5);
  readSource(counts, pool, 100_000, 0);
  expect(perByte(groupedBits(counts, pool))).toBeLessThan(entropyRate(chain) - 0.05);
});
