/**
 * Conservation of records: what went into an exchange must come out of it, summed over all tasks on both sides. A record more or less is a bug or a damaged
 * file, and never passes silently.
 */
import { mergeClusterResults, type ClusterResult } from '../dedup/cluster-totals.js';
import { edgeTasks } from './edges.js';
import type { CountResult } from './phases/count.js';
import type { CleanResult } from './phases/clean.js';
import type { CurateResult } from './phases/curate.js';
import type { CutResult } from './phases/cut.js';
import type { ExactResult } from './phases/exact.js';
import type { LinkResult } from './phases/link.js';
import type { MatchResult } from './phases/match.js';
import type { RemoveResult } from './phases/remove.js';
import type { ScanResult } from './phases/scan.js';
import type { RepeatsResult } from './phases/repeats.js';
import type { PhaseName } from './plan.js';
import type { Run } from './run.js';
import { clusterRank, keyMethods, linkRank, tasksOf } from './tasks.js';
import { LINK_ROUNDS } from './clustering.js';

/** Throws where the counts differ. */
export function expectConserved(exchange: string, recordsIn: number, recordsOut: number): void {
  if (recordsIn !== recordsOut) throw new Error(`${exchange}: ${recordsIn} records in, ${recordsOut} out: expected as many`);
}

/** Sums something over the results of the tasks `from .. to` of a phase; those of failed shards count for nothing. */
function sumOver<Result>(run: Run, phase: PhaseName, of: (result: Result) => number, from = 0, to = tasksOf(run.plan, phase)): number {
  let sum = 0;
  for (let rank = from; rank < to; rank++) {
    const completion = phase === 'curate' || phase === 'remove' ? run.completion<Result>(phase, rank) : run.completed<Result>(phase, rank);
    if (completion !== undefined) sum += of(completion.result);
  }
  return sum;
}

/** What `curate` dealt out is what `exact` and `match` found. */
export function expectCompared(run: Run): void {
  const dealt = (role: keyof CurateResult['records']): number => sumOver<CurateResult>(run, 'curate', ({ records }) => records[role]);
  keyMethods(run.plan).forEach((role, i) => {
    const { partitions } = run.plan;
    expectConserved(`${role} records`, dealt(role), sumOver<ExactResult>(run, 'exact', ({ read }) => read, i * partitions, (i + 1) * partitions));
  });
  if (run.plan.recipe.dedup?.minhash !== undefined) expectConserved('band records', dealt('bands'), sumOver<MatchResult>(run, 'match', ({ read }) => read));
}

/** Edges that `exact` and `match` wrote. */
export function edgesFound(run: Run): number {
  return edgeTasks(run.plan).reduce((sum, [phase, rank]) => sum
    + (phase === 'exact' ? run.completed<ExactResult>(phase, rank).result.edges : run.completed<MatchResult>(phase, rank).result.buckets.edges), 0);
}

/** What the clusters of a level come to, over all partitions; throws unless they hold every member that `link` wrote. */
export function clustersOf(run: Run, level: number): ClusterResult {
  const { partitions, clustering } = run.plan;
  const results = Array.from({ length: partitions }, (_, partition) => run.completed<ClusterResult>('cluster', clusterRank(run.plan, level, partition)).result);
  const merged = mergeClusterResults(results);
  const linked = linkRank(run.plan, { level, round: clustering === 'rounds' ? LINK_ROUNDS - 1 : 0, partition: 0 });
  expectConserved('members of clusters', sumOver<LinkResult>(run, 'link', ({ written }) => written, linked, linked + (clustering === 'rounds' ? partitions : 1)), merged.members);
  return merged;
}

/** Every removal that `cluster` found is in a shard's list. */
export function expectRemoved(run: Run): void {
  expectConserved('removals', clustersOf(run, 0).removals, sumOver<RemoveResult>(run, 'remove', ({ removed }) => removed));
}

/** Every paragraph that `curate` noted reached `repeats`, and every one found there was cut. */
export function expectCut(run: Run): void {
  expectConserved('paragraphs', sumOver<CurateResult>(run, 'curate', ({ paragraphs }) => paragraphs), sumOver<RepeatsResult>(run, 'repeats', ({ read }) => read));
  expectConserved('repeated paragraphs', sumOver<RepeatsResult>(run, 'repeats', ({ cuts }) => cuts), sumOver<CutResult>(run, 'cut', ({ cuts }) => cuts));
}

/** Every document that may enter the corpus went through `count`. */
export function expectCounted(run: Run, documents: number): void {
  expectConserved('counted documents', sumOver<CountResult>(run, 'count', (result) => result.documents), documents);
}

/** Every hit that `scan` wrote reached the document that it is of. */
export function expectCleaned(run: Run): void {
  expectConserved('n-grams of benchmarks', sumOver<ScanResult>(run, 'scan', ({ hits }) => hits), sumOver<CleanResult>(run, 'clean', ({ hits }) => hits));
}
