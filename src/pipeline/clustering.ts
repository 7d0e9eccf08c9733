/**
 * How verified edges become clusters: by union-find, which is fast and holds every row that has an edge, or by rounds of large-star and small-star, which
 * hold nothing but sort. Chosen when the run is planned, from sizes alone; a task that finds more rows than were expected changes over by itself. Both
 * give the same clusters.
 */
import { UNION_FIND_BYTES } from '../dedup/components.js';
import { LEAST_MEMORY_BYTES } from './memory.js';

export type Clustering = 'union-find' | 'rounds';

/** Pairs of star steps that a plan has room for; clusters that need more are finished by one task, in the last round. */
const STAR_PAIRS = 16;

/** Rounds of `link`: the first deals edges out, then large and small stars in turn, and the last gathers the members. */
export const LINK_ROUNDS = 2 + 2 * STAR_PAIRS;

/** Bytes that the union-find of one level may take: a part of what is there beyond the least, as levels may be linked at the same time. */
export const unionBytes = (memory: number, levels: number): number => Math.max(0, memory - LEAST_MEMORY_BYTES) / 4 / levels;

/** The choice for so many documents, any of which may have an edge. */
export function clusteringOf(documents: number, levels: number, memory: number): Clustering {
  return documents * UNION_FIND_BYTES <= unionBytes(memory, levels) ? 'union-find' : 'rounds';
}
