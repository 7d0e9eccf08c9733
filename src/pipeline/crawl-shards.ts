/**
 * Which shards of a crawl are read: ranges of their numbers, counted from 0 in the order of the crawl's list, and a sample of those. A choice is made of
 * numbers and paths alone, so the same recipe names the same shards on every machine.
 */
import { ConfigError } from '../core/errors.js';
import { hashKey, keyedHash } from '../core/keyed-hash.js';
import { CRAWL_BASE } from '../storage/crawl-list.js';

/** Numbers of shards, both ends among them. */
export type ShardRange = readonly [first: number, last: number];

export const SAMPLING = ['random', 'stride', 'first'] as const;
export type Sampling = (typeof SAMPLING)[number];

/** A crawl as a recipe names it. */
export interface CrawlRecipe {
  /** `CC-MAIN-2024-10`. */
  readonly name: string;
  /** Ascending, apart from one another. Absent: all. */
  readonly shards?: readonly ShardRange[];
  /** So many of those. Absent: all of them. */
  readonly take?: number;
  /** `random`: by keyed hash of seed, crawl and path. `stride`: evenly spread. `first`: the first ones. */
  readonly by: Sampling;
  /** Address that paths are below, with a slash at its end. */
  readonly base: string;
  /** Local folder that shards are fetched to and read from. Absent: they are read over the network each time. */
  readonly cache?: string;
}

export type CrawlChoice = Pick<CrawlRecipe, 'name' | 'shards' | 'take' | 'by'>;

export interface ChosenShard {
  /** In the crawl's list, from 0. */
  readonly number: number;
  readonly path: string;
}

/** A crawl of all its shards, from Common Crawl itself. */
export const wholeCrawl = (name: string): CrawlRecipe => ({ name, by: 'random', base: CRAWL_BASE });

const RANGE = /^\d{1,6}(?:-\d{1,6})?$/;

/** `0-99,200` as ranges, ascending and merged; undefined where the text is none, or a range runs backwards. */
export function parseShardRanges(text: string): readonly ShardRange[] | undefined {
  const ranges: ShardRange[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (!RANGE.test(part)) return undefined;
    const [first = 0, last = first] = part.split('-').map(Number);
    if (last < first) return undefined;
    ranges.push([first, last]);
  }
  return mergeRanges(ranges);
}

/** The same numbers, each once. */
function mergeRanges(ranges: readonly ShardRange[]): readonly ShardRange[] {
  const merged: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** `0-99,200`: what parseShardRanges reads. */
export const rangesText = (ranges: readonly ShardRange[]): string => ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');

/** The chosen shards, in the order of the list. Throws ConfigError where the list has fewer than are asked for. */
export function chooseShards(paths: readonly string[], { name, shards, take, by }: CrawlChoice, seed: number): ChosenShard[] {
  const ranges = shards ?? [[0, paths.length - 1]];
  const last = ranges.at(-1)?.[1] ?? 0;
  if (last >= paths.length) throw new ConfigError(`shards: found ${last}, but ${name} has ${paths.length} shards: expected numbers from 0 to ${paths.length - 1}`);
  const within = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i): ChosenShard => ({ number: from + i, path: paths[from + i]! }))); // within the list
  if (take === undefined) return within;
  if (take > within.length) throw new ConfigError(`take: found ${take}, but there are ${within.length} shards of ${name} to take from: expected at most so many`);
  switch (by) {
    case 'first': return within.slice(0, take);
    case 'stride': return Array.from({ length: take }, (_, i) => within[Math.floor((i * within.length) / take)]!); // take is at most the length
    case 'random': return drawn(within, name, take, seed);
  }
}

/** Those with the smallest keyed hashes of crawl and path: the same ones however the list is ordered, and a smaller sample is part of a larger one. */
function drawn(shards: readonly ChosenShard[], crawl: string, take: number, seed: number): ChosenShard[] {
  const key = hashKey(seed, 'crawl-shards');
  const hash = new Uint32Array(2);
  const draws = shards.map((shard) => {
    keyedHash(key, new TextEncoder().encode(`${crawl}\0${shard.path}`), hash);
    return { shard, high: hash[1]!, low: hash[0]! };
  });
  return draws.sort((a, b) => a.high - b.high || a.low - b.low || (a.shard.path < b.shard.path ? -1 : 1))
    .slice(0, take).map(({ shard }) => shard).sort((a, b) => a.number - b.number);
}
