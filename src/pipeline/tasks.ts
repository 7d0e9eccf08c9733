/**
 * The tasks of a plan: how many each phase has, what they are named by, and which may run at once. Ranks are numbers, so that an engine needs to know
 * nothing of shards, partitions, levels and rounds.
 */
import { LINK_ROUNDS } from './clustering.js';
import { countingOf } from './counting.js';
import { indexParts } from './index-parts.js';
import { decidingSources, PHASES, type PhaseName, type Plan } from './plan.js';
import type { DedupRecipe } from './recipe.js';
import { mixtureKey, pooledSources } from './tuning.js';

/** The deduplication that makes clusters of documents; undefined where the recipe asks for none, or for paragraphs alone. */
export function clusteredBy({ recipe: { dedup } }: Plan): DedupRecipe | undefined {
  return dedup !== undefined && (dedup.exact || dedup.url || dedup.minhash !== undefined) ? dedup : undefined;
}

/** The methods that compare one key: a task of `exact` for each of their partitions, text first. */
export const keyMethods = (plan: Plan): readonly ('exact' | 'urls')[] => [
  ...(plan.recipe.dedup?.exact === true ? ['exact' as const] : []), ...(plan.recipe.dedup?.url === true ? ['urls' as const] : []),
];

/** How many tasks a phase has. */
export function tasksOf(plan: Plan, phase: PhaseName): number {
  const corpus = plan.job === 'corpus';
  const removes = plan.job !== 'audit';
  if (plan.sample !== undefined) return phase === 'curate' || phase === 'compare' ? plan.shards.length : 0;
  switch (phase) {
    case 'train': return Object.keys(plan.recipe.models).length;
    case 'curate': return plan.shards.length;
    case 'compare': return 0;
    case 'decide': return decidingSources(plan).length;
    case 'exact': return keyMethods(plan).length * plan.partitions;
    case 'match': return plan.recipe.dedup?.minhash === undefined ? 0 : plan.partitions;
    case 'link': return clusteredBy(plan) === undefined ? 0 : plan.levels.length * (plan.clustering === 'rounds' ? LINK_ROUNDS * plan.partitions : 1);
    case 'cluster': return clusteredBy(plan) === undefined ? 0 : plan.levels.length * plan.partitions;
    case 'remove': return removes && clusteredBy(plan) !== undefined ? plan.shards.length : 0;
    case 'overlap': return plan.overlap === undefined ? 0 : OVERLAP_SIDES.length * plan.partitions;
    case 'repeats': return removes && plan.recipe.dedup?.paragraphs !== undefined ? plan.partitions : 0;
    case 'cut': return removes && plan.recipe.dedup?.paragraphs !== undefined ? plan.shards.length : 0;
    case 'count': return removes && countingOf(plan.recipe) !== undefined ? plan.shards.length : 0;
    case 'benchmark': case 'frequent': return removes && plan.benchmarks !== undefined ? 1 : 0;
    case 'scan': case 'clean': return removes && plan.benchmarks !== undefined ? plan.shards.length : 0;
    case 'tally': return removes ? 0 : plan.partitions;
    case 'size': return removes ? 1 : 0;
    case 'pool': return plan.tune === undefined ? 0 : pooledSources(plan.tune).length;
    case 'target': return plan.tune === undefined ? 0 : plan.tune.targets.length;
    case 'proxy': return plan.tune === undefined ? 0 : plan.tune.mixtures.length;
    case 'select': return corpus ? 1 : 0;
    case 'write': return corpus ? plan.writers : 0;
    case 'rescan': return corpus && plan.benchmarks !== undefined ? plan.writers : 0;
    case 'record': return corpus ? plan.shards.length : 0;
    case 'index': return corpus && plan.indexed && clusteredBy(plan) !== undefined ? indexParts(plan).length : 0;
  }
}

