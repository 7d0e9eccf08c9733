/**
 * Phase `match`, a task per partition: documents that share a band's hash meet here and are compared. Output: `edges`, [row, row, estimated Jaccard as
 * float32 bits] as uint32, verified pairs alone. Memory: 24 MB of sorting, 64 Ki signatures (16 MB for 14 x 8).
 */
import { BucketVerifier, type BucketTotals } from '../../dedup/bucket.js';
import { BAND_RECORD_WORDS } from '../../dedup/partition.js';
import { AtomicFile } from '../../formats/atomic-file.js';
import type { Phase } from '../run.js';
import { signatureBytes, signatureParameters } from '../signature-writer.js';
import { Survivors } from '../survivors.js';
import { sortedRecords } from './exact.js';

export type MatchResult = BucketTotals;

export const match: Phase<MatchResult> = {
  name: 'match',

  inputs(run, rank) {
    const { partitions, recipe } = run.plan;
    return {
      partition: rank, of: partitions, minhash: recipe.dedup!.minhash,
      curated: run.checksums('curate', ['bands', 'signatures']), decided: run.checksums('decide', ['kept']),
    };
  },

  async execute(run, rank) {
    const dedup = run.plan.recipe.dedup!; // a plan without dedup has no such task
    const parameters = signatureParameters(dedup);
    const survivors = new Survivors(run).loadDecisions();
    const width = signatureBytes(parameters);
    const verifier = new BucketVerifier({
      levels: [dedup.minhash!.threshold], permutations: parameters.bands * parameters.rows,
      signatureOf: (row) => survivors.signatureOf(row, width),
    });
    const file = AtomicFile.create(run.workPath('match', rank, 'edges'));
    try {
      for (const records of sortedRecords(run, survivors, 'bands', rank, BAND_RECORD_WORDS)) {
        const { rowA, rowB, jaccard } = verifier.add(records);
        const bits = new Uint32Array(jaccard.buffer, jaccard.byteOffset, jaccard.length);
        const edges = new Uint32Array(3 * rowA.length);
        rowA.forEach((row, i) => edges.set([row, rowB[i]!, bits[i]!], 3 * i));
        file.write(new Uint8Array(edges.buffer));
      }
      return { outputs: { edges: file.commit() }, result: verifier.totals };
    } finally {
      file.abort();
      survivors.close();
    }
  },
};
