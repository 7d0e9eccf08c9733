/**
 * Phase `tally` of an audit, a task per partition: counts what documents share beside whole texts, in the records that `curate` dealt out to the
 * partition: normalised addresses, lengths in bytes, paragraphs. Everything is in the result, outputs there are none. Memory: one sort, and the
 * 20 most common keys of each kind.
 */
import { findSpikes, type Spike } from '../../dedup/length-spikes.js';
import { LENGTH_TALLY_WORDS, PARAGRAPH_TALLY_WORDS, tallyRepeats, URL_TALLY_WORDS, type RepeatTally } from '../../dedup/tally.js';
import { sortedRecords } from '../exchange.js';
import type { Phase } from '../run.js';
import { Survivors } from '../survivors.js';

export interface TallyResult {
  readonly urls: RepeatTally;
  readonly lengths: readonly Spike[];
  readonly paragraphs: RepeatTally;
}

export const tally: Phase<TallyResult> = {
  name: 'tally',

  inputs(run, rank) {
    return { partition: rank, of: run.plan.partitions, curated: run.checksums('curate', ['urls', 'lengths', 'paragraphs']) };
  },

  execute(run, rank) {
    const survivors = new Survivors(run);
    try {
      const records = (role: 'urls' | 'lengths' | 'paragraphs', words: number): Iterable<Uint32Array> => sortedRecords(run, survivors, role, rank, words);
      return Promise.resolve({
        outputs: {},
        result: {
          urls: tallyRepeats(records('urls', URL_TALLY_WORDS), URL_TALLY_WORDS),
          lengths: findSpikes(records('lengths', LENGTH_TALLY_WORDS)),
          paragraphs: tallyRepeats(records('paragraphs', PARAGRAPH_TALLY_WORDS), PARAGRAPH_TALLY_WORDS, ([, , bytes]) => bytes!), // a key of three words
        },
      });
    } finally {
      survivors.close();
    }
  },
};
