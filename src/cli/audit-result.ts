/**
 * Gathers what an audit's tasks found into the one `Audit` that its JSON, its table and its page show. Figures are sums of the tasks' results; documents
 * are read again only to be shown (audit-clusters.ts, audit-findings.ts).
 */
import type { Audit, NearLevel, SourceAudit } from '../dedup/audit.js';
import { mergeBucketTotals } from '../dedup/bucket.js';
import type { ClusterResult } from '../dedup/cluster-totals.js';
import { estimateRecall } from '../dedup/recall-estimate.js';
import { dedupAlarms, removalsBySource, type SizeClass } from '../dedup/report.js';
import { REMOVAL_METHODS } from '../dedup/resolve.js';
import { shingleText } from '../dedup/shingle-text.js';
import { clustersOf } from '../pipeline/conservation.js';
import type { CurateResult } from '../pipeline/phases/curate.js';
import type { MatchResult } from '../pipeline/phases/match.js';
import type { TallyResult } from '../pipeline/phases/tally.js';
import type { MinhashRecipe } from '../pipeline/recipe.js';
import type { Run } from '../pipeline/run.js';
import { tasksOf } from '../pipeline/tasks.js';
import { alarmText } from '../reports/alarm-text.js';
import { largeClusters } from './audit-clusters.js';
import { AuditDocuments } from './audit-documents.js';
import { lengthSpikes, repeatedParagraphs, repeatedUrls } from './audit-findings.js';
import { overlapOf } from './audit-overlap.js';
import { faultsOf, removable, rateOf, sourceAmounts, sum, sumAmounts, type SourceAmount } from './audit-sums.js';

/** The audit of a run that has ended, at the threshold of its recipe. Memory: the results of all tasks of one phase, and some hundred documents. */
export function auditOf(run: Run): Audit {
  const { plan } = run;
  const minhash = plan.recipe.dedup!.minhash!; // an audit's recipe has both
  const curated = plan.shards.flatMap((shard, rank) => {
    const completion = run.completion<CurateResult>('curate', rank);
    return completion === undefined ? [] : [{ source: shard.source, result: completion.result }];
  });
  const amounts = sourceAmounts(Object.keys(plan.recipe.sources), curated);
  const tallies = resultsOf<TallyResult>(run, 'tally');
  const levels = plan.levels.map((_, level) => clustersOf(run, level));
  const asked = levels[plan.levels.indexOf(minhash.threshold)]!; // auditLevels puts it among them
  const all = sumAmounts(amounts);
  const documents = new AuditDocuments(run);
  try {
    return {
      documents: all.documents, tokens: all.tokens, bytes: all.bytes, threshold: minhash.threshold,
      exact: removable(sum(tallies.flatMap(({ exact }) => exact)), all.documents),
      near: levels.map((clusters) => nearLevel(clusters, all.documents, minhash)),
      redundancy: rateOf(removals(asked), all.documents),
      clusters: { count: sum(asked.sizes.map(({ clusters }) => clusters)), sizes: withSingles(asked.sizes, all.documents), largest: largeClusters(asked, documents) },
      sources: Object.fromEntries(amounts.map(({ source, ...amount }, s) => [source, sourceAudit(amount, sum(tallies.map(({ exact }) => exact[s]!)), asked, s)])),
      matrix: { sources: amounts.map(({ source }) => source), documents: asked.removed.map((to) => to.map(sum)) },
      lengths: lengthSpikes(tallies.map(({ lengths }) => lengths), documents),
      urls: repeatedUrls(tallies.map(({ urls }) => urls), all.documents, documents),
      paragraphs: repeatedParagraphs(tallies.map(({ paragraphs }) => paragraphs), documents),
      shortDocuments: sum(curated.map(({ result }) => result.shortDocuments)),
      ...(plan.overlap === undefined ? {} : { overlap: overlapOf(run, plan.overlap, amounts, documents) }),
      lsh: lshOf(minhash), faults: faultsOf(curated.map(({ result }) => result)),
      alarms: alarmsOf(run, asked, amounts),
    };
  } finally {
    documents.close();
  }
}

export const lshOf = ({ bands, rows, shingle, verify }: MinhashRecipe): Audit['lsh'] => ({ bands, rows, shingle: shingleText(shingle), verify });

const resultsOf = <Result>(run: Run, phase: 'tally' | 'match'): Result[] => (
  Array.from({ length: tasksOf(run.plan, phase) }, (_, rank) => run.completed<Result>(phase, rank).result));

const removals = ({ removed }: ClusterResult): number => sum(removed.flat(2));

function nearLevel({ level, removed, similarities }: ClusterResult, documents: number, { bands, rows }: MinhashRecipe): NearLevel {
  const certain = sum(removed.flat().map((methods) => sum(methods.filter((_, m) => REMOVAL_METHODS[m] !== 'minhash'))));
  const { found, corrected, lshRecall, interval } = estimateRecall({ similarities, certain, documents, level, setting: { bands, rows } });
  return { jaccard: level, ...removable(found, documents), interval, lshRecall, corrected: removable(Math.round(corrected), documents) };
}

/** With the documents that have no duplicate, each a cluster of one. */
function withSingles(sizes: readonly SizeClass[], documents: number): SizeClass[] {
  const single = documents - sum(sizes.map((one) => one.documents));
  return [{ size: '1', clusters: single, documents: single }, ...sizes];
}

function sourceAudit({ documents, tokens }: Omit<SourceAmount, 'source'>, exact: number, { removed }: ClusterResult, s: number): SourceAudit {
  return { documents, tokens, exact: removable(exact, documents), near: removable(sum(removed[s]!.flat()), documents) };
}

function alarmsOf(run: Run, clusters: ClusterResult, amounts: readonly SourceAmount[]): string[] {
  const bySource = removalsBySource(clusters, amounts.map(({ source }) => source), amounts.map(({ documents }) => documents));
  return dedupAlarms(bySource, clusters, mergeBucketTotals(resultsOf<MatchResult>(run, 'match').map(({ buckets }) => buckets))).map(alarmText);
}
