/**
 * Phase `match`, a task per partition: documents that share a band's hash meet here and are compared by their signatures, for all levels of the plan at
 * once. Output: `edges`, [row, row, estimated Jaccard as float32 bits], of pairs that may reach a level. Memory: one sort, and a cache of signatures.
 */
import { BucketVerifier, type BucketTotals } from '../../dedup/bucket.js';
import { BAND_RECORD_WORDS, EDGE_WORDS } from '../../dedup/partition.js';
import { linkEstimate } from '../../dedup/resolve.js';
import { AtomicFile } from '../../formats/atomic-file.js';
import { sortedRecords, type ExchangeCounts } from '../exchange.js';
import type { Plan } from '../plan.js';
import type { Phase } from '../run.js';
import { SignatureCache } from '../signature-cache.js';
import { signatureBytes, signatureParameters } from '../signature-layout.js';
import { Survivors } from '../survivors.js';

export interface MatchResult extends ExchangeCounts {
  readonly buckets: BucketTotals;
}

export const match: Phase<MatchResult> = {
  name: 'match',

  inputs(run, rank) {
    return {
      partition: rank, of: run.plan.partitions, least: leastEstimates(run.plan), parameters: signatureParameters(run.plan.recipe.dedup!),
      curated: run.checksums('curate', ['bands', 'signatures', 'kept']), decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run, rank) {
    const parameters = signatureParameters(run.plan.recipe.dedup!); // a plan without dedup has no such task
    const survivors = new Survivors(run);
    const cache = new SignatureCache(run, survivors, signatureBytes(parameters), run.memory.cache);
    const verifier = new BucketVerifier({
      levels: leastEstimates(run.plan), permutations: parameters.bands * parameters.rows, signatureOf: (row) => cache.minimaOf(row),
    });
    const counts = { read: 0, dropped: 0 };
    const file = AtomicFile.create(run.workPath('match', rank, 'edges'));
    try {
      for (const records of sortedRecords(run, survivors, 'bands', rank, BAND_RECORD_WORDS, counts)) {
        const { rowA, rowB, jaccard } = verifier.add(records);
        const bits = new Uint32Array(jaccard.buffer, jaccard.byteOffset, jaccard.length);
        const edges = new Uint32Array(EDGE_WORDS * rowA.length);
        rowA.forEach((row, i) => edges.set([row, rowB[i]!, bits[i]!], EDGE_WORDS * i));
        file.write(new Uint8Array(edges.buffer));
      }
      return { outputs: { edges: file.commit() }, result: { ...counts, buckets: verifier.totals } };
    } finally {
      file.abort();
      cache.close();
      survivors.close();
    }
  },
};

/** Least estimate of an edge at each level, ascending. */
function leastEstimates({ levels, recipe }: Plan): number[] {
  const { bands, rows } = recipe.dedup!.minhash!; // a plan without minhash has no such task
  return [...new Set(levels.map((level) => linkEstimate(level, bands * rows)))];
}
