/**
 * Phase `link`: edges become components, at each level of the plan. With union-find a level is one task. In rounds (clustering.ts) a round is a task per
 * partition: the first deals the edges out to the partitions of their rows, large and small stars follow in turn until nothing changes, and the last
 * round gathers the members. Outputs: `records`, [row, row] for the next round; `members`, [root, row] of every row of a component of two or more, by
 * partition of the root. Memory: two sorts; with union-find 24 bytes a row that has an edge, and above the plan's bound for that, two sorts again.
 */
import { componentsWithin, UNION_FIND_BYTES } from '../../dedup/components.js';
import { largeStar, noStarTotals, smallStar, starMembers, starRecords, STAR_RECORD_WORDS, type StarTotals } from '../../dedup/stars.js';
import { ExternalSort } from '../../formats/external-sort.js';
import { readPartition } from '../../formats/partitioned-file.js';
import { LINK_ROUNDS, unionBytes } from '../clustering.js';
import { edgesFound, expectCompared, expectConserved } from '../conservation.js';
import { edgesOf, edgeTasks } from '../edges.js';
import { MemberWriter, RoundWriter } from '../link-output.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { streamMembers } from '../stream-members.js';
import { linkRank, linkTask, type LinkTask } from '../tasks.js';

export interface LinkResult extends StarTotals {
  /** Edges read, where edges were read. */
  readonly edges: number;
  /** The large-star round that found nothing left to do: the rounds behind it have nothing to do either. */
  readonly settledAt?: number;
}

/** First and last are not star steps; the others are large stars where the number is odd. */
const isLarge = (round: number): boolean => round % 2 === 1;
const GATHER = LINK_ROUNDS - 1;

export const link: Phase<LinkResult> = {
  name: 'link',

  inputs(run, rank) {
    const { clustering, levels, partitions } = run.plan;
    const { level, round, partition } = linkTask(run.plan, rank);
    const edges = (): unknown => ({ minhash: run.plan.recipe.dedup!.minhash ?? null, exact: run.checksums('exact', ['edges']), match: run.checksums('match', ['edges']) });
    if (clustering === 'union-find') return { clustering, level: levels[level], partitions, edges: edges() };
    return { clustering, level: levels[level], partition, partitions, round, before: round === 0 ? edges() : roundBefore(run, level, round) };
  },

  async execute(run, rank) {
    const task = linkTask(run.plan, rank);
    if (rank === 0) expectCompared(run);
    if (run.plan.clustering === 'union-find') return linkLevel(run, rank, task.level);
    if (task.round === 0) return dealEdges(run, rank, task);
    const settledAt = settledBefore(run, task);
    if (task.partition === 0) expectRoundConserved(run, task);
    if (task.round === GATHER) return gatherMembers(run, rank, task, settledAt);
    if (settledAt !== undefined) return { outputs: {}, result: { ...noStarTotals(), edges: 0, settledAt } };
    return starRound(run, rank, task);
  },
};

/** What a round depends on: the records of the round before, and how that came about, as a settled round writes none. */
function roundBefore(run: Run, level: number, round: number): unknown {
  const first = linkRank(run.plan, { level, round: round - 1, partition: 0 });
  return { records: run.checksums('link', ['records'], first, first + run.plan.partitions), task: run.fingerprint('link', first) };
}

const resultsOf = (run: Run, level: number, round: number): LinkResult[] => Array.from({ length: run.plan.partitions }, (_, partition) => (
  run.completed<LinkResult>('link', linkRank(run.plan, { level, round, partition })).result));
