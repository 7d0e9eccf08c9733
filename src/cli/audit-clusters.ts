/** The largest clusters as an audit shows them: who is in them, how the text begins, and how the least similar member differs from the kept one. */
import type { LargeCluster } from '../dedup/audit.js';
import type { ClusterResult } from '../dedup/cluster-totals.js';
import { unifiedDiff } from '../reports/unified-diff.js';
import type { AuditDocuments } from './audit-documents.js';

/** The kept one and so many others: enough to go and look. */
const MEMBERS = 10;

export function largeClusters({ largest }: ClusterResult, documents: AuditDocuments): LargeCluster[] {
  return largest.map(({ size, keptRow, rows }) => {
    const member = (row: number, jaccard: number) => ({ id: documents.idOf(row), source: documents.sourceOf(row), jaccard });
    const [least] = rows; // the least similar first
    return {
      size,
      members: [member(keptRow, 1), ...rows.slice(0, MEMBERS - 1).map(({ row, jaccard }) => member(row, jaccard))],
      sample: documents.sampleOf(keptRow),
      diff: least === undefined ? [] : unifiedDiff(documents.textOf(keptRow), documents.textOf(least.row)),
    };
  });
}
