import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf, chooseDrawn, SmallestNumbers } from '#src/dedup/draw.js';
import { KeyChains } from '#src/dedup/key-chains.js';

const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 200 });

/** What a shard with these documents hands on. */
function candidates(all: readonly number[], most: number) {
  const smallest = new SmallestNumbers(most);
  const places: number[] = [];
  for (const number of all) {
    const place = smallest.offer(number);
    if (place >= 0) places[place] = number;
  }
  return { numbers: places.sort((a, b) => a - b), completeTo: smallest.completeTo() };
}

describe('drawing documents', () => {
  it('keeps the smallest numbers, each in a place of its own', () => {
    fc.assert(fc.property(numbers, fc.integer({ min: 1, max: 40 }), (all, most) => {
      const { numbers: kept, completeTo } = candidates(all, most);
      const sorted = [...all].sort((a, b) => a - b);
      expect(kept).toEqual(sorted.slice(0, most));
      expect(completeTo).toBe(all.length > most ? sorted[most - 1] : 1);
    }));
  });

  it('draws the smallest of all shards where each hands on enough', () => {
    fc.assert(fc.property(fc.array(numbers, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 60 }), (shards, wanted) => {
      const chosen = chooseDrawn(shards.map((all) => candidates(all, wanted)), wanted);
      const drawn = chosen.map(({ shard, at }) => [...shards[shard]!].sort((a, b) => a - b)[at]);
      expect(drawn).toEqual(shards.flat().sort((a, b) => a - b).slice(0, wanted));
    }));
  });

  it('ends where a shard handed on too few: what is drawn are still the smallest of all', () => {
    fc.assert(fc.property(fc.array(numbers, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (shards, most) => {
      const chosen = chooseDrawn(shards.map((all) => candidates(all, most)), 60);
      const drawn = chosen.map(({ shard, at }) => [...shards[shard]!].sort((a, b) => a - b)[at]!);
      expect(drawn).toEqual(shards.flat().sort((a, b) => a - b).slice(0, drawn.length));
    }));
  });

  it('asks of a shard sixteen times its share, at least 64, never more than all', () => {
    expect([candidatesOf(1000, 0.05), candidatesOf(1000, 0.001), candidatesOf(1000, 0.9), candidatesOf(10, 0.5)]).toEqual([800, 64, 1000, 10]);
  });
});

describe('chains of keys', () => {
  it('find every entry of a key, the last first, and nothing else', () => {
    const key = fc.tuple(fc.constantFrom(0, 1, 0x8000_0000, 0xffff_ffff), fc.constantFrom(0, 7, 0xffff_ffff));
    fc.assert(fc.property(fc.array(key, { maxLength: 50 }), key, (keys, asked) => {
      const chains = new KeyChains(keys.length);
      keys.forEach(([low, high], entry) => chains.add(entry, low, high));
      const found: number[] = [];
      for (let entry = chains.find(...asked); entry >= 0; entry = chains.before(entry)) found.push(entry);
      expect(found).toEqual(keys.flatMap(([low, high], entry) => (low === asked[0] && high === asked[1] ? [entry] : [])).reverse());
    }));
  });
});
