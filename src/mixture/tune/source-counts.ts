/**
 * What follows what in each source, side by side: the input of the minimax mixture. An event is a context of `order` - 1 bytes with the byte behind it, within one
 * document. Contexts are exact. Bound: sources x events of 2^24 numbers (134 MB); above that, RangeError says how many came. While counting, 16 bytes a byte of one
 * source's text, and 12 an event and source.
 */
import { documentsOf, type TextPool } from './text-pool.js';
import type { ConditionalCounts } from './types.js';

const MOST_JOINT_NUMBERS = 2 ** 24;
/** Longest event whose bytes are a whole number in a float. */
const MOST_ORDER = 6;

/** Every source must have a document of `order` bytes (1 to 6) at least, else RangeError. Sources in the order of the names given. */
export function sourceCounts(pools: Readonly<Record<string, TextPool>>, order: number): ConditionalCounts {
  if (!Number.isInteger(order) || order < 1 || order > MOST_ORDER) throw new RangeError(`order: found ${order}, expected 1 to ${MOST_ORDER}`);
  const sources = Object.keys(pools);
  const counted = sources.map((source) => countEvents(source, pools[source]!, order)); // its own keys
  const { keys: events } = tallied(sortedTogether(counted.map(({ keys }) => keys)));
  if (events.length * sources.length > MOST_JOINT_NUMBERS) {
    throw new RangeError(`found ${events.length} different strings of ${order} bytes in ${sources.length} sources, expected at most ${MOST_JOINT_NUMBERS} numbers in all: `
      + 'take a smaller order or fewer bytes');
  }
  const contextOf = new Uint32Array(events.length);
  for (let event = 1; event < events.length; event++) {
    contextOf[event] = contextOf[event - 1]! + (Math.floor(events[event]! / 256) === Math.floor(events[event - 1]! / 256) ? 0 : 1);
  }
  return { sources, contexts: events.length === 0 ? 0 : contextOf.at(-1)! + 1, contextOf, joint: counted.map((counts) => shares(counts, events)) }; // not empty
}

/** Different numbers, ascending, and how often each came. */
interface Tally {
  readonly keys: Float64Array;
  readonly counts: Uint32Array;
}

/** Strings of `order` bytes as numbers, the last byte the lowest. */
function countEvents(source: string, pool: TextPool, order: number): Tally {
  const found = new Float64Array(pool.text.length);
  const modulus = 256 ** (order - 1);
  let events = 0;
  for (let i = 0; i < documentsOf(pool); i++) {
    let key = 0;
    const start = pool.offsets[i]!;
    for (let at = start; at < pool.offsets[i + 1]!; at++) {
      key = (key % modulus) * 256 + pool.text[at]!;
      if (at - start + 1 >= order) found[events++] = key;
    }
  }
  if (events === 0) throw new RangeError(`${source}: found no document of ${order} bytes, expected one at least`);
  return tallied(found.subarray(0, events).sort());
}

function tallied(sorted: Float64Array): Tally {
  let different = 0;
  const keys = new Float64Array(sorted.length);
  const counts = new Uint32Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) keys[different++] = sorted[i]!;
    counts[different - 1]! += 1;
  }
  return { keys: keys.slice(0, different), counts: counts.slice(0, different) };
}

function sortedTogether(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

/** The share of each event among the source's own; all of its events are in the list. */
function shares({ keys, counts }: Tally, events: Float64Array): Float64Array {
  const sum = counts.reduce((total, count) => total + count, 0);
  const joint = new Float64Array(events.length);
  for (let event = 0, at = 0; at < keys.length; event++) {
    if (events[event] === keys[at]) joint[event] = counts[at++]! / sum;
  }
  return joint;
}
