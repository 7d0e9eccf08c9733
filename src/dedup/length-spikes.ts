/**
 * Lengths that far more documents have than the lengths around them: pages made from a template with the same empty middle. Lengths are compared within
 * ranges of a sixteenth of an octave (all below 64 bytes are one range): `expected` is what the other lengths of the range have on average. A spike has at
 * least `LEAST_DOCUMENTS` documents, three times as many as expected, and six standard deviations (its square root, by Poisson's law) more.
 */
import { compareGroups, FirstFew, LENGTH_TALLY_WORDS, tallyGroups, type TallyGroup } from './tally.js';

const FIRST_OCTAVE = 6;
const RANGES_AN_OCTAVE = 16;
const LEAST_DOCUMENTS = 5;
const TIMES_EXPECTED = 3;
const DEVIATIONS = 6;

export interface Spike {
  readonly bytes: number;
  readonly documents: number;
  readonly expected: number;
  /** The smallest row of this length. */
  readonly row: number;
}

/** The range that a length in bytes (below 2^31) is in, ascending with it. */
export function lengthRange(bytes: number): number {
  const octave = 31 - Math.clz32(bytes);
  return octave < FIRST_OCTAVE ? 0 : 1 + (octave - FIRST_OCTAVE) * RANGES_AN_OCTAVE + ((bytes >>> (octave - 4)) & (RANGES_AN_OCTAVE - 1));
}

/** How many lengths a range holds. */
export const rangeWidth = (range: number): number => (range === 0 ? 2 ** FIRST_OCTAVE : 2 ** (FIRST_OCTAVE - 4 + Math.floor((range - 1) / RANGES_AN_OCTAVE)));

export function isSpike(documents: number, expected: number): boolean {
  return documents >= Math.max(LEAST_DOCUMENTS, TIMES_EXPECTED * expected, expected + DEVIATIONS * Math.sqrt(expected));
}

/** Most documents first, then the shorter. */
export const compareSpikes = (a: Spike, b: Spike): number => b.documents - a.documents || a.bytes - b.bytes;

/**
 * The largest spikes among the [bytes, row] records of whole ranges, sorted. Of a range only its most common lengths are held: one that has fewer
 * documents is expected to have more, so no spike stands behind them. Memory: `MOST_SHOWN` lengths.
 */
export function findSpikes(chunks: Iterable<Uint32Array>): readonly Spike[] {
  const spikes = new FirstFew(compareSpikes);
  let range = -1;
  let documents = 0;
  let common = new FirstFew(compareGroups);
  const endRange = (): void => {
    for (const group of common.take()) {
      const spike = spikeOf(group, range, documents);
      if (spike !== undefined) spikes.offer(spike);
    }
  };
  for (const group of tallyGroups(chunks, LENGTH_TALLY_WORDS)) {
    const of = lengthRange(group.key[0]!); // a length is one word
    if (of !== range) {
      endRange();
      [range, documents, common] = [of, 0, new FirstFew(compareGroups)];
    }
    documents += group.documents;
    common.offer(group);
  }
  endRange();
  return spikes.take();
}

function spikeOf({ key, row, documents }: TallyGroup, range: number, inRange: number): Spike | undefined {
  const expected = (inRange - documents) / (rangeWidth(range) - 1);
  return isSpike(documents, expected) ? { bytes: key[0]!, documents, expected, row } : undefined;
}

/** The spikes of tasks that had different ranges, as one list. */
export function mergeSpikes(parts: readonly (readonly Spike[])[]): readonly Spike[] {
  const spikes = new FirstFew(compareSpikes);
  for (const part of parts) for (const spike of part) spikes.offer(spike);
  return spikes.take();
}
