/**
 * How verified edges become clusters: by union-find, which is fast and holds every row that has an edge, or by rounds of large-star and small-star, which
 * hold nothing but sort. Chosen when the run is planned, from sizes alone; a task that finds more rows than were expected changes over by itself. Both
 * give the same clusters.
 */
export type Clustering = 'union-find' | 'rounds';

/** What a run may take where nobody says: a laptop has it to spare. */
export const DEFAULT_MEMORY_BYTES = 2_000_000_000;

/** Bytes a row that has an edge, while it is linked (dedup/components.ts). */
export const UNION_BYTES_A_ROW = 20;

/**
 * Rounds of stars that a plan has room for, the first one deals edges out and the last one gathers members. A pair of star rounds about halves the longest way
 * through a cluster, at least; a cluster that needs more is finished in the last round, by one task.
 */
export const LINK_ROUNDS = 26;

/** Bytes that the union-find of one level may take: levels may be linked at the same time. */
export const unionBytes = (memory: number, levels: number): number => memory / 4 / levels;

/** The choice for so many documents, all of which may have an edge. */
export function clusteringOf(documents: number, levels: number, memory: number): Clustering {
  return documents * UNION_BYTES_A_ROW <= unionBytes(memory, levels) ? 'union-find' : 'rounds';
}
