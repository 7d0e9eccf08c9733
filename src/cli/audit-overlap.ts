/** What the audited data and the data under --against have in common, from the two sides of phase `overlap`. */
import type { Overlap } from '../dedup/audit.js';
import { mergeClusterResults, type ClusterResult } from '../dedup/cluster-totals.js';
import type { Run } from '../pipeline/run.js';
import { overlapRank, type OverlapSide } from '../pipeline/tasks.js';
import type { AuditDocuments } from './audit-documents.js';
import { removable, sum, type SourceAmount } from './audit-sums.js';

const EXAMPLES = 20;

/** `against` are the sources of that side. Examples: the documents there that most others resemble, each with the least similar of these shown. */
export function overlapOf(run: Run, against: readonly string[], amounts: readonly SourceAmount[], documents: AuditDocuments): Overlap {
  const documentsOf = (isAgainst: boolean): number => sum(amounts.filter(({ source }) => against.includes(source) === isAgainst).map((amount) => amount.documents));
  const audited = sideOf(run, 'audited');
  return {
    against,
    documents: removable(audited.removals, documentsOf(false)),
    againstDocuments: removable(sideOf(run, 'against').removals, documentsOf(true)),
    examples: audited.largest.slice(0, EXAMPLES).flatMap(({ keptRow, rows: [match] }) => (match === undefined ? [] : [
      { id: documents.idOf(match.row), matchedId: documents.idOf(keptRow), jaccard: match.jaccard, sample: documents.sampleOf(match.row) },
    ])),
  };
}

const sideOf = (run: Run, side: OverlapSide): ClusterResult => mergeClusterResults(
  Array.from({ length: run.plan.partitions }, (_, partition) => run.completed<ClusterResult>('overlap', overlapRank(run.plan, side, partition)).result));
