/** An alarm of deduplication as a person reads it: one sentence for it in run reports, at the end of `sluice dedup` and in audits, whole or sampled. */
import type { Alarm } from '../dedup/report.js';
import { describeCount, describePercent } from './table.js';

/** By its name, where, what was found against the limit, and what that means. Names of sources in it are foreign text. */
export function alarmText({ alarm, where, found, limit }: Alarm): string {
  switch (alarm) {
    case 'source-removal-rate': return `${alarm}: ${where}: ${describePercent(found)} of its documents repeat others, more than ${describePercent(limit)}: look at some of them`;
    case 'mega-cluster': return `${alarm}: ${where}: ${describeCount(found)} documents in one cluster, ${describeCount(limit)} or more: a template, or false neighbours`;
    case 'capped-buckets': return `${alarm}: ${where}: ${describeCount(found)} buckets were larger than is compared in full: some of their duplicates may have been missed`;
    case 'capped-clusters': return `${alarm}: ${where}: ${describeCount(found)} clusters have more kept documents than are compared: some of their duplicates may have been missed`;
    case 'small-sample': return `${alarm}: ${where}: ${describeCount(found)} documents could be drawn, fewer than ${describeCount(limit)}: some files hold far more documents a byte than others; ask for more`;
  }
}