const sumOf = (results: readonly LinkResult[], of: (result: LinkResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);

/** The round at which this level was settled, found by looking at the one before. */
function settledBefore(run: Run, { level, round }: LinkTask): number | undefined {
  const before = resultsOf(run, level, round - 1);
  return before[0]!.settledAt ?? (isLarge(round - 1) && sumOf(before, ({ unsettled }) => unsettled) === 0 ? round - 1 : undefined); // there is a partition
}

/** What the round before read is what the one before that wrote. */
function expectRoundConserved(run: Run, { level, round }: LinkTask): void {
  const before = resultsOf(run, level, round - 1);
  if (round < 2 || before[0]!.settledAt !== undefined) return;
  const written = sumOf(resultsOf(run, level, round - 2), (result) => result.written);
  expectConserved(`round ${round - 1} of clusters at ${run.plan.levels[level]!}`, written, sumOf(before, ({ read }) => read));
}

function linkLevel(run: Run, rank: number, level: number): PhaseOutput<LinkResult> {
  const counts = { read: 0 };
  const pairs = { [Symbol.iterator]: () => edgesOf(run, edgeTasks(run.plan), run.plan.levels[level]!, counts) }; // level of the plan
  const members = new MemberWriter(run, rank);
  try {
    const groups = componentsWithin(pairs, Math.floor(unionBytes(run.plan.memory, run.plan.levels.length) / UNION_FIND_BYTES));
    if (groups === undefined) {
      counts.read = 0;
      for (const records of streamMembers(pairs, run.memory.sort, run.path('work', 'shuffle'))) members.addAll(records);
    } else {
      counts.read /= 2; // gone through twice
      for (let g = 0; g + 1 < groups.starts.length; g++) {
        const root = groups.rows[groups.starts[g]!]!;
        for (let at = groups.starts[g]!; at < groups.starts[g + 1]!; at++) members.add(root, groups.rows[at]!);
      }
    }
    expectConserved('edges', edgesFound(run), counts.read);
    return members.commit({ ...noStarTotals(), edges: counts.read });
  } finally {
    members.abort();
  }
}

/** Round 0: the edges of the tasks that fall to this one, in both directions. */
function dealEdges(run: Run, rank: number, { level, partition }: LinkTask): PhaseOutput<LinkResult> {
  const { partitions, levels } = run.plan;
  const counts = { read: 0 };
  const totals = noStarTotals();
  const records = new RoundWriter(run, rank);
  try {
    const tasks = edgeTasks(run.plan).filter((_, i) => i % partitions === partition);
    for (const { rowA, rowB } of edgesOf(run, tasks, levels[level]!, counts)) totals.written += records.addAll(starRecords(rowA, rowB));
    return records.commit({ ...totals, edges: counts.read });
  } finally {
    records.abort();
  }
}

function starRound(run: Run, rank: number, task: LinkTask): PhaseOutput<LinkResult> {
  const totals = noStarTotals();
  const records = new RoundWriter(run, rank);
  const sort = sortRound(run, { ...task, round: task.round - 1 });
  try {
    for (const written of (isLarge(task.round) ? largeStar : smallStar)(sort.sorted(), totals)) records.addAll(written);
    return records.commit({ ...totals, edges: 0 });
  } finally {
    sort.dispose();
    records.abort();
  }
}

/** The last round: what the settled round read are stars. Without one, this task goes on by itself, and writes what falls to its partition. */
function gatherMembers(run: Run, rank: number, task: LinkTask, settledAt: number | undefined): PhaseOutput<LinkResult> {
  const members = new MemberWriter(run, rank);
  const sort = settledAt === undefined ? undefined : sortRound(run, { ...task, round: settledAt - 1 });
  try {
    if (task.partition === 0) expectConserved('edges', edgesFound(run), sumOf(resultsOf(run, task.level, 0), ({ edges }) => edges));
    const found = sort === undefined
      ? streamMembers(edgesOf(run, edgeTasks(run.plan), run.plan.levels[task.level]!, { read: 0 }), run.memory.sort, run.path('work', 'shuffle'))
      : starMembers(sort.sorted(), noStarTotals());
    for (const records of found) members.addAll(records, task.partition);
    return members.commit({ ...noStarTotals(), edges: 0, ...(settledAt === undefined ? {} : { settledAt }) });
  } finally {
    sort?.dispose();
    members.abort();
  }
}

/** What all tasks of a round wrote for a partition. */
function sortRound(run: Run, { level, round, partition }: LinkTask): ExternalSort {
  const { partitions } = run.plan;
  const sort = new ExternalSort({ words: STAR_RECORD_WORDS, keyWords: STAR_RECORD_WORDS, memoryBytes: run.memory.sort, folder: run.path('work', 'shuffle') });
  try {
    for (let from = 0; from < partitions; from++) {
      const path = run.outputPath(run.completed('link', linkRank(run.plan, { level, round, partition: from })), 'records');
      for (const records of readPartition(path, partition, { words: STAR_RECORD_WORDS, partitions })) sort.addAll(records);
    }
    return sort;
  } catch (error) {
    sort.dispose();
    throw error;
  }
}
