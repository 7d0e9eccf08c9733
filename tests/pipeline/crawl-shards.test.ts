import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseShards, parseShardRanges, rangesText, type CrawlChoice } from '#src/pipeline/crawl-shards.js';

const paths = Array.from({ length: 1000 }, (_, i) => `crawl-data/CC-MAIN-2024-10/segments/${i % 7}/wet/shard-${i}.warc.wet.gz`);
const choose = (choice: Partial<CrawlChoice>, seed = 1, list = paths) => chooseShards(list, { name: 'CC-MAIN-2024-10', by: 'random', ...choice }, seed);
const numbers = (choice: Partial<CrawlChoice>, seed = 1): number[] => choose(choice, seed).map(({ number }) => number);

describe('ranges of shards', () => {
  it.each<[string, [number, number][]]>([
    ['0-99', [[0, 99]]], ['5', [[5, 5]]], ['0-99,200,300-310', [[0, 99], [200, 200], [300, 310]]], ['7, 3 ,5-6', [[3, 3], [5, 7]]], ['0-9,5-20,20', [[0, 20]]],
  ])('%s', (text, ranges) => {
    expect(parseShardRanges(text)).toEqual(ranges);
  });

  it.each(['', '-', '1-', '-1', '9-3', '1--2', 'a', '1,,2', '1.5', '0x10', '1-2-3', '1234567'])('are not %j', (text) => {
    expect(parseShardRanges(text)).toBeUndefined();
  });

  it('name each shard once, however they overlap, and are read back from their text', () => {
    const range = fc.tuple(fc.nat(300), fc.nat(40)).map(([first, length]): [number, number] => [first, first + length]);
    fc.assert(fc.property(fc.array(range, { minLength: 1, maxLength: 12 }), (ranges) => {
      const wanted = new Set(ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)));
      const shards = parseShardRanges(ranges.map(([first, last]) => `${first}-${last}`).join(','))!;
      expect(numbers({ shards })).toEqual([...wanted].sort((a, b) => a - b));
      expect(parseShardRanges(rangesText(shards))).toEqual(shards);
    }));
  });

  it('beyond the crawl are refused with its size', () => {
    expect(() => choose({ shards: [[990, 1000]] })).toThrow('shards: found 1000, but CC-MAIN-2024-10 has 1000 shards: expected numbers from 0 to 999');
  });
});

describe('a sample of shards', () => {
  it('is all of them where none is asked for', () => {
    expect(choose({}).map(({ path }) => path)).toEqual(paths);
  });

  it('by first is the first ones, by stride evenly spread ones, of the ranges', () => {
    expect(numbers({ take: 3, by: 'first', shards: [[10, 19]] })).toEqual([10, 11, 12]);
    expect(numbers({ take: 4, by: 'stride' })).toEqual([0, 250, 500, 750]);
    expect(numbers({ take: 3, by: 'stride', shards: [[0, 4], [100, 104]] })).toEqual([0, 3, 101]);
    for (const take of [1, 7, 333, 999, 1000]) expect(new Set(numbers({ take, by: 'stride' })).size).toBe(take);
  });

  it('at random depends on seed, crawl and path, not on the order of the list', () => {
    const chosen = choose({ take: 50 }).map(({ path }) => path);
    const reversed = choose({ take: 50 }, 1, [...paths].reverse()).map(({ path }) => path);
    expect(new Set(reversed)).toEqual(new Set(chosen));
    expect(numbers({ take: 50 }, 2)).not.toEqual(numbers({ take: 50 }));
    expect(numbers({ take: 50, name: 'CC-MAIN-2024-18' })).not.toEqual(numbers({ take: 50 }));
    expect(numbers({ take: 100 })).toEqual(expect.arrayContaining(numbers({ take: 50 }))); // so that a sample can grow
  });

  it('at random falls on every part of the crawl about as often', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 100; seed++) for (const number of numbers({ take: 50 }, seed)) counts[Math.floor(number / 100)]! += 1;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100); // 4.7 standard deviations
  });

  it('of more than there are is refused', () => {
    expect(() => choose({ take: 11, shards: [[0, 9]] })).toThrow('take: found 11, but there are 10 shards of CC-MAIN-2024-10 to take from');
  });
});