/** What a task's files are named by: stable when shards are added or the recipe's other parts change. */
export function taskKey(plan: Plan, phase: PhaseName, rank: number): string {
  const part = (partition: number): string => `partition-${partition}-of-${plan.partitions}`;
  switch (phase) {
    case 'train': return Object.keys(plan.recipe.models)[rank]!; // rank < tasksOf
    case 'curate': case 'compare': case 'remove': case 'cut': case 'scan': case 'clean': case 'count': case 'record': return plan.shards[rank]!.key;
    case 'decide': return decidingSources(plan)[rank]!;
    case 'exact': return `${keyMethods(plan)[Math.floor(rank / plan.partitions)]!}-${part(rank % plan.partitions)}`;
    case 'match': case 'tally': case 'repeats': return part(rank);
    case 'link': {
      const { level, round, partition } = linkTask(plan, rank);
      return plan.clustering === 'rounds' ? `level-${plan.levels[level]!}-round-${round}-${part(partition)}` : `level-${plan.levels[level]!}`;
    }
    case 'cluster': {
      const { level, partition } = clusterTask(plan, rank);
      return `level-${plan.levels[level]!}-${part(partition)}`;
    }
    case 'overlap': {
      const { side, partition } = overlapTask(plan, rank);
      return `${side}-${part(partition)}`;
    }
    case 'benchmark': case 'frequent': case 'size': case 'select': return phase;
    case 'pool': return pooledSources(plan.tune!)[rank]!; // such a task has a plan of tuning
    case 'target': return plan.tune!.targets[rank]!.name;
    case 'proxy': return mixtureKey(plan.tune!.mixtures[rank]!, plan.tune!);
    case 'write': case 'rescan': return `writer-${rank}-of-${plan.writers}`;
    case 'index': return plan.shards[indexParts(plan)[rank]!.shards[0]!]!.key; // a part has a shard
  }
}

/** A task of `link`: with union-find there is one a level, which has round and partition 0. */
export interface LinkTask {
  /** Index into `levels`. */
  readonly level: number;
  readonly round: number;
  readonly partition: number;
}

/** Ranks go by round, then level, then partition, so that a round is a range of ranks. */
export function linkTask({ clustering, levels, partitions }: Plan, rank: number): LinkTask {
  if (clustering === 'union-find') return { level: rank, round: 0, partition: 0 };
  const partition = rank % partitions;
  const above = (rank - partition) / partitions;
  return { level: above % levels.length, round: Math.floor(above / levels.length), partition };
}

export function linkRank({ clustering, levels, partitions }: Plan, { level, round, partition }: LinkTask): number {
  return clustering === 'union-find' ? level : (round * levels.length + level) * partitions + partition;
}

/** A task of `cluster`, by level and then partition. */
export const clusterTask = ({ partitions }: Plan, rank: number): { readonly level: number; readonly partition: number } => (
  { level: Math.floor(rank / partitions), partition: rank % partitions });

export const clusterRank = ({ partitions }: Plan, level: number, partition: number): number => level * partitions + partition;

/** `audited`: documents of the audited sources that one under --against resembles; `against`: the other way round. */
export const OVERLAP_SIDES = ['audited', 'against'] as const;
export type OverlapSide = (typeof OVERLAP_SIDES)[number];

/** A task of `overlap`, by side and then partition. */
export const overlapTask = ({ partitions }: Plan, rank: number): { readonly side: OverlapSide; readonly partition: number } => (
  { side: OVERLAP_SIDES[Math.floor(rank / partitions)]!, partition: rank % partitions }); // rank < tasksOf

export const overlapRank = ({ partitions }: Plan, side: OverlapSide, partition: number): number => OVERLAP_SIDES.indexOf(side) * partitions + partition;

/** Tasks that may run at once: all before `firstRank` of the phase, and all phases before, have ended. */
export interface Step {
  readonly phase: PhaseName;
  readonly firstRank: number;
  readonly endRank: number;
}

/** The barriers of a job in their order. A phase is one step, but for the rounds of `link`, each of which reads the one before. Phases without tasks have none. */
export function stepsOf(plan: Plan): readonly Step[] {
  return PHASES.flatMap((phase): Step[] => {
    const tasks = tasksOf(plan, phase);
    const width = phase === 'link' && plan.clustering === 'rounds' ? tasks / LINK_ROUNDS : tasks;
    return Array.from({ length: width === 0 ? 0 : tasks / width }, (_, step) => ({ phase, firstRank: step * width, endRank: (step + 1) * width }));
  });
}
