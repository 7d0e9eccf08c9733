/**
 * Phase `overlap` of an audit with --against, a task per side and partition: which documents of one side have a match on the other, at the similarity that
 * was asked for. It decides the components of `link` as `cluster` does, but with the other side's documents as the only witnesses, which stay all.
 */
import type { ClusterResult } from '../../dedup/cluster-totals.js';
import type { Phase, Run } from '../run.js';
import { overlapTask } from '../tasks.js';
import { clusterInputs, decideClusters, type ClustersToDecide } from './cluster.js';

export const overlap: Phase<ClusterResult> = {
  name: 'overlap',

  inputs(run, rank) {
    return clusterInputs(run, clustersAt(run, rank));
  },

  execute(run, rank) {
    return Promise.resolve(decideClusters(run, clustersAt(run, rank), run.workPath('overlap', rank, 'removals')));
  },
};

function clustersAt({ plan }: Run, rank: number): ClustersToDecide {
  const { side, partition } = overlapTask(plan, rank);
  const { overlap: others = [], recipe, levels } = plan;
  const dedup = recipe.dedup!; // an audit's recipe has it
  const against = side === 'audited' ? others : Object.keys(recipe.sources).filter((source) => !others.includes(source));
  return { level: levels.indexOf(dedup.minhash!.threshold), partition, dedup: { ...dedup, against, within: false } }; // and its levels hold the threshold
}
