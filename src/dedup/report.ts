/**
 * What deduplication did, as data: sizes of clusters, removals by source, and alarms. An alarm stops nothing; it says that a result is unusual
 * enough to be looked at before it is trusted.
 */
import type { BucketTotals } from './bucket.js';
import type { ClusterResult } from './cluster-totals.js';
import { REMOVAL_METHODS, type RemovalMethod } from './resolve.js';

const SIZE_LIMITS = [2, 5, 10, 100, 1000, Infinity];
const SIZE_NAMES = ['2', '3-5', '6-10', '11-100', '101-1000', '>1000'];

export interface SizeClass {
  readonly size: string;
  readonly clusters: number;
  /** Documents in them. */
  readonly documents: number;
}

/** Classes of sizes with nothing in them. */
export const noSizes = (): { size: string; clusters: number; documents: number }[] => SIZE_NAMES.map((size) => ({ size, clusters: 0, documents: 0 }));

/** The class of a cluster of two documents or more. */
export const sizeClassOf = <Entry>(classes: readonly Entry[], size: number): Entry => classes[SIZE_LIMITS.findIndex((limit) => size <= limit)]!; // the last takes all

export interface SourceRemovals extends Readonly<Record<RemovalMethod, number>> {
  readonly source: string;
  /** Documents that were compared. */
  readonly documents: number;
  /** Those removed, by any method. */
  readonly removed: number;
  /** removed / documents; 0 for a source without documents. */
  readonly rate: number;
}

/** Removals by source; `documents` are those of each source that were compared. */
export function removalsBySource({ removed }: ClusterResult, sources: readonly string[], documents: readonly number[]): SourceRemovals[] {
  return sources.map((source, a) => {
    const [exact, url, minhash] = REMOVAL_METHODS.map((_, m) => removed[a]!.reduce((sum, methods) => sum + methods[m]!, 0)) as [number, number, number];
    const all = exact + url + minhash; // the names above are those of REMOVAL_METHODS
    return { source, documents: documents[a]!, exact, url, minhash, removed: all, rate: documents[a] === 0 ? 0 : all / documents[a]! };
  });
}

export interface Alarm {
  readonly alarm: 'source-removal-rate' | 'mega-cluster' | 'capped-buckets' | 'capped-clusters' | 'small-sample';
  /** The source's name, the smallest row of the cluster, the method, or the set that was sampled. */
  readonly where: string;
  readonly found: number;
  /** What `found` should have stayed at or below (below, for mega-cluster; at or above, for small-sample). */
  readonly limit: number;
}

/** Share of a source's documents. */
const MOST_REMOVAL_RATE = 0.5;
/** Rows of a component from which it is reported. */
export const MEGA_CLUSTER = 1000;

/** Of sources that repeat others, or themselves, more than is usual; `rate` is a share of the source's documents. */
export function sourceAlarms(sources: readonly Pick<SourceRemovals, 'source' | 'rate'>[]): Alarm[] {
  return sources.filter(({ rate }) => rate > MOST_REMOVAL_RATE)
    .map(({ source, rate }) => ({ alarm: 'source-removal-rate', where: source, found: rate, limit: MOST_REMOVAL_RATE }));
}

/** Alarms in the order: sources, largest components, caps. */
export function dedupAlarms(bySource: readonly SourceRemovals[], clusters: ClusterResult, buckets: BucketTotals): Alarm[] {
  const alarms = sourceAlarms(bySource);
  for (const { root, size } of clusters.megaClusters) alarms.push({ alarm: 'mega-cluster', where: `row ${root}`, found: size, limit: MEGA_CLUSTER });
  if (buckets.cappedBuckets > 0) alarms.push({ alarm: 'capped-buckets', where: 'minhash', found: buckets.cappedBuckets, limit: 0 });
  if (clusters.cappedClusters > 0) alarms.push({ alarm: 'capped-clusters', where: 'minhash', found: clusters.cappedClusters, limit: 0 });
  return alarms;
}
