/**
 * Phase `tally` of an audit, a task per partition: counts what documents share beside whole texts, in the records that `curate` dealt out to the
 * partition: normalised addresses, lengths in bytes, paragraphs. And, by source, the documents
 * whose text an earlier one has, from the pairs of `exact`. Everything is in the result, outputs there are none. Memory: one sort, and the
 * 20 most common keys of each kind.
 */
import { findSpikes, type Spike } from '../../dedup/length-spikes.js';
import { LENGTH_TALLY_WORDS, PARAGRAPH_TALLY_WORDS, tallyRepeats, URL_TALLY_WORDS, type RepeatTally } from '../../dedup/tally.js';
import { edgesOf } from '../edges.js';
import { sortedRecords } from '../exchange.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';

export interface TallyResult {
  /** Documents with the text of an earlier one, by source in the order of the recipe. */
  readonly exact: readonly number[];
  readonly urls: RepeatTally;
  readonly lengths: readonly Spike[];
  readonly paragraphs: RepeatTally;
}

export const tally: Phase<TallyResult> = {
  name: 'tally',

  inputs(run, rank) {
    return {
      partition: rank, of: run.plan.partitions, sources: Object.keys(run.plan.recipe.sources),
      curated: run.checksums('curate', ['urls', 'lengths', 'paragraphs']), exact: run.checksums('exact', ['edges'], rank, rank + 1),
    };
  },

  execute(run, rank) {
    const survivors = new Survivors(run);
    try {
      const records = (role: 'urls' | 'lengths' | 'paragraphs', words: number): Iterable<Uint32Array> => sortedRecords(run, survivors, role, rank, words);
      return Promise.resolve({
        outputs: {},
        result: {
          exact: exactBySource(run, survivors, rank),
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

/** The second row of a pair has a text that an earlier one has. Ranks of `exact` begin with those of texts. */
function exactBySource(run: Run, survivors: Survivors, rank: number): number[] {
  const sources = Object.keys(run.plan.recipe.sources);
  const counts = sources.map(() => 0);
  const sourceOfShard = run.plan.shards.map(({ source }) => sources.indexOf(source));
  for (const { rowB } of edgesOf(run, [['exact', rank]], 1, { read: 0 })) {
    for (const row of rowB) counts[sourceOfShard[survivors.shardOf(row)]!]! += 1; // a row is in a shard of a source
  }
  return counts;
}
