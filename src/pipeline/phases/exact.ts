/**
 * Phase `exact`, a task per partition of each key that the recipe's methods compare: documents with equal normalised text, or with an equal address, meet
 * here. Output: `edges`, [row, row, 1] between the first row of a group and each other one (dedup/partition.ts). Memory: one sort.
 */
import { KeyEdges } from '../../dedup/exact.js';
import { EXACT_RECORD_WORDS, URL_RECORD_WORDS } from '../../dedup/partition.js';
import { AtomicFile } from '../../formats/atomic-file.js';
import { sortedRecords, type ExchangeCounts } from '../exchange.js';
import type { Phase, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import { keyMethods } from '../tasks.js';

export interface ExactResult extends ExchangeCounts {
  readonly edges: number;
}

const RECORD_WORDS = { exact: EXACT_RECORD_WORDS, urls: URL_RECORD_WORDS } as const;

export const exact: Phase<ExactResult> = {
  name: 'exact',

  inputs(run, rank) {
    const { role, partition } = taskAt(run, rank);
    return { role, partition, of: run.plan.partitions, curated: run.checksums('curate', [role, 'kept']), decided: run.checksums('decide', ['kept']) };
  },

  async execute(run, rank) {
    const { role, partition } = taskAt(run, rank);
    const survivors = new Survivors(run);
    const keys = new KeyEdges(RECORD_WORDS[role]);
    const counts = { read: 0, dropped: 0 };
    const file = AtomicFile.create(run.workPath('exact', rank, 'edges'));
    try {
      for (const records of sortedRecords(run, survivors, role, partition, RECORD_WORDS[role], counts)) {
        const edges = keys.add(records);
        file.write(new Uint8Array(edges.buffer, edges.byteOffset, edges.byteLength));
      }
      return { outputs: { edges: file.commit() }, result: { ...counts, edges: keys.repeated } };
    } finally {
      file.abort();
      survivors.close();
    }
  },
};

function taskAt({ plan }: Run, rank: number): { readonly role: 'exact' | 'urls'; readonly partition: number } {
  return { role: keyMethods(plan)[Math.floor(rank / plan.partitions)]!, partition: rank % plan.partitions }; // rank < tasksOf
}
